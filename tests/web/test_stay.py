"""Reception's pages: rooms and the day, a round by keyboard, calls answered, orders served, a release with its certificate."""

import re
from datetime import timedelta
from uuid import UUID

import pytest
from django.urls import reverse

from pratique.services import care, clock, custody
from pratique.services.stay import call, onward
from pratique.services.window import contact
from pratique.store import models
from pratique.store.ids import make_id
from pratique.store.queries import stays
from pratique.store.queries.intake import list_closed
from services.doors import DAY, employ, screen
from services.test_way import AFTER, do, swab, well

from .airport import at
from .hotel import give_rooms, hotel, page, stays_in


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_desk_proposes_rooms_and_shows_them_given(house, language):
    before = page(house, "stay-facility", hotel(house), language=language).content.decode()
    assert before.count('class="code">30') >= 3
    assert ("To be given rooms" in before) == (language == "en")
    give_rooms(house)
    after = page(house, "stay-facility", hotel(house), language=language).content.decode()
    assert after.count("room-occupied") >= 4
    assert "To be given rooms" not in after
    assert "待安排房间" not in after


def test_the_list_of_facilities_counts_rooms(house):
    give_rooms(house)
    said = page(house, "stay").content.decode()
    assert re.search(r"hotel</a></th>\s*<td[^>]*>4</td><td[^>]*>6</td><td[^>]*>2</td>", said)


def test_a_round_keeps_what_is_good_and_says_which_line_is_not(house):
    give_rooms(house)
    client = house.client("reception")
    where = reverse("stay-round", args=[hotel(house), 3])
    people = [one.traveller for one in _lodgers(house) if one.room.floor == 3]
    typed = {f"celsius-{people[0]}": "36,6", f"celsius-{people[1]}": "66", f"symptomatic-{people[0]}": "on"}
    typed |= {f"id-{one}": make_id() for one in people} | {"method": "ear"}
    answer = client.post(where, typed)
    assert answer.status_code == 422
    assert "the others are kept" in answer.content.decode()
    (taken,) = models.Evidence.objects.filter(code="temperature")
    assert taken.attributes == {"celsius": 36.6, "symptomatic": True, "method": "ear"}
    ill = {f"celsius-{people[1]}": "", f"symptomatic-{people[1]}": "on"}
    said = client.post(where, typed | ill).content.decode()
    assert "Symptoms are ticked" in said and f'name="symptomatic-{people[1]}" checked' in said
    client.post(where, typed | {f"celsius-{people[1]}": "36.9"})
    assert (
        models.Evidence.objects.filter(code="temperature").count() == 2
    )  # sent again, the first is the same


def _lodgers(house):
    return stays.list_lodgers(facility=hotel(house), now=clock.now())


def test_a_call_stands_on_the_desk_until_it_is_answered(house):
    asked = call.call_for_help(
        traveller=house.port.travellers[0], sort="medical", text="My insulin is gone", now=at(60)
    )
    said = page(house, "stay-facility", hotel(house)).content.decode()
    assert "My insulin is gone" in said
    assert f"{reverse('petitions')}#c{asked.id}" in said  # one desk answers; the others lead there
    told = {"words": "The nurse brought it"}
    house.client("reception").post(reverse("petition-help", args=[asked.id]), told)
    assert "My insulin is gone" not in page(house, "stay-facility", hotel(house)).content.decode()
    assert "The nurse brought it" in page(house, "release", house.port.travellers[0]).content.decode()


def test_a_room_is_closed_with_a_reason_and_opened_again(house):
    room = models.Room.objects.get(code="403")
    client = house.client("reception")
    client.post(reverse("stay-room", args=[room.id]), {"step": "blocked", "because": "a leak"})
    assert "a leak" in page(house, "stay-facility", hotel(house)).content.decode()
    client.post(reverse("stay-room", args=[room.id]), {"step": "opened"})
    assert models.Room.objects.get(code="403").state == "ready"


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_facility_that_is_full_says_so_with_its_reason_and_until_when_and_is_opened_again(house, language):
    client = house.client("reception")
    where = reverse("stay-intake", args=[hotel(house)])
    until = f"{at(60) + timedelta(hours=14):%Y-%m-%dT%H:%M}"
    client.post(where, {"because": "the kitchen flooded", "until": until, "id": make_id()})
    assert hotel(house) in list_closed(now=clock.now())
    said = page(house, "stay-facility", hotel(house), language=language).content.decode()
    assert "the kitchen flooded" in said
    word = "takes nobody until" if language == "en" else "前停止接收"
    assert word in page(house, "stay", language=language).content.decode()
    client.post(where, {"step": "open"})
    assert "the kitchen flooded" not in page(house, "stay-facility", hotel(house)).content.decode()
    assert client.post(where, {"step": "open"}).status_code == 409


@pytest.mark.parametrize(
    ("told", "refused"),
    [({"because": " "}, "reason"), ({"because": "full", "until": "2020-04-01T08:00"}, "still to come")],
)
def test_a_closure_without_a_reason_or_in_the_past_is_refused_and_nothing_changes(house, told, refused):
    answer = house.client("reception").post(reverse("stay-intake", args=[hotel(house)]), told)
    assert answer.status_code == 409
    assert refused in answer.content.decode().lower()
    assert not list_closed(now=clock.now())


def test_a_floor_is_closed_but_for_rooms_with_people_and_opened_again(house):
    give_rooms(house)
    client, where = house.client("reception"), reverse("stay-floor", args=[hotel(house), 4])
    answer = client.post(where, {"step": "close", "because": "painters"}, follow=True).content.decode()
    taken = {one.room.code for one in _lodgers(house) if one.room.floor == 4}
    floor = models.Room.objects.filter(floor=4)
    assert {room.code for room in floor if room.state != "blocked"} == taken
    assert ("stays open" in answer or "stay open" in answer) == bool(taken)
    assert not models.Room.objects.filter(floor=3, state="blocked").exists()
    client.post(where, {"step": "open"})
    assert not floor.filter(state="blocked").exists()
    assert client.post(reverse("stay-floor", args=[hotel(house), 9]), {"step": "open"}).status_code == 409


def test_the_lists_to_print_name_rooms_and_meals(house):
    give_rooms(house)
    who = house.port.travellers[0]
    house.client("reception").post(
        reverse("guest-needs", args=[who]), {"diet": ["halal"], "need": ["low_floor"]}
    )
    said = page(house, "stay-lists", hotel(house)).content.decode()
    assert "ZHANG XIAOMING" in said
    assert "halal" in said
    assert models.Access.objects.filter(traveller_id=who, what="room list").exists()


def test_orders_are_signed_by_two_served_and_only_then_count(house):
    who = house.port.travellers[0]
    told = {
        "sort": "extend",
        "days": 3,
        "document": "D-7",
        "reason": "A late positive in the room",
        "id": make_id(),
    }
    first, second = house.client("commander"), house.client("epidemiologist")
    assert first.post(reverse("order-draw", args=[who]), told).status_code == 302
    order = models.StayOrder.objects.get()
    first.post(reverse("order-sign", args=[order.id]))
    assert models.StayOrderStep.objects.filter(step="signed").count() == 1  # nobody signs twice
    waiting = first.get(reverse("orders")).content.decode()
    assert "signed by you: another person signs" in waiting and "Sign what is ticked" not in waiting
    assert second.post(reverse("orders-sign"), {}).status_code == 409
    answer = second.post(
        reverse("orders-sign"), {"order": [order.id, make_id()]}, follow=True
    ).content.decode()
    assert "1 order is signed" in answer and "There is no such order" in answer
    assert (
        house.code(0)
        in page(house, "stay-facility", hotel(house)).content.decode().split("<h2>Orders to serve")[1]
    )
    said = page(house, "release", who).content.decode()
    assert "not given to the traveller yet" in said
    for language, words in (("en", "You may object"), ("zh-hans", "提出异议")):
        printed = page(house, "order", order.id, language=language).content.decode()
        assert words in printed and ("Legal basis" in printed or "法律依据" in printed)
    house.client("reception").post(
        reverse("order-serve", args=[order.id]), {"language": "zh", "understood": "on", "remedy_told": "on"}
    )
    assert "it counts" in page(house, "release", who).content.decode()


def test_a_reduction_served_cannot_be_taken_back_on_the_page_and_an_extension_taken_back_is_to_be_told(house):
    who, orders = house.port.travellers[0], {}
    signers = house.client("commander"), house.client("epidemiologist")
    for sort in ("extend", "reduce"):
        told = {"sort": sort, "days": 2, "document": sort, "reason": "why", "id": make_id()}
        signers[0].post(reverse("order-draw", args=[who]), told)
        orders[sort] = models.StayOrder.objects.get(document=sort).id
        signers[1].post(reverse("order-sign", args=[orders[sort]]))
    assert "Orders to serve" in page(house, "stay-facility", hotel(house)).content.decode()
    for order in orders.values():
        house.client("reception").post(
            reverse("order-serve", args=[order]), {"language": "zh", "understood": "on", "remedy_told": "on"}
        )
    assert "Orders to serve" not in page(house, "stay-facility", hotel(house)).content.decode()
    said = page(house, "release", who, role="commander").content.decode()
    assert said.count("/withdraw/") == 1
    assert "needs an extension, signed by two" in said
    for order in orders.values():
        signers[0].post(reverse("order-withdraw", args=[order]), {"because": "a mistake"})
    withdrawn = models.StayOrderStep.objects.filter(step="withdrawn")
    assert [step.order_id for step in withdrawn] == [orders["extend"]]
    assert "Tell them that it was taken back" in page(house, "release", who).content.decode()
    house.client("reception").post(reverse("order-told", args=[orders["extend"]]), {"language": "zh"})
    assert "told that it was taken back" in page(house, "release", who).content.decode()


def test_a_release_shows_every_condition_and_what_to_do(house):
    said = page(house, "release", house.port.travellers[0]).content.decode()
    assert "14 full days since arrival" in said
    assert "No negative result of this stay: nobody can sign that away" in said
    answer = house.client("reception").post(
        reverse("release-sign", args=[house.port.travellers[0]]), follow=True
    )
    assert "Not yet" in answer.content.decode()
    assert not models.ReleaseDecision.objects.exists()


def test_who_is_released_gets_a_certificate_whose_code_can_be_checked(house):
    who = house.port.travellers[0]
    _stay(house)
    clock.set_clock(at=at(AFTER), speed=0)
    client = house.client("reception")
    assert "Release them" in page(house, "release", who).content.decode()
    client.post(reverse("release-sign", args=[who]), {"id": make_id()})
    row = models.Certificate.objects.get()
    for language in ("en", "zh-hans"):
        printed = page(house, "certificate", row.id, language=language).content.decode()
        assert "ZHANG XIAOMING" in printed
        assert printed.count("<tr>") >= 3
    assert (
        row.facts["waived"] == row.facts["by_term"] == 0
        and "Every condition" in page(house, "certificate", row.id).content.decode()
    )
    excepted = models.Certificate.objects.create(
        id=make_id(),
        traveller_id=who,
        code="A" * 12,
        facts=row.facts | {"waived": 1, "ordered": 1, "by_term": 1},
        happened_at=at(AFTER),
        recorded_at=at(AFTER),
    )
    printed = page(house, "certificate", excepted.id).content.decode()
    assert "1 condition of the protocol in force was excepted by two persons" in printed
    assert "Every condition" not in printed and "set by an order in writing" in printed
    assert "as they were served were over" in printed
    code = f"{row.code[:4]}-{row.code[4:8].lower()} {row.code[8:]}"
    partner = house.client("partner")
    found = partner.post(reverse("certificate-check"), {"code": code}).content.decode()
    assert "It is ours" in found
    assert "ZHANG" not in found
    assert "No certificate" in partner.post(reverse("certificate-check"), {"code": "AAAA"}).content.decode()
    models.Withdrawal.objects.create(
        id=make_id(),
        evidence_id=UUID(row.facts["decision"]),
        because="wrong person",
        happened_at=at(AFTER),
        recorded_at=at(AFTER),
    )
    assert "No certificate" in partner.post(reverse("certificate-check"), {"code": code}).content.decode()


def _stay(house):
    """The fourteen days of the first traveller, who is in the hotel already."""

    port = house.port
    do(port, "screened", 59, channel="ordinary")
    swab(port, 59.5, "negative")
    well(port, AFTER - 200)
    swab(port, 13 * DAY + 60, "negative")


def test_the_home_prefecture_is_asked_and_accepts(house):
    who = house.port.travellers[0]
    unit = models.Unit.objects.create(code="yuxi", name_zh="玉溪", name_en="Yuxi", sort="prefecture")
    client = house.client("reception")
    where = reverse("onward", args=[who])
    client.post(where, {"unit": unit.id, "step": "accepted", "because": "they said"})
    assert not models.OnwardStep.objects.exists()  # nobody accepts what was not asked
    client.post(where, {"unit": unit.id, "step": "offered"})
    client.post(where, {"unit": unit.id, "step": "accepted", "because": "Ms Li, by telephone"})
    assert "Ms Li, by telephone" in page(house, "release", who).content.decode()


def test_an_exemption_is_handed_in_confirmed_and_decided_by_two_on_its_page(house):
    who = house.port.travellers[0]
    there = ("traveller-exemption", who)
    where = reverse(there[0], args=there[1:])
    commander, lead = house.client("commander"), house.client("epidemiologist")
    paper = {"sort": "compassionate", "authority": "command_office", "reference": "CO-5", "hours": 12,
             "reason": "a funeral", "id": make_id()}  # fmt: skip
    assert (
        "may not issue it"
        in commander.post(where, paper | {"authority": "border_inspection"}).content.decode()
    )
    assert not models.Exemption.objects.exists()
    commander.post(where, paper)
    row = models.Exemption.objects.get()
    step = reverse("exemption-step", args=[row.id])
    commander.post(step, {"step": "decided"})
    assert not models.ExemptionStep.objects.exists()  # not before the issuer was asked
    screener = house.client("screener")
    confirmed = {"step": "confirmed", "authority": "command_office", "reference": "CO-5"}
    screener.post(step, confirmed)
    assert not models.ExemptionStep.objects.exists()  # nobody here has finished two shifts
    for role in ("commander", "epidemiologist", "screener"):
        old = models.Deployment.objects.filter(person_id=employ("commander"))
        old.update(person_id=house.people[role].pk)
    screener.post(step, confirmed)
    assert "I decide for it" not in page(house, *there, role="screener").content.decode()
    screener.post(step, {"step": "decided"})
    assert models.ExemptionStep.objects.count() == 1  # whoever asked the issuer does not decide
    commander.post(step, {"step": "decided"})
    assert "two persons must decide" in page(house, "exemptions", role="commander").content.decode()
    lead.post(step, {"step": "decided"})
    said = page(house, "exemptions", role="commander").content.decode()
    assert "0 in force" in said and "not screened yet" in said
    screen(who, now=clock.now())
    assert "1 in force" in page(house, "exemptions", role="commander").content.decode()
    fever = care.Temperature(who, 38.6, False, "ear")
    care.take_temperature(temperature=fever, by=None, now=clock.now())
    said = page(house, *there, role="commander").content.decode()
    assert "opens nothing" in said and "positive, ill or named as a contact" in said
    assert "I decide for it" not in said, "it takes a new paper"
    commander.post(step, {"step": "revoked", "because": "the funeral is over"})
    assert "revoked" in page(house, "traveller-exemption", who, role="commander").content.decode()


def test_who_was_let_out_stands_on_the_page_until_the_commander_has_settled_it(house):
    house.port.send(house.port.told(who=2, where="city", minute=59))
    said = page(house, "exemptions", role="commander").content.decode()
    assert "Let out without grounds" in said
    row = models.WayJudged.objects.get()
    house.client("commander").post(reverse("way-settle", args=[row.id]), {"because": "Back in the hall"})
    assert "Let out without grounds" not in page(house, "exemptions", role="commander").content.decode()


def test_a_minor_without_a_guardian_is_given_a_room_once_one_is_named(house):
    child, adult = house.port.travellers[0], house.port.travellers[1]
    models.Traveller.objects.filter(id=child).update(under_age=True)
    models.Room.objects.filter(code="301").update(sort="family", beds=2)
    said = page(house, "stay-facility", hotel(house)).content.decode()
    assert "name a guardian first" in said
    client = house.client("reception")
    where = reverse("guest-needs", args=[child])
    client.post(where, {"guardian": house.code(0)})  # nobody is their own guardian
    assert not models.Guest.objects.exists()
    client.post(where, {"guardian": house.code(1)})
    give_rooms(house)
    lodged = {one.traveller: one.room.code for one in _lodgers(house) if one.room}
    assert lodged[child] == lodged[adult] == "301"
    assert "Alone without" not in page(house, "stay-facility", hotel(house)).content.decode()
    models.Guest.objects.filter(traveller_id=child).update(guardian_id=house.port.travellers[2])
    said = page(house, "stay-facility", hotel(house)).content.decode().split("<h2>Alone without")[1]
    assert house.code(0) in said.split("</section>")[0] and house.code(1) not in said.split("</section>")[0]


def test_a_clinician_explains_a_fever_and_writes_the_hospitals_word_down_on_the_page_of_the_stay(house):
    who = house.port.travellers[0]
    lead, desk = house.client("epidemiologist"), house.client("reception")
    desk.post(
        f"/travellers/{who}/record/",
        {"act": "temperature", "celsius": "38.4", "method": "ear", "symptomatic": "yes"},
    )
    said = page(house, "release", who).content.decode()
    assert "1 reading waits for one" in said and 'id="assessment"' in said
    assert re.search(r'href="[^"]+#assessment">A clinician \(epidemiologist\) assesses them', said)
    clear, told = reverse("fever-clear", args=[who]), {"method": "ear", "because": "an old hay fever"}
    assert desk.post(clear, told | {"celsius": "36.6"}).status_code == 403
    assert lead.post(clear, told | {"celsius": "38.1"}).status_code == 422
    assert "It is explained" in page(house, "release", who, role="epidemiologist").content.decode()
    lead.post(clear, told | {"celsius": "36.6", "id": str(make_id())})
    shown = page(house, "release", who, role="epidemiologist").content.decode()
    assert told["because"] in shown and "It is explained" not in shown
    house.port.send(house.port.told(who=0, where="hospital", minute=59))
    assert "The hospital has not discharged them" in page(house, "release", who).content.decode()
    hospital, code = house.port.custodians["hospital"], house.code(0)
    assert reverse("stay-hospital", args=[hospital]) in page(house, "stay").content.decode()
    before = page(house, "stay-hospital", hospital).content.decode()
    assert code in before.partition("The others here")[2]
    lead.post(reverse("hospital-discharge", args=[who]), {"doctor": "Dr Wu", "document": "D-7"})
    back = page(house, "stay-hospital", hospital).content.decode()
    back = back.partition('id="returns"')[2].partition("</section>")[0]
    assert code in back and "Dr Wu" in back and "takes them to a facility" in back and "not before" in back
    assert page(house, "stay-hospital", hotel(house)).status_code == 404
    second = models.Traveller.objects.create(id=make_id(), code="SECOND", manifested=False)
    link = {"by": house.people["epidemiologist"].pk, "because": "the same person", "now": at(60)}
    custody.link(traveller=second.id, same_as=who, **link)
    other = page(house, "release", second.id)
    assert (other.status_code, other.url) == (302, reverse("release", args=[who])), (
        "one person, one such page"
    )
    assert "Dr Wu" in page(house, "release", who).content.decode()
    lead.post(reverse("assessment-undo", args=[who]), {"because": "another guest"})
    assert "Dr Wu" not in page(house, "release", who).content.decode()


def test_home_instead_of_a_facility_is_assessed_by_a_health_lead_and_ordered_by_another(house):
    who = house.port.travellers[0]
    lead, desk = house.client("epidemiologist"), house.client("reception")
    send, assess = reverse("home-send", args=[who]), reverse("home-assess", args=[who])
    told = {"language": "en", "understood": "on"}
    desk.post(send, told)
    assert desk.post(assess).status_code == 403
    assert not models.Evidence.objects.filter(code__in=("assessment", "measure_ordered")).exists()
    lead.post(assess, {"id": str(make_id())})
    lead.post(send, told)  # who assessed does not order
    assert not models.Evidence.objects.filter(code="measure_ordered").exists()
    assert "A second person tells them" in page(house, "release", who).content.decode()
    desk.post(send, {**told, "id": str(make_id())})
    (measure,) = models.Evidence.objects.filter(code="measure_ordered", subject_id=str(who))
    assert measure.attributes["measure"] == "home isolation"
    assert models.Evidence.objects.filter(code="notice", about=str(measure.id)).exists()
    shown = page(house, "release", who).content.decode()
    assert "They leave by a hand-over" in shown
    assert re.search(r"It ends <strong>.{,99}2020-04-29 12:00.{,60}14 full days since arrival", shown, re.S)
    unit = models.Unit.objects.create(code="yuxi", name_zh="玉溪", name_en="Yuxi", sort="prefecture")
    desk.post(reverse("onward", args=[who]), {"unit": unit.id, "step": "offered"})
    shown = page(house, "onwards").content.decode()
    assert re.search(r"isolation at home until <time[^>]*>2020-04-29 12:00", shown)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_whoever_a_case_puts_in_another_class_is_proposed_a_room_and_moved_with_a_button(house, language):
    give_rooms(house)
    fifth = models.Room.objects.create(facility_id=hotel(house), code="501", floor=5, sort="single", beds=1)
    (contact,) = stays_in(models.Room.objects.get(code="301"))
    models.Traveller.objects.filter(id=contact).update(channel="contact")
    shown = page(house, "stay-facility", hotel(house), language=language).content.decode()
    assert ("To change rooms" in shown) == (language == "en") and ("须换房" in shown) == (language != "en")
    assert shown.count('id="moves"') == 1
    assert 'class="chip is-late"' in page(house, "stay").content.decode()
    client = house.client("reception")
    client.post(reverse("stay-move", args=[hotel(house)]))
    left = page(house, "stay-facility", hotel(house)).content.decode()
    assert 'id="moves"' not in left
    assert stays_in(fifth) == [contact]


def test_where_no_room_fits_the_reason_and_what_would_help_stand_in_its_place(house):
    give_rooms(house)
    models.Traveller.objects.filter(id__in=house.port.travellers[:2]).update(channel="contact")
    models.Traveller.objects.filter(id=house.port.travellers[2]).update(channel="symptomatic")
    shown = page(house, "stay-facility", hotel(house)).content.decode()
    assert "no room fits" in shown and "the floor is another flight" in shown


def test_people_who_share_a_room_are_moved_together_from_the_line_that_names_them(house):
    give_rooms(house)
    one = house.port.travellers[0]
    free = next(room for room in models.Room.objects.order_by("code") if not stays_in(room))
    client = house.client("reception")
    answer = client.post(
        reverse("stay-give", args=[hotel(house)]),
        {"traveller": [str(one)], "room": str(free.id), "because": "apart"},
        follow=True,
    )
    assert "is being disinfected" in answer.content.decode() and stays_in(free)
    refused = client.post(
        reverse("stay-give", args=[hotel(house)]),
        {"traveller": ["nobody"], "room": str(free.id)},
        follow=True,
    )
    assert refused.status_code in (200, 403, 409, 422) and stays_in(free) == [one]


def test_a_prefecture_answers_for_itself_and_sees_nobody_elses(house):
    units = [
        models.Unit.objects.create(code=code, name_zh=code, name_en=code, sort="prefecture")
        for code in ("5308", "5325")
    ]
    partner, (mine, other) = house.people["partner"], house.port.travellers[:2]
    for who, unit in ((mine, units[0]), (other, units[1])):
        onward.step(traveller=who, unit=unit.id, step="offered", because="", by=partner.pk, now=at(100))
    models.Person.objects.filter(pk=partner.pk).update(unit=None)
    assert "belongs to no prefecture" in page(house, "onwards", role="partner").content.decode()
    models.Person.objects.filter(pk=partner.pk).update(unit=units[0])
    for who, telephone in ((mine, "+86 139"), (other, "+86 138")):
        contact.give(traveller=who, contact=contact.Contact(telephone=telephone), by=None, now=at(100))
    shown = page(house, "onwards", role="partner").content.decode()
    assert house.code(0) in shown and house.code(1) not in shown
    assert "+86 139" in shown and "+86 138" not in shown
    assert models.Access.objects.filter(what="onward", person_id=partner.pk).count() == 1
    client = house.client("partner")
    assert client.post(reverse("onward-answer", args=[other]), {"step": "accepted"}).status_code == 409
    assert client.post(reverse("onward-answer", args=[mine]), {"step": "declined"}).status_code == 409
    assert client.post(reverse("onward-answer", args=[mine]), {"step": "accepted"}).status_code == 302
    assert onward.find(traveller=mine).step == "accepted" and onward.find(traveller=other).step == "offered"
    assert "+86 139" in page(house, "onwards", role="partner").content.decode()  # theirs to look after now
    seen = page(house, "onwards").content.decode()
    assert house.code(0) in seen and "+86 139" not in seen  # reception sees every request, by code


def test_whoever_is_kept_without_having_been_told_their_rights_stands_at_reception_until_they_are(house):
    notice = care.Notice(house.port.travellers[0], "th", understood=True, measure="central isolation")
    care.tell_rights(notice=notice, by=None, now=at(60))
    shown = page(house, "stay-facility", hotel(house)).content.decode()
    panel = shown[shown.index('aria-label="Rights not told"') :].partition("</section>")[0]
    assert house.code(0) not in panel and house.code(1) in panel
    for who in house.port.travellers[1:]:
        care.tell_rights(
            notice=care.Notice(who, "vi", understood=True, measure="central isolation"), by=None, now=at(61)
        )
    assert "Rights not told" not in page(house, "stay-facility", hotel(house)).content.decode()


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_death_is_recorded_confirmed_told_and_the_deceased_handed_over_on_its_page(house, language):
    who = house.port.travellers[0]
    lead, commander = house.client("epidemiologist", language), house.client("commander", language)
    said = {
        "zh-hans": ("须由第二人确认", "此人已登记去世"),
        "en": ("A second person confirms", "death is on record"),
    }
    waiting, recorded = said[language]
    wrong = lead.post(reverse("death-certify", args=[who]), {"place": "301"})
    assert wrong.status_code == 422
    at_home = (clock.now() + timedelta(hours=8)).strftime("%Y-%m-%dT%H:%M")
    told = {"at": at_home, "place": "room 301", "doctor": "Dr Zhao", "document": "C-1", "id": make_id()}
    assert house.client("reception").post(reverse("death-certify", args=[who]), told).status_code == 403
    for _ in range(2):
        assert waiting in lead.post(reverse("death-certify", args=[who]), told, follow=True).content.decode()
    assert models.Evidence.objects.filter(code="death_certified").count() == 1
    lead.post(reverse("death-confirm", args=[who]))
    assert not models.Evidence.objects.filter(code="died").exists()
    meals = page(house, "stay-lists", hotel(house), language=language).content.decode()
    commander.post(reverse("death-confirm", args=[who]))
    code = models.Traveller.objects.get(id=who).code
    assert code in meals
    assert code not in page(house, "stay-lists", hotel(house), language=language).content.decode()
    assert recorded in page(house, "release", who, language=language).content.decode()
    assert reverse("death", args=[who]) in page(house, "stay-facility", hotel(house)).content.decode()
    for whom in ("kin_told", "consulate_told"):
        lead.post(reverse("death-told", args=[who]), {"whom": whom, "outcome": "reached"})
    lead.post(reverse("death-hand", args=[who]), {"receiver": house.port.custodians["died"]})
    commander.post(reverse("death-hand", args=[who]), {"accepted_by": "Mr Sun"})
    assert house.port.where(0) == "died"
    lead.post(reverse("death-undo", args=[who]), {"because": "the wrong guest"})
    commander.post(reverse("death-undo", args=[who]), {"step": "take_back"})
    assert house.port.where(0) == "hotel"
    assert code in page(house, "stay-lists", hotel(house), language=language).content.decode()


@pytest.mark.parametrize(("language", "said"), [("en", "they were on board"), ("zh-hans", "可见已登机")])
def test_not_on_board_is_said_as_what_posts_have_seen_and_not_as_a_judgement(house, language, said):
    models.Custodian.objects.filter(code="aircraft").update(never_came=True, attributes={})
    shown = page(house, "traveller-exemption", house.port.travellers[0], role="commander", language=language)
    assert said in shown.content.decode()
