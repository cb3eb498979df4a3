"""What travellers ask is answered at one desk; slips and notices are printed from the traveller's page."""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.test import override_settings
from django.urls import reverse

from pratique import protocols
from pratique.core.answers import Refused
from pratique.services import care
from pratique.services.stay import call
from pratique.services.window import petition, slip
from pratique.store import models
from pratique.store.ids import make_id

from .airport import at


def complain(airport, who=0, words="It was cold", language="vi"):
    asked = petition.Asked("food", words, language)
    name = make_id()
    petition.complain(traveller=airport.port.travellers[who], asked=asked, now=at(30), petition_id=name)
    return name


def give_slip(airport, client, language="lo", **more):
    told = {"language": language, "slip": more.pop("slip", make_id())}
    return client.post(reverse("slip-issue", args=[airport.port.travellers[0]]), told)


def read_secret(answer):
    return re.search(r'slip-letters code">([a-z2-9 ]+)<', answer.content.decode())[1]


@override_settings(PRATIQUE_WINDOW="https://stay.example.org")
def test_a_slip_is_in_their_language_with_chinese_and_english_and_its_secret_is_kept_nowhere(airport):
    answer = give_slip(airport, airport.client("escort"))
    page = answer.content.decode()
    for language in ("lo", "zh", "en"):
        assert protocols.list_sheets()[language].sentences["slip.how"] in page
    assert "<svg" in page
    assert answer["Cache-Control"] == "no-store"
    secret = read_secret(answer)
    row = models.Slip.objects.get()
    assert bytes(row.secret_hash) == slip.digest(secret)
    assert secret.replace(" ", "").encode() not in bytes(row.secret_hash)


def test_a_slip_sent_twice_is_one_slip_and_a_new_one_ends_the_one_before(airport):
    client, name = airport.client("screener"), make_id()
    first, second = give_slip(airport, client, slip=name), give_slip(airport, client, slip=name)
    assert read_secret(first) != read_secret(second)
    assert models.Slip.objects.filter(revoked_at__isnull=True).count() == 1
    give_slip(airport, client)
    assert models.Slip.objects.filter(revoked_at__isnull=True).count() == 1
    assert models.Slip.objects.count() == 2


def test_a_lost_slip_opens_nothing_any_more(airport):
    client = airport.client("reception")
    give_slip(airport, client)
    row = models.Slip.objects.get()
    client.post(reverse("slip-revoke", args=[row.traveller_id, row.id]))
    row.refresh_from_db()
    assert row.revoked_by_id == airport.people["reception"].pk


@pytest.mark.parametrize("language", protocols.SPEECH)
def test_the_notice_of_rights_is_printed_in_every_language_with_chinese_beside_it(airport, language):
    care.tell_rights(
        notice=care.Notice(airport.port.travellers[0], "en", True, "home isolation"), by=None, now=at(1)
    )
    where = reverse("notice", args=[airport.port.travellers[0]])
    page = unescape(airport.client("screener").get(where, {"language": language}).content.decode())
    sheets = protocols.list_sheets()
    assert sheets[language].sentences["rights.consent"] in page
    assert sheets["zh"].sentences["rights.consent"] in page


def test_a_complaint_is_answered_and_its_look_is_written_down(airport):
    name = complain(airport)
    client = airport.client("reception")
    page = client.get(reverse("petitions")).content.decode()
    assert "It was cold" in page
    assert models.Access.objects.filter(what="petitions", traveller_id=airport.port.travellers[0]).exists()
    told = {"phrase": "sorry", "words": "", "outcome": "answered", "reply": make_id()}
    client.post(reverse("petition-reply", args=[name]), told)
    (kept,) = petition.list_of(traveller=airport.port.travellers[0])
    assert kept.settled_at is not None
    assert kept.replies[0].phrase == "sorry"
    assert "It was cold" not in client.get(reverse("petitions")).content.decode()


def test_an_objection_is_decided_by_its_reviewer_alone_with_reasons(airport):
    who, by = airport.port.travellers[0], airport.people["screener"].pk
    measure = care.tell_rights(
        notice=care.Notice(who, "en", True, "central isolation"), by=by, now=at(1)
    ).about
    name = make_id()
    petition.object_to(
        traveller=who, asked=petition.Asked(measure, "why me", "en"), now=at(5), petition_id=name
    )
    where = reverse("petition-reply", args=[name])
    told = {"words": "because", "outcome": "lifted", "back": reverse("petitions")}
    refused = airport.client("commander").post(where, {**told, "reply": make_id()}, follow=True)
    assert "Only the named reviewer" in refused.content.decode()
    epidemiologist = airport.client("epidemiologist")
    bare = epidemiologist.post(
        where, {**told, "words": "", "phrase": "reason", "reply": make_id()}, follow=True
    )
    assert "few words" in bare.content.decode()
    epidemiologist.post(where, {**told, "reply": make_id()})
    (kept,) = petition.list_of(traveller=who)
    assert kept.replies[0].outcome == "lifted"
    page = epidemiologist.get(reverse("petitions")).content.decode()
    assert "Decided, to be carried out" in page and reverse("release", args=[who]) in page
    said = airport.client("reception").post(
        reverse("petition-carried", args=[name]), {"words": "done"}, follow=True
    )
    assert "Nothing was to be changed here" in said.content.decode()


def test_the_commander_gives_an_objection_to_somebody_else_but_not_to_who_ordered_the_measure(airport):
    who, by = airport.port.travellers[0], airport.people["commander"].pk
    measure = care.tell_rights(
        notice=care.Notice(who, "en", True, "central isolation"), by=by, now=at(1)
    ).about
    name = make_id()
    petition.object_to(traveller=who, asked=petition.Asked(measure, "no", "en"), now=at(5), petition_id=name)
    where, client = reverse("petition-assign", args=[name]), airport.client("commander")
    client.post(where, {"reviewer": by, "back": reverse("petitions")})
    assert petition.list_open()[0].reviewer == airport.people["epidemiologist"].pk


def test_an_objection_for_which_no_reviewer_was_found_is_not_decided_at_reception(airport):
    who, by = airport.port.travellers[0], airport.people["screener"].pk
    measure = care.tell_rights(
        notice=care.Notice(who, "en", True, "central isolation"), by=by, now=at(1)
    ).about
    name = make_id()
    petition.object_to(traveller=who, asked=petition.Asked(measure, "no", "en"), now=at(5), petition_id=name)
    models.Petition.objects.filter(id=name).update(reviewer=None)
    desk = airport.client("reception")
    page = desk.get(reverse("petitions")).content.decode()
    assert 'value="lifted"' not in page and "Nobody here may decide" not in page
    models.Person.objects.filter(role__in=["epidemiologist", "commander"]).update(is_active=False)
    stuck = desk.get(reverse("petitions")).content.decode()
    assert "Nobody of these is here who did not order" in stuck, "those who are gone ordered nothing"
    assert "Nobody here may decide" in stuck and "an administrator enters another person" in stuck
    models.Person.objects.update(is_active=True)
    told = {"words": "because", "outcome": "kept", "back": reverse("petitions")}
    where = reverse("petition-reply", args=[name])
    refused = desk.post(where, {**told, "reply": make_id()}, follow=True)
    assert "Only the named reviewer" in refused.content.decode()
    with pytest.raises(Refused, match="reviewer_only"):
        petition.assign(petition=name, reviewer=airport.people["reception"].pk, now=at(6))
    assert petition.list_open()[0].settled_at is None
    airport.client("commander").post(where, {**told, "reply": make_id()})
    assert petition.find(petition=name).replies[0].outcome == "kept"


def test_a_call_for_help_is_answered_with_a_phrase_in_their_language(airport):
    slip.issue(traveller=airport.port.travellers[0], language="vi", by=None, now=at(5), slip_id=make_id())
    row = call.call_for_help(traveller=airport.port.travellers[0], sort="medical", text="", now=at(10))
    where = reverse("petition-help", args=[row.id])
    airport.client("reception").post(where, {"phrase": "doctor", "words": "14:00"})
    (kept,) = call.read(traveller=airport.port.travellers[0])
    assert protocols.list_sheets()["vi"].sentences["phrase.doctor"] in kept.answered
    assert protocols.list_sheets()["zh"].sentences["phrase.doctor"] in kept.answered
    assert kept.answered.endswith("14:00")


def test_what_was_said_is_erased_with_the_identity_and_that_it_was_said_stays(airport):
    complain(airport)
    who = airport.port.travellers[0]
    models.Identity.objects.filter(traveller_id=who).update(erase_on=at(0).date())
    assert petition.erase_due(on=at(0).date()) == 0  # still in the loop
    left = {"inside": False, "holder_kind": "exit", "since_at": at(9), "seen_at": at(9)}
    models.Position.objects.filter(traveller_id=who).update(**left)
    assert petition.erase_due(on=at(0).date() + timedelta(days=28)) == 1
    (kept,) = petition.list_of(traveller=who)
    assert kept.words == ""
    assert models.Evidence.objects.filter(code="complaint", subject_id=str(who)).exists()


def test_a_whole_flight_has_slips_before_it_lands_one_a_seat_and_nobody_has_two(airport):
    port, client = airport.port, airport.client("dispatcher")
    models.Flight.objects.filter(id=port.flight).update(landed_at=None)
    for who, seat in zip(port.travellers, ("12A", "3C", "", "30F"), strict=True):
        models.Listing.objects.filter(traveller_id=who).update(seat=seat)
    models.Listing.objects.filter(traveller_id=port.travellers[3]).update(crew=True)
    slip.issue(traveller=port.travellers[2], language="vi", by=None, now=at(5), slip_id=make_id())
    where = reverse("slips-issue", args=[port.flight])
    page = client.post(where, {"language": "th"}).content.decode()
    assert page.index(">3C<") < page.index(">12A<") and page.count("slip-letters") == 2
    secrets = re.findall(r'slip-letters code">([a-z2-9 ]+)<', page)
    kept = {bytes(row.secret_hash) for row in models.Slip.objects.filter(language="th", revoked_at=None)}
    assert kept == {slip.digest(secret) for secret in secrets}
    assert "Everybody on the list has a slip" in client.post(where, {"language": "th"}).content.decode()
    assert airport.client("escort").post(where, {"language": "th"}).status_code == 403
