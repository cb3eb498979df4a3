"""After the door: whoever is released is still owed tests by their community; whoever is handed over is owed them by others."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest

from pratique.core.custody.handover import Step
from pratique.core.duties.vocabulary import Kind
from pratique.services import care, custody, register, way
from pratique.services.stay import call, certificate, onward, release
from pratique.services.window import slip, standing, wellbeing
from pratique.store import models
from pratique.store.queries import laboratory

from . import port as ports
from .doors import DAY, employ, open_exits, to_hotel
from .page import opened_by
from .port import at, build
from .test_way import do, leave, list_owed, well

CODES = ("test", "follow_up_test")
OUT = 7 * DAY + 180


@pytest.fixture
def port(db, monkeypatch):
    """July 2022, the ninth edition: seven days, five tests, and one at home on the third day after release."""
    monkeypatch.setattr(ports, "NOON", datetime(2022, 7, 15, 4, 0, tzinfo=UTC))
    port = build(travellers=1)
    open_exits(port)
    to_hotel(port, 0)
    do(port, "screened", 40, channel="ordinary")
    return port


def swab(port, minute, result="negative"):
    who, tube = port.travellers[0], f"T{minute}"
    care.take_sample(swab=care.Swab(who, tube, site="oropharyngeal"), by=None, now=at(minute))
    care.record_result(tube=tube, result=result, by=None, now=at(minute + 300))


def stay_seven_days(port):
    for day in (1, 2, 3, 5):
        swab(port, day * DAY + 60)
    swab(port, 7 * DAY - 240)
    well(port, OUT - 200)


def feel(who, celsius):
    """A report of one's own: nothing but the temperature."""
    return care.Temperature(who, celsius, False, "ear", own=True)


def find_due(port, minute):
    """The follow-up of the only traveller as the sampling table shows it, or nothing."""
    register.work_out(stands=[(Kind.TRAVELLER, str(port.travellers[0]))], now=at(minute))
    due = laboratory.list_due(codes=CODES, now=at(minute), until=at(minute))
    return [(row.duty, row.overdue) for row in due]


def ask_home(port, *steps):
    """The home prefecture is asked, and answers."""
    unit, _ = models.Unit.objects.get_or_create(
        code="5304", name_zh="玉溪市", name_en="Yuxi", sort="prefecture"
    )
    for step in steps:
        onward.step(
            traveller=port.travellers[0], unit=unit.id, step=step, because="Li", by=uuid4(), now=at(OUT - 60)
        )
    return unit


def test_from_release_to_the_last_result_at_home(port):
    who = port.travellers[0]
    _, secret = slip.issue(traveller=who, language="en", by=None, now=at(0), slip_id=uuid4())
    stay_seven_days(port)
    release.decide(traveller=who, by=employ("reception"), now=at(OUT - 30))
    assert certificate.issue(traveller=who, by=uuid4(), now=at(OUT - 30)).facts["tests"]
    unit = ask_home(port, onward.OFFERED, onward.ACCEPTED)
    assert leave(port, 0, "released", OUT).state == "moved"
    assert (onward.find(traveller=who).unit_id, onward.find(traveller=who).step) == (unit.id, "accepted")

    with opened_by(secret):  # what they read themselves
        looked = standing.look(traveller=who, now=at(OUT + 1))
        assert (looked.word, looked.step, looked.carer.name_en) == ("watched", "home", "Yuxi")
        assert (looked.test_at, looked.temperature_at) == (at(10 * DAY - 360), at(8 * DAY - 360))
        assert (
            wellbeing.report(temperature=feel(who, 36.6), now=at(8 * DAY - 300), evidence_id=uuid4()) is False
        )
        assert standing.look(traveller=who, now=at(8 * DAY - 300)).temperature_at == at(8 * DAY + 120)
        assert call.read(traveller=who) == []
        for hours in (0, 1):  # nobody sees them: they ask for a doctor by it, once
            now = at(8 * DAY + 130 + hours * 60)
            assert wellbeing.report(temperature=feel(who, 38.1), now=now, evidence_id=uuid4())
        assert [one.sort for one in call.read(traveller=who)] == ["medical"]

    assert find_due(port, OUT + 2 * DAY) == []  # the day before
    morning = 10 * DAY - 300
    owed = list_owed(port, 0, morning)["follow_up_test"]
    assert (owed.owner, find_due(port, morning)) == ("community", [("follow_up_test", False)])
    assert find_due(port, morning + 20 * 60) == [("follow_up_test", True)]  # late, and still on the table
    (row,) = laboratory.list_due(codes=CODES, now=at(morning), until=at(morning))
    assert (row.place_zh, row.place_en) == (unit.name_zh, unit.name_en)  # who is to see to it

    swab(port, morning + 20 * 60 + 1, "lost")  # came to nothing: owed again
    assert find_due(port, morning + 26 * 60) == [("follow_up_test", True)]
    swab(port, morning + 26 * 60 + 1)
    assert find_due(port, morning + 32 * 60) == []
    assert not {"follow_up_test", "result"} & set(list_owed(port, 0, morning + 32 * 60))
    # The last temperature at home that was never taken is missed a day later, and nobody is told of it for ever.
    assert [day for day in range(9, 15) if "home_temperature" in list_owed(port, 0, day * DAY)] == [9, 10, 11]
    assert standing.look(traveller=who, now=at(12 * DAY)).step == "free"


def test_whoever_the_home_prefecture_takes_over_is_on_its_table_and_not_on_ours(port):
    who = port.travellers[0]
    swab(port, DAY + 60)
    handover = uuid4()
    terms = custody.Offer(port.custodians["hotel"], port.custodians["border"], 1, (who,), 120)
    custody.offer(handover_id=handover, offer=terms, by=None, now=at(2 * DAY))
    ask_home(port, onward.OFFERED, onward.ACCEPTED)
    custody.answer(
        handover_id=handover, step=Step.ACCEPTED, heads=1, because="Yang, Pu'er", by=None, now=at(2 * DAY + 5)
    )
    assert leave(port, 0, "border", 2 * DAY + 10, handover=handover).state == "moved"
    looked = standing.look(traveller=who, now=at(2 * DAY + 11))
    assert (looked.word, looked.step, looked.test_at) == ("handed", "handed", None)
    assert find_due(port, 5 * DAY) == []
    assert "follow_up_test" not in list_owed(port, 0, 13 * DAY)  # of those who were never released here
    assert not {"test", "release", "temperature"} & set(list_owed(port, 0, 13 * DAY))
    way.heed(now=at(3 * DAY))
    assert models.WayJudged.objects.get(traveller_id=who).open
