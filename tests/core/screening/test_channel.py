"""The channel follows from facts by rules that are data; what is missing is named; who a person is counts for nothing."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pratique.core.screening import channel
from pratique.core.screening.declaration import Visit
from pratique.core.screening.edition import EASIER, Channel
from pratique.core.screening.fact import FACTS, WHO_A_PERSON_IS, Sort

from .desk import ARRIVED, AT_HOME, CN, FLAGS, SEEN, WELL, WHO, decide, gather, why

EDITIONS = {"cn-2020": CN, "who-2020": WHO}


@pytest.mark.parametrize("edition", EDITIONS.values(), ids=EDITIONS)
def test_somebody_well_goes_the_ordinary_way_for_no_reason_at_all(edition):
    found = decide(rulebook=edition)
    assert (found.channel, found.reasons, found.is_final) == (Channel.ORDINARY, (), True)


@pytest.mark.parametrize(
    ("answers", "seen", "channel_", "because"),
    [
        ({}, {"celsius": 37.3}, "symptomatic", ["fever-measured"]),
        ({}, {"celsius": 37.29}, "ordinary", []),
        ({"cough": True}, {}, "symptomatic", ["ill-declared"]),
        ({"aches": True}, {"unwell": True}, "symptomatic", ["ill-seen", "ill-otherwise"]),
        ({"fever_reducer": True}, {}, "symptomatic", ["fever-masked"]),
        ({"tested_positive": True}, {}, "symptomatic", ["tested-positive"]),
        ({"near_case": True}, {}, "contact", ["contact-declared"]),
        ({"near_case": True, "cough": True}, {}, "symptomatic", ["ill-declared", "contact-declared"]),
        ({}, {"contact_listed": True}, "contact", ["contact-listed"]),
        ({}, {"crew": True}, "crew", ["crew"]),
        ({}, {"exemption": "diplomat"}, "exempt", ["exemption"]),
        ({"onward_flight": True}, {}, "ordinary", []),
        ({"onward_flight": True}, {"exemption": "transit"}, "transit", ["transit"]),
        ({}, {"exemption": "transit"}, "ordinary", []),
        ({"cough": True}, {"exemption": "diplomat"}, "symptomatic", ["ill-declared", "exemption"]),
        ({"near_ill": True}, {"crew": True}, "contact", ["contact-declared", "crew"]),
    ],
)
def test_each_fact_leads_where_the_rules_say_and_every_rule_that_fired_is_told(
    answers, seen, channel_, because
):
    found = decide(answers, seen)
    assert (found.channel, why(found)) == (channel_, because)


def test_a_reason_names_the_fact_and_its_value():
    (finding,) = decide(seen={"celsius": 38.4}).reasons
    assert finding.because == (("celsius", 38.4),)
    assert finding.rule.source == "fever"


def test_fever_alone_is_not_enough_by_the_words_of_the_general_declaration():
    assert decide(seen={"celsius": 38.2}, rulebook=WHO).channel == "ordinary"
    found = decide({"rash": True}, {"celsius": 38.2}, rulebook=WHO)
    assert (found.channel, why(found)) == ("symptomatic", ["ill"])


def test_what_was_not_asked_is_missing_and_not_no():
    found = decide({"cough": None}, {"celsius": None})
    assert found.channel == "ordinary"
    assert found.missing == ("celsius", "cough")
    assert not found.is_final


def test_a_fact_that_could_change_nothing_is_not_asked_for():
    assert decide({"cough": True, "near_case": None}).is_final
    assert decide({"near_case": True, "onward_flight": None}, {"exemption": None}).is_final


@pytest.mark.parametrize(
    ("answers", "seen", "easier"),
    [
        ({}, {"exemption": "diplomat"}, "exempt"),
        ({"onward_flight": True}, {"exemption": "transit"}, "transit"),
        ({}, {"crew": True}, "crew"),
    ],
)
def test_nobody_gets_an_easier_channel_while_the_temperature_is_not_taken(answers, seen, easier):
    found = decide(answers, seen | {"celsius": None})
    assert (found.channel, found.held_back, found.missing) == ("ordinary", easier, ("celsius",))
    assert decide(answers, seen).channel == easier


def test_an_answer_that_cannot_be_is_missing_and_told():
    found = gather({"cough": "a little"}, {"celsius": 366.0, "crew": 1})
    assert {"cough", "celsius", "crew"}.isdisjoint(found.facts)
    assert [objection.code for objection in found.objections] == ["answer_not_believed"] * 3


def test_nobody_declares_their_own_temperature_crew_list_or_exemption():
    found = gather({"celsius": 36.0, "crew": True, "exemption": "diplomat"}, dict.fromkeys(SEEN))
    assert {"celsius", "crew", "exemption"}.isdisjoint(found.facts)


KNOWN = st.fixed_dictionaries(
    {name: st.sampled_from((True, False, None)) for name in FLAGS}
    | {
        "celsius": st.sampled_from((None, 36.0, 37.2, 37.3, 38.0, 40.0)),
        "history_level": st.sampled_from((None, "low", "medium", "high")),
        "exemption": st.sampled_from((None, "none", "diplomat", "medical", "transit")),
    }
)
EDITION = st.sampled_from(tuple(EDITIONS.values()))


def told(facts):
    return {name: value for name, value in facts.items() if value is not None}


@given(KNOWN, EDITION)
def test_a_final_channel_is_the_one_that_any_answers_to_the_rest_would_give(facts, edition):
    found = channel.decide(facts=told(facts), edition=edition)
    if found.is_final:
        rest = {"celsius": 40.0, "history_level": "high", "exemption": "none"} | dict.fromkeys(FLAGS, True)
        worse = channel.decide(facts=rest | told(facts), edition=edition)
        better = channel.decide(
            facts=dict.fromkeys(FLAGS, False) | {"celsius": 36.0} | told(facts), edition=edition
        )
        assert edition.precedence.index(found.channel) <= edition.precedence.index(worse.channel)
        assert better.channel == found.channel


@given(KNOWN, EDITION, st.sampled_from(sorted(FACTS)))
def test_forgetting_an_answer_never_makes_the_way_easier(facts, edition, forgotten):
    whole = channel.decide(facts=told(facts), edition=edition)
    less = channel.decide(facts=told(facts | {forgotten: None}), edition=edition)
    assert not (less.channel in EASIER and whole.channel not in EASIER)
    assert less.channel == whole.channel or forgotten in less.missing or forgotten in _used(whole)


def _used(decision):
    return {name for finding in decision.reasons for name, _ in finding.because}


@given(
    KNOWN, EDITION, st.sampled_from(("fever", "cough", "breathless", "unwell", "near_case", "contact_listed"))
)
def test_being_worse_never_leads_to_an_easier_channel(facts, edition, worse):
    rank = edition.precedence.index
    before = channel.decide(facts=told(facts | {worse: False}), edition=edition)
    after = channel.decide(facts=told(facts | {worse: True}), edition=edition)
    assert rank(after.channel) <= rank(before.channel)


@given(KNOWN, EDITION)
def test_without_an_exemption_nobody_is_sent_off_the_loop(facts, edition):
    found = channel.decide(facts=told(facts | {"exemption": "none"}), edition=edition)
    assert found.channel not in (Channel.EXEMPT, Channel.TRANSIT)


@given(
    KNOWN,
    EDITION,
    st.dictionaries(
        st.sampled_from(sorted(WHO_A_PERSON_IS)), st.sampled_from(("CN", "KE", "US", "F", "en", ""))
    ),
)
def test_who_a_person_is_changes_nothing(facts, edition, person):
    asked = {name: value for name, value in facts.items() if FACTS[name].sort is Sort.FLAG}
    seen = {name: value for name, value in facts.items() if name in SEEN}
    plain, named = (
        gather(asked, seen, rulebook=edition),
        gather(asked | person, seen | person, rulebook=edition),
    )
    assert plain == named
    decided = channel.decide(facts=plain.facts, edition=edition)
    assert decided == channel.decide(facts=plain.facts | person, edition=edition)


def test_no_fact_says_who_a_person_is():
    assert WHO_A_PERSON_IS.isdisjoint(FACTS)


def test_the_place_of_a_journey_counts_and_not_where_somebody_is_from():
    through = (Visit("IT", ARRIVED - timedelta(days=9), ARRIVED - timedelta(days=8)),)
    found = decide({"nationality": "IT"}, visits=(*AT_HOME, *through))
    assert (found.channel, why(found)) == ("contact", ["journey-high"])
    assert decide({"nationality": "IT"}).channel == "ordinary"
    assert WELL.keys() <= FACTS.keys()
