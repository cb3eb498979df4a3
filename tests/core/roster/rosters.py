"""Invented rosters, small and seeded, in the file form."""

import random
from datetime import date, timedelta
from typing import Any

FIRST = date(2020, 4, 6)


def on(day: int) -> str:
    return (FIRST + timedelta(days=day)).isoformat()


def invent(
    seed: int, *, days: int = 7, people: int = 8, fair: bool = True, rough: bool = False
) -> dict[str, Any]:
    """A week of two shifts at four posts; `rough` weeks have more leave, lapses and limits than people to bear them."""
    draw = random.Random(seed)
    staff = []
    for number in range(people):
        row: dict[str, Any] = {"id": f"p{number}", "unit": f"u{number % 3}", "team": "ABC"[number % 3]}
        row["qualifications"] = [{"id": "ppe", "from": on(-30), "until": on(draw.choice([2, 40, 40, 40]))}]
        if number % 2 == 0:
            row["qualifications"].append("licence-L")
        if number % 4 == 3:
            row["side"] = draw.choice(["international", "domestic"])
        if draw.random() < (0.6 if rough else 0.2):
            first = draw.randrange(days)
            reason = draw.choice(["leave", "symptoms", "isolation"])
            row["absences"] = [{"reason": reason, "from": on(first), "until": on(first + draw.randrange(3))}]
        if draw.random() < 0.3:
            row["before"] = [{"on": on(-1), "shift": draw.choice("DN")}]
        if draw.random() < 0.4:
            wish = {
                "on": on(draw.randrange(days)),
                "wanted": draw.random() < 0.5,
                "weight": draw.randint(1, 5),
            }
            row["requests"] = [wish | ({"shift": draw.choice("DN")} if draw.random() < 0.5 else {})]
        row["shifts_before"] = draw.choice([0, 1, 5, 9])
        row["limits"] = {}
        if draw.random() < (0.6 if rough else 0.2):
            row["limits"] = {"shifts_max": {"N": draw.randint(0, 2)}, "weekends_max": draw.randint(0, 1)}
        staff.append(row)
    return {
        "version": 1,
        "kind": "roster",
        "name": f"week-{seed}",
        "first": FIRST.isoformat(),
        "days": days,
        "rest_minutes": 600,
        "shifts": [
            {"id": "D", "start": "08:00", "minutes": 720},
            {"id": "N", "start": "20:00", "minutes": 720, "night": True},
        ],
        "posts": [
            {"id": "screening", "needs": ["ppe"], "side": "international", "exposure": 1},
            {"id": "information", "side": "domestic"},
            {"id": "exemptions", "needs": ["ppe"], "side": "international", "shifts_before": 2},
            {"id": "driver", "needs": ["licence-L"], "exposure": 0.5},
        ],
        "patterns": [{"id": "three-crews", "turns": ["D", "N", None], "crews": {"A": 0, "B": 1, "C": 2}}],
        "teams": [
            {
                "id": crew,
                "pattern": "three-crews",
                "crew": crew,
                "posts": ["screening", "exemptions", "driver"],
            }
            for crew in "ABC"
        ],
        "demand": [
            {"post": "screening", "hours": [1] * 8 + [2 if seed % 2 else 1] * 12 + [1] * 4},
            {"post": "exemptions", "from": "08:00", "until": "20:00", "count": 1},
            {"post": "driver", "shift": "D", "count": 1, "under": 500, "over": 2},
            {
                "post": "information",
                "on": on(draw.randrange(days)),
                "from": "10:00",
                "until": "18:00",
                "count": 1,
            },
        ],
        "limits": {"run_max": 4, "nights_run_max": 2, "week_minutes_max": 3600}
        | ({"run_min": 2, "off_run_min": 2} if seed % 3 == 0 else {})
        | ({"minutes_max": 2880} if seed % 4 == 0 else {}),
        "people": staff,
        "weights": {"off_pattern": 5, "off_post": 1}
        | ({"fairness": {"nights": 4, "weekends": 3, "hours": 0.01, "exposure": 0.02}} if fair else {}),
    }
