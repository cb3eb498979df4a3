"""Tracing says what a plain count over every pair says, on cabins and days drawn at random."""

from collections import defaultdict

from hypothesis import given, settings
from hypothesis import strategies as st

from pratique.core.tracing import contacts
from pratique.core.tracing.cabin import Cabin, Section
from pratique.core.tracing.edition import Grade, Near, Only
from pratique.core.tracing.presence import Setting

from .world import CREW, OTHERS, ROWS, SEATS, at, be, case, edition, place, rule, world

BLOCKS = ("ABC-DEF", "AC-DF", "AC-DEFG-JL", "A-DG-L", "ABC-DEFG-HJK", "-DEF", "AB-")
LINES = (
    ROWS,
    SEATS,
    CREW,
    OTHERS,
    rule("seats-aisle", Setting.CABIN, near=Near.SEATS, distance=3, aisle_seats=1),
    rule("long", Setting.CABIN, near=Near.ROWS, distance=5, minutes_min=30),
    rule("bus", Setting.VEHICLE, air=("sealed",), protection_from=2, protected=Grade.GENERAL),
    rule("bus-rows", Setting.VEHICLE, air=("aired",), near=Near.ROWS, distance=1, only=Only.TRAVELLERS),
    rule("corridor", Setting.CORRIDOR, Grade.GENERAL, within_minutes=30),
)
PEOPLE = [f"T{n}" for n in range(9)] + ["S1", "S2"]


@st.composite
def cabins(draw):
    """Rows with gaps in their numbers, one to three blocks abreast, perhaps sections."""
    rows, row = {}, 0
    for _ in range(draw(st.integers(1, 4))):
        letters = draw(st.sampled_from(BLOCKS))
        for _ in range(draw(st.integers(1, 4))):
            row += draw(st.sampled_from((1, 1, 1, 2, 10)))
            rows[row] = letters
    middle = draw(st.sampled_from(sorted(rows)))
    return Cabin(
        rows, draw(st.sampled_from(((), (Section("front", 1, middle), Section("rear", middle + 1, 999)))))
    )


@st.composite
def worlds(draw):
    """Two legs, a bus and a corridor; people with seats that they swap, seats nobody knows, infants on a lap."""
    places = [
        place("leg1", Setting.CABIN, cabin=draw(cabins())),
        place("leg2", Setting.CABIN, cabin=draw(cabins())),
        place("bus", Setting.VEHICLE, air=draw(st.sampled_from(("sealed", "aired"))), cabin=draw(cabins())),
        place("corridor", Setting.CORRIDOR),
    ]
    presences = []
    for who in PEOPLE:
        clock = 10 * draw(st.integers(0, 6))
        for where in places:
            for _ in range(draw(st.integers(0, 2))):
                until = clock + draw(st.sampled_from((0, 5, 20, 29, 30, 90)))
                cabin, seat = where.cabin, ""
                staff = who.startswith("S")
                if cabin and not staff:
                    row = draw(st.sampled_from(sorted(cabin.rows)))
                    letters = cabin.rows[row].replace("-", "")
                    seat = draw(st.sampled_from((f"{row}{draw(st.sampled_from(letters))}", "13Z", "")))
                presences.append(
                    be(
                        who,
                        where.id,
                        clock,
                        until,
                        seat,
                        staff=staff,
                        section=draw(st.sampled_from(("front", "rear", ""))) if staff else "",
                        protection=draw(st.integers(0, 3)) if staff else 0,
                    )
                )
                clock = until + draw(st.sampled_from((0, 0, 10, -20)))  # a breach lies within a shift
    return places, presences


def seats_from_row(letters, low, high):
    """Walk a row from left to right and count what is passed."""
    line = [(index, letter) for index, letter in enumerate(letters)]
    passed = [letter for _, letter in line if letter != "-" and low < letter < high]
    aisles = 0
    for index, letter in line:
        if letter == "-":
            left = [other for place, other in line if place < index and other != "-"]
            right = [other for place, other in line if place > index and other != "-"]
            aisles += bool(left and right and left[-1] < high and right[0] > low)
    return len(passed) + 1, aisles


def plain_apart(cabin, one, other):
    """Rows, seats and aisles, counted by hand; None if a seat is not there."""
    ends = []
    for seat in (one, other):
        digits, letter = seat[:-1], seat[-1:]
        if not digits.isdigit() or letter not in cabin.rows.get(int(digits), ""):
            return None
        ends.append((int(digits), letter))
    order = list(cabin.rows)
    rows = abs(order.index(ends[0][0]) - order.index(ends[1][0]))
    low, high = sorted((ends[0][1], ends[1][1]))
    if low == high:
        return rows, 0, 0
    return rows, *min(seats_from_row(cabin.rows[row], low, high) for row, _ in ends)


def plain_section(where, one):
    if one.section or not plain_apart(where.cabin, one.seat, one.seat):
        return one.section
    row = int(one.seat[:-1])
    return next((part.name for part in where.cabin.sections if part.first <= row <= part.last), "")


def plain_near(line, where, own, other):
    if line.near is Near.ANYWHERE:
        return True
    if line.near is Near.SECTION or (own.staff and not own.seat):
        mine, theirs = plain_section(where, own), plain_section(where, other)
        return mine == theirs or not mine or not theirs
    apart = plain_apart(where.cabin, own.seat, other.seat)
    if apart is None:
        return True
    return (
        apart[0] if line.near is Near.ROWS else max(apart[0], apart[1] + apart[2] * line.aisle_seats)
    ) <= line.distance


def plain_trace(places, presences, who, since, until):
    """Every pair of presences, every rule, every minute: (contact, place, rule, grade) and the minutes together."""
    minutes = defaultdict(set)
    met = set()
    for own in (p for p in presences if p.who == who):
        for other in (p for p in presences if p.who != who and p.place == own.place):
            where = next(p for p in places if p.id == own.place)
            for line in LINES:
                begins, ends = max(own.since_at, at(since)), min(own.until_at, at(until))
                if begins > ends or (begins == ends and own.since_at != own.until_at):
                    continue
                if where.setting not in line.settings or (line.air and where.air not in line.air):
                    continue
                if (
                    line.only is Only.STAFF
                    and not other.staff
                    or line.only is Only.TRAVELLERS
                    and other.staff
                ):
                    continue
                if not plain_near(line, where, own, other):
                    continue
                protected = other.staff and line.protection_from is not None and other.protection >= 2
                grade = line.protected if protected else line.grade
                slack = line.within_minutes
                first = max(
                    (begins - at(0)).total_seconds() / 60 - slack,
                    (other.since_at - at(0)).total_seconds() / 60,
                )
                last = min(
                    (ends - at(0)).total_seconds() / 60 + slack, (other.until_at - at(0)).total_seconds() / 60
                )
                touching = first == last and (
                    slack or own.since_at == own.until_at or other.since_at == other.until_at
                )
                if grade is not Grade.NONE and (first < last or touching):
                    key = (other.who, own.place, line.code, grade)
                    met.add(key)
                    minutes[key] |= set(range(int(first), int(last)))
    least = {line.code: line.minutes_min for line in LINES}
    return {key: len(minutes[key]) for key in met if len(minutes[key]) >= least[key[2]]}


@settings(max_examples=80)
@given(worlds(), st.sampled_from(("T0", "S1")), st.integers(0, 100), st.integers(20, 300))
def test_tracing_equals_a_count_over_every_pair(drawn, who, since, until):
    places, presences = drawn
    until = max(since, until)
    found = contacts.trace(
        case=case(who, onset=since + 48 * 60, isolated=until),
        whereabouts=world(places, presences),
        edition=edition(*LINES),
        zone=at(0).tzinfo,
        now=at(10_000),
    )
    plain = plain_trace(places, presences, who, since, until)
    strictest = defaultdict(int)
    for who, where, _, grade in plain:
        strictest[who, where] = max(strictest[who, where], grade.strictness)
    expected = {key: m for key, m in plain.items() if key[3].strictness == strictest[key[0], key[1]]}
    told = {(c.who, r.place, r.rule, r.grade): r.minutes for c in found.contacts for r in c.reasons}
    assert told == expected
    for contact in found.contacts:
        grades = [key[3] for key in plain if key[0] == contact.who]
        assert contact.grade.strictness == max(grade.strictness for grade in grades)


@settings(max_examples=20)
@given(worlds(), st.integers(0, 100))
def test_the_second_ring_is_the_close_contacts_of_each_close_contact(drawn, since):
    places, presences = drawn
    whereabouts, rules = world(places, presences), edition(*LINES)
    now = at(1000)
    first = contacts.trace(
        case=case("T0", onset=since + 48 * 60),
        whereabouts=whereabouts,
        edition=rules,
        zone=at(0).tzinfo,
        now=now,
    )
    second = contacts.trace_second_ring(
        first=first, whereabouts=whereabouts, edition=rules, isolated={}, now=now
    )
    close = {c.who: c for c in first.contacts if c.grade is Grade.CLOSE}
    expected = set()
    for who, contact in close.items():
        begun = min(r.since_at for r in contact.reasons if r.grade is Grade.CLOSE)
        plain = plain_trace(places, presences, who, (begun - at(0)).total_seconds() / 60, 1000)
        expected |= {key[0] for key in plain if key[3] is Grade.CLOSE}
    assert {c.who for c in second} == expected - set(close) - {"T0"}
