"""What the software under test tells, in words that know nothing of how it came to it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Passing:
    """One change of hands as the books have it."""

    number: int
    giver: str
    receiver: str
    second: float


@dataclass(frozen=True, slots=True, order=True)
class Naming:
    """Somebody stands on a list that people work through: whom it names, and which list it is."""

    person: str
    reason: str


@dataclass(frozen=True, slots=True)
class Told:
    """Everything that the books say at one moment, in plain values.

    `named` is who stands on a list at that moment; `cleared` who stood on one and was found since; `flights_differing`
    those of which a count says something else than the books; `breaches` what the product's own proofs object to.
    """

    where: dict[str, str]
    chains: dict[str, tuple[Passing, ...]]
    named: frozenset[Naming]
    cleared: frozenset[Naming] = frozenset()
    flights_differing: frozenset[str] = frozenset()
    breaches: tuple[str, ...] = ()
    repeated: int = 0
