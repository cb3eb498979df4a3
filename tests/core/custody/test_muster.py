"""Who of a flight is where, and why it cannot be closed yet."""

from pratique.core.custody import muster
from pratique.core.custody.entry import Kind

from .story import tell

LISTED = {"T1": "CA403", "T2": "CA403", "T3": "CA403", "T4": "CA403", "T5": "MU556"}
DAY = """
11:40 CA403 lands with T1 T2 T3 T4
11:55 hall T1 T2 T3
12:10 holding T1 T2
12:30 bus-1 T1
13:20 hotel T1
"""


def musters(text, listed=LISTED):
    day = tell(text)
    return muster.muster(books=day.books, ground=day.ground, listed=listed)


def refusal(text, flight="CA403"):
    refused = muster.close_refusal(muster=musters(text)[flight])
    return refused and (refused.code, refused.because)


def test_everybody_of_a_flight_is_counted_where_they_are():
    flight = musters(DAY)["CA403"]
    counts = {kind.value: flight.count(kind) for kind in Kind}
    assert counts == {
        "cabin": 1,
        "hall": 1,
        "holding": 1,
        "trip": 0,
        "facility": 1,
        "hospital": 0,
        "exit": 0,
    }
    assert flight.total == 4


def test_whoever_is_listed_and_has_not_entered_is_expected():
    flight = musters(DAY)["MU556"]
    assert (flight.expected, flight.open, flight.total) == ({"T5"}, {"T5"}, 1)


def test_whoever_is_not_yet_accepted_anywhere_nor_out_is_open():
    assert musters(DAY)["CA403"].open == {"T2", "T3", "T4"}
    assert musters(DAY + "14:00 bus-2 T1")["CA403"].open == {"T1", "T2", "T3", "T4"}


def test_a_flight_with_open_names_cannot_be_closed_and_they_are_named_with_where_they_are():
    assert refusal(DAY) == (
        "flight_open",
        "3 open, 0 disputed: T2 (holding), T3 (hall), T4 (cabin)",
    )


ALL_SETTLED = DAY + "13:30 bus-2 T2 T3 \n 14:30 clinic T2 \n 14:30 inn T3 \n 12:20 not-boarded T4 \n"


def test_a_flight_whose_people_are_all_accepted_or_out_can_be_closed():
    assert musters(ALL_SETTLED)["CA403"].open == frozenset()
    assert refusal(ALL_SETTLED) is None


def test_a_flight_cannot_be_closed_over_a_scan_that_waits_for_a_ruling():
    disputed = ALL_SETTLED + "15:00 hall T4"
    assert refusal(disputed) == ("flight_disputed", "0 open, 1 disputed: T4 (a scan waits for a ruling)")
    assert musters(disputed)["CA403"].disputed == {"T4"}


def test_somebody_unlisted_counts_with_the_flight_they_were_found_of():
    flight = musters(DAY + "12:00 hall finds X1 of CA403")["CA403"]
    assert (flight.total, flight.unmanifested) == (5, {"X1"})
    assert "X1" in flight.open


def test_somebody_of_no_known_flight_is_mustered_under_no_flight_and_not_forgotten():
    nobodys = musters(DAY + "12:00 hall X1")[muster.NO_FLIGHT]
    assert (nobodys.open, nobodys.unmanifested, nobodys.total) == ({"X1"}, {"X1"}, 1)


def test_a_disputed_scan_of_somebody_on_no_list_is_mustered_too():
    assert musters(DAY + "12:00 tent X9")[muster.NO_FLIGHT].disputed == {"X9"}


def test_somebody_linked_is_mustered_once_under_the_listed_name():
    flight = musters(DAY + "12:00 hall X1 \n 12:10 X1 is T4")["CA403"]
    assert flight.total == 4
    assert "T4" in flight.with_kind(Kind.HALL)


def test_somebody_who_came_by_another_flight_than_listed_counts_there_alone():
    both = musters("11:20 CA403 lands with T5 \n 11:40 MU556 lands with T9", {"T5": "MU556"})
    assert both["CA403"].open == {"T5"}
    assert both["MU556"].open == {"T9"}


def test_somebody_with_a_custodian_nobody_knows_counts_as_with_nobody():
    assert musters("11:40 XX1 lands with T1", {})["XX1"].expected == {"T1"}
