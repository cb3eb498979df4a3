"""A death: certified, confirmed by another, what was owed ends, the deceased is taken over; a wrong record is undone by two."""

import pytest

from pratique.core.answers import Refused
from pratique.core.duties.register import State
from pratique.core.duties.vocabulary import Kind
from pratique.services import custody, register, way
from pratique.services.dispatch import people as dispatched
from pratique.services.dispatch import settings
from pratique.services.stay import death, release, removal
from pratique.services.window import slip
from pratique.store import models
from pratique.store.ids import make_id
from pratique.store.queries import deaths, leavings

from .doors import DAY, employ, lodge
from .port import at
from .test_way import AFTER, leave, list_owed, stay_through

DIED_AT = 3 * DAY
OWED_AFTER = {"kin_told", "consulate_told", "laid_to_rest"}


@pytest.fixture
def port(db):
    return lodge()


@pytest.fixture
def who(port):
    return port.travellers[0]


@pytest.fixture
def people(port):
    return employ("epidemiologist"), employ("commander")


def certify(who, by, *, minute=DIED_AT, now=DIED_AT + 20, **changed):
    said = {"place": "room 301", "doctor": "Dr Zhao", "document": "C-1"} | changed
    return death.certify(told=death.Certificate(who, at(minute), **said), by=by, now=at(now))


def pass_away(who, people):
    certify(who, people[0])
    return death.confirm(traveller=who, by=people[1], now=at(DIED_AT + 40))


def test_it_takes_a_health_lead_with_a_certificate_and_another_person(port, who, people):
    lead, commander = people
    for role in ("commander", "screener", "reception"):
        with pytest.raises(Refused, match="rank_missing"):
            certify(who, employ(role))
    for wanting in ("place", "doctor", "document"):
        with pytest.raises(Refused, match="death_unwritten"):
            certify(who, lead, **{wanting: " "})
    with pytest.raises(Refused, match="moment_impossible"):
        certify(who, lead, minute=DIED_AT + 30)
    with pytest.raises(Refused, match="death_uncertified"):
        death.confirm(traveller=who, by=commander, now=at(DIED_AT))
    certify(who, lead)
    with pytest.raises(Refused, match="death_known"):
        certify(who, lead)
    with pytest.raises(Refused, match="second_person_needed"):
        death.confirm(traveller=who, by=lead, now=at(DIED_AT + 30))
    assert deaths.find_confirmed(travellers=[who]) == {}
    assert "temperature" in list_owed(port, 0, DIED_AT + 60 * 11), "a certificate alone ends nothing"
    assert "death_confirmed" in list_owed(port, 0, DIED_AT + 60 * 11)
    death.confirm(traveller=who, by=commander, now=at(DIED_AT + 40))
    assert deaths.find_confirmed(travellers=[who]) == {who: commander}


def test_everything_owed_to_them_ends_at_the_time_of_death_and_family_and_consulate_are_told(
    port, who, people
):
    pass_away(who, people)
    later = DIED_AT + 5 * DAY
    account = register.account_of(kind=Kind.TRAVELLER, subject=str(who), now=at(later))
    ended = [d for d in account.duties if d.opens_at > at(DIED_AT) and d.code not in OWED_AFTER]
    assert {d.state for d in ended} <= {State.CANCELLED}
    assert set(list_owed(port, 0, DIED_AT + 60)) == OWED_AFTER
    lead, commander = people
    death.tell(traveller=who, whom="kin_told", outcome="not_reached_yet", by=lead, now=at(DIED_AT + 90))
    assert "kin_told" in list_owed(port, 0, DIED_AT + 100)
    death.tell(traveller=who, whom="kin_told", outcome="reached", by=lead, now=at(DIED_AT + 120))
    death.tell(traveller=who, whom="consulate_told", outcome="reached", by=commander, now=at(DIED_AT + 120))
    assert OWED_AFTER & set(list_owed(port, 0, DIED_AT + 130)) == {"laid_to_rest"}


def test_nobody_is_released_fetched_or_listed_and_the_slip_opens_nothing(port, who, people):
    stay_through(port)
    hospital = models.Custodian.objects.create(
        id=make_id(), code="ward", kind="hospital", name_zh="医院", name_en="Hospital"
    )
    slip.issue(traveller=who, language="en", by=None, now=at(DAY), slip_id=make_id())
    asked = removal.Asked(who, hospital.id, "ill", "Dr Zhao", at(AFTER))
    removal.ask(asked=asked, by=people[0], now=at(AFTER - 30))
    certify(who, people[0], minute=AFTER, now=AFTER + 5)
    assert release.look(traveller=who, now=at(AFTER + 6)).open
    death.confirm(traveller=who, by=people[1], now=at(AFTER + 7))
    assert not release.look(traveller=who, now=at(AFTER + 8)).open
    assert release.list_due(facility=port.custodians["hotel"], now=at(AFTER + 8)) == {}
    with pytest.raises(Refused, match="gate_unknown"):
        release.decide(traveller=who, by=employ("reception"), now=at(AFTER + 8))
    assert removal.find_open(traveller=who) is None
    assert not models.Slip.objects.filter(traveller_id=who, revoked_at=None).exists()
    with pytest.raises(Refused, match="slip_of_deceased"):
        slip.issue(traveller=who, language="en", by=None, now=at(AFTER + 9), slip_id=make_id())


def test_no_vehicle_is_planned_for_the_deceased_in_a_hall(port, people):
    port.send(port.told(who=1, where="hall", minute=10, phone="q"))
    who, rules = port.travellers[1], settings.get_rules()

    def is_waiting():
        found = dispatched.find(now=at(DIED_AT + 60), rules=rules, taken=frozenset())
        return any(who in group.travellers for group in found.groups)

    assert is_waiting()
    pass_away(who, people)
    assert not is_waiting()


def test_the_deceased_leaves_by_an_exit_that_accepts_them_and_not_before(port, who, people):
    assert leave(port, 0, "died", DIED_AT - 60).state == way.CLOSED
    early = models.Scan.objects.get(custodian_id=port.custodians["died"])
    custody.annul(scan=early.id, by=people[0], because="a mistake", now=at(DIED_AT - 50))
    pass_away(who, people)
    lead, commander = people
    with pytest.raises(Refused, match="custodian_unknown"):
        death.offer(traveller=who, receiver=port.custodians["city"], by=lead, now=at(DIED_AT + 60))
    for _ in range(2):
        death.offer(traveller=who, receiver=port.custodians["died"], by=lead, now=at(DIED_AT + 60))
    assert models.HandoverEvent.objects.count() == 1
    assert way.list_leaving(custodian=port.custodians["died"], now=at(DIED_AT + 61)) == []
    with pytest.raises(Refused, match="second_person_needed"):
        death.take_over(traveller=who, accepted_by="Mr Sun, mortuary", by=lead, now=at(DIED_AT + 70))
    with pytest.raises(Refused, match="reason_missing"):
        death.take_over(traveller=who, accepted_by=" ", by=commander, now=at(DIED_AT + 70))
    death.take_over(traveller=who, accepted_by="Mr Sun, mortuary", by=commander, now=at(DIED_AT + 70))
    assert port.where(0) == "died"
    assert leavings.list_closed() == []
    assert "laid_to_rest" not in list_owed(port, 0, DIED_AT + 80)


def test_a_record_that_was_wrong_is_undone_for_a_reason_by_two_and_everything_is_owed_again(
    port, who, people
):
    pass_away(who, people)
    lead, commander = people
    death.offer(traveller=who, receiver=port.custodians["died"], by=lead, now=at(DIED_AT + 60))
    death.take_over(traveller=who, accepted_by="Mr Sun", by=commander, now=at(DIED_AT + 70))
    with pytest.raises(Refused, match="death_undoubted"):
        death.take_back(traveller=who, by=commander, now=at(DIED_AT + 80))
    with pytest.raises(Refused, match="reason_missing"):
        death.doubt(traveller=who, because=" ", by=lead, now=at(DIED_AT + 80))
    death.doubt(traveller=who, because="the other guest of the room", by=lead, now=at(DIED_AT + 80))
    with pytest.raises(Refused, match="second_person_needed"):
        death.take_back(traveller=who, by=lead, now=at(DIED_AT + 81))
    death.take_back(traveller=who, by=commander, now=at(DIED_AT + 90))
    assert port.where(0) == "hotel"
    assert deaths.find_confirmed(travellers=[who]) == {}
    owed = set(list_owed(port, 0, DIED_AT + DAY))
    assert "temperature" in owed
    assert not owed & OWED_AFTER
    pass_again = certify(who, lead, minute=DIED_AT + 95, now=DIED_AT + 100)
    death.doubt(traveller=who, because="asleep", by=lead, now=at(DIED_AT + 101))
    assert models.Withdrawal.objects.filter(evidence_id=pass_again.id).exists(), "unconfirmed, one person may"
