"""The tables, a file per subject."""

from pratique.store.models.audit import Access, Seal, Subscription, Watermark
from pratique.store.models.bulletin import Bulletin
from pratique.store.models.care import Sample
from pratique.store.models.custody import (
    Admission,
    Annulment,
    Conflict,
    Dispute,
    HandoverEvent,
    Headcount,
    HeadcountCorrection,
    Link,
    Objection,
    Pending,
    Position,
    Ruling,
    Scan,
)
from pratique.store.models.duty import Account, Escalation, Evidence, Owed, Waiver, Withdrawal
from pratique.store.models.flight import Flight, FlightCount, Listing, Manifest
from pratique.store.models.force import Deployment, Device, Person, Unit
from pratique.store.models.issue import Issue, IssueEvent
from pratique.store.models.place import Custodian, Place, Port, RestPlace, RoadServer, RoadTime, Travel
from pratique.store.models.tracking import Fix, FixErasure, FixTally, Tracker
from pratique.store.models.transport import BoardingLine, Convoy, Plan, Trip, TripEvent, Vehicle
from pratique.store.models.traveller import BlindIndex, Identity, Traveller

__all__ = [
    "Access",
    "Account",
    "Admission",
    "Annulment",
    "BlindIndex",
    "BoardingLine",
    "Bulletin",
    "Conflict",
    "Convoy",
    "Custodian",
    "Deployment",
    "Device",
    "Dispute",
    "Escalation",
    "Evidence",
    "Objection",
    "Owed",
    "Fix",
    "FixErasure",
    "FixTally",
    "Flight",
    "FlightCount",
    "HandoverEvent",
    "Headcount",
    "HeadcountCorrection",
    "Identity",
    "Issue",
    "IssueEvent",
    "Link",
    "Listing",
    "Manifest",
    "Pending",
    "Person",
    "Place",
    "Plan",
    "Port",
    "Position",
    "RestPlace",
    "RoadServer",
    "RoadTime",
    "Ruling",
    "Sample",
    "Scan",
    "Seal",
    "Subscription",
    "Tracker",
    "Travel",
    "Traveller",
    "Trip",
    "TripEvent",
    "Unit",
    "Vehicle",
    "Waiver",
    "Watermark",
    "Withdrawal",
]
