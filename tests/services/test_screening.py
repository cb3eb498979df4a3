"""The desk's verb: a channel with its reasons is on record, and nothing is while something is missing."""

from datetime import date, timedelta

import pytest

from pratique import protocols
from pratique.core.answers import Refused
from pratique.core.duties.vocabulary import Kind
from pratique.core.screening.declaration import Visit
from pratique.core.screening.fact import FACTS, Origin
from pratique.services import care, duty, exemption, register, screening
from pratique.store import models
from pratique.store.ids import make_id

from .doors import exempt
from .port import at

WELL = {name: False for name, fact in FACTS.items() if fact.origin is Origin.ASKED}


def ask(port, who=0, minute=30, evidence_id=None, **told):
    answers = WELL | told.pop("answers", {})
    arrived = at(minute).date()
    whole = {"celsius": 36.6, "unwell": False, "visits": [Visit("TH", arrived - timedelta(days=30), arrived)]}
    interview = screening.Interview(port.travellers[who], answers, **(whole | told))
    return screening.screen(interview=interview, by=None, now=at(minute), evidence_id=evidence_id)


def channel_of(port, who=0):
    return models.Traveller.objects.get(id=port.travellers[who]).channel


def is_owed(port, now=40):
    account = register.account_of(kind=Kind.TRAVELLER, subject=str(port.travellers[0]), now=at(now))
    return [d.state for d in account.duties if d.code == "screening" and d.state in ("due", "overdue")]


def list_evidence(port, code):
    return list(models.Evidence.objects.filter(subject_id=str(port.travellers[0]), code=code))


def test_a_screening_is_on_record_with_its_reasons_and_without_the_answers(port):
    assert is_owed(port)
    found = ask(port, celsius=38.1, answers={"cough": True})
    assert channel_of(port) == "symptomatic"
    (row,) = list_evidence(port, "screened")
    assert row.id == found.recorded
    assert row.attributes == {
        "channel": "symptomatic", "edition": "cn-2020", "because": "fever-measured ill-declared",
    }  # fmt: skip
    (measured,) = list_evidence(port, "temperature")
    assert measured.attributes == {"celsius": 38.1, "symptomatic": True, "method": "forehead"}
    assert not is_owed(port)


def test_while_an_answer_is_missing_nobody_counts_as_screened(port):
    found = ask(port, answers={"cough": None})
    assert (found.recorded, found.decision.missing) == (None, ("cough",))
    assert channel_of(port) == ""
    assert list_evidence(port, "screened") == []
    assert is_owed(port)
    assert ask(port, minute=35).recorded
    assert channel_of(port) == "ordinary"


def test_a_contact_on_record_is_a_contact_whatever_they_say(port):
    exposed = duty.Done("traveller", str(port.travellers[0]), "exposed", at(5))
    row = duty.record(evidence=exposed, by=None, now=at(5))
    ask(port)
    assert channel_of(port) == "contact"
    models.Withdrawal.objects.create(
        id=make_id(), evidence_id=row.id, because="another person", happened_at=at(31), recorded_at=at(31)
    )
    ask(port, minute=36)
    assert channel_of(port) == "ordinary"


def test_the_days_of_the_journey_are_counted_from_the_landing_whenever_they_are_screened(port):
    landed = at(0).date()
    journey = [Visit("TH", landed - timedelta(days=14), landed)]
    assert ask(port, minute=2 * 24 * 60, visits=journey).gathered.history.gaps == ()
    models.Traveller.objects.update(flight=None)
    assert ask(port, minute=3 * 24 * 60, visits=journey).gathered.history.gaps == (), (
        "on no list: from entering the book"
    )


def test_a_positive_result_on_record_is_one_whatever_they_say(port):
    care.take_sample(swab=care.Swab(port.travellers[0], "T-1"), by=None, now=at(10))
    care.record_result(tube="T-1", result="positive", by=None, now=at(20))
    exempt(port.travellers[0], now=at(25))
    assert "tested-positive" in {f.rule.code for f in ask(port).decision.reasons}
    assert channel_of(port) == "symptomatic"


def test_nobody_talks_themselves_off_the_loop(port):
    ask(port, answers={"onward_flight": True, "exemption": "diplomat", "crew": True})
    assert channel_of(port) == "ordinary"


def test_crew_on_the_carriers_list_stay_crew_when_a_mistyped_screening_is_taken_back(port):
    models.Listing.objects.filter(traveller_id=port.travellers[0]).update(crew=True)
    ask(port, celsius=38.9)
    screening.take_back(traveller=port.travellers[0], because="mistyped", by=make_id(), now=at(31))
    ask(port, minute=32)
    assert channel_of(port) == "crew"


def test_whose_exemption_has_ended_is_owed_a_screening_again_and_with_it_what_the_exempt_do_not_owe(port):
    port.send(port.told(who=0, where="hall", minute=20))
    row = exempt(port.travellers[0], now=at(25))
    ask(port)
    assert (channel_of(port), screening.heed(now=at(40))) == ("exempt", 0)
    exemption.revoke(exemption=row.id, because="the flight was cancelled", by=make_id(), now=at(41))
    assert (screening.heed(now=at(42)), screening.heed(now=at(43))) == (1, 0)
    assert channel_of(port) == "" and is_owed(port, 43)
    ask(port, minute=44)
    assert channel_of(port) == "ordinary"


def test_sent_twice_it_is_one_screening(port):
    name = make_id()
    first, again = ask(port, evidence_id=name), ask(port, evidence_id=name, minute=31)
    assert first.recorded == again.recorded == name
    assert len(list_evidence(port, "screened")) == len(list_evidence(port, "temperature")) == 1


def test_a_traveller_nobody_knows_is_refused(port):
    with pytest.raises(Refused, match="traveller_unknown"):
        screening.screen(interview=screening.Interview(make_id()), by=None, now=at(30))


@pytest.mark.parametrize(
    ("jurisdiction", "on", "code"),
    [
        ("CN-53-KMG", date(2020, 4, 15), "cn-2020"),
        ("CN", date(2020, 3, 6), None),
        ("TH", date(2020, 4, 15), "who-2020"),
        ("world", date(2020, 1, 1), None),
    ],
)
def test_the_rules_are_those_of_the_place_and_the_day(jurisdiction, on, code):
    found = protocols.find_screening(jurisdiction=jurisdiction, on=on)
    assert (found.code if found else None) == code
