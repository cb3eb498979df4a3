"""Samples and results."""

from pratique import protocols
from pratique.core.duties.vocabulary import Kind
from pratique.services import care, register
from pratique.store import models

from .port import at


def test_a_result_ends_the_wait_for_it(port):
    port.send(port.told(who=0, where="hall", minute=10))
    swab = care.Swab(who=port.travellers[0], tube="KMG1", laboratory="L")
    care.take_sample(swab=swab, by=None, now=at(12))

    def waits():
        owed = register.account_of(kind=Kind.TRAVELLER, subject=str(port.travellers[0]), now=at(60))
        return [d.state for d in owed.duties if d.code == "result" and d.state in ("due", "overdue")]

    assert waits()
    care.record_result(tube="KMG1", result="negative", by=None, now=at(50))
    assert not waits()


def test_a_sample_is_recorded_in_the_words_in_which_editions_ask_for_it(port):
    """The 8th edition asks where the swab was taken from and who tests it: a sample that says so must count."""
    swab = care.Swab(port.travellers[0], "KMG2", 14, "RT-PCR A", "L", "nasopharyngeal")
    care.take_sample(swab=swab, by=None, now=at(12))
    told = models.Evidence.objects.get(code="sample").attributes
    asked = {
        want.attribute
        for protocol in protocols.list_protocols()
        for rule in protocol.obligations
        if rule.kind is Kind.TRAVELLER and "sample" in rule.proof.pattern.records
        for want in rule.proof.pattern.wants
    }
    assert {"site", "lab"} <= asked
    assert asked <= set(told)


def test_before_there_is_a_port_nothing_is_owed(db):
    assert register.tick(now=at(0)) == 0
