"""Invented days of transport, small and seeded, in the file form."""

import random
from typing import Any

KINDS = {
    "amb": {"seats": 2, "board": 10, "unload": 10, "disinfect": 30, "drivers": 1, "escorts": 1}
    | {"licence": "S", "km_cost": 1.0},
    "van": {"seats": 8, "board": 10, "unload": 10, "disinfect": 30, "drivers": 1, "escorts": 1}
    | {"licence": "S", "km_cost": 1.0},
    "bus": {"seats": 20, "board": 15, "unload": 15, "disinfect": 30, "drivers": 1, "escorts": 2}
    | {"licence": "L", "km_cost": 1.5},
}
CLASSES = {
    "case": {"kinds": ["amb"], "cap": {"amb": 1}},
    "contact": {"kinds": ["van", "bus"], "cap": {"van": 4, "bus": 10}},
    "ordinary": {"kinds": ["van", "bus"], "cap": {"van": 6, "bus": 15}},
}
RULES = {"tick": 5, "horizon": 1440, "long_drive": 150, "rest_every": 120, "rest_min": 15, "crew_doff": 15}
RULES |= {"long_overrun": 240, "max_drive": 540, "long_drivers": 2}
WEIGHTS = {"unmoved": 10000, "wait": 1, "wait_excess": 2, "excess_after": 120, "trip": 60, "crew_min": 0.5}
WEIGHTS |= {"vehicle": 300, "pair": 200}


def invent(seed: int, *, flights: int = 2, parties: int = 12, scarce: bool = False) -> dict[str, Any]:
    """A day with so many parties; `scarce` days have too few vehicles, people and rooms for all of them."""
    draw = random.Random(seed)
    places = [{"id": 0, "kind": "airport", "km": 0, "drive": 0}]
    for number, cls in enumerate(("ordinary", "ordinary", "ordinary", "contact", "contact"), start=1):
        km = draw.choice([10, 25, 40, 60])
        rooms = draw.randint(4, 12 if scarce else 40)
        places.append(
            {"id": number, "kind": "facility", "km": km, "drive": km, "accepts": cls, "rooms": rooms}
        )
    places.append({"id": 6, "kind": "hospital", "km": 15, "drive": 20})
    places.append({"id": 7, "kind": "prefecture", "km": 200, "drive": draw.choice([160, 200])})
    people = []
    for number in range(parties):
        cls = draw.choices(("case", "contact", "ordinary"), (1, 2, 6))[0]
        size = 1 if cls == "case" else draw.choices((1, 2, 3, 4, 6), (6, 3, 1, 1, 1))[0]
        flight = draw.randrange(flights)
        dest = 6 if cls == "case" else 7 if draw.random() < 0.15 and cls == "ordinary" else -1
        rooms = 0 if dest >= 0 else draw.choice([size, max(1, size - 1)])
        ready = 420 + 60 * flight + 5 * draw.randint(0, 12)
        people.append(
            {"id": number, "flight": flight, "cls": cls, "size": size, "ready": ready}
            | {"rooms": rooms, "dest": dest}
        )
    fleet = [("amb", 1), ("van", 1 if scarce else 2), ("bus", 1 if scarce else 2)]
    vehicles = [kind for kind, number in fleet for _ in range(number)]
    roles = [("L", 2 if scarce else 4), ("S", 1 if scarce else 3), ("E", 2 if scarce else 7)]
    crew = [role for role, number in roles for _ in range(number)]
    return {
        "version": 1,
        "name": f"invented-{seed}",
        "flights": [{"id": flight, "arrival": 390 + 60 * flight} for flight in range(flights)],
        "locations": places,
        "parties": people,
        "kinds": KINDS,
        "classes": CLASSES,
        "vehicles": [{"id": i, "kind": kind, "window": [0, 1440]} for i, kind in enumerate(vehicles)],
        "crew": [
            {"id": i, "role": role, "shift": [360, draw.choice([780, 1080])]} for i, role in enumerate(crew)
        ],
        "rules": RULES,
        "weights": WEIGHTS,
    }
