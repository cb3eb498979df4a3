"""Passenger lists: what they say, how two versions differ, whom a document belongs to."""

from pratique.core.manifest.matching import Candidate, Match, Presented, match
from pratique.core.manifest.passenger_list import (
    Bags,
    Contact,
    Document,
    Flight,
    Leg,
    Listed,
    Manifest,
    list_parties,
)
from pratique.core.manifest.revision import Difference, Pair, Revision, Unsure, reconcile

__all__ = [
    "Bags",
    "Candidate",
    "Contact",
    "Difference",
    "Document",
    "Flight",
    "Leg",
    "Listed",
    "Manifest",
    "Match",
    "Pair",
    "Presented",
    "Revision",
    "Unsure",
    "list_parties",
    "match",
    "reconcile",
]
