"""Who somebody is stays apart from the journey, unreadable at rest, and every look is written down."""

from datetime import date, timedelta
from uuid import UUID

import pytest
from django.db import connection

from pratique.core.answers import Refused
from pratique.services import custody, identity
from pratique.services.window import contact, petition, standing
from pratique.store import models
from pratique.store.ids import make_id

from .port import at

WHO = identity.Identity(
    surname="DE SOUZA",
    given_names="ANA LÚCIA",
    chinese_name="苏安娜",
    documents=(("P", "AB123456", "BRA", None),),
)


@pytest.fixture
def known(port):
    identity.write(identities={port.travellers[0]: WHO}, erase_on=date(2020, 5, 13))
    return port


def dump() -> bytes:
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        tables = [row[0] for row in cursor.fetchall()]
        parts = []
        for table in tables:
            cursor.execute(f"SELECT string_agg(t::text, E'\\n') FROM {table} t")
            parts.append((cursor.fetchone()[0] or "").encode())
        return b"\n".join(parts)


def test_no_table_holds_a_name_or_a_document_number_in_the_clear(known):
    content = dump()
    for secret in ("SOUZA", "AB123456", "苏安娜", "534f555a41", "4142313233343536"):
        assert secret.encode() not in content


def test_an_identity_is_read_back_whole_and_the_look_is_written_down(known):
    look = identity.Look(person=UUID(int=9), what="traveller page", because="rash reported")
    assert identity.read(travellers=known.travellers, look=look) == {known.travellers[0]: WHO}
    row = models.Access.objects.get()
    assert (row.person_id, row.traveller_id, row.because) == (
        UUID(int=9),
        known.travellers[0],
        "rash reported",
    )


@pytest.mark.parametrize("typed", ["AB123456", "ab 123456", "ＡＢ１２３４５６", "AB-123456"])
def test_a_document_is_found_however_it_is_typed(known, typed):
    assert identity.find_by_document(number=typed) == [known.travellers[0]]


@pytest.mark.parametrize("typed", ["de souza", "Souza", "ana lucia", "LUCIA/SOUZA", "苏安娜"])
def test_a_name_is_found_by_its_parts_without_accents(known, typed):
    assert identity.find_by_name(name=typed) == [known.travellers[0]]


def test_nobody_is_found_by_somebody_elses_name(known):
    assert identity.find_by_name(name="ana silva") == []
    assert identity.find_by_document(number="AB123457") == []


def test_a_record_moved_to_another_traveller_does_not_open(known):
    models.Identity.objects.filter(traveller_id=known.travellers[0]).update(traveller_id=known.travellers[1])
    with pytest.raises(Refused, match="identity_altered"):
        identity.read(travellers=known.travellers, look=None)


def let_out(*travellers, minute=10):
    left = models.Position.objects.filter(traveller_id__in=travellers)
    left.update(inside=False, holder_kind="exit", since_at=at(minute), seen_at=at(minute))


def test_nobody_is_erased_while_they_are_held_nor_before_four_weeks_after_they_left(known):
    who, other, day = known.travellers[0], make_id(), timedelta(days=1)
    long_after = at(0).date() + 100 * day
    models.Traveller.objects.create(id=other, code="Y-1", manifested=False)
    identity.write(identities={other: identity.Identity(surname="SOUZA")}, erase_on=at(0).date())
    custody.link(traveller=other, same_as=who, by=None, because="the same", now=at(1))
    contact.give(traveller=other, contact=contact.Contact("0871"), by=None, now=at(6))
    assert identity.erase_due(on=long_after, now=at(0)) == petition.erase_due(on=long_after) == 0
    shown = standing.find_erasure(traveller=who, on=long_after)
    assert shown == standing.Erasure(long_after + 28 * day, erased=False, inside=True)
    let_out(who, minute=50 * 24 * 60)
    out_on = at(50 * 24 * 60).date()
    assert standing.find_erasure(traveller=who, on=long_after).on == out_on + 28 * day
    assert identity.erase_due(on=out_on + 27 * day, now=at(0)) == 0
    assert petition.erase_due(on=out_on + 28 * day) == 1
    assert identity.erase_due(on=out_on + 28 * day, now=at(0)) == 2


def test_on_its_day_the_identity_is_erased_and_the_journey_stays(known):
    let_out(*known.travellers)
    assert identity.erase_due(on=date(2020, 5, 12), now=at(0)) == 0
    assert identity.erase_due(on=date(2020, 5, 13), now=at(0)) == 1
    assert identity.read(travellers=known.travellers, look=None) == {}
    assert identity.find_by_document(number="AB123456") == []
    assert models.Position.objects.filter(traveller_id=known.travellers[0]).exists()
    assert identity.erase_due(on=date(2020, 5, 13), now=at(0)) == 0


def test_who_is_on_no_list_is_erased_after_as_many_days_as_who_is_and_before_knows_the_day(port):
    named, nameless, before = make_id(), make_id(), make_id()
    for stranger, surname in ((named, "DOE"), (nameless, ""), (before, "ROE")):
        who = identity.Identity(surname=surname)
        custody.register_unlisted(traveller=stranger, flight=None, who=who, now=at(5))
    models.Identity.objects.filter(traveller_id=before).update(erase_on=None)  # as they stood before
    models.Traveller.objects.filter(id__in=[nameless, before]).update(created_at=at(5))
    contact.give(traveller=nameless, contact=contact.Contact("0871"), by=None, now=at(6))
    let_out(named, nameless, before)
    due = at(0).date() + timedelta(days=14 + 28)
    for day, gone in ((due - timedelta(days=1), False), (due, True)):
        assert petition.erase_due(on=day) == gone
        assert identity.erase_due(on=day, now=at(0)) == 2 * gone
        for stranger in (named, nameless, before):
            assert standing.find_erasure(traveller=stranger, on=day) == standing.Erasure(due, gone, False)
