"""Batches to laboratories and files of results back: counts agree or are explained, and no result is believed unseen."""

import pytest

from pratique.core.answers import Refused
from pratique.core.duties.vocabulary import Kind
from pratique.core.manifest.passenger_list import Document, Listed
from pratique.services import care, duty, health, identity, issue, register
from pratique.services.laboratory import batch, intake
from pratique.services.laboratory.intake import Verdict
from pratique.store import models
from pratique.store.ids import make_id
from pratique.store.queries import laboratory

from .port import at


def swab(port, who, tube, pool=1, minute=12):
    found = care.Swab(port.travellers[who], tube, 0, "K", "L", "nasopharyngeal", pool)
    return care.take_sample(swab=found, by=None, now=at(minute))


def take(text, minute=60, name="results.csv"):
    return intake.take(file=intake.File(name, text.encode()), by=None, now=at(minute), second=make_id())


def result_of(tube):
    return sorted(models.Sample.objects.filter(tube=tube).values_list("result", flat=True))


def owes(port, who, code, minute):
    account = register.account_of(kind=Kind.TRAVELLER, subject=str(port.travellers[who]), now=at(minute))
    return [d.state for d in account.duties if d.code == code and d.state in ("due", "overdue")]


def send(port, *tubes, laboratory="L"):
    """A batch that has left."""
    box = batch.open_batch(laboratory=laboratory, by=None, now=at(20))
    for tube in tubes:
        batch.scan_in(batch=box.id, tube=tube, by=None, now=at(21))
    batch.close(batch=box.id, by=None, now=at(22))
    return batch.hand_over(batch=box.id, count=len(tubes), courier="C", by=None, now=at(23))


def test_a_box_waits_by_the_clock_until_the_laboratory_has_it(port):
    swab(port, 0, "K1"), swab(port, 1, "K2")
    box = send(port, "K1", "K2")

    def open_duties(minute):
        account = register.account_of(kind=Kind.BATCH, subject=str(box.id), now=at(minute))
        return [(d.code, d.state.value) for d in account.duties if d.state in ("due", "overdue")]

    assert (Kind.BATCH, str(box.id)) in register.list_subjects()
    assert open_duties(30) == [("batch_receipt", "due")]
    assert open_duties(23 + 181) == [("batch_receipt", "overdue")]
    batch.receive(batch=box.id, receipt=batch.Receipt(2, "Li"), by=None, now=at(90))
    assert open_duties(400) == []


def test_a_count_that_differs_leaves_only_with_names(port):
    swab(port, 0, "K1"), swab(port, 1, "K2")
    box = batch.open_batch(laboratory="L", by=None, now=at(20))
    for tube in ("K1", "K2", "K1"):
        batch.scan_in(batch=box.id, tube=tube, by=None, now=at(21))
    batch.close(batch=box.id, by=None, now=at(22))
    with pytest.raises(Refused, match="batch_count_differs"):
        batch.hand_over(batch=box.id, count=3, courier="C", by=None, now=at(23))
    batch.hand_over(batch=box.id, count=2, courier="C", by=None, now=at(23))
    with pytest.raises(Refused, match="batch_receipt_unexplained"):
        batch.receive(batch=box.id, receipt=batch.Receipt(1, "Li"), by=None, now=at(60))
    told = batch.Receipt(2, "Li", missing={"K2"}, extra=["X9"])
    row = batch.receive(batch=box.id, receipt=told, by=None, now=at(60))
    assert (row.received_count, row.extra) == (2, ["X9"])
    assert [(line.tube, line.received) for line in laboratory.list_tubes(batch=box.id)] == [
        ("K1", True), ("K2", False),
    ]  # fmt: skip
    noted = models.Evidence.objects.get(subject_kind="batch", code="received")
    assert noted.attributes == {"tubes": 2, "agreed": False, "received_by": "Li"}


def test_a_tube_is_in_one_box_and_for_its_own_laboratory(port):
    swab(port, 0, "K1")
    one = batch.open_batch(laboratory="L", by=None, now=at(20))
    other = batch.open_batch(laboratory="L", by=None, now=at(20))
    third = batch.open_batch(laboratory="M", by=None, now=at(20))
    assert [row.code for row in (one, other, third)] == ["20200415-01", "20200415-02", "20200415-03"]
    batch.scan_in(batch=one.id, tube="K1", by=None, now=at(21))
    with pytest.raises(Refused, match="tube_in_batch") as refused:
        batch.scan_in(batch=other.id, tube="K1", by=None, now=at(21))
    assert one.code in str(refused.value)
    batch.take_out(batch=one.id, tube="K1")
    with pytest.raises(Refused, match="tube_other_laboratory"):
        batch.scan_in(batch=third.id, tube="K1", by=None, now=at(21))
    with pytest.raises(Refused, match="tube_unknown"):
        batch.scan_in(batch=one.id, tube="K404", by=None, now=at(21))
    with pytest.raises(Refused, match="batch_empty"):
        batch.close(batch=one.id, by=None, now=at(22))


def test_a_cancelled_box_frees_its_tubes_and_one_that_left_cannot_be_cancelled(port):
    swab(port, 0, "K1")
    one = batch.open_batch(laboratory="L", by=None, now=at(20))
    batch.scan_in(batch=one.id, tube="K1", by=None, now=at(21))
    batch.cancel(batch=one.id, because="wrong day", by=None, now=at(22))
    box = send(port, "K1")
    with pytest.raises(Refused, match="batch_handed"):
        batch.cancel(batch=box.id, because="late", by=None, now=at(30))


def test_what_is_good_of_a_file_is_kept_and_the_rest_is_somebodys(port):
    for number, tube in enumerate(("K1", "K2", "K3")):
        swab(port, number, tube)
    who = Listed(surname="ZHANG", given_names="XIAOMING", documents=(Document("P", "E1", "CHN"),))
    identity.write(identities={port.travellers[2]: identity.of_listed(who)}, erase_on=None)
    receipt = take(
        "条码,结果,证件号码,检测时间\nK1,阴性,,\nK2,阴性,,2020-04-15 11:00\nK3,阴性,E9,\nX9,阳性,,2020-04-15 12:30\n"
    )
    verdicts = {row.line.tube: row.verdict for row in receipt.rows}
    assert verdicts == {"K1": "take", "K2": "early", "K3": "other_person", "X9": "unknown"}
    assert (result_of("K1"), result_of("K2"), result_of("K3")) == (["negative"], [""], [""])
    assert [row.tube for row in laboratory.list_unknown()] == ["X9"]
    assert models.Issue.objects.count() == 2
    assert models.Issue.objects.get(title__contains="K3").title.endswith(
        "Tube K3: negative, and names another person"
    )
    assert (receipt.file.rows, receipt.file.taken) == (4, 1)


def test_the_same_file_again_changes_nothing(port):
    swab(port, 0, "K1")
    text = "Barcode,Result\nK1,negative\nX1,negative\n"
    assert not take(text).repeated
    assert take(text, minute=70, name="other name.csv").repeated
    assert models.Evidence.objects.filter(code="result").count() == 1
    intake.settle_unknown(tube="X1", because="the laboratory's own control", by=None, now=at(80))
    assert laboratory.list_unknown() == []


def test_a_file_without_a_usable_row_is_refused(port):
    with pytest.raises(Refused, match="results_refused"):
        take("Barcode,Result\nK1,who knows\n")
    assert not models.ResultFile.objects.exists()


def test_a_name_in_another_order_is_the_same_person(port):
    swab(port, 0, "K1")
    who = Listed(surname="ZHANG", given_names="XIAOMING", chinese_name="张晓明")
    identity.write(identities={port.travellers[0]: identity.of_listed(who)}, erase_on=None)
    for name, verdict in (
        ("Xiaoming Zhang", "take"),
        ("张晓明", "take"),
        ("LI NA", "other_person"),
        ("", "take"),
    ):
        assert verdict_of(name) == verdict, name


def verdict_of(name, number=""):
    text = f"Barcode,Result,Name,Passport no.\nK1,negative,{name},{number}\n"
    (row,) = intake.preview(file=intake.File("f", text.encode())).rows
    return row.verdict


def test_a_laboratorys_own_number_of_a_patient_makes_them_nobody_else_where_their_whole_name_stands(port):
    swab(port, 0, "K1")
    for number, given, passport in ((0, "XIAOMING", "E1"), (1, "XIAOLI", "E2")):
        who = Listed(surname="ZHANG", given_names=given, documents=(Document("P", passport, "CHN"),))
        identity.write(identities={port.travellers[number]: identity.of_listed(who)}, erase_on=None)
    assert verdict_of("Xiao Ming Zhang", "LAB-77") == verdict_of("", "E1") == "take"
    assert verdict_of("", "LAB-77") == verdict_of("ZHANG XIAOLI", "LAB-77") == "other_person"
    assert verdict_of("ZHANG XIAOMING", "E2") == "other_person", "that number is somebody's here"


def test_a_positive_that_names_another_person_keeps_everybody_it_may_be_of_until_two_have_corrected_it(port):
    for tube, pool, people in (("K1", 1, (0,)), ("P1", 3, (1, 2))):
        for number in people:
            swab(port, number, tube, pool=pool)
            who = Listed(surname="ZHANG", given_names=f"{tube}{number}")
            identity.write(identities={port.travellers[number]: identity.of_listed(who)}, erase_on=None)
    take("Barcode,Result,Name\nK1,positive,LI NA\nP1,positive,LI NA\n")
    assert [gate_words(port, who) for who in range(3)] == [["positive"], ["pool_positive"], ["pool_positive"]]
    assert [found.due_at for found in models.Issue.objects.all()] == [at(60)] * 2
    take("Barcode,Result\nK1,negative\n", minute=70)
    assert gate_words(port) == ["positive", "negative"], "the right file alone takes nothing back"
    intake.correct(
        correction=intake.Correction("P1", "negative", "another's", make_id(), make_id()), now=at(80)
    )
    assert gate_words(port, 1) == gate_words(port, 2) == ["negative"]


def test_a_positive_pool_is_nobodys_result_and_everybody_is_sampled_again_singly(port):
    for number in range(3):
        swab(port, number, "P1", pool=3)
    with pytest.raises(Refused, match="pool_full"):
        swab(port, 3, "P1", pool=3)
    assert not owes(port, 0, "test", 40)
    take("Barcode,Result\nP1,positive\n")
    assert result_of("P1") == ["pool_positive"] * 3
    assert [owes(port, who, "test", 61) for who in range(3)] == [["due"]] * 3
    with pytest.raises(Refused, match="pool_after_positive"):
        swab(port, 0, "P2", pool=3, minute=62)
    swab(port, 0, "S1", minute=62)
    take("Barcode,Result\nS1,negative\n", minute=90)
    swab(port, 0, "P3", pool=3, minute=95)


def test_a_negative_pool_is_everybodys_result_and_a_pool_of_one_is_a_single_sample(port):
    swab(port, 0, "P1", pool=5), swab(port, 1, "P1", pool=5), swab(port, 2, "P2", pool=5)
    take("Barcode,Result\nP1,negative\nP2,positive\n")
    assert result_of("P1") == ["negative", "negative"]
    assert result_of("P2") == ["positive"]


@pytest.mark.parametrize("word", ["无效", "lost"])
def test_what_came_to_nothing_is_owed_again(port, word):
    swab(port, 0, "K1")
    assert not owes(port, 0, "test", 40)
    take(f"Barcode,Result\nK1,{word}\n")
    assert owes(port, 0, "test", 61) == ["due"]
    assert not owes(port, 0, "result", 61)


def test_a_tube_is_one_persons_or_a_pool_and_never_takes_more_once_it_left(port):
    swab(port, 0, "K1")
    for pool in (1, 3):
        with pytest.raises(Refused, match="tube_used"):
            swab(port, 1, "K1", pool=pool)
    swab(port, 1, "P1", pool=3)
    assert swab(port, 1, "P1", pool=3).id == models.Sample.objects.get(tube="P1").id
    send(port, "P1")
    with pytest.raises(Refused, match="tube_left"):
        swab(port, 2, "P1", pool=3)


def gate_words(port, who=0):
    rows = care.list_result_evidence(sample=models.Sample.objects.get(traveller_id=port.travellers[who]).id)
    return [row.attributes["result"] for row in rows]


def test_a_later_positive_stands_beside_the_negative_until_two_persons_have_corrected_it(port):
    swab(port, 0, "K1")
    take("Barcode,Result\nK1,negative\n")
    receipt = take("Barcode,Result\nK1,positive\n", minute=70)
    assert [row.verdict for row in receipt.rows] == [Verdict.DIFFERS]
    assert gate_words(port) == ["negative", "positive"]
    assert result_of("K1") == ["negative"]
    found = models.Issue.objects.get()
    one, two = make_id(), make_id()

    def correct(**more):
        told = {"tube": "K1", "result": "positive", "because": "retested", "issue": found.id, "second": two}
        return care.correct_result(correction=care.Correction(**(told | more)), by=one, now=at(80))

    with pytest.raises(Refused, match="second_person_needed"):
        correct(second=one)
    with pytest.raises(Refused, match="reason_missing"):
        correct(because=" ")
    with pytest.raises(Refused, match="issue_unknown"):
        correct(issue=make_id())
    correct()
    assert gate_words(port) == ["positive"]
    assert result_of("K1") == ["positive"]
    assert models.Evidence.objects.filter(code="result").count() == 3
    issue.step(issue=found.id, step="mended", because="corrected", by=one, now=at(81))
    with pytest.raises(Refused, match="issue_closed"):
        correct(result="negative")


def test_a_correction_leaves_the_issue_of_a_tube_with_a_longer_name_alone(port):
    swab(port, 0, "T-1")
    swab(port, 1, "T-12")
    take("Barcode,Result\nT-1,negative\nT-12,negative\n")
    take("Barcode,Result\nT-12,positive\n", minute=70)
    (of_twelve,) = models.Issue.objects.all()
    told = intake.Correction("T-1", "invalid", "mixed up", by=make_id(), second=make_id())
    mended = intake.correct(correction=told, now=at(80))
    assert mended.id != of_twelve.id
    of_twelve.refresh_from_db()
    assert of_twelve.state == "open"


def test_whoever_has_left_stands_on_the_table_only_for_a_test_after_release(port):
    gone = port.travellers[0]
    port.send(port.told(who=0, where="released", minute=20))
    until = {"opens_at": at(0), "due_at": at(60), "overdue_at": at(90)}
    for code, owner in (("test", "facility"), ("follow_up_test", "community")):
        whose = {"subject_kind": "traveller", "subject_id": str(gone), "edition": "cn-arrivals-8"}
        models.Owed.objects.create(**whose, code=code, key="d2", owner=owner, **until)
    due = laboratory.list_due(codes=["test", "follow_up_test"], now=at(30), until=at(60))
    assert [row.duty for row in due if row.who == gone] == ["follow_up_test"]


def test_the_table_shows_who_is_due_which_tubes_wait_and_who_is_late(port):
    swab(port, 0, "K1")
    register.work_out(stands=[(Kind.TRAVELLER, str(t)) for t in port.travellers], now=at(30))
    due = laboratory.list_due(codes=["test"], now=at(30), until=at(60))
    assert {row.who for row in due} == set(port.travellers[1:])
    assert [row.tube for row in laboratory.list_loose(since=at(0))] == ["K1"]
    (lab,) = laboratory.list_laboratories(now=at(12 + 25 * 60))
    assert (lab.name, lab.waiting, lab.late, lab.turnaround_minutes) == ("L", 1, 1, None)
    box = send(port, "K1")
    assert laboratory.list_loose(since=at(0)) == []
    take("Barcode,Result\nK1,negative\n", minute=72)
    (lab,) = laboratory.list_laboratories(now=at(80))
    assert (lab.waiting, lab.turnaround_minutes) == (0, 60)
    batch.receive(batch=box.id, receipt=batch.Receipt(1, "Li"), by=None, now=at(90))
    assert [row.step for row in laboratory.list_batches(since=at(0))] == ["answered"]


def test_a_negative_is_typed_alone_only_of_a_tube_that_by_anothers_word_a_laboratory_received(port):
    typist, other = make_id(), make_id()

    def type_negative(tube):
        return care.type_result(typed=care.Typed(tube, "negative"), by=typist, now=at(99)).result

    for who, tube in enumerate(("K1", "K2", "K3")):
        swab(port, who, tube)
    own, lost = send(port, "K1"), send(port, "K2", "K3")
    for tube in ("K1", "K2", "K3"):  # on their way
        with pytest.raises(Refused, match="result_by_one"):
            type_negative(tube)
    batch.receive(batch=own.id, receipt=batch.Receipt(1, "Li"), by=typist, now=at(90))
    batch.receive(batch=lost.id, receipt=batch.Receipt(1, "Li", missing={"K3"}), by=other, now=at(90))
    for tube in ("K1", "K3"):  # received by the typist's own word; not among those received
        with pytest.raises(Refused, match="result_by_one"):
            type_negative(tube)
    text = b"Barcode,Result\nK1,negative\nK2,negative\nK3,positive\n"
    told = {"file": intake.File("made-up.csv", text), "by": typist, "now": at(99)}
    with pytest.raises(Refused, match="results_by_one") as refused:  # nor by a file that the typist wrote
        intake.take(**told)
    assert refused.value.told == {"tubes": ("K1",)}
    assert result_of("K3") == [""], "all of it or nothing"
    with pytest.raises(Refused, match="second_person_needed"):
        intake.take(**told, second=typist)
    assert type_negative("K2") == "negative"
    intake.take(**told, second=other)
    mine = models.Evidence.objects.filter(code="result", attributes__typed=True, by_id=typist)
    samples = models.Sample.objects.filter(id__in=[piece.about for piece in mine])
    assert set(samples.values_list("tube", flat=True)) == {"K1", "K2"}, "who took them in signs no release"


def test_evidence_of_a_result_withdrawn_does_not_stand(port):
    sample = swab(port, 0, "K1")
    take("Barcode,Result\nK1,negative\n")
    (piece,) = care.list_result_evidence(sample=sample.id)
    duty.withdraw(evidence=piece.id, because="test", by=make_id(), now=at(70))
    assert care.list_result_evidence(sample=sample.id) == []


@pytest.fixture
def staff(port):
    """Two officers of a unit, by the accounts on their badges."""
    unit = models.Unit.objects.create(code="PSB", name_zh="市公安局", name_en="City police")
    return [
        models.Person.objects.create(username=f"o{n}", name_zh=f"张{n}", unit=unit, role="staff").pk
        for n in (1, 2)
    ]


def staff_results(person):
    found = models.Evidence.objects.filter(subject_kind="staff", subject_id=str(person), code="result")
    return list(found.order_by("seq").values_list("attributes__result", flat=True))


def test_tubes_of_the_staff_go_in_the_same_box_and_come_back_in_the_same_file(port, staff):
    swab(port, 0, "K1")
    health.take_sample(swab=health.Swab(staff[0], "S1", laboratory="L"), by=None, now=at(12))
    box = send(port, "K1", "S1")
    assert [(one.kind, one.codes) for one in laboratory.list_tubes(batch=box.id)][1] == ("staff", ("o1",))
    take("条码,结果\nK1,阴性\nS1,阴性\n")
    assert (result_of("K1"), result_of("S1")) == (["negative"], ["negative"])
    assert staff_results(staff[0]) == ["negative"]
    assert laboratory.find_batch(batch=box.id).answered == 2
    assert not models.Absence.objects.exists()


def test_a_positive_of_the_staff_in_a_file_takes_them_off_at_once_and_is_put_right_by_two(port, staff):
    duty.record(evidence=duty.Done("staff", str(staff[0]), "deployed", at(0)), by=None, now=at(0))
    health.take_sample(swab=health.Swab(staff[0], "S1", laboratory="L"), by=None, now=at(12))
    take("条码,结果\nS1,阳性\n")
    assert models.Absence.objects.filter(person_id=staff[0], sort="health", cancelled_at=None).exists()
    assert [one.sort for one in models.Issue.objects.all()] == ["infection"]
    wrong = models.Evidence.objects.get(subject_kind="staff", code="result")
    with pytest.raises(Refused, match="result_by_two"):
        health.take_back(evidence=wrong.id, because="mixed up", by=make_id(), now=at(70))
    told = intake.Correction("S1", "negative", "tubes were swapped", make_id(), make_id())
    intake.correct(correction=told, now=at(80))
    assert result_of("S1") == ["negative"]
    assert not models.Absence.objects.filter(person_id=staff[0], cancelled_at=None).exists()


def test_a_pool_of_the_staff_takes_no_traveller_and_says_of_nobody_that_they_are_ill(port, staff):
    for person in staff:
        health.take_sample(swab=health.Swab(person, "S9", laboratory="L", pool_size=5), by=None, now=at(12))
    with pytest.raises(Refused, match="tube_used"):
        swab(port, 0, "S9", pool=5)
    take("条码,结果\nS9,阳性\n")
    assert [staff_results(person) for person in staff] == [["pool_positive"], ["pool_positive"]]
    assert not models.Issue.objects.exists() and not models.Absence.objects.exists()
    with pytest.raises(Refused, match="pool_after_positive"):
        health.take_sample(swab=health.Swab(staff[0], "S10", pool_size=5), by=None, now=at(70))


def test_a_swab_of_the_staff_typed_by_mistake_frees_its_tube_until_that_has_left(port, staff):
    one = health.take_sample(swab=health.Swab(staff[0], "S1", laboratory="L"), by=None, now=at(12))
    health.take_back(evidence=one.id, because="of another", by=make_id(), now=at(13))
    two = health.take_sample(swab=health.Swab(staff[1], "S1", laboratory="L"), by=None, now=at(14))
    send(port, "S1")
    with pytest.raises(Refused, match="tube_left"):
        health.take_back(evidence=two.id, because="of another", by=make_id(), now=at(30))
