"""A document is matched to those who are here or expected, graded, and never silently."""

from datetime import date, timedelta

import pytest

from pratique.services import document, identity
from pratique.store import models
from pratique.store.ids import make_id

from .port import NOON, at

PASSPORT = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10"
"""The specimen of ICAO 9303-4: Anna Maria Eriksson, L898902C3, born 1974-08-12."""
ANNA = identity.Identity(
    surname="ERIKSSON",
    given_names="ANNA MARIA",
    born_on=date(1974, 8, 12),
    documents=(("P", "L898902C3", "UTO", None),),
)


def know(port, who: int, is_known_as: identity.Identity) -> None:
    identity.write(identities={port.travellers[who]: is_known_as}, erase_on=None)


def ask(text: str, minute: float = 5) -> document.Recognised:
    return document.recognise(text=text, now=at(minute))


def test_a_wristband_code_is_certain(port):
    code = models.Traveller.objects.get(id=port.travellers[0]).code
    found = ask(f" {code[:4]}-{code[4:].lower()} ")
    assert (found.grade, found.suggestions[0].traveller) == ("certain", port.travellers[0])


def test_a_passport_whose_number_birth_and_name_agree_is_certain(port):
    know(port, 1, ANNA)
    found = ask(PASSPORT)
    assert (found.grade, found.checks_hold) == ("certain", True)
    assert found.suggestions[0].traveller == port.travellers[1]


def test_another_number_is_a_question_with_its_reason(port):
    know(port, 1, replace_documents("N1234567"))
    found = ask(PASSPORT)
    assert found.grade == "likely"
    assert found.suggestions[0].reasons == ("number_differs", "birth_same", "name_same")


def replace_documents(number: str) -> identity.Identity:
    return identity.Identity(
        surname=ANNA.surname,
        given_names=ANNA.given_names,
        born_on=ANNA.born_on,
        documents=(("P", number, "UTO", None),),
    )


def test_two_who_fit_alike_are_never_picked_between(port):
    know(port, 1, ANNA)
    know(port, 2, ANNA)
    found = ask(PASSPORT)
    assert found.grade == "ambiguous"
    assert {s.traveller for s in found.suggestions} == set(port.travellers[1:3])
    assert ask("L898902C3").grade == "ambiguous"


def test_a_zone_that_was_misread_is_never_certain(port):
    know(port, 1, ANNA)
    assert ask(PASSPORT.replace("7408122F", "7408121F")).grade != "certain"


def test_of_two_journeys_the_one_under_way_is_meant(port):
    know(port, 1, ANNA)
    earlier = make_id()
    models.Traveller.objects.create(id=earlier, code="EARLIER2", created_at=NOON)
    identity.write(identities={earlier: ANNA}, erase_on=None)
    out = models.Custodian.objects.get(kind="exit")
    models.Position.objects.create(
        traveller_id=earlier,
        holder_id=out.id,
        holder_kind="exit",
        inside=False,
        since_at=NOON - timedelta(days=60),
        seen_at=NOON - timedelta(days=60),
        movements=6,
    )
    for text in ("L898902C3", PASSPORT):
        found = ask(text)
        assert (found.grade, [s.traveller for s in found.suggestions]) == ("certain", [port.travellers[1]])


def test_nobody_is_nobody(port):
    know(port, 1, ANNA)
    assert ask("X0000000").grade == "none"
    assert ask("").grade == "none"
    other = PASSPORT.replace("ERIKSSON<<ANNA<MARIA", "SVENSSON<<KARL<OTTO<").replace(
        "L898902C36", "Z999999997"
    )
    assert ask(other).grade == "none"


def test_what_is_answered_names_nobody(port):
    know(port, 1, ANNA)
    assert "ERIKSSON" not in repr(ask(PASSPORT))
    assert not models.Access.objects.exists()


@pytest.mark.parametrize("number", ["L898902C3", "l898 902-c3"])
def test_a_number_is_found_however_it_is_spaced(port, number):
    know(port, 3, ANNA)
    assert [s.traveller for s in ask(number).suggestions] == [port.travellers[3]]
