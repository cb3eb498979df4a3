"""A headcount that says something else than the book stands on a list until somebody answers for it."""

import pytest
from django.db import IntegrityError

from pratique.core.answers import Refused
from pratique.services import custody, headcount, proof
from pratique.store import models
from pratique.store.queries import headcounts, tower

from .port import at


@pytest.fixture
def day(port):
    """Four travellers, received by the hall at minutes 10 to 13."""
    for who in range(4):
        port.send(port.told(who=who, where="hall", minute=10 + who))
    return port


def call(day, who, *, where="hall", minute=30, **more):
    names = [day.travellers[n] for n in who]
    return headcount.count(
        custodian=day.custodians[where], heads=len(names), names=names, by=None, now=at(minute), **more
    )


def list_open(minute):
    """What the board lists must be what the proof objects to."""
    listed = {(d.code, str(d.traveller)) for d in headcounts.list_differences(now=at(minute))}
    objected = {(o.code, o.subject) for o in proof.prove(now=at(minute)).findings.by_proof["headcount"]}
    assert listed == objected
    return {code for code, _ in listed}


def exceptions(minute):
    return {e.code for e in tower.list_exceptions(now=at(minute))}


def test_whoever_did_not_answer_is_missed_until_somebody_scans_them(day):
    call(day, (0, 1, 2))
    assert list_open(31) == {"headcount_missing"}
    assert tower.list_missed(now=at(31)) == [day.travellers[3]]
    day.send(day.told(who=3, where="holding", minute=40))
    assert list_open(41) == set()
    assert tower.list_missed(now=at(41)) == []
    (answered,) = proof.prove(now=at(41)).findings.answered
    assert answered.subject == str(day.travellers[3])


def test_whoever_answers_elsewhere_is_not_missed_but_the_book_is_wrong(day):
    call(day, (0, 1, 2))
    call(day, (3,), where="holding", minute=35)
    assert list_open(36) == {"headcount_unexpected"}
    assert tower.list_missed(now=at(36)) == []
    assert exceptions(36) == {"headcount_unexpected"}
    day.send(day.told(who=3, where="holding", minute=40))
    assert list_open(41) == set()


def test_a_later_call_that_names_them_answers_for_an_earlier_one(day):
    call(day, (0, 1, 2))
    call(day, (0, 1, 2, 3), minute=45)
    assert list_open(46) == set()


def test_somebody_called_of_whom_the_book_knows_nothing_stands_on_the_list(day):
    stranger = models.Traveller.objects.create(id=custody.make_id(), code="STRANGER", manifested=False)
    names = [*day.travellers, stranger.id]
    headcount.count(custodian=day.custodians["hall"], heads=5, names=names, by=None, now=at(30))
    assert list_open(31) == {"headcount_unexpected"}


def test_a_stranger_found_to_be_somebody_on_the_list_answers_under_both_names(day):
    stranger = custody.make_id()
    day.send(day.told(who=0, traveller=stranger, where="hall", minute=20))
    custody.link(
        traveller=stranger, same_as=day.travellers[3], by=custody.make_id(), because="same", now=at(25)
    )
    names = [*day.travellers[:3], stranger]
    headcount.count(custodian=day.custodians["hall"], heads=4, names=names, by=None, now=at(30))
    assert list_open(31) == set()


def test_a_late_scan_that_explains_the_count_answers_for_it(day):
    call(day, (0, 1, 2))
    assert list_open(31) == {"headcount_missing"}
    day.send(day.told(who=3, where="holding", minute=25, phone="offline"), phone="offline", heard=50)
    assert list_open(51) == set()
    assert proof.prove(now=at(51)).findings.answered == ()


def test_a_count_is_corrected_by_an_entry_with_who_and_why(day):
    count = call(day, (0, 1, 2))
    by = custody.make_id()
    headcount.correct(
        headcount=count.id,
        correction=headcount.Correction(4, tuple(day.travellers), "she was in the washroom, I saw her"),
        by=by,
        now=at(33),
    )
    assert list_open(34) == set()
    assert models.Headcount.objects.get(id=count.id).heads == 3
    sheet = headcounts.find_sheet(headcount=count.id)
    assert [(s.heads, s.because) for s in sheet.statements] == [
        (3, ""),
        (4, "she was in the washroom, I saw her"),
    ]
    assert (sheet.open, sheet.heads, sheet.held) == ((), 4, 4)


def test_a_correction_that_is_wrong_is_corrected_again(day):
    count = call(day, (0, 1, 2, 3))
    for names, why in ((day.travellers[:2], "misread"), (day.travellers[:3], "misread again")):
        headcount.correct(
            headcount=count.id,
            correction=headcount.Correction(len(names), tuple(names), why),
            by=custody.make_id(),
            now=at(33),
        )
    assert [d.traveller for d in headcounts.list_differences(now=at(34))] == [day.travellers[3]]


@pytest.mark.parametrize(
    ("correction", "code"),
    [
        (headcount.Correction(3, (), " "), "reason_missing"),
        (headcount.Correction(3, None, "miscounted"), "names_missing"),
        (headcount.Correction(3, (), "miscounted"), "heads_and_names_differ"),
        (headcount.Correction(-1, (), "miscounted"), "heads_negative"),
    ],
)
def test_a_correction_that_says_nothing_is_refused(day, correction, code):
    count = call(day, (0, 1, 2))
    with pytest.raises(Refused) as refused:
        headcount.correct(headcount=count.id, correction=correction, by=custody.make_id(), now=at(33))
    assert refused.value.code == code
    assert not models.HeadcountCorrection.objects.exists()


def test_a_count_that_nobody_made_cannot_be_corrected(day):
    with pytest.raises(Refused, match="headcount_unknown"):
        headcount.correct(
            headcount=custody.make_id(),
            correction=headcount.Correction(0, (), "no such"),
            by=custody.make_id(),
            now=at(33),
        )


def test_a_correction_cannot_be_edited(day):
    count = call(day, (0, 1, 2))
    headcount.correct(
        headcount=count.id,
        correction=headcount.Correction(4, tuple(day.travellers), "found"),
        by=custody.make_id(),
        now=at(33),
    )
    with pytest.raises(IntegrityError, match="append-only"):
        models.HeadcountCorrection.objects.update(heads=9)


def test_heads_without_names_that_differ_stand_on_the_list_until_a_count_agrees(day):
    count = headcount.count(custodian=day.custodians["hall"], heads=3, names=None, by=None, now=at(30))
    assert exceptions(31) == {"headcount_differs"}
    assert {o.code for o in proof.prove(now=at(31)).findings.by_proof["headcount"]} == {"headcount_differs"}
    sheet = headcounts.find_sheet(headcount=count.id)
    assert (sheet.named, sheet.heads, sheet.held, len(sheet.open)) == (False, 3, 4, 1)
    day.send(day.told(who=0, where="holding", minute=40))
    assert exceptions(41) == {"headcount_differs"}, "the count was of minute 30, when she was there"
    headcount.count(custodian=day.custodians["hall"], heads=3, names=None, by=None, now=at(45))
    assert exceptions(46) == set()
    assert proof.prove(now=at(46)).findings.hold


def test_a_sheet_names_who_was_called_and_who_was_not(day):
    call(day, (0, 1, 2))
    count = call(day, (1, 2, 3), minute=40)
    sheet = headcounts.find_sheet(headcount=count.id)
    assert {c.traveller for c in sheet.present} == set(day.travellers[1:])
    assert {c.traveller for c in sheet.absent} == {day.travellers[0]}
    assert [(o.code, o.subject) for o in sheet.open] == [("headcount_missing", str(day.travellers[0]))]
    day.send(day.told(who=0, where="holding", minute=50))
    later = headcounts.find_sheet(headcount=count.id)
    assert (later.open, [o.subject for o in later.answered]) == ((), [str(day.travellers[0])])
    assert headcounts.find_sheet(headcount=custody.make_id()) is None
