"""Each proof, on a story in which it has something to say and on one in which it has not."""

from dataclasses import replace

from pratique.core.custody import proofs
from pratique.core.custody.entry import Custodian, Kind
from pratique.core.custody.fold import Tally
from pratique.core.custody.proofs import Control, FlightCount, Headcount, Source, Witness

from .story import GROUND, Told, at, tell

DAY = """
11:40 CA403 lands with T1 T2 T3
11:55 hall T1 T2 T3
12:30 bus-1 T1 T2
13:20 hotel T1 T2
"""


def prove(day, now="13:30", **witness):
    told = day if isinstance(day, Told) else tell(day)
    return proofs.prove(books=told.books, ground=told.ground, witness=Witness(**witness), now=at(now))


def objections(day, now="13:30", **witness):
    return [f"{o.subject} {o.code}" for o in prove(day, now, **witness).objections]


def door(heads, flight="CA403", source=Source.DOOR, time="11:50"):
    return FlightCount(flight, source, heads, at(time))


def called(custodian, time, *names):
    return Headcount(custodian, len(names), at(time), frozenset(names))


def counted(custodian, time, heads):
    return Headcount(custodian, heads, at(time))


def test_a_true_book_passes():
    findings = prove(
        DAY,
        counts=(door(3), door(3, source=Source.CARRIER), door(3, source=Source.CONTROL)),
        headcounts=(called("hall", "12:00", "T1", "T2", "T3"), counted("hotel", "13:25", 2)),
        totals={"hall": 1, "hotel": 2},
        controls=(Control("loads", seen=3, served=2, unserved=("T3",)),),
        handed_in=7,
    )
    assert findings.hold
    assert list(findings.by_proof) == [
        "unbroken chain",
        "heads",
        "headcount",
        "overdue",
        "totals",
        "no silent skip",
    ]


def test_a_chain_with_a_link_missing_is_broken():
    movements = tell(DAY).books.accounts["T1"].movements
    codes = [o.code for o in proofs.unbroken_chain(movements[:1] + movements[2:])]
    assert codes == ["chain_broken", "chain_miscounted", "chain_miscounted"]
    back = replace(movements[2], happened_at=at("11:00"))
    assert [o.code for o in proofs.unbroken_chain((*movements[:2], back))] == ["chain_backwards"]


def test_a_head_more_at_the_door_than_in_the_books_is_found_with_all_figures_beside_each_other():
    findings = prove(DAY, counts=(door(4), door(3, source=Source.CONTROL)))
    (objection,) = findings.objections
    assert (objection.code, objection.subject) == ("heads_differ", "CA403")
    assert objection.because == "door 4 (books 3), control 3 (books 3)"


def test_a_flight_that_was_counted_and_is_not_in_the_books_is_found():
    assert objections(DAY, counts=(door(120, flight="MU556"),)) == ["MU556 heads_differ"]


def test_when_the_trusted_count_agrees_another_that_differs_is_named_as_such():
    assert objections(DAY, counts=(door(3), door(4, source=Source.CARRIER))) == ["CA403 counts_differ"]


def test_whoever_counts_again_corrects_the_earlier_count():
    assert objections(DAY, counts=(door(2, time="11:50"), door(3, time="12:05"))) == []


def test_somebody_who_did_not_board_is_on_the_list_but_not_among_the_heads_at_the_door():
    absent = DAY + "12:40 not-boarded T3"
    book = DAY.replace("11:55 hall T1 T2 T3", "11:55 hall T1 T2") + "12:40 not-boarded T3"
    assert objections(book, counts=(door(2), door(3, source=Source.CONTROL))) == []
    assert objections(book, counts=(door(3),)) == ["CA403 heads_differ"]
    assert tell(absent).where("T3") == "not-boarded"


def test_somebody_on_no_list_is_among_the_heads_at_the_door_but_not_in_the_lists_own_count():
    book = DAY + "12:00 hall finds X1 of CA403"
    counts = (door(4), door(4, source=Source.CARRIER), door(3, source=Source.CONTROL))
    assert objections(book, counts=counts) == []


def test_somebody_on_no_list_whose_flight_nobody_knows_is_missed_at_the_door():
    assert objections(DAY + "12:00 hall X1", counts=(door(4),)) == ["CA403 heads_differ"]


def test_those_who_have_left_still_count_as_landed():
    assert objections(DAY + "12:40 in-transit T3", counts=(door(3),)) == []


def test_desk_vehicle_and_facility_count_who_had_come_that_far_by_then():
    counts = (
        door(3, source=Source.DESK, time="12:00"),
        door(0, source=Source.VEHICLE, time="12:00"),
        door(2, source=Source.FACILITY, time="13:25"),
    )
    assert objections(DAY, counts=counts) == []
    assert objections(DAY, counts=(door(1, source=Source.VEHICLE, time="12:45"),)) == ["CA403 counts_differ"]


def test_a_linked_stranger_counts_once_on_the_listed_flight():
    book = DAY + "12:00 hall finds X1 of MU556 \n 12:05 X1 is T3"
    assert objections(book, counts=(door(3), door(0, flight="MU556"))) == []
    assert objections(book, counts=(door(2), door(1, flight="MU556"))) == [
        "CA403 heads_differ",
        "MU556 heads_differ",
    ]


def test_a_name_that_does_not_answer_is_missing_and_a_name_too_many_is_unexpected():
    assert objections(DAY, headcounts=(called("hotel", "13:25", "T1", "T9"),)) == [
        "T2 headcount_missing",
        "T9 headcount_unexpected",
    ]


def test_heads_that_differ_from_the_books_are_found_without_names():
    (objection,) = prove(DAY, headcounts=(counted("hotel", "13:25", 3),)).objections
    assert (objection.code, objection.because) == ("headcount_differs", "counted 3, books 2")


def test_heads_that_differ_from_the_names_called_are_found():
    odd = replace(called("hotel", "13:25", "T1", "T2"), heads=3)
    assert objections(DAY, headcounts=(odd,)) == ["hotel headcount_names_differ"]


def test_a_headcount_is_held_against_the_books_of_its_moment_late_scans_included():
    late = DAY.replace("12:30 bus-1 T1 T2", "12:30 bus-1 T1 T2, heard 13:10")
    assert objections(late, headcounts=(called("hall", "12:45", "T3"),)) == []


def test_a_headcount_may_call_a_stranger_by_their_wristband_after_they_were_linked():
    book = DAY + "12:00 hall X1 \n 12:50 X1 is T3"
    assert objections(book, headcounts=(called("hall", "12:45", "X1"),)) == []


def test_whoever_was_missing_and_was_seen_since_is_answered_for_and_stays_on_record():
    between = (called("hall", "12:20", "T2", "T3"),)  # T1 is on the way to the bus
    findings = prove(DAY, headcounts=between)
    assert findings.hold
    assert [(o.code, o.subject) for o in findings.answered] == [("headcount_missing", "T1")]


def test_whoever_was_missing_and_answers_to_a_later_call_is_answered_for():
    calls = (called("hall", "12:40"), called("hall", "12:50", "T3"))
    findings = prove(DAY, headcounts=calls)
    assert findings.hold
    assert len(findings.answered) == 1


def test_whoever_was_missing_and_never_seen_again_stays_missing():
    calls = (called("hall", "12:40"), called("hall", "12:50"))
    assert objections(DAY, headcounts=calls) == ["T3 headcount_missing"] * 2


def test_a_count_of_heads_is_answered_for_by_a_later_one_that_agrees():
    assert objections(DAY, headcounts=(counted("hotel", "13:25", 3), counted("hotel", "13:28", 2))) == []
    assert objections(DAY, headcounts=(counted("hotel", "13:25", 2), counted("hotel", "13:28", 3))) == [
        "hotel headcount_differs"
    ]


def test_a_single_headcount_asked_alone_forgives_nothing():
    count = called("hall", "12:20", "T2", "T3")
    assert [o.subject for o in proofs.headcount(books=tell(DAY).books, count=count)] == ["T1"]
    held = proofs.held_at(books=tell(DAY).books, custodian="hall", at=at("12:20"))
    assert held == {"T1", "T2", "T3"}


def test_totals_that_the_database_counts_otherwise_are_found_on_either_side():
    assert objections(DAY, totals={"hall": 2, "inn": 1, "hotel": 2}) == [
        "hall totals_differ",
        "inn totals_differ",
    ]
    assert objections(DAY, totals={}) == ["hall totals_differ", "hotel totals_differ"]


def test_a_generator_that_neither_served_nor_named_somebody_is_found():
    assert objections(DAY, controls=(Control("loads", seen=3, served=2),)) == ["loads skipped"]


def test_a_scan_that_the_fold_was_never_given_is_found():
    assert objections(DAY, handed_in=8) == ["book scans_dropped"]


def test_a_scan_of_which_nothing_became_is_found():
    (objection,) = proofs.no_scan_dropped(tally=Tally(handed_in=3, moved=1, seen=1))
    assert objection.because == "handed in 3, accounted for 2"


def test_somebody_in_the_cabin_of_nobody_known_is_not_among_those_landed():
    assert objections("11:40 XX1 lands with T1", counts=(door(1, flight="XX1"),), now="11:41") == [
        "XX1 heads_differ",
        "T1 unseen",
    ]
    ground = replace(GROUND, custodians={**GROUND.custodians, "XX1": Custodian("XX1", Kind.CABIN, "", 150)})
    assert objections(Told("11:40 XX1 lands with T1", ground), counts=(door(1, flight="XX1"),)) == []


WALKED_OFF = """
11:40 CA403 lands with T1 T2
11:55 hall T1 T2
12:30 bus-1 T1
13:20 hotel T1
"""


def test_somebody_who_walks_off_is_missed_by_the_next_call_and_by_the_clock_whichever_is_first():
    assert objections(WALKED_OFF, now="13:30", headcounts=(called("hall", "13:00"),)) == [
        "T2 headcount_missing"
    ]
    assert objections(WALKED_OFF, now="14:25") == []
    assert objections(WALKED_OFF, now="14:26") == ["T2 unseen"]
