"""Compile the roster planner once, so that the first real roster does not wait for it."""

import threading
from collections.abc import Callable
from datetime import date

import numpy as np

from pratique.core.roster.problem import Demand, Limits, Person, Post, RosterProblem, Shift
from pratique.engines.roster.anneal import Annealer
from pratique.engines.roster.layout import lay_out
from pratique.engines.roster.master import line_of
from pratique.engines.roster.pricer import Pricer

_PATIENCE_SECONDS = 3.0


def prepare(*, tell: Callable[[], None]) -> None:
    """Have everything compiled; `tell` is called if that takes more than a moment."""
    timer = threading.Timer(_PATIENCE_SECONDS, tell)
    timer.daemon = True
    timer.start()
    # Somebody who may work one shift but could work seven: the kernel's every part is asked.
    shift = Shift("D", 480, 480)
    demands = tuple(Demand("post", day, 1, 100.0, 1.0) for day in range(7))
    person = Person("one", limits=Limits(shifts_max={"D": 1}))
    problem = RosterProblem(
        "prepare", date(2020, 4, 6), 7, {"D": shift}, {"post": Post("post")}, demands, {"one": person}
    )
    layout = lay_out(problem=problem)
    Pricer(layout=layout, threads=1).one(person=0, prices=layout.cost[0] - 1.0 * (layout.shift_of >= 0))
    kinds = np.zeros(layout.days, np.int64)
    lines = [line_of(layout=layout, person=0, kinds=kinds)]
    Annealer(layout=layout, seed=1).run(lines=lines, hot=1.0, seconds=0.0)
    timer.cancel()
