"""Health declarations: versions on record, content encrypted and erased by its own clock."""

from datetime import date, timedelta
from hashlib import sha256

import pytest

from pratique.core.answers import Refused
from pratique.services import declaration, identity
from pratique.services.declaration import Address, Companion, Form, Visit
from pratique.store import models
from pratique.store.ids import make_id

from .port import at

TODAY = at(30).date()
FORM = Form(
    seat="12A",
    mobile="+86 13800000000",
    answers={"fever": False, "cough": True},
    visits=(Visit("TH", TODAY - timedelta(days=14), TODAY),),
)


def declare(port, form=FORM, source="traveller", minute=30, who=0):
    return declaration.declare(
        traveller=port.travellers[who], declaration=form, by=None, source=source, now=at(minute)
    )


def test_every_version_stays_and_is_evidence_with_the_hash_of_what_was_sealed(port):
    declare(port)
    declare(port, Form(seat="12B", answers={"fever": True}), source="desk", minute=40)
    rows = list(models.Declaration.objects.order_by("version"))
    told = models.Evidence.objects.filter(code="declared").order_by("seq")
    assert [(e.attributes["version"], e.attributes["source"]) for e in told] == [
        (1, "traveller"),
        (2, "desk"),
    ]
    assert [e.attributes["digest"] for e in told] == [sha256(bytes(r.sealed)).hexdigest() for r in rows]
    look = identity.Look(None, "test")
    found = declaration.read(traveller=port.travellers[0], look=look)
    assert [(d.version, d.form.seat) for d in found] == [(2, "12B"), (1, "12A")]
    assert models.Access.objects.filter(traveller_id=port.travellers[0], what="test").count() == 1


def test_nothing_of_it_can_be_read_in_the_tables(port):
    declare(port)
    row = models.Declaration.objects.get()
    assert b"13800000000" not in bytes(row.sealed)
    evidence = models.Evidence.objects.get(code="declared")
    assert "13800000000" not in str(evidence.attributes)


def test_who_writes_upon_a_version_that_is_not_the_latest_is_told(port):
    declare(port), declare(port, Form(seat="12B"))
    told = {"traveller": port.travellers[0], "by": None, "source": "desk", "now": at(40)}
    with pytest.raises(Refused, match="declaration_overtaken"):
        declaration.declare(declaration=Form(seat="12C"), upon=1, **told)
    assert declaration.declare(declaration=Form(seat="12C"), upon=2, **told).version == 3


def test_told_again_alike_it_is_the_same_version(port):
    assert declare(port).id == declare(port, minute=35).id
    assert models.Declaration.objects.count() == 1


def test_its_clock_erases_what_it_says_and_leaves_that_it_was_given(port):
    declare(port)
    due = TODAY + timedelta(days=declaration.KEEP_DAYS)
    assert declaration.erase_due(on=due - timedelta(days=1), now=at(60)) == 0
    assert declaration.erase_due(on=due, now=at(60)) == 1
    row = models.Declaration.objects.get()
    assert bytes(row.sealed) == b""
    assert declaration.find_latest(traveller=port.travellers[0]).form is None
    assert models.Evidence.objects.filter(code="declared").count() == 1


@pytest.mark.parametrize(
    ("form", "where"),
    [
        (Form(visits=(Visit("XQ", TODAY, TODAY),)), "visits 1"),
        (Form(visits=(Visit("TH", TODAY, TODAY), Visit("LA", TODAY, date(2020, 4, 1)))), "visits 2"),
        (Form(visits=(Visit("TH", date(2021, 1, 1), date(2021, 1, 2)),)), "visits 1"),
        (Form(answers={"nationality": True}), "nationality"),
        (Form(home=declaration.Address(city="x" * 201)), "home city"),
    ],
)
def test_what_cannot_be_is_refused_by_its_field(port, form, where):
    with pytest.raises(Refused, match="declaration_faulty") as refused:
        declare(port, form)
    assert where in str(refused.value)
    assert not models.Declaration.objects.exists()


def test_an_empty_form_is_no_declaration(port):
    with pytest.raises(Refused, match="declaration_empty"):
        declare(port, Form(language="en"))
    with pytest.raises(Refused, match="traveller_unknown"):
        declaration.declare(traveller=make_id(), declaration=FORM, by=None, source="desk", now=at(30))


def test_the_rules_take_answers_and_journey_and_nothing_else(port):
    facts = declaration.to_facts(form=FORM)
    assert dict(facts.answers) == {"fever": False, "cough": True}
    assert [(v.place, v.until_on) for v in facts.visits] == [("TH", TODAY)]


def test_of_two_versions_told_upon_the_same_one_nothing_is_lost_but_what_one_of_them_took_away():
    one, two, three, four = (Companion(surname=name) for name in ("A", "B", "C", "D"))
    base = Form(surname="LI", party=(one, two), answers={"cough": False, "fever": False})
    ours = Form(surname="LIU", party=(one, three), answers={"cough": True, "fever": False}, email="a@b.c")
    theirs = Form(
        surname="LI",
        party=(one, two, four),
        answers={"cough": False, "fever": True},
        home=Address(city="Pakse"),
    )
    merged, clashes = declaration.merge(base=base, ours=ours, theirs=theirs)
    assert (merged.surname, merged.email, merged.home.city, clashes) == ("LIU", "a@b.c", "Pakse", ())
    assert merged.party == (one, four, three)
    assert merged.answers == {"cough": True, "fever": True}
    merged, clashes = declaration.merge(base=Form(), ours=ours, theirs=theirs)
    assert {(one.name, one.ours, one.theirs) for one in clashes} == {
        ("surname", "LIU", "LI"), ("cough", True, False), ("fever", False, True),
    }  # fmt: skip
    assert (merged.surname, merged.answers) == ("LIU", {}), "what both answer otherwise is asked again"
