"""Plan again after something changed: repair first, then improve what may still change, and say the difference."""

import threading
from collections.abc import Callable
from dataclasses import dataclass

from pratique.core.transport import diff
from pratique.core.transport.change import Replanning
from pratique.core.transport.diff import Diff
from pratique.core.transport.plan import Plan
from pratique.engines.transport.solve import Progress, Result, solve


@dataclass(frozen=True, slots=True)
class Answer:
    """The new plan and what it changes against the plan in force."""

    result: Result
    diff: Diff


def replan(
    *,
    replanning: Replanning,
    base: Plan,
    seconds: float,
    stop: threading.Event | None = None,
    tell: Callable[[Progress], None] | None = None,
) -> Answer:
    """The least repair of the plan in force, improved for `seconds` or until `stop`; pins stay as they are; `tell` hears of every
    better plan.

    The diff's `cost_if_only_repaired` is the objective if nobody were told anything who need not be: the first that
    the search has, with what could be kept and everybody else dispatched by hand.
    """
    problem = replanning.problem
    result = solve(problem=problem, seconds=seconds, start=replanning.kept, stop=stop, tell=tell)
    found = diff.compare(
        problem=problem,
        before=base,
        after=result.plan,
        because=replanning.because,
        repaired=result.history[0].objective,
    )
    return Answer(result, found)
