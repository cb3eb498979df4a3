"""Nobody is lost without a proof saying so: every planted bug is caught on an ordinary busy day."""

from functools import cache
from pathlib import Path

import pytest

from pratique.core.custody import fold, proofs
from pratique.core.custody.entry import Kind

from .busy_day import NOW, make_day, make_witness
from .planted import PLANTED, find, plain_fold

SEEDS = range(1, 7)
CONCEPT = Path(__file__).parents[3] / "docs" / "concepts" / "custody.md"


@cache
def tell(seed):
    """A day: its entries, its ground, its witnesses and the truth."""
    day = make_day(seed)
    journal = day.journal
    return day, journal, day.ground, make_witness(day, heard=len(journal.scans))


def prove(books, seed):
    _, _, ground, witness = tell(seed)
    return proofs.prove(books=books, ground=ground, witness=witness, now=NOW)


def list_caught(bug, seed):
    """The proofs that object when the day is folded by a broken ledger."""
    _, journal, ground, _ = tell(seed)
    findings = prove(bug.fold(journal=journal, ground=ground), seed)
    return [name for name, objections in findings.by_proof.items() if objections]


@pytest.mark.parametrize("seed", SEEDS)
def test_the_right_fold_raises_no_false_alarm(seed):
    day, journal, ground, _ = tell(seed)
    books = fold.fold(journal=journal, ground=ground)
    findings = prove(books, seed)
    assert findings.objections == []
    assert findings.answered == ()
    assert {t: p.holder for t, p in books.positions.items()} == day.positions


@pytest.mark.parametrize("seed", SEEDS)
def test_the_plain_ledger_makes_the_same_books(seed):
    _, journal, ground, _ = tell(seed)
    assert plain_fold(journal=journal, ground=ground) == fold.fold(journal=journal, ground=ground)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("bug", PLANTED, ids=lambda bug: bug.name)
def test_every_planted_bug_is_caught(bug, seed):
    assert list_caught(bug, seed)


def test_the_day_is_busy_enough_to_show_them():
    day, journal, ground, _ = tell(1)
    books = fold.fold(journal=journal, ground=ground)
    assert len(day.steps) > 150
    assert books.tally.repeated > 50
    assert sum(s.recorded_at > s.happened_at for s in journal.scans) > 100
    assert {d.code for d in books.disputes} == {"scan_id_reused", "seen_after_exit", "two_places"}
    assert {o.code for o in books.objections} >= {"unmanifested", "clock_set_back"}
    assert {ground.kind_of(p.holder) for p in books.positions.values()} == set(Kind)


def test_none_of_the_six_proofs_can_be_spared():
    alone = {caught[0] for bug in PLANTED if len(caught := list_caught(bug, 1)) == 1}
    assert alone == {"unbroken chain", "heads", "headcount", "overdue", "totals", "no silent skip"}


def test_the_table_in_the_concept_says_what_was_caught():
    table = CONCEPT.read_text(encoding="utf-8").split("| a ledger that ... | is caught by |")[1]
    rows = [row for row in table.split("\n\n")[0].splitlines() if row][1:]
    assert rows == [f"| {bug.description} | {', '.join(list_caught(bug, 1))} |" for bug in PLANTED]


def test_a_planted_bug_is_found_by_its_name():
    assert find("folds in arrival order").description.startswith("takes scans")
    assert len({bug.name for bug in PLANTED}) == len(PLANTED) >= 8
