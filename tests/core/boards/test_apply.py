"""Applied events equal a fresh read, whatever happens at the airport."""

from collections import Counter
from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from pratique.core.boards import apply
from pratique.core.boards.picture import Exceptional, Owed, Row, Stage, Tower, Zero

START = datetime(2020, 4, 15, tzinfo=UTC)
FLIGHTS = st.sampled_from(["MU2026", "KY8001", "TG612"])
OWNERS = st.sampled_from(["hall", "transport", "facility 3"])


class Airport(RuleBasedStateMachine):
    """A small airport kept as people and facts; the picture is kept beside it by events alone."""

    def __init__(self):
        super().__init__()
        self.now = START
        self.flights, self.people, self.changed = {}, {}, {}
        self.zeros, self.overdue, self.soon = Counter(), Counter(), Counter()
        self.marks, self.exceptions = {}, set()
        self.shown = Tower()

    def hear(self, event):
        self.shown = apply.apply(self.shown, event)

    def touch(self, flight):
        self.now += timedelta(seconds=7)
        self.changed[flight] = self.now

    def read(self):
        """The picture as the facts give it, without any event."""
        rows = {
            flight: Row(
                flight=flight,
                designator=flight,
                departure="BKK",
                scheduled_at=START,
                landed_at=landed_at,
                heads=dict(Counter(stage for of, stage in self.people.values() if of == flight)),
                unseen=self.marks[flight]["unseen"],
                disputed=self.marks[flight]["disputed"],
                changed_at=self.changed.get(flight),
            )
            for flight, landed_at in self.flights.items()
        }
        owed = {o: Owed(o, self.overdue[o], self.soon[o]) for o in {*self.overdue, *self.soon}}
        zeros = {zero: count for zero, count in self.zeros.items() if count}
        return Tower(rows=rows, zeros=zeros, owed=owed, exceptions=frozenset(self.exceptions))

    @rule(flight=FLIGHTS)
    def a_flight_is_announced(self, flight):
        if flight not in self.flights:
            self.flights[flight], self.marks[flight] = None, Counter()
            self.hear(apply.Added(Row(flight=flight, designator=flight, departure="BKK", scheduled_at=START)))

    @precondition(lambda self: self.flights)
    @rule(data=st.data(), heads=st.integers(1, 30))
    def a_list_names_people(self, data, heads):
        flight = data.draw(st.sampled_from(sorted(self.flights)))
        self.touch(flight)
        for _ in range(heads):
            self.people[len(self.people)] = (flight, Stage.EXPECTED)
        self.hear(apply.Moved(flight, None, Stage.EXPECTED, self.now, heads))

    @precondition(lambda self: self.flights)
    @rule(data=st.data())
    def it_lands(self, data):
        flight = data.draw(st.sampled_from(sorted(self.flights)))
        self.touch(flight)
        self.flights[flight] = self.now
        self.hear(apply.Timed(flight, self.now, landed_at=self.now))

    @precondition(lambda self: self.people)
    @rule(data=st.data(), receiver=st.sampled_from(list(Stage)))
    def somebody_is_scanned(self, data, receiver):
        who = data.draw(st.sampled_from(sorted(self.people)))
        flight, giver = self.people[who]
        self.touch(flight)
        self.people[who] = (flight, receiver)
        self.hear(apply.Moved(flight, giver, receiver, self.now))

    @precondition(lambda self: self.flights)
    @rule(data=st.data(), mark=st.sampled_from(["unseen", "disputed"]), up=st.booleans())
    def somebody_is_marked(self, data, mark, up):
        flight = data.draw(st.sampled_from(sorted(self.flights)))
        if not up and not self.marks[flight][mark]:
            return
        self.touch(flight)
        self.marks[flight][mark] += 1 if up else -1
        self.hear(apply.Marked(flight, self.now, **{mark: 1 if up else -1}))

    @rule(zero=st.sampled_from(list(Zero)))
    def what_must_not_happen_happens(self, zero):
        self.zeros[zero] += 1
        self.hear(apply.Counted(zero))

    @rule(owner=OWNERS, overdue=st.integers(0, 3), soon=st.integers(0, 3))
    def duties_fall_due(self, owner, overdue, soon):
        self.overdue[owner] += overdue
        self.soon[owner] += soon
        self.hear(apply.Fell(owner, overdue, soon))

    @rule(
        code=st.sampled_from(["two_places", "unmanifested"]), subject=st.sampled_from("abc"), up=st.booleans()
    )
    def something_must_be_settled(self, code, subject, up):
        exception = Exceptional(START, code, subject)
        if up:
            self.exceptions.add(exception)
            self.hear(apply.Raised(exception))
        else:
            self.exceptions.discard(exception)
            self.hear(apply.Settled(exception))

    @invariant()
    def applied_events_equal_a_fresh_read(self):
        assert self.shown == self.read()


Airport.TestCase.settings = settings(max_examples=60, stateful_step_count=40)
TestAirport = Airport.TestCase


@given(st.sampled_from(list(Stage)), st.sampled_from(list(Stage)))
def test_an_event_about_a_flight_that_is_not_shown_changes_nothing(giver, receiver):
    assert apply.apply(Tower(), apply.Moved("unknown", giver, receiver, START)) == Tower()
