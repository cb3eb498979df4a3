"""Compile the planner once, so that the first real plan does not wait for it.

Numba keeps what it has compiled beside the source (or, where that may not be written, in the user's cache), by the types of
the arguments; those are the same for every problem, so that planning any small one compiles everything
(packing, which a moment's planning does not come to, is asked for by itself).
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from pratique.core.transport import problem
from pratique.engines.transport.columns import Dual
from pratique.engines.transport.layout import lay_out
from pratique.engines.transport.packing import Packer
from pratique.engines.transport.solve import solve, wait_until_prepared

_RULES = {
    "tick": 5, "horizon": 2160, "long_drive": 150, "rest_every": 120, "rest_min": 15, "crew_doff": 15,
    "long_overrun": 240, "max_drive": 540, "long_drivers": 2,
}  # fmt: skip
_WEIGHTS = {
    "unmoved": 10000, "wait": 1, "wait_excess": 2, "excess_after": 120, "trip": 60, "crew_min": 0.5, "vehicle": 300,
    "pair": 200,
}  # fmt: skip
_KIND = {"board": 10, "unload": 10, "disinfect": 30, "drivers": 1, "escorts": 1, "km_cost": 1.0}


def _make_problem() -> dict[str, Any]:
    """Two flights, two classes, a facility to choose, a hospital, a long way; small enough to be planned at once."""
    parties = [
        {"id": n, "flight": n % 2, "cls": "case" if n == 7 else "ordinary", "size": 1 + n % 3, "ready": 600 + 5 * n,
         "rooms": 0 if n in (6, 7) else 1, "dest": {6: 4, 7: 3}.get(n, -1)}
        for n in range(8)
    ]  # fmt: skip
    return {
        "version": 1,
        "name": "prepare",
        "locations": [
            {"id": 0, "kind": "airport", "km": 0, "drive": 0},
            {"id": 1, "kind": "facility", "km": 12, "drive": 20, "accepts": "ordinary", "rooms": 4},
            {"id": 2, "kind": "facility", "km": 20, "drive": 30, "accepts": "ordinary", "rooms": 6},
            {"id": 3, "kind": "hospital", "km": 9, "drive": 15},
            {"id": 4, "kind": "prefecture", "km": 240, "drive": 190},
        ],
        "flights": [{"id": 0, "arrival": 560, "pax": 8}, {"id": 1, "arrival": 570, "pax": 8}],
        "parties": parties,
        "kinds": {
            "van": {**_KIND, "seats": 8, "licence": "S"},
            "coach": {**_KIND, "seats": 45, "licence": "L"},
            "amb": {**_KIND, "seats": 2, "licence": "S"},
        },
        "classes": {
            "ordinary": {"kinds": ["van", "coach"], "cap": {"van": 4, "coach": 22}},
            "case": {"kinds": ["amb"], "cap": {"amb": 2}},
        },
        "vehicles": [
            {"id": n, "kind": kind, "window": [0, 2160]}
            for n, kind in enumerate(("van", "van", "coach", "amb"))
        ],
        "crew": [{"id": n, "role": role, "shift": [360, 1800]} for n, role in enumerate("LLLSSEEE")],
        "rules": _RULES,
        "weights": _WEIGHTS,
    }


def prepare(*, tell: Callable[[], None]) -> None:
    """Have everything compiled; `tell` is called if that takes more than a moment."""
    found, faults = problem.read(document=_make_problem())
    assert found is not None, faults
    solve(problem=found, seconds=0.5)
    layout = lay_out(problem=found)
    packer = Packer(layout=layout)
    pools = np.concatenate((layout.vehicles.used, layout.crew.used))
    packer.price(dual=Dual(np.zeros(pools.shape), np.zeros(len(layout.places))))
    wait_until_prepared(tell=tell)
