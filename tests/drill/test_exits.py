"""Whoever leaves the invented day does so on grounds that the product knows; what it does not know stands on the tower."""

from collections import Counter
from datetime import date

import pytest

from pratique.drill.demo import Demo
from pratique.services import way
from pratique.store import models
from pratique.store.queries import leavings


@pytest.mark.slow
def test_truth_and_books_agree_on_whose_way_out_was_open(db: None) -> None:
    demo = Demo(on=date(2020, 4, 15), seed=7, scale=0.12)
    demo.open(password="!")
    for _ in demo.play():
        pass
    now = demo.day.instant(demo.events[-1].second)
    way.heed(now=now)
    codes = {row.id: row.code for row in way.list_exits()}
    closed = [(codes[row.custodian_id], row.because) for row in leavings.list_closed()]
    assert closed == []
    by_exit = Counter(
        codes[exit_] for exit_ in models.WayJudged.objects.values_list("custodian_id", flat=True)
    )
    assert {"exit:released", "exit:with-aircraft"} <= set(by_exit)
    assert demo.exits.released
    judged = set(models.WayJudged.objects.values_list("scan_id", flat=True))
    out = models.Position.objects.filter(holder_kind="exit").values_list("scan_id", flat=True)
    assert set(out) <= judged
