"""A facility, its rules and its guests."""

from importlib.resources import files

from pratique import protocols
from pratique.core.stay import rule
from pratique.core.stay.facility import Facility, Guest, Need, Room, Sort, State


def text_of(name="cn-2020"):
    return files(protocols).joinpath("stay", f"{name}.toml").read_text("utf-8")


def rules():
    reading = rule.parse(text=text_of(), name="cn-2020")
    assert reading.problems == ()
    return reading.rules


RULES = rules()


def room(name, beds=1, sort=Sort.SINGLE, state=State.READY, ready_at=None, guests=()):
    """A room whose floor is its name's first digits: 304 is on floor 3."""
    return Room(name, int(name[:-2]), sort, beds, state, ready_at, tuple(guests))


def house(*rooms, name="F1"):
    return Facility(name, rooms)


def guest(name, flight="MU1", grade="ordinary", **more):
    return Guest(name, flight, grade, **more)


def family(name, size, minors=1, **more):
    """A household: the first is the guardian of the minors."""
    first = f"{name}0"
    return [
        guest(f"{name}{n}", household=name, under_age=n >= size - minors, guardian=first if n >= size - minors else None, **more)
        for n in range(size)
    ]  # fmt: skip


WHEEL, LOW = frozenset({Need.BARRIER_FREE}), frozenset({Need.LOW_FLOOR})
