"""What goes wrong between the phones and the server, done on purpose and counted.

Two sorts are kept apart. *Harmless* faults (late, doubled, shuffled, offline, a clock that is wrong but measured, a
server killed in mid-write) must leave no trace in the books. *Telling* faults (a scan lost, a code scanned in two
places, an id used twice, an offset measured wrongly) may leave a traveller wrong for a while, but never unnamed.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass, field, replace
from random import Random

from pratique.drill.phones import Parcel, Phone, Said, hand_out, send, speak
from pratique.drill.world.day import Day
from pratique.drill.world.schedule import HOUR, MINUTE
from pratique.drill.world.truth import NOWHERE, RollCall, Sighting

HARMLESS = ("offline", "late", "doubled", "shuffled", "clock_wrong", "server_killed")
TELLING = ("lost", "phone_lost", "two_places", "id_reused", "offset_wrong", "nobody", "misnamed")
STRAY_WITHIN_SECONDS = 100
STRAY_MINUTES_APART_MIN = 5


@dataclass(frozen=True, slots=True)
class Mishaps:
    """How often each fault is made: chances per phone, parcel or scan, means per day for the rest."""

    clock_wrong_chance: float = 0.04
    offset_wrong_chance: float = 0.01
    late_chance: float = 0.02
    doubled_chance: float = 0.03
    shuffled_chance: float = 0.3
    lost_chance: float = 0.003
    phone_lost_chance: float = 0.15
    strays: int = 3
    reused: int = 2
    nobodies: int = 2
    misnamed: int = 2
    kills: int = 2


NONE = Mishaps(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)
USUAL = Mishaps()


@dataclass(slots=True)
class Traffic:
    """Everything that reaches the server, in the order in which it does, and what was done to it.

    `tried` counts each fault; `touched` names the people whose scans a telling fault concerned.
    """

    parcels: list[Parcel] = field(default_factory=list)
    roll_calls: list[RollCall] = field(default_factory=list)
    phones: dict[str, Phone] = field(default_factory=dict)
    tried: Counter[str] = field(default_factory=Counter)
    touched: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))

    @property
    def all_touched(self) -> set[str]:
        """Everybody whom a telling fault concerned."""
        return set().union(*self.touched.values()) if self.touched else set()


def transmit(*, day: Day, mishaps: Mishaps = USUAL) -> Traffic:
    """The day's sightings through the phones and the faults to the server."""
    rng, traffic = day.stream("faults"), Traffic()
    seen, phones = hand_out(day=day, rng=day.stream("phones"))
    traffic.phones = {key: _upset_clock(phone, mishaps, rng, traffic) for key, phone in phones.items()}
    if mishaps == NONE:
        traffic.phones = {key: replace(phone, offline=()) for key, phone in traffic.phones.items()}
    kept = _stray(day, seen, mishaps, rng, traffic)
    _scan_nobody(seen, mishaps, rng, traffic)
    said = {key: speak(traffic.phones[key], sightings) for key, sightings in seen.items()}
    _reuse_ids(said, mishaps, rng, traffic)
    for key in sorted(said):
        phone = traffic.phones[key]
        through = _lose(phone, said[key], kept, _Chance(mishaps, rng, traffic))
        parcels = list(send(phone, through, rng))
        _count_offline(phone, parcels, traffic)
        traffic.parcels += _garble(parcels, _Chance(mishaps, rng, traffic))
    traffic.roll_calls = _misname(day, mishaps, traffic)
    _kill_server(mishaps, rng, traffic)
    traffic.parcels.sort(key=lambda parcel: (parcel.second, parcel.device))
    return traffic


@dataclass(frozen=True, slots=True)
class _Chance:
    mishaps: Mishaps
    rng: Random
    traffic: Traffic


def _upset_clock(phone: Phone, mishaps: Mishaps, rng: Random, traffic: Traffic) -> Phone:
    draw = rng.random()
    if draw < mishaps.clock_wrong_chance:
        traffic.tried["clock_wrong"] += 1
        wrong = rng.choice((-2, 2)) * HOUR
        return replace(phone, skew_seconds=wrong, offset_seconds=wrong + rng.uniform(-0.8, 0.8))
    if draw < mishaps.clock_wrong_chance + mishaps.offset_wrong_chance:
        traffic.tried["offset_wrong"] += 1
        return replace(
            phone, skew_seconds=rng.choice((-1, 1)) * rng.randint(20 * MINUTE, 2 * HOUR), offset_seconds=0.0
        )
    return phone


def is_offset_wrong(phone: Phone) -> bool:
    """Whether the phone believes in an offset that is not its own."""
    return abs(phone.skew_seconds - phone.offset_seconds) > 1


def _stray(
    day: Day, seen: dict[str, list[Sighting]], mishaps: Mishaps, rng: Random, traffic: Traffic
) -> set[tuple[str, int]]:
    """A code is scanned far from where its bearer was seen moments before (a photograph of it, a mix-up)."""
    least = day.port.travel_minutes()
    places = {post.key: post.place for post in day.port.posts.values() if post.place}
    homes = {key: phone_home(key) for key in seen}
    far = [k for k, home in homes.items() if home in places and not is_offset_wrong(traffic.phones[k])]
    candidates = [
        sighting
        for key in sorted(seen)
        if not is_offset_wrong(traffic.phones[key])
        for sighting in seen[key]
        if sighting.custodian in places and sighting.second > 0
    ]
    kept: set[tuple[str, int]] = set()
    for anchor in rng.sample(candidates, min(mishaps.strays, len(candidates))):
        near = places[anchor.custodian]
        away = [
            key
            for key in far
            if least.get(_pair(near, places[homes[key]]), 0) >= STRAY_MINUTES_APART_MIN
            and not homes[key].startswith("exit:")
        ]
        if not away or anchor.person in traffic.touched["two_places"]:
            continue
        key = rng.choice(away)
        second = anchor.second + rng.randint(20, STRAY_WITHIN_SECONDS)
        seen[key].append(Sighting(second, anchor.person, homes[key], "stray"))
        seen[key].sort()
        kept |= {(anchor.person, anchor.second), (anchor.person, second)}
        traffic.tried["two_places"] += 1
        traffic.touched["two_places"].add(anchor.person)
    return kept


def phone_home(key: str) -> str:
    """The custodian a phone belongs to, as its name says."""
    return key.removeprefix("phone:").partition("/")[0]


def _pair(one: str, other: str) -> tuple[str, str]:
    return (one, other) if one < other else (other, one)


def _scan_nobody(seen: dict[str, list[Sighting]], mishaps: Mishaps, rng: Random, traffic: Traffic) -> None:
    """A code that belongs to nobody on any list."""
    halls = sorted(key for key in seen if phone_home(key).startswith("hall:"))
    for number in range(1, mishaps.nobodies + 1):
        if not halls:
            return
        key, person = rng.choice(halls), f"nobody/{number}"
        second = rng.choice(seen[key]).second + 1
        seen[key].append(Sighting(second, person, phone_home(key), "stray"))
        seen[key].sort()
        traffic.tried["nobody"] += 1
        traffic.touched["nobody"].add(person)


def _misname(day: Day, mishaps: Mishaps, traffic: Traffic) -> list[RollCall]:
    """At a roll call of today somebody is ticked off who is not there: another post has them, or they have left."""
    rng, calls = day.stream("roll calls"), list(day.truth.roll_calls)
    today = [place for place, call in enumerate(calls) if call.second >= 0 and call.names]
    people = sorted(day.truth.steps)
    for place in rng.sample(today, min(mishaps.misnamed, len(today))):
        call, person = calls[place], rng.choice(people)
        if day.truth.where(person, call.second) in (call.custodian, NOWHERE):
            continue
        calls[place] = replace(call, names=call.names | {person})
        traffic.tried["misnamed"] += 1
        traffic.touched["misnamed"].add(person)
    return calls


def _reuse_ids(said: dict[str, list[Said]], mishaps: Mishaps, rng: Random, traffic: Traffic) -> None:
    """A phone gives two scans one id: two contents, of which neither can be believed."""
    for _ in range(mishaps.reused):
        key = rng.choice(sorted(said))
        today = [place for place, scan in enumerate(said[key]) if scan.second >= 0]
        if len(today) < 2:
            continue
        one, other = sorted(rng.sample(today, 2))
        first, second = said[key][one], said[key][other]
        if {first.person, second.person} & traffic.touched["two_places"]:
            continue
        said[key][other] = replace(second, id=first.id)
        traffic.tried["id_reused"] += 1
        traffic.touched["id_reused"] |= {first.person, second.person}


def _lose(phone: Phone, said: list[Said], kept: set[tuple[str, int]], chance: _Chance) -> list[Said]:
    """Scans of today that never arrive; whoever is on the wrong side of a wrong offset is noted as well."""
    rng, traffic = chance.rng, chance.traffic
    gone_from = gone_until = -1.0
    if said and rng.random() < chance.mishaps.phone_lost_chance / 10:
        gone_from = rng.choice(said).second
        gone_until = gone_from + rng.randint(20 * MINUTE, 2 * HOUR)
        traffic.tried["phone_lost"] += 1
    through = []
    for scan in said:
        spared = scan.second < 0 or (scan.person, int(scan.second)) in kept
        if not spared and gone_from <= scan.second < gone_until:
            traffic.touched["phone_lost"].add(scan.person)
        elif not spared and rng.random() < chance.mishaps.lost_chance:
            traffic.tried["lost"] += 1
            traffic.touched["lost"].add(scan.person)
        else:
            through.append(scan)
    if is_offset_wrong(phone):
        traffic.touched["offset_wrong"] |= {scan.person for scan in through}
    return through


def _count_offline(phone: Phone, parcels: list[Parcel], traffic: Traffic) -> None:
    traffic.tried["offline"] += sum(
        any(parcel.second >= until and scan.second < until for scan in parcel.scans)
        for _, until in phone.offline
        for parcel in parcels
    )


def _garble(parcels: list[Parcel], chance: _Chance) -> list[Parcel]:
    """Parcels that come late, twice, or with their scans in another order."""
    rng, traffic, mishaps, out = chance.rng, chance.traffic, chance.mishaps, []
    for parcel in parcels:
        if len(parcel.scans) > 1 and rng.random() < mishaps.shuffled_chance:
            traffic.tried["shuffled"] += 1
            parcel = replace(parcel, scans=tuple(rng.sample(parcel.scans, len(parcel.scans))))
        if parcel.second >= 0 and rng.random() < mishaps.late_chance:
            traffic.tried["late"] += 1
            parcel = replace(parcel, second=parcel.second + rng.randint(20 * MINUTE, 6 * HOUR))
        out.append(parcel)
        if rng.random() < mishaps.doubled_chance:
            traffic.tried["doubled"] += 1
            out.append(replace(parcel, second=parcel.second + rng.randint(1, 3 * HOUR)))
    return out


def _kill_server(mishaps: Mishaps, rng: Random, traffic: Traffic) -> None:
    """The server dies and comes back: what it had not written is sent again, and so is what it had not acknowledged."""
    if not traffic.parcels:
        return
    for _ in range(mishaps.kills):
        moment = rng.choice(traffic.parcels).second
        back = moment + rng.randint(20, 90)
        after = []
        for parcel in traffic.parcels:
            if not moment <= parcel.second < back:
                after.append(parcel)
                continue
            if rng.random() < 0.5:  # written, but the phone never heard so
                after.append(parcel)
            after.append(replace(parcel, second=back + rng.uniform(0.5, 60)))
        traffic.parcels = after
        traffic.tried["server_killed"] += 1
