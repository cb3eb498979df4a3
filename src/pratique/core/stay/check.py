"""Every hard rule of a site and of its rooms, checked from scratch; it trusts no assignment."""

from collections.abc import Iterator
from itertools import pairwise

from pratique.core.answers import Objection
from pratique.core.stay.facility import Facility, Need, Room, Site, Sort, State, Zone
from pratique.core.stay.rule import Rules


def inspect(*, site: Site) -> tuple[Objection, ...]:
    """What is wrong with a site: three zones, rooms in that of observation, two passages that never meet.

    Guests never pass the zone of staff. An area that is on no list is said too: nobody knows how safe it is.
    """
    return tuple(sorted(_list_faults(site)))


def _list_faults(site: Site) -> Iterator[Objection]:
    for zone in Zone:
        if zone not in site.areas.values():
            yield Objection("zone_missing", zone, "the site has no area of this zone")
    for name, passage in (("staff", site.staff_passage), ("guests", site.guest_passage)):
        if not passage:
            yield Objection("passage_missing", name, "there is no passage of their own")
    for area in sorted({*site.staff_passage, *site.guest_passage, *site.rooms_in} - site.areas.keys()):
        yield Objection("area_unknown", area, "nobody said which zone it is of")
    for area in sorted(set(site.staff_passage) & set(site.guest_passage)):
        yield Objection("passages_cross", area, "staff and guests both pass here")
    for area in site.guest_passage:
        if site.areas.get(area) is Zone.STAFF:
            yield Objection("passage_through_staff", area, "guests pass where staff live and work")
    for area in site.rooms_in:
        if area in site.areas and site.areas[area] is not Zone.OBSERVATION:
            yield Objection("room_outside_zone", area, f"guest rooms in the zone of {site.areas[area]}")


def check(*, facility: Facility, rules: Rules) -> tuple[Objection, ...]:
    """Every rule of rooms that is broken in a facility as it stands, sorted; empty: none."""
    return tuple(sorted({*_list_room_faults(facility, rules), *_list_floor_faults(facility, rules)}))


def _list_room_faults(facility: Facility, rules: Rules) -> Iterator[Objection]:
    seen: dict[str, str] = {}
    for room in facility.rooms:
        if not room.guests:
            continue
        if room.state is not State.READY:
            yield Objection("room_not_ready", room.id, f"somebody is in it while it is {room.state}")
        if len(room.guests) > room.beds:
            yield Objection("room_too_small", room.id, f"{len(room.guests)} in {room.beds} beds")
        if len({guest.household or guest.id for guest in room.guests}) > 1 and not _is_bonded(room):
            yield Objection("room_of_strangers", room.id, "people of different households share it")
        ids = {guest.id for guest in room.guests}
        for guest in room.guests:
            if guest.id in seen:
                yield Objection("guest_in_two_rooms", guest.id, f"{seen[guest.id]} and {room.id}")
            seen[guest.id] = room.id
            if guest.under_age and guest.guardian is None:
                yield Objection("guardian_missing", guest.id, "a minor without a guardian")
            for other in guest.bonds:
                if other not in ids:
                    yield Objection("bond_broken", guest.id, f"{other} is not in {room.id}")
            if Need.BARRIER_FREE in guest.needs and room.sort is not Sort.BARRIER_FREE:
                yield Objection("room_not_barrier_free", guest.id, f"{room.id} is none")
            if Need.LOW_FLOOR in guest.needs and room.floor > rules.rooms.low_floor_max:
                yield Objection("floor_too_high", guest.id, f"{room.id} is on floor {room.floor}")


def _is_bonded(room: Room) -> bool:
    """Whether everybody in a room hangs together by household, guardian or carer."""
    groups = [{guest.id, *guest.bonds, guest.household or guest.id} for guest in room.guests]
    joined = groups.pop()
    while near := [group for group in groups if group & joined]:
        for group in near:
            joined |= group
            groups.remove(group)
    return not groups


def _list_floor_faults(facility: Facility, rules: Rules) -> Iterator[Objection]:
    for floor in sorted({room.floor for room in facility.rooms}):
        guests = [guest for room in facility.rooms if room.floor == floor for guest in room.guests]
        for one, other in pairwise(sorted({guest.grade for guest in guests})):
            yield Objection("classes_mixed", f"floor {floor}", f"{one} and {other}")
        if rules.rooms.flight_by_floor:
            for one, other in pairwise(sorted({guest.flight for guest in guests})):
                yield Objection("flights_mixed", f"floor {floor}", f"{one} and {other}")
