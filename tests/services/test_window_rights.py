"""The database itself keeps one traveller's page to that traveller: what its role may read and write, tried as that role."""

from uuid import uuid4

import psycopg
import pytest
from django.conf import settings

from pratique.services import care, custody, identity
from pratique.services.stay import call
from pratique.services.window import contact, measures, petition, slip, standing
from pratique.store import models, rows, window_rights
from pratique.store.ids import make_id

from .page import opened_by
from .port import at

SHOWN = {right.table for right in window_rights.RIGHTS}


@pytest.fixture
def page(port):
    """Two travellers with slips, identities, contacts, measures and complaints; the page's own connection."""
    secrets = []
    for who in port.travellers[:2]:
        notice = care.Notice(who, "en", True, "central isolation")
        care.tell_rights(notice=notice, by=make_id(), now=at(5))
        _, secret = slip.issue(traveller=who, language="en", by=None, now=at(6), slip_id=make_id())
        secrets.append(secret)
        contact.give(traveller=who, contact=contact.Contact("0871"), by=None, now=at(7))
        asked = petition.Asked("food", "cold again", "en")
        petition.complain(traveller=who, asked=asked, now=at(8), petition_id=make_id())
    identity.write(
        identities={who: identity.Identity(surname="LI") for who in port.travellers}, erase_on=None
    )
    database = settings.DATABASES["default"]
    with psycopg.connect(
        host=database["HOST"], dbname=database["NAME"], user=window_rights.ROLE, autocommit=True
    ) as connection:
        yield connection, secrets, port


def open_as(connection, secret):
    token = str(uuid4())
    connection.execute("SELECT window_open(%s, %s, 60)", [slip.digest(secret), token])
    connection.execute("SELECT set_config('pratique.visit', %s, false)", [token])


def read(connection, query, *values):
    return connection.execute(query, values).fetchall()


def list_tables():
    with psycopg.connect(
        host=settings.DATABASES["default"]["HOST"],
        dbname=settings.DATABASES["default"]["NAME"],
        user="pratique",
    ) as owner:
        return [
            name for (name,) in owner.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        ]


def test_no_table_but_those_named_can_be_read_at_all(page):
    connection, secrets, _ = page
    open_as(connection, secrets[0])
    for table in sorted(set(list_tables()) - SHOWN):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute(f"SELECT count(*) FROM {table}")


@pytest.mark.parametrize(
    "query",
    [
        "SELECT sealed FROM store_identity",
        "SELECT key FROM store_identity",
        "SELECT digest FROM store_blindindex",
        "SELECT secret_hash FROM store_slip",
        "SELECT token_hash FROM store_visit",
        "SELECT name_en FROM store_person",
        "SELECT responsible_id FROM store_custodian",
    ],
)
def test_names_documents_secrets_and_colleagues_are_not_readable(page, query):
    connection, secrets, _ = page
    open_as(connection, secrets[0])
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute(query)


def test_with_no_slip_opened_no_row_about_anybody_is_shown(page):
    connection, _, _ = page
    for right in window_rights.RIGHTS:
        if right.rows != "true":
            assert read(connection, f"SELECT count(*) FROM {right.table}") == [(0,)], right.table


def test_a_slip_shows_its_own_traveller_and_nobody_else(page):
    connection, secrets, port = page
    for number, secret in enumerate(secrets):
        open_as(connection, secret)
        own = port.travellers[number]
        assert read(connection, "SELECT id FROM store_traveller") == [(own,)]
        for table in ("store_position", "store_petition", "store_contactversion", "store_admission"):
            assert read(connection, f"SELECT DISTINCT traveller_id FROM {table}") == [(own,)], table
        assert read(connection, "SELECT DISTINCT subject_id FROM store_evidence") == [(str(own),)]


def test_a_slip_shows_the_whole_record_of_whoever_has_two_wristbands(page):
    """Somebody on no list, swabbed and heard under a wristband of their own, turns out to be one of the list."""
    connection, secrets, port = page
    main, neighbour = port.travellers[:2]
    other = make_id()
    models.Traveller.objects.create(id=other, code="Y-1", manifested=False)
    care.take_sample(swab=care.Swab(other, "T-other"), by=None, now=at(9))
    call.call_for_help(traveller=other, sort="food", text="rice", now=at(10))
    contact.give(traveller=other, contact=contact.Contact("139"), by=None, now=at(11))
    models.Access.objects.create(person_id=None, traveller_id=other, what="names", because="a call")
    _, secret = slip.issue(traveller=other, language="en", by=None, now=at(12), slip_id=make_id())
    open_as(connection, secret)
    assert read(connection, "SELECT id FROM store_traveller") == [(other,)]
    custody.link(traveller=other, same_as=main, by=make_id(), because="passport", now=at(13))
    for own in (secret, secrets[0]):
        open_as(connection, own)
        assert read(connection, "SELECT window_traveller()") == [(main,)]
        for table in ("store_contactversion", "store_evidence", "store_traveller"):
            column = {"store_evidence": "subject_id::uuid", "store_traveller": "id"}.get(
                table, "traveller_id"
            )
            found = {name for (name,) in read(connection, f"SELECT {column} FROM {table}")}
            assert found == {main, other}, table
        assert read(connection, "SELECT tube FROM store_sample") == [("T-other",)]
        assert read(connection, "SELECT count(*) FROM window_looks()") == [(1,)]
        write(connection, main, "temperature", None)
        for stranger in (other, neighbour):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                write(connection, stranger, "temperature", None)
    open_as(connection, secrets[1])
    assert read(connection, "SELECT id FROM store_traveller") == [(neighbour,)]
    assert [test.result for test in standing.list_tests(traveller=main)] == [""]
    assert [one.said for one in call.read(traveller=main)] == ["rice"]
    assert [(v.number, v.contact.telephone) for v in contact.list_versions(traveller=main)] == [
        (2, "139"),
        (1, "0871"),
    ]


LINKS = {
    "nobody": [],
    "a chain": [(1, 0), (2, 1)],
    "two to one": [(1, 0), (2, 0)],
    "linked anew": [(1, 0), (1, 2)],
    "taken back": [(1, 0), (1, 1)],
    "a circle": [(0, 1), (1, 0), (2, 1)],
}


@pytest.mark.parametrize("how", LINKS)
def test_whose_wristbands_are_one_persons_the_database_reads_as_the_book_does(page, how):
    connection, secrets, port = page
    for who in port.travellers[2:3]:
        secrets.append(slip.issue(traveller=who, language="en", by=None, now=at(6), slip_id=make_id())[1])
    for minute, (one, same) in enumerate(LINKS[how], 20):
        told = {"happened_at": at(minute), "recorded_at": at(minute), "by_id": make_id(), "because": "."}
        models.Link.objects.create(
            id=make_id(), traveller_id=port.travellers[one], same_as_id=port.travellers[same], **told
        )
    for who, secret in zip(port.travellers, secrets, strict=False):
        open_as(connection, secret)
        ((names,),) = read(connection, "SELECT window_names()")
        assert tuple(names) == rows.list_names(who)


def test_the_id_of_another_traveller_gives_nothing(page):
    connection, secrets, port = page
    open_as(connection, secrets[0])
    other = port.travellers[1]
    assert read(connection, "SELECT count(*) FROM store_petition WHERE traveller_id = %s", other) == [(0,)]
    assert read(connection, "SELECT count(*) FROM store_evidence WHERE subject_id = %s", str(other)) == [(0,)]


@pytest.mark.parametrize("token", ["", "x", "' OR true --"])
def test_a_token_that_was_never_given_opens_nothing(page, token):
    connection, _, _ = page
    connection.execute("SELECT set_config('pratique.visit', %s, false)", [token])
    assert read(connection, "SELECT window_traveller()") == [(None,)]


def write(connection, traveller, code, by):
    connection.execute(
        "INSERT INTO store_evidence (id, happened_at, recorded_at, by_id, subject_kind, subject_id, code, about,"
        " attributes) VALUES (%s, now(), now(), %s, 'traveller', %s, %s, '', '{}')",
        [make_id(), by, str(traveller), code],
    )


def test_only_what_a_traveller_says_can_be_written_and_only_of_themselves(page):
    connection, secrets, port = page
    open_as(connection, secrets[0])
    own, other = port.travellers[:2]
    write(connection, own, "temperature", None)
    for traveller, code, by in (
        (other, "temperature", None),
        (own, "result", None),
        (own, "released", None),
        (own, "measure_ordered", None),
        (own, "complaint_answer", None),
        (own, "temperature", make_id()),
    ):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            write(connection, traveller, code, by)


@pytest.mark.parametrize("table", sorted(SHOWN))
def test_nothing_that_stands_can_be_changed_or_removed(page, table):
    connection, secrets, _ = page
    open_as(connection, secrets[0])
    (column,) = read(connection, "SELECT column_name FROM information_schema.columns WHERE table_name = %s"
                     " ORDER BY ordinal_position LIMIT 1", table)[0]  # fmt: skip
    for query in (f"DELETE FROM {table}", f"UPDATE {table} SET {column} = {column}", f"TRUNCATE {table}"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute(query)


def test_a_revoked_slip_and_one_issued_anew_shut_every_phone_it_had_opened(page):
    connection, secrets, port = page
    open_as(connection, secrets[0])
    row = models.Slip.objects.get(traveller_id=port.travellers[0])
    slip.revoke(slip=row.id, by=None, now=at(20))
    assert read(connection, "SELECT window_traveller()") == [(None,)]
    assert read(connection, "SELECT window_open(%s, 'again', 60)", slip.digest(secrets[0])) == [(None,)]
    open_as(connection, secrets[1])
    slip.issue(traveller=port.travellers[1], language="en", by=None, now=at(21), slip_id=make_id())
    assert read(connection, "SELECT window_traveller()") == [(None,)]


def test_secrets_and_tokens_stand_in_no_table_but_as_hashes(page):
    connection, secrets, _ = page
    open_as(connection, secrets[0])
    with psycopg.connect(
        host=settings.DATABASES["default"]["HOST"],
        dbname=settings.DATABASES["default"]["NAME"],
        user="pratique",
    ) as owner:
        for table in list_tables():
            for (row,) in owner.execute(f"SELECT t::text FROM {table} t"):
                assert secrets[0] not in row
                assert secrets[0].encode().hex() not in row


def test_a_role_with_more_rights_than_the_page_may_have_is_recognised(page):
    connection, _, _ = page
    assert "pratique passes by row security" in window_rights.list_excess()


def test_whatever_the_page_asks_of_the_services_its_role_may_read(page):
    """The page runs the services of the staff: a table that one of them reads anew must be granted, or the page is gone."""
    _, secrets, port = page
    own = port.travellers[0]
    care.take_sample(swab=care.Swab(own, "T1"), by=None, now=at(9))
    with opened_by(secrets[0]):
        looked = standing.look(traveller=own, now=at(30))
        assert standing.list_tests(traveller=own)
        assert standing.list_looks() == []
        standing.find_erasure(traveller=own, on=at(30).date())
        call.call_for_help(traveller=own, sort="food", text="rice", now=at(31))
        assert call.read(traveller=own)[0].said == "rice"
        (measure,) = measures.list_measures(traveller=own)
        petition.object_to(
            traveller=own,
            asked=petition.Asked(str(measure.id), "why", "en"),
            now=at(32),
            petition_id=make_id(),
        )
        assert len(petition.list_of(traveller=own)) == 2
        petition.name_reviewers()
        assert measures.list_roles() == {}, "whoever ordered it is nobody that is known here"
        contact.give(traveller=own, contact=contact.Contact("1"), by=None, now=at(33))
        taken = care.Temperature(own, 36.6, False, "ear")
        care.take_temperature(temperature=taken, by=None, now=at(34))
        with pytest.raises(models.Traveller.DoesNotExist):
            standing.look(traveller=port.travellers[1], now=at(30))
    assert looked.word == "cabin"
