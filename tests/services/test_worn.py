"""What was worn on a shift is said afterwards, stays on record with who said it, and decides who of the staff is a contact."""

from datetime import timedelta

import pytest

from pratique.core.answers import Refused
from pratique.core.tracing.edition import Grade
from pratique.services import tracing, worn
from pratique.store import models
from pratique.store.ids import make_id
from pratique.store.queries import worn as teams

from .port import NOON, at
from .test_cases import records


def put_to_work(port, where="hall", **more):
    person = models.Person.objects.create(
        id=make_id(), username=f"w{models.Person.objects.count()}", role="staff"
    )
    unit = models.Unit.objects.first() or models.Unit.objects.create(
        id=make_id(), code="U1", name_zh="一", name_en="One"
    )
    return models.Deployment.objects.create(
        id=make_id(),
        person=person,
        unit=unit,
        on=NOON.date(),
        shift="day",
        crew="A",
        post=models.Custodian.objects.get(id=port.custodians[where]).code,
        starts_at=at(-60),
        ends_at=at(600),
        **{"in_at": at(-60)} | more,
    )


def trace(port):
    case = tracing.find_case(who=port.travellers[0], now=at(50), supposed=True)
    answer = tracing.trace(case=case, edition=tracing.get_edition("cn-2020"), now=at(50))
    return {contact.who: contact.grade for contact in answer.tracing.contacts}


def test_whoever_wore_enough_is_watched_and_whoever_did_not_is_a_close_contact(port):
    safe, bare = put_to_work(port), put_to_work(port)
    port.send(port.told(who=0, where="hall", minute=20))
    assert trace(port)[str(safe.person.pk)] is Grade.CLOSE
    assert worn.say(worn=worn.Worn([safe.id], 2), by=bare.person.pk, now=at(40)) == 1
    found = trace(port)
    assert found.get(str(safe.person.pk)) is not Grade.CLOSE and found[str(bare.person.pk)] is Grade.CLOSE
    (said,) = records(safe.person.pk, "protection")
    assert (said.attributes, said.about, said.by_id) == ({"level": 2}, str(safe.id), bare.person.pk)


def test_whoever_is_known_by_their_scans_wore_what_is_said_of_their_shift(port):
    scanner = put_to_work(port, where="bus")
    worn.say(worn=worn.Worn([scanner.id], 3), by=None, now=at(30))
    shift = tracing.Shift(tracing.Who(str(scanner.person.pk)), at(20), at(21))
    search = tracing._Search(tracing.get_edition("cn-2020"), at(50))
    search._add(shift)
    (found,) = search._list_protected()
    assert found.protection == 3
    search._add(tracing.Shift(shift.who, at(2000), at(2001)))
    assert sorted(one.protection for one in search._list_protected()) == [0, 3]


def test_a_word_sent_again_changes_nothing_and_another_stays_beside_the_one_before(port):
    shift = put_to_work(port)
    assert [worn.say(worn=worn.Worn([shift.id], level), by=None, now=at(n)) for n, level in enumerate((2, 2, 0))] == [1, 0, 1]  # fmt: skip
    assert [one.attributes for one in records(shift.person.pk, "protection")] == [
        {"level": 2},
        {"level": 0, "was": 2},
    ]
    (team,) = teams.list_teams(on=NOON.date())
    assert (team.crew, team.unsaid, len(team.shifts)) == ("A", 0, 1)
    assert teams.list_teams(on=NOON.date() + timedelta(days=1)) == []


def test_of_a_shift_that_nobody_came_to_nothing_is_said(port):
    shift = put_to_work(port, in_at=None)
    for told, code in (
        (worn.Worn([shift.id], 2), "shift_not_worked"),
        (worn.Worn([], 2), "shift_not_worked"),
        (worn.Worn([shift.id], 4), "protection_level_unknown"),
    ):
        with pytest.raises(Refused, match=code):
            worn.say(worn=told, by=None, now=at(1))
