"""A traveller's own page: opened by a slip alone, theirs alone, and everything said there reaches the same books."""

import re
from uuid import uuid4

import pytest
from django.urls import get_resolver

from pratique import protocols
from pratique.services import care, declaration, identity, way
from pratique.services.stay import call, removal, term
from pratique.services.window import contact, petition, slip
from pratique.store import models
from pratique.store.ids import make_id
from pratique.store.models.care import RESULTS
from pratique.store.queries import leavings
from web.airport import at

from .addresses import PAGES

OPEN_TO_ALL = {"open", "language", "health"}


def order_measure(port, who=0, by=None):
    notice = care.Notice(port.airport.port.travellers[who], "en", True, "central isolation")
    return care.tell_rights(notice=notice, by=by, now=at(40))


def order_longer(port, who=0):
    """A stay made three days longer, signed by two and served."""
    people = port.airport.people
    draft = term.Draft(
        port.airport.port.travellers[who], "extend", 3, "同住者阳性 A positive next door", "D-7"
    )
    order = term.draw_up(draft=draft, by=people["commander"].pk, now=at(41)).id
    term.sign(order=order, by=people["epidemiologist"].pk, now=at(42))
    term.serve(
        order=order, service=term.Service("en", understood=True, remedy_told=True), by=None, now=at(43)
    )
    return order


def test_every_address_needs_an_open_slip_but_the_door_itself():
    patterns = get_resolver("pratique.window.urls").url_patterns
    assert {p.name for p in patterns if not getattr(p.callback, "needs_visit", False)} == OPEN_TO_ALL
    assert {f"/{p.pattern}" for p in patterns} >= set(PAGES)


@pytest.mark.parametrize("path", PAGES)
def test_whoever_has_opened_no_slip_is_sent_to_the_door(opened, path):
    answer = opened.phone().send(path)
    assert answer.url.endswith("/open/")
    assert opened.airport.code(0) not in answer.text


def order_removal(port, who=0):
    """Somebody in a hotel whom reception has taken to another after a contact."""
    told = port.airport.port
    told.send(told.told(who=who, where="hotel", minute=44))
    asked = removal.Asked(
        told.travellers[who], told.custodians["hotel2"], "contact", "the desk there", at(50), by_plan=True
    )
    return removal.ask(asked=asked, by=port.airport.people["reception"].pk, now=at(45))


def test_every_page_is_shown_to_whoever_opened_a_slip_in_every_language(opened):
    order_measure(opened)
    order_longer(opened)
    taken = order_removal(opened)
    phone = opened.phone(0)
    page = phone.send("/stay/")
    told = page.words
    for said in (
        "stay longer by 3 days",
        "A positive next door",
        "D-7",
        "duty commander, epidemiologist",
        "Articles 23, 31 and 32: consent",
        "reception of the facility",
        "Infectious Diseases, Articles 12 and 39",
    ):
        assert said in told
    assert "A person who did not order the measure examines your objection" in told
    (link,) = re.findall(rf'href="(/object/\?about={taken.id})"', page.text)
    assert re.findall(r'value="([^"]+)" required checked', phone.send(link).text) == [str(taken.id)]
    assert "stay longer by 3 days, ordered" in phone.send("/object/").words
    for language in protocols.SPEECH:
        phone.send("/language/", {"language": language}, on="/")
        for path in PAGES:
            answer = phone.send(path)
            assert (answer.status, answer.url) == (200, opened.window.url + path), answer.text[-800:]
            assert f'<html lang="{"zh-Hans" if language == "zh" else language}">' in answer.text
            assert 'class="other"' not in answer.text, (language, path)
            assert '<span lang="en">' not in answer.text, (language, path)  # laws have a title in each


def test_a_slip_opens_its_own_page_and_the_code_of_another_is_nowhere_in_it(opened):
    for who in (0, 1):
        text = "".join(opened.phone(who).send(path).text for path in PAGES)
        assert opened.airport.code(who) in text
        assert not [other for other in range(4) if other != who and opened.airport.code(other) in text]


def test_the_letters_may_be_typed_in_any_case_and_spacing(opened):
    phone = opened.phone()
    typed = "-".join(re.findall("....", opened.secrets[2].upper()))
    assert opened.airport.code(2) in phone.send("/open/", {"secret": typed}).text


@pytest.mark.parametrize("secret", ["", "aaaa aaaa aaaa aaaa aaaa", "' OR true --", "x" * 90])
def test_a_code_that_was_never_given_opens_nothing(opened, secret):
    phone = opened.phone()
    answer = phone.send("/open/", {"secret": secret})
    assert answer.status == 403
    assert phone.send("/").url.endswith("/open/")


def test_whoever_tries_code_after_code_has_to_wait_and_nobody_else_does(opened):
    phone = opened.phone()
    answers = [phone.send("/open/", {"secret": "aaaa"}).status for _ in range(12)]
    assert answers == [403] * 10 + [429] * 2
    assert opened.phone(0).send("/").status == 200


def test_whoever_says_too_much_too_fast_has_to_wait(opened):
    phone = opened.phone(0)
    told = {"about": "other", "words": "again"}
    answers = [phone.send("/complain/", {**told, "id": str(make_id())}).status for _ in range(21)]
    assert answers == [200] * 20 + [429]


def test_closing_the_page_closes_it_on_this_phone_only(opened):
    one, other = opened.phone(0), opened.phone(0)
    assert "closed on this phone" in one.send("/leave/", {}, on="/").words
    assert one.send("/").url.endswith("/open/")
    assert other.send("/").url == f"{opened.window.url}/"


def test_a_lost_slip_closes_every_phone_at_once(opened):
    phone = opened.phone(0)
    row = models.Slip.objects.get(traveller_id=opened.airport.port.travellers[0])
    slip.revoke(slip=row.id, by=None, now=at(61))
    assert phone.send("/").url.endswith("/open/")


def test_neither_secrets_nor_cookies_are_in_an_address_a_referrer_or_the_log(opened):
    phone = opened.phone(0)
    for path in (*PAGES, "/nothing/", "/stay/?x=1"):
        answer = phone.send(path)
        assert opened.secrets[0] not in answer.text
    kept = [cookie.value for cookie in phone.jar if cookie.name == "visit"]
    log = opened.window.log.read_text()
    assert kept
    assert not [value for value in (*opened.secrets, *kept) if value in log]
    assert phone.send("/").headers["referrer-policy"] == "same-origin"
    visit = next(cookie for cookie in phone.jar if cookie.name == "visit")
    assert visit.has_nonstandard_attr("HttpOnly")


def test_a_page_may_load_nothing_from_elsewhere_and_is_light(opened):
    answer = opened.phone(0).send("/")
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert answer.headers["cache-control"] == "no-store"
    assert len(answer.text.encode()) < 10_000
    style = re.search(r'href="([^"]+page.css)"', answer.text)[1]
    assert len(opened.phone().send(style).text) < 12_000
    assert "<script" not in answer.text


def test_a_report_is_evidence_once_however_often_it_is_sent(opened):
    phone, who = opened.phone(0), opened.airport.port.travellers[0]
    told = {"id": str(make_id()), "celsius": "36,7", "method": "ear", "symptomatic": "no"}
    assert "Your report has arrived" in phone.send("/report/", told).words
    phone.send("/report/", told)
    (piece,) = models.Evidence.objects.filter(subject_id=str(who), code="temperature")
    assert piece.attributes == {"celsius": 36.7, "symptomatic": False, "method": "ear", "own": True}


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ({"celsius": "98.6", "method": "ear", "symptomatic": "no"}, "between 30 and 45"),
        ({"celsius": "abc", "method": "ear", "symptomatic": "no"}, "between 30 and 45"),
        ({"celsius": "36.5", "method": "eye", "symptomatic": "no"}, "check the fields"),
        ({"celsius": "36.5", "method": "ear"}, "check the fields"),
    ],
)
def test_a_report_that_cannot_be_comes_back_with_what_was_typed(opened, told, said):
    answer = opened.phone(0).send("/report/", told)
    assert answer.status == 422
    assert said in answer.words
    assert f'value="{told["celsius"]}"' in answer.text
    assert not models.Evidence.objects.filter(code="temperature").exists()


def test_a_call_for_help_is_on_the_staffs_list_and_its_answer_on_the_page(opened):
    phone = opened.phone(1)
    phone.send("/help/", {"id": str(make_id()), "about": "interpreter", "words": "Tôi không hiểu"})
    (waiting,) = call.list_open()
    assert (waiting.sort, waiting.said) == ("interpreter", "Tôi không hiểu")
    assert waiting.by_themselves
    call.answer(call=waiting.id, text="An interpreter calls at 14:00", by=make_id(), now=at(65))
    assert "An interpreter calls at 14:00" in phone.send("/asked/").words
    assert "calls at 14:00" not in opened.phone(0).send("/asked/").words


def test_a_complaint_counts_as_one_and_its_answer_is_seen(opened):
    phone, name = opened.phone(0), make_id()
    told = {"id": str(name), "about": "food", "words": "The food was cold."}
    assert "complaint has arrived" in phone.send("/complain/", told).words
    phone.send("/complain/", told)
    (issue,) = models.Issue.objects.filter(sort="complaint")
    assert issue.traveller_id == opened.airport.port.travellers[0]
    assert issue.topic == "food"
    assert "cold" not in issue.title
    (waiting,) = petition.list_open()
    assert (waiting.words, waiting.language) == ("The food was cold.", "en")
    assert waiting.due_at is not None
    answer = petition.Answer("sorry", "A warm meal is on its way.", "answered")
    by = opened.airport.people["reception"].pk
    petition.reply(petition=name, answer=answer, by=by, now=at(90), reply_id=make_id())
    page = phone.send("/asked/").words
    assert "We are sorry" in page
    assert "A warm meal is on its way." in page
    issue.refresh_from_db()
    assert issue.state == "mended"


def test_words_are_sealed_in_the_tables(opened):
    opened.phone(0).send("/complain/", {"id": str(make_id()), "about": "other", "words": "PLAINWORDS"})
    opened.phone(0).send("/data/", {"telephone": "0871-555-0199"})
    assert b"PLAINWORDS" not in bytes(models.Petition.objects.get().sealed)
    assert b"0199" not in bytes(models.ContactVersion.objects.get().sealed)


def test_an_objection_goes_to_a_named_reviewer_who_did_not_order_the_measure(opened):
    commander = opened.airport.people["commander"]
    epidemiologist = opened.airport.people["epidemiologist"]
    measure = order_measure(opened, by=epidemiologist.pk)
    phone, name = opened.phone(0), make_id()
    told = {"id": str(name), "about": measure.about, "words": "I was tested yesterday."}
    assert "Officer commander" in phone.send("/object/", told).words
    (waiting,) = petition.list_open()
    assert waiting.reviewer == commander.pk
    answer = petition.Answer("", "The test was of another laboratory.", "kept")
    petition.reply(petition=name, answer=answer, by=commander.pk, now=at(80), reply_id=make_id())
    page = phone.send("/asked/").words
    assert "The measure stays" in page
    assert "The test was of another laboratory." in page


def test_nobody_objects_to_the_measure_of_another(opened):
    measure = order_measure(opened, who=1)
    told = {"id": str(make_id()), "about": measure.about, "words": "no"}
    assert opened.phone(0).send("/object/", told).status == 422
    assert petition.list_open() == []


def test_contact_data_is_kept_version_by_version(opened):
    phone, who = opened.phone(0), opened.airport.port.travellers[0]
    phone.send("/data/", {"telephone": "1"})
    phone.send("/data/", {"telephone": "2", "address": "Dali"})
    phone.send("/data/", {"telephone": "2", "address": "Dali"})
    assert phone.send("/data/", {}).status == 422
    versions = contact.list_versions(traveller=who)
    assert [(v.number, v.contact.telephone) for v in versions] == [(2, "2"), (1, "1")]


def test_who_looked_and_when_it_is_erased_are_shown(opened):
    phone, who = opened.phone(0), opened.airport.port.travellers[0]
    assert "Nobody has looked" in phone.send("/data/").words
    opened.airport.client("screener").get(f"/travellers/{who}/")
    models.Identity.objects.filter(traveller_id=who).update(erase_on="2020-05-27")
    page = phone.send("/data/").words
    assert "health check" in page
    assert "2020-05-27" in page
    assert "Officer screener" not in page
    looks = models.Access.objects.bulk_create(
        [models.Access(traveller_id=who, what="names") for _ in range(400)]
    )
    for number, look in enumerate(looks):
        look.at = at(-7 * number)  # two days of looks
    models.Access.objects.bulk_update(looks, ["at"])
    answer = phone.send("/data/")  # all of them (and the zone of the port), still light
    assert (len(re.findall(r"\d\d:\d\d", answer.words)), answer.text.count("<details")) == (402, 3)
    assert len(answer.text.encode()) < 15_000


def test_before_landing_nobody_is_told_that_no_stay_awaits_them(in_the_air):
    phone = in_the_air.phone(1)
    assert "decided at the health check" in phone.send("/").words
    assert "No stay has been ordered" not in phone.send("/stay/").words


def test_results_and_release_are_those_of_the_staff(opened):
    who = opened.airport.port.travellers[0]
    opened.airport.settle(0)
    phone = opened.phone(0)
    assert "No test has been taken" in phone.send("/stay/").words
    care.take_sample(swab=care.Swab(who, "T1", site="nasopharyngeal"), by=None, now=at(50))
    assert "not in yet" in phone.send("/stay/").words
    care.record_result(tube="T1", result="negative", by=None, now=at(58))
    page = phone.send("/stay/").words
    assert "the virus was not found" in page
    assert "Not before 2020-04-29 12:00" in page
    for result in RESULTS:
        models.Sample.objects.update(result=result)
        assert protocols.list_sheets()["en"].sentences[f"results.{result}"] in phone.send("/stay/").words
    book = opened.airport.port
    book.send(book.told(who=0, where="released", minute=59))  # a door that had no grounds
    home = phone.send("/").words
    assert "Staff are still checking whether you may leave" in home and "Next temperature" in home
    assert "free to go" not in home.lower()
    assert "Not before 2020-04-29 12:00" in phone.send("/stay/").words


def test_whoever_left_from_the_hall_reads_that_no_ride_and_no_stay_were_theirs(opened):
    book = opened.airport.port
    for where, minute in (("hall", 40), ("released", 50)):
        book.send(book.told(who=1, where=where, minute=minute))
    phone = opened.phone(1)
    assert not re.findall(r'class="(?:missed|done)"><span>(Ride|Stay)', phone.send("/").text)  # not yet
    (kept,) = leavings.list_open()
    way.settle(judged=kept.id, because="an order of the court", by=make_id(), now=at(55))
    page = phone.send("/").text
    assert re.findall(r'class="(\w+)"(?: aria-current="step")?><span>(\w+)', page) == [
        ("done", "Flight"),
        ("done", "Health"),
        ("missed", "Ride"),
        ("missed", "Stay"),
        ("here", "At"),  # for they are still owed tests there
    ]
    assert page.count("(does not apply to you)") == 2


@pytest.mark.parametrize("path", ["/complain/", "/help/", "/report/"])
def test_a_form_with_the_id_of_anothers_is_refused_in_words_and_changes_nothing(opened, path):
    phone, theirs = opened.phone(0), make_id()
    told = {"about": "other", "words": "mine", "celsius": "36.5", "method": "ear", "symptomatic": "no"}
    opened.phone(1).send("/complain/", {"id": str(theirs), "about": "care", "words": "mine"})
    answer = phone.send(path, {**told, "id": str(theirs), "words": "yours"})
    assert answer.status == 409
    assert "This form was sent before" in answer.words
    (kept,) = petition.list_of(traveller=opened.airport.port.travellers[1])
    assert kept.words == "mine"
    assert "mine" not in phone.send("/asked/").words
    assert models.Evidence.objects.filter(subject_id=str(opened.airport.port.travellers[0])).count() == 0


DECLARED = {
    "surname": "Nguyen",
    "given_names": "Van An",
    "middle_initial": "V",
    "sex": "male",
    "seat": "12A",
    "mobile": "+84 900000001",
    "telephone_work": "+84 900000002",
    "telephone_home": "+84 900000003",
    "telephone": "+84 900000004",
    "email": "an@example.org",
    "home.street": "1 Hang Bai",
    "home.apartment": "4",
    "home.city": "Ha Noi",
    "home.province": "HN",
    "home.country": "VN",
    "home.postcode": "100000",
    "stay.name": "Hotel",
    "stay.city": "Kunming",
    "stay.country": "CN",
    "emergency.surname": "Nguyen",
    "emergency.given_names": "Thi Ba",
    "emergency.city": "Ha Noi",
    "emergency.country": "VN",
    "emergency.mobile": "+84 900000005",
    "family.1.surname": "Nguyen",
    "family.1.given_names": "Minh",
    "family.1.seat": "12B",
    "family.1.minor": "on",
    "others.0.surname": "Le",
    "others.0.group": "tour",
    "fever": "no",
    "cough": "yes",
    "visit.1.place": "VN",
    "visit.1.from": "2020-04-01",
    "visit.1.until": "2020-04-15",
}


def test_a_declaration_says_every_field_to_the_screening_desk_and_stands_on_the_page(opened):
    phone, who = opened.phone(0, language="vi"), opened.airport.port.travellers[0]
    phone.send("/language/", {"language": "en"}, on="/")
    assert "/declare/" in phone.send("/").text
    assert "Your declaration has arrived" in phone.send("/declare/", DECLARED).words
    phone.send("/declare/", DECLARED)
    (kept,) = declaration.read(traveller=who, look=identity.Look(None, "test"))
    assert (kept.source, kept.version) == ("traveller", 1)
    form = kept.form
    told = (form.surname, form.telephone_home, form.home.apartment, form.stay.name, form.emergency.mobile)
    assert told == ("Nguyen", "+84 900000003", "4", "Hotel", "+84 900000005")
    assert [(one.given_names, one.minor, one.group) for one in form.party] == [
        ("Minh", True, ""),
        ("", False, "tour"),
    ]
    assert form.answers == {"fever": False, "cough": True}
    assert [(visit.place, visit.until_on.isoformat()) for visit in form.visits] == [("VN", "2020-04-15")]
    page = phone.send("/declare/").text
    assert all(f'value="{word}"' in page for word in ("Van An", "Ha Noi", "2020-04-01", "Minh"))
    desk = opened.airport.client("screener").get(f"/screening/{who}/").content.decode()
    assert 'value="12A"' in desk


@pytest.mark.parametrize(
    ("wrong", "mark"),
    [
        ({"visit.0.place": "VN"}, "card bad"),
        ({"visit.0.place": "VN", "visit.0.from": "2020-04-10", "visit.0.until": "2020-04-01"}, "card bad"),
        ({"home.city": "x" * 201}, "aria-invalid"),
        ({"sex": "?"}, "Please check"),
        ({"visit.0.place": "VN", "visit.0.from": "2020-06-10", "visit.0.until": "2020-06-11"}, "card bad"),
    ],
)
def test_a_declaration_that_cannot_be_comes_back_as_it_was_typed(opened, wrong, mark):
    answer = opened.phone(0).send("/declare/", {"seat": "12A", **wrong})
    assert answer.status == 422
    assert mark in answer.text
    assert 'value="12A"' in answer.text
    assert not models.Declaration.objects.exists()


def test_an_empty_declaration_is_none(opened):
    assert opened.phone(0).send("/declare/", {}).status == 422
    assert not models.Declaration.objects.exists()


def test_a_page_that_is_not_there_says_so_in_the_language(opened):
    answer = opened.phone(language="zh").send(f"/{uuid4()}/")
    assert answer.status == 404
    assert "没有这个页面" in answer.words
