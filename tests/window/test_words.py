"""Every word from which a page makes the key of a sentence has that sentence, so that no page breaks on a rare one."""

import pytest

from pratique import protocols
from pratique.core.duties.rule import Check
from pratique.services import care, declaration
from pratique.services.stay import call, removal
from pratique.services.window import petition, standing
from pratique.store.models.care import RESULTS
from pratique.window import views
from pratique.window.templatetags import speech

WORDS = {
    "step": (standing.HELD, *standing.STEPS, *standing.STEP_OF.values(), *standing.STEP_AFTER.values()),
    "next": ("expected", standing.HELD, *standing.STEP_OF, *standing.STEP_AFTER),
    "release": Check,
    "results": RESULTS,
    "why": removal.REASONS,
    "report": care.METHODS,
    "help": call.SORTS,
    "complain": petition.COMPLAINTS,
    "asked": (*petition.OUTCOMES, *(word for ends in petition.OUTCOMES.values() for word in ends)),
    "phrase": petition.PHRASES,
    "declare": (*declaration.QUESTIONS, *declaration.SEXES, *declaration.GROUPS),
}


@pytest.mark.parametrize("section", WORDS)
def test_every_word_that_can_be_stored_has_its_sentence(section):
    said = protocols.list_sheets()["en"].sentences
    assert [word for word in WORDS[section] if f"{section}.{word}" not in said] == []


def test_every_rule_that_says_when_somebody_goes_and_every_basis_of_an_order_has_a_title_in_each_language():
    shipped = [p for p in protocols.list_protocols() if any(gate.code == "release" for gate in p.gates)]
    laws = [standing.Law(p.code, p.title) for p in shipped]
    laws += [
        standing.Law(one.code, one.title)
        for rules in protocols.list_stay_rules()
        for one in rules.sources
        if one.code == rules.extension.source
    ]
    assert len(laws) >= 8
    for language, sheet in protocols.list_sheets().items():
        assert [law.code for law in laws if law.key not in sheet.sentences] == [], language


def test_every_sentence_that_the_page_names_by_a_table_is_there():
    named = {*views.SAID.values(), *speech.MEASURES.values(), *speech.ROLES.values()}
    assert named <= set(protocols.list_sheets()["en"].sentences)
