"""Cases: opened from results, classed with reasons, and what follows for everybody they exposed."""

from dataclasses import replace
from uuid import UUID

import pytest

from pratique.core.answers import Refused
from pratique.core.duties.vocabulary import Kind
from pratique.services import care, duty, force, health, register, tracing
from pratique.services.cases import book, contacting, done, informing, replan
from pratique.services.dispatch import edit, people, plans
from pratique.services.stay import orders, papers, release, term
from pratique.store import models
from pratique.store.ids import make_id

from .fleet import hold, open_port
from .port import NOON, at


def seat(port, *seats):
    models.Flight.objects.filter(id=port.flight).update(equipment="320")
    for traveller, where in zip(port.travellers, seats, strict=True):
        models.Listing.objects.filter(traveller_id=traveller).update(seat=where)


def swab(traveller, tube="T1", result="positive", minute=30):
    care.take_sample(swab=care.Swab(traveller, tube), by=None, now=at(minute))
    care.record_result(tube=tube, result=result, by=None, now=at(minute + 10))


def open_one(port, who=0, minute=50):
    return book.open_case(
        opening=book.Opening(Kind.TRAVELLER, port.travellers[who], "epidemiologist"), by=None, now=at(minute)
    )


def adopt(case, minute=60, **more):
    return contacting.adopt(
        case=case.id,
        rules="cn-2020",
        second_ring=more.pop("second_ring", False),
        by=more.pop("by", None),
        now=at(minute),
    )


def owed(kind, who, minute=61):
    account = register.account_of(kind=kind, subject=str(who), now=at(minute))
    return {d.code: d for d in account.duties if d.state in register.register.OPEN}


def records(who, code):
    rows = models.Evidence.objects.filter(subject_id=str(who), code=code)
    return list(rows.exclude(id__in=models.Withdrawal.objects.values("evidence_id")))


def test_every_positive_result_opens_one_case_classed_by_the_rules(port):
    swab(port.travellers[0])
    assert book.heed_results(now=at(45)) == 1
    assert book.heed_results(now=at(46)) == 0
    case = book.get(case=book.find(subject=port.travellers[0]).id)
    assert (case.row.code, case.row.source, case.sort) == ("C0001", "result", "asymptomatic")
    assert case.last("classified").attributes["facts"] == "positive"
    assert {"reported", "traced"} <= set(owed(Kind.CASE, case.row.id, 46))


def test_symptoms_make_it_a_confirmed_case_and_the_word_before_stays_on_record(port):
    swab(port.travellers[0])
    book.heed_results(now=at(45))
    case = book.find(subject=port.travellers[0])
    care.take_temperature(
        temperature=care.Temperature(port.travellers[0], 38.2, True, "ear"), by=None, now=at(50)
    )
    found = book.propose_sort(case=case.id, rules="cn-2020", now=at(51))
    assert found.definition.code == "confirmed"
    judged = book.Judgement(case.id, "confirmed", "cn-2020", "fever since noon", found.facts)
    standing = book.classify(judgement=judged, by=None, now=at(52))
    assert standing.sort == "confirmed"
    assert [e.attributes["sort"] for e in standing.entries if e.code == "classified"] == [
        "asymptomatic",
        "confirmed",
    ]


def test_two_negatives_a_day_apart_rule_a_suspected_case_out(port):
    case = open_one(port)
    swab(port.travellers[0], "T1", "negative", 60)
    assert book.propose_sort(case=case.id, rules="cn-2020", now=at(100)).definition is None
    swab(port.travellers[0], "T2", "negative", 60 + 24 * 60)
    found = book.propose_sort(case=case.id, rules="cn-2020", now=at(3000))
    assert found.definition.code == "excluded"


def test_a_contact_with_fever_is_a_probable_case_by_the_definitions_of_who(port):
    swab(port.travellers[0])
    book.heed_results(now=at(45))
    seat(port, "12C", "12D", "30A", "2F")
    adopt(book.find(subject=port.travellers[0]))
    care.take_temperature(
        temperature=care.Temperature(port.travellers[1], 38.2, True, "ear"), by=None, now=at(90)
    )
    case = open_one(port, 1, 95)
    found = book.propose_sort(case=case.id, rules="who-2020", now=at(96))
    assert found.definition.code == "probable" and {"contact", "fever_or_respiratory"} <= found.facts


def test_a_case_is_classed_by_the_words_of_an_edition_and_with_a_reason(port):
    case = open_one(port)
    for sort, because, code in (
        ("confirmed", " ", "reason_missing"),
        ("possible", "cough", "case_sort_unknown"),
    ):
        with pytest.raises(Refused, match=code):
            book.classify(judgement=book.Judgement(case.id, sort, "cn-2020", because), by=None, now=at(51))
    with pytest.raises(Refused, match="case_date_ahead"):
        book.date(case=case.id, dates=book.Dates(onset_at=at(60)), by=None, now=at(51))
    with pytest.raises(Refused, match="case_subject_unknown"):
        book.open_case(opening=book.Opening(Kind.TRAVELLER, make_id(), "epidemiologist"), by=None, now=at(1))


def test_an_adopted_list_is_on_record_of_every_contact_and_opens_duties(port):
    swab(port.travellers[0])
    book.heed_results(now=at(45))
    case = book.find(subject=port.travellers[0])
    seat(port, "12C", "14A", "30A", "2F")
    found = adopt(case)
    near, far = port.travellers[1], port.travellers[2]
    assert (found.close, found.general, len(found.new)) == (1, 2, 3)
    (exposed,) = records(near, "exposed")
    assert exposed.happened_at == at(60)  # still in the cabin with the case
    assert exposed.attributes == {
        "case": "C0001",
        "edition": "cn-2020",
        "ring": "1",
        "grade": "close",
        "rule": "aircraft-rows",
    }
    assert not records(far, "exposed") and records(far, "listed")
    assert {"told", "moved_apart", "contact_test"} <= set(owed(Kind.TRAVELLER, near))
    assert owed(Kind.TRAVELLER, near)["moved_apart"].due_at == at(60 + 720)
    assert "told_others" in owed(Kind.TRAVELLER, far) and "moved_apart" not in owed(Kind.TRAVELLER, far)
    assert models.Traveller.objects.get(id=near).channel == "contact"
    assert models.Traveller.objects.get(id=far).channel == ""
    assert models.Traveller.objects.get(id=port.travellers[0]).channel == "symptomatic"
    assert "traced" not in owed(Kind.CASE, case.id)


def test_adopting_the_same_list_again_changes_nothing(port):
    swab(port.travellers[0])
    book.heed_results(now=at(45))
    case = book.find(subject=port.travellers[0])
    port.send(*(port.told(who=n, where="hall", minute=50 + n) for n in range(4)))
    seat(port, "12C", "14A", "30A", "2F")
    adopt(case)
    before = models.Evidence.objects.count(), models.Withdrawal.objects.count()
    again = adopt(case, 61)
    assert (again.new, again.withdrawn, again.changed) == ((), (), ())
    assert (models.Evidence.objects.count(), models.Withdrawal.objects.count()) == before


def test_when_the_dates_of_a_case_change_contacts_come_and_go_with_the_reason(port):
    """A sample in the afternoon; onset turns out to be three days later than isolation would have it: nobody was near."""
    swab(port.travellers[0])
    book.heed_results(now=at(45))
    case = book.find(subject=port.travellers[0])
    seat(port, "12C", "14A", "30A", "2F")
    adopt(case)
    near = port.travellers[1]
    listed = records(near, "listed")[0]
    done.do(act=done.Act(listed.id, "told", {"language": "en", "understood": True}), by=make_id(), now=at(62))
    isolated = book.Dates(sampled_at=at(40), isolated_at=at(-60 * 24))
    book.date(case=case.id, dates=isolated, by=None, now=at(70))
    found = adopt(case, 71)
    assert (found.close, found.general) == (0, 0)
    assert len(found.withdrawn) == 3
    assert not records(near, "listed") and not records(near, "exposed")
    because = models.Withdrawal.objects.get(evidence_id=listed.id).because
    assert because == "C0001: no contact any more"
    assert models.Traveller.objects.get(id=near).channel == ""
    assert "moved_apart" not in owed(Kind.TRAVELLER, near, 72)
    book.date(case=case.id, dates=book.Dates(isolated_at=at(55)), by=None, now=at(80))
    assert adopt(case, 81).close == 1
    assert records(near, "exposed")[0].happened_at == at(55)


def test_somebody_exposed_by_two_cases_stays_a_contact_when_one_is_ruled_out(port):
    seat(port, "12C", "12D", "12E", "2F")
    cases = []
    for who, tube in ((0, "T1"), (1, "T2")):
        swab(port.travellers[who], tube)
        book.heed_results(now=at(45))
        cases.append(book.find(subject=port.travellers[who]))
        adopt(cases[-1])
    shared = port.travellers[2]
    assert len(records(shared, "exposed")) == 2
    judged = book.Judgement(cases[0].id, "excluded", "cn-2020", "the tube was another's")
    book.classify(judgement=judged, by=None, now=at(90))
    adopt(cases[0], 91)
    assert len(records(shared, "exposed")) == 1
    assert models.Traveller.objects.get(id=shared).channel == "contact"
    # The first case itself is a contact of the second.
    assert models.Traveller.objects.get(id=port.travellers[0]).channel == "contact"


def test_a_task_is_done_and_can_be_taken_back(port):
    swab(port.travellers[0])
    book.heed_results(now=at(45))
    case = book.find(subject=port.travellers[0])
    seat(port, "12C", "14A", "30A", "2F")
    adopt(case)
    near, officer = port.travellers[1], make_id()
    listed = records(near, "listed")[0].id
    told = done.Act(listed, "told", {"language": "th"})
    with pytest.raises(Refused, match="told_without_language"):
        done.do(act=done.Act(listed, "told"), by=officer, now=at(62))
    name = make_id()
    assert done.do(act=told, by=officer, now=at(62), evidence_id=name).id == name
    done.do(act=told, by=officer, now=at(63), evidence_id=name)
    assert "told" not in owed(Kind.TRAVELLER, near, 64)
    (contact,) = [c for c in done.list_contacts(case=case.id, now=at(64)) if c.subject == near]
    assert contact.done["told"].at == at(62) and {t.code for t in contact.open} == {
        "moved_apart",
        "contact_test",
    }
    done.undo(act=told, because="another room", by=officer, now=at(65))
    assert "told" in owed(Kind.TRAVELLER, near, 66)
    with pytest.raises(Refused, match="step_not_done"):
        done.undo(act=told, because="again", by=officer, now=at(67))
    with pytest.raises(Refused, match="contact_unknown"):
        done.do(act=done.Act(make_id(), "told"), by=officer, now=at(67))


def test_staff_who_stood_there_unprotected_are_off_duty_and_in_no_roster(port):
    unit = models.Unit.objects.create(code="U", name_zh="一", name_en="One")
    bare, dressed = (
        models.Person.objects.create(username=name, unit=unit, password="!") for name in ("bare", "dressed")
    )
    for person in (bare, dressed):
        row = force.deploy(duty=force.Duty(person.id, NOON.date(), at(-60), at(600), post="hall"))
        force.attend(person=person.id, on=row.on, going="in", now=at(-30))
    models.Deployment.objects.filter(person=dressed).update(protection=2)
    port.send(port.told(who=0, where="hall", minute=20))
    swab(port.travellers[0])
    book.heed_results(now=at(45))
    case = book.find(subject=port.travellers[0])
    adopt(case)
    assert {"told", "off_duty", "contact_test"} <= set(owed(Kind.STAFF, bare.id))
    assert records(dressed.id, "listed")[0].attributes["grade"] == "general"
    held = models.Absence.objects.filter(cancelled_at=None)
    assert [(a.person_id, a.sort, a.until_on) for a in held] == [(bare.id, "health", None)]
    assert health.judge(person=bare.id, now=at(61)).held
    assert not health.judge(person=dressed.id, now=at(61)).held
    models.Deployment.objects.filter(person=bare).update(protection=3)
    adopt(case, 70)
    assert not models.Absence.objects.filter(cancelled_at=None).exists()
    assert not health.judge(person=bare.id, now=at(71)).held
    assert "off_duty" not in owed(Kind.STAFF, bare.id, 71)


DAY = 1440


def hire(name, role="epidemiologist"):
    unit, _ = models.Unit.objects.get_or_create(code="U", defaults={"name_zh": "一", "name_en": "One"})
    return models.Person.objects.create(username=name, role=role, unit=unit, password="!").pk


def expose(port):
    """A case, two who arrived and sit beside it to this day (nobody has scanned them out), and one who does not."""
    swab(port.travellers[0])
    book.heed_results(now=at(45))
    seat(port, "12C", "14A", "30A", "12D")
    for who in port.travellers[1:]:
        duty.record(evidence=duty.Done("traveller", str(who), "arrived", at(0)), by=None, now=at(50))
    return book.find(subject=port.travellers[0])


def end_of(who, minute):
    return release.look(traveller=who, now=at(minute)).release.term.ends_at


def list_orders(who):
    return orders.list_of(travellers=[who])


def test_adopting_a_list_holds_nobody_longer_until_a_second_has_signed_an_extension_and_it_is_served(port):
    case, first, second = expose(port), hire("first"), hire("second")
    near, far = port.travellers[1], port.travellers[2]
    found = adopt(case, 5 * DAY, by=first)
    assert set(found.ordered) == {near, port.travellers[3]}
    assert end_of(near, 5 * DAY) == at(14 * DAY)
    (drawn,) = list_orders(near)
    assert (drawn.days, drawn.served_at) == (5, None)
    assert {str(s.person) for s in drawn.signatures} == {str(first)}
    assert not list_orders(far)
    assert not adopt(case, 5 * DAY + 1, by=first).ordered  # the same list draws up nothing twice
    service = term.Service("en", understood=True, remedy_told=True)
    with pytest.raises(Refused, match="order_persons"):
        term.serve(order=drawn.id, service=service, by=second, now=at(6 * DAY))
    with pytest.raises(Refused, match="second_person_needed"):
        term.sign(order=drawn.id, by=first, now=at(6 * DAY))
    term.sign(order=drawn.id, by=second, now=at(6 * DAY))
    assert end_of(near, 6 * DAY) == at(14 * DAY)
    assert near in {one.traveller for one in papers.list_waiting().to_serve}
    term.serve(order=drawn.id, service=service, by=second, now=at(6 * DAY))
    assert end_of(near, 6 * DAY) == at(19 * DAY)


def test_whose_days_are_over_is_held_by_no_list_and_no_order_is_drawn_up(port):
    case, first = expose(port), hire("first")
    assert adopt(case, 14 * DAY + 60, by=first).ordered == ()
    looked = release.look(traveller=port.travellers[1], now=at(14 * DAY + 60)).release
    exposure = next(one for one in looked.conditions if one.finding.condition.code == "exposure")
    assert exposure.passes
    assert not exposure.finding.held


def test_an_extension_of_somebody_who_is_no_contact_any_more_is_taken_back_served_or_not(port):
    case, first, second = expose(port), hire("first"), hire("second")
    adopt(case, 5 * DAY, by=first)
    held, drawn = port.travellers[1], port.travellers[3]
    (order,) = list_orders(held)
    term.sign(order=order.id, by=second, now=at(5 * DAY))
    service = term.Service("en", understood=True, remedy_told=True)
    term.serve(order=order.id, service=service, by=second, now=at(5 * DAY))
    seat(port, "12C", "28A", "30A", "29D")
    adopt(case, 6 * DAY, by=first)
    assert all(list_orders(who)[0].withdrawn_at == at(6 * DAY) for who in (held, drawn))
    assert end_of(held, 6 * DAY) == at(14 * DAY)
    assert [(p.traveller, p.order.id) for p in papers.list_waiting().to_serve] == [(held, order.id)]


@pytest.fixture
def fleet(db):
    port = open_port(travellers=6)
    hold(port, *range(6))
    seat(port, "12C", "12D", "14A", "30A", "31A", "32A")
    return port


def test_a_contact_list_keeps_the_trip_that_somebody_pinned_in_a_proposal_not_yet_adopted(fleet):
    port, by = fleet, make_dispatcher_id()
    plan = plans.propose(by=None, now=at(60), seconds=0.2)
    one = next(d for d in plans.list_drafts(plan=plan) if port.travellers[5] in d.travellers)
    coach = models.Vehicle.objects.filter(kind="coach").exclude(id=one.vehicle).get()
    driver = models.Person.objects.filter(licence="L").exclude(pk__in=one.drivers).first()
    escort = models.Person.objects.filter(role="escort").exclude(pk__in=one.escorts).first()
    alone = replace(
        one,
        vehicle=coach.id,
        travellers=frozenset({port.travellers[5]}),
        drivers=(driver.pk,),
        escorts=(escort.pk,),
    )
    made = edit.add(plan=plan.id, draft=alone, by=by, now=at(61))
    assert made.plan is not None, made.breaches
    swab(port.travellers[0], minute=20)
    book.heed_results(now=at(63))
    found = adopt(book.find(subject=port.travellers[0]), 63)
    again = replan.replan(travellers=[*found.moved, port.travellers[0]], by=by, now=at(64))
    assert models.Plan.objects.get(id=made.plan.id).state == "replaced"
    drafts = plans.list_drafts(plan=models.Plan.objects.get(id=again.proposal))
    (pinned,) = [d for d in drafts if d.pinned]
    assert (pinned.vehicle, pinned.travellers) == (coach.id, alone.travellers)


def test_dispatch_plans_anew_at_once_and_refuses_to_mix_contacts_with_others(fleet):
    port = fleet
    plan = plans.propose(by=None, now=at(60), seconds=0.2)
    plans.adopt(plan=plan.id, by=make_dispatcher_id(), now=at(61))
    stale = plans.propose(by=None, now=at(62), seconds=0.2)
    together = {line.traveller_id for line in models.BoardingLine.objects.all()}
    assert set(port.travellers) <= together
    swab(port.travellers[0], minute=20)
    book.heed_results(now=at(63))
    found = adopt(book.find(subject=port.travellers[0]), 63)
    contacts = {port.travellers[1], port.travellers[2]}
    assert set(found.moved) == contacts
    made = replan.replan(travellers=[*found.moved, port.travellers[0]], by=make_dispatcher_id(), now=at(64))
    # Whoever rode with them is off the list, and the proposal made before is not to be had any more.
    assert contacts <= {who for off in made.struck.values() for who in off}
    with pytest.raises(Refused, match="plan_overtaken"):
        plans.adopt(plan=stale.id, by=make_dispatcher_id(), now=at(64))
    fresh = models.Plan.objects.get(id=made.proposal)
    classes = {}
    for group in people.find(now=at(64), rules=plans.settings.get_rules(), taken=frozenset()).groups:
        classes |= {one.traveller: group.cls for one in group.members}
    assert {classes[who] for who in contacts} == {"contact"}
    assert classes[port.travellers[0]] == "case"
    for one in plans.list_drafts(plan=fresh):
        assert len({classes[who] for who in one.travellers}) == 1
    rows = {row["id"]: row for row in fresh.document["parties"]}
    of = {
        sort: [i for i, row in rows.items() if classes[UUID(row["travellers"][0])] == sort]
        for sort in ("contact", "ordinary")
    }
    number = next(n for n, row in enumerate(fresh.trips) if set(row["parties"]) & set(of["ordinary"]))
    tried = edit.apply(
        edit=edit.Edit(plan=fresh.id, trip=number, parties=tuple(of["contact"][:1])),
        by=make_dispatcher_id(),
        now=at(65),
    )
    assert tried.plan is None and "transport-mixed" in {one.code for one in tried.breaches}


def make_dispatcher_id():
    return models.Person.objects.create(username=f"d{make_id()}", role="dispatcher", password="!").id


def test_whoever_has_left_is_owed_nothing_here_any_more_but_their_authority_is_told(port):
    seat(port, "12C", "12D", "30A", "2F")
    port.send(port.told(who=1, where="hall", minute=5), port.told(who=1, where="released", minute=20))
    swab(port.travellers[0])
    book.heed_results(now=at(45))
    case = book.find(subject=port.travellers[0])
    adopt(case)
    gone = next(c for c in done.list_contacts(case=case.id, now=at(61)) if c.subject == port.travellers[1])
    assert gone.grade == "close" and gone.left is not None
    assert gone.open == [] and not done.OWED & owed(Kind.TRAVELLER, gone.subject).keys()
    assert "home_told" in owed(Kind.CASE, case.id)
    contacting.tell_home(case=case.id, key=gone.left.key, by=None, now=at(62))
    assert "home_told" not in owed(Kind.CASE, case.id, 63)
    models.Listing.objects.filter(traveller_id=port.travellers[1]).update(seat="1A")
    models.Listing.objects.filter(traveller_id=port.travellers[2]).update(seat="12D")
    (stood,) = records(port.travellers[1], "listed")
    duty.withdraw(evidence=stood.id, because="another row", by=None, now=at(64))
    port.send(port.told(who=2, where="hall", minute=5), port.told(who=2, where="released", minute=20))
    informing.follow(travellers=[port.travellers[2]], by=None, now=at(65))
    assert "home_told" in owed(Kind.CASE, case.id, 66)  # as many as before, and another


def test_a_positive_after_a_case_was_suspected_ruled_out_or_closed_makes_it_one_again(port):
    suspected, closed, seen = (open_one(port, who, 20) for who in range(3))

    def judge(case, sort, minute):
        judged = book.Judgement(case.id, sort, "cn-2020", "looked at")
        book.classify(judgement=judged, by=None, now=at(minute))

    judge(suspected, "suspected", 25)
    judge(closed, "excluded", 25)
    book.note(case=closed.id, code="closed", by=None, now=at(26), because="no case")
    for who in range(3):
        swab(port.travellers[who], f"T{who}")
    judge(seen, "excluded", 45)  # whoever ruled it out knew the result
    assert book.heed_results(now=at(50)) == 2
    assert [book.get(case=one.id).sort for one in (suspected, closed, seen)] == [
        "asymptomatic",
        "asymptomatic",
        "excluded",
    ]
    assert book.get(case=closed.id).closed is None
    assert "traced" in owed(Kind.CASE, suspected.id) and "reported" in owed(Kind.CASE, closed.id)
    assert book.heed_results(now=at(51)) == 0


def test_a_case_ruled_out_has_no_contacts_any_more_from_that_moment(port):
    swab(port.travellers[0])
    book.heed_results(now=at(45))
    case = book.find(subject=port.travellers[0])
    seat(port, "12C", "12D", "30A", "2F")
    adopt(case)
    assert records(port.travellers[1], "exposed")
    judged = book.Judgement(case.id, "excluded", "ecdc-2020", "the tube was another's")
    found = contacting.classify(judgement=judged, by=None, now=at(70))
    assert len(found.withdrawn) == 3 and port.travellers[1] in found.moved
    assert not records(port.travellers[1], "exposed") and not records(port.travellers[2], "listed")
    assert "moved_apart" not in owed(Kind.TRAVELLER, port.travellers[1], 71)
    assert contacting.classify(judgement=judged, by=None, now=at(72)) is None


def test_the_list_of_a_closed_case_stands_and_is_looked_at_again_once_it_is_classed_anew(port):
    swab(port.travellers[0])
    book.heed_results(now=at(45))
    case = book.find(subject=port.travellers[0])
    adopt(case)
    assert "traced" not in owed(Kind.CASE, case.id, 61)
    book.classify(judgement=book.Judgement(case.id, "confirmed", "cn-2020", "cough"), by=None, now=at(62))
    assert "traced" in owed(Kind.CASE, case.id, 63)
    adopt(case, 64)
    assert "traced" not in owed(Kind.CASE, case.id, 65)
    book.note(case=case.id, code="closed", by=None, now=at(66), because="well again")
    with pytest.raises(Refused, match="case_closed"):
        adopt(case, 67)
    assert records(port.travellers[1], "listed")


def test_whoever_is_back_from_hospital_was_isolated_from_the_day_they_went(port):
    swab(port.travellers[0])
    book.heed_results(now=at(45))
    for minute, where in (
        (-20, "hospital"),
        (-10, "hall"),
        (60, "hospital"),
        (900, "hospital"),
        (9000, "hall"),
    ):
        port.send(port.told(who=0, where=where, minute=minute))
    case = book.find_dates(standing=book.get(case=book.find(subject=port.travellers[0]).id), now=at(9001))
    assert case.isolated_at == at(60)


def test_the_rules_of_tracing_are_those_of_the_place_and_the_day(port):
    assert tracing.choose_rules(now=at(0)) == "cn-2020"
    assert tracing.choose_rules(now=at(0).replace(year=2021, month=7)) == "cn-2021"
    models.Port.objects.update(jurisdiction="NZ")
    assert tracing.choose_rules(now=at(0).replace(year=2021, month=7)) == "who-2020"
