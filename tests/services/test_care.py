"""Samples and results."""

from pratique.core.duties.vocabulary import Kind
from pratique.services import care, register

from .port import at


def test_a_result_ends_the_wait_for_it(port):
    port.send(port.told(who=0, where="hall", minute=10))
    swab = care.Swab(traveller=port.travellers[0], tube="KMG1", laboratory="L")
    care.take_sample(swab=swab, by=None, now=at(12))

    def waits():
        owed = register.account_of(kind=Kind.TRAVELLER, subject=str(port.travellers[0]), now=at(60))
        return [d.state for d in owed.duties if d.code == "result" and d.state in ("due", "overdue")]

    assert waits()
    care.record_result(tube="KMG1", result="negative", by=None, now=at(50))
    assert not waits()


def test_before_there_is_a_port_nothing_is_owed(db):
    assert register.tick(now=at(0)) == 0
