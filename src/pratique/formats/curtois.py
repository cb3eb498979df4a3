"""Shift-scheduling instances of Curtois and Qu (schedulingbenchmarks.org): the text form, read into a roster problem.

One post (`ward`), demand by shift, no clock: what may follow what is listed. The horizon begins on a Monday; its date is of
no matter.
"""

from collections.abc import Iterable
from datetime import date

from pratique.core.answers import Problem
from pratique.core.roster.problem import (
    Absence,
    Demand,
    Limits,
    Person,
    Post,
    Request,
    RosterProblem,
    Shift,
)

FIRST_ON = date(2020, 1, 6)
POST = "ward"
_SECTIONS = ("HORIZON", "SHIFTS", "STAFF", "DAYS_OFF", "SHIFT_ON_REQUESTS", "SHIFT_OFF_REQUESTS", "COVER")


def read(*, text: str, name: str = "") -> tuple[RosterProblem | None, tuple[Problem, ...]]:
    """The problem an instance states, or None with the line that cannot be read."""
    rows: dict[str, list[tuple[int, list[str]]]] = {section: [] for section in _SECTIONS}
    section = ""
    for number, line in enumerate(text.splitlines(), start=1):
        plain = line.strip()
        if not plain or plain.startswith("#"):
            continue
        if plain.startswith("SECTION_"):
            section = plain.removeprefix("SECTION_")
        if plain.startswith("SECTION_") and section in rows:
            continue
        if section not in rows:
            return None, (_fault(f"line {number}", f"{plain[:40]!r} is in no section that is known"),)
        rows[section].append((number, [cell.strip() for cell in plain.split(",")]))
    missing = [one for one in ("HORIZON", "SHIFTS", "STAFF", "COVER") if not rows[one]]
    if missing:
        return None, (_fault(f"SECTION_{missing[0]}", "there is no such section, or it is empty"),)
    reading = _Reading()
    problem = reading.problem(rows, name)
    return (None, (reading.problem_found,)) if reading.problem_found else (problem, ())


def _fault(where: str, message: str) -> Problem:
    return Problem(
        "roster-curtois", where, message, "give a file in the form of schedulingbenchmarks.org", True
    )


class _Reading:
    """Reads sections in order; the first line that cannot be read is `problem_found`."""

    def __init__(self) -> None:
        self.line = 0
        self.problem_found: Problem | None = None

    def _each(self, rows: Iterable[tuple[int, list[str]]]) -> Iterable[list[str]]:
        for self.line, cells in rows:
            yield cells

    def problem(self, rows: dict[str, list[tuple[int, list[str]]]], name: str) -> RosterProblem | None:
        """The whole problem, or None after a fault."""
        try:
            return self._problem(rows, name)
        except (ValueError, IndexError, KeyError) as fault:
            self.problem_found = _fault(f"line {self.line}", f"it cannot be read ({fault})")
            return None

    def _problem(self, rows: dict[str, list[tuple[int, list[str]]]], name: str) -> RosterProblem:
        days = [int(cells[0]) for cells in self._each(rows["HORIZON"])][0]
        if not 1 <= days <= 1000:
            raise ValueError(f"{days} days")
        shifts = {}
        for cells in self._each(rows["SHIFTS"]):
            follow = frozenset(one for one in cells[2].split("|") if one) if len(cells) > 2 else frozenset()
            shifts[cells[0]] = Shift(cells[0], None, int(cells[1]), cells[0].startswith(("n", "N")), follow)
        limits: dict[str, Limits] = {}
        for cells in self._each(rows["STAFF"]):
            limits[cells[0]] = _limits(cells, days)
        off: dict[str, list[Absence]] = {who: [] for who in limits}
        for cells in self._each(rows["DAYS_OFF"]):
            mine = off[cells[0]]
            for day in cells[1:]:
                on = date.fromordinal(FIRST_ON.toordinal() + int(day))
                mine.append(Absence("day off", on, on))
        wishes: dict[str, list[Request]] = {who: [] for who in limits}
        for section, wanted in (("SHIFT_ON_REQUESTS", True), ("SHIFT_OFF_REQUESTS", False)):
            for cells in self._each(rows[section]):
                shift = shifts[cells[2]].id
                wishes[cells[0]].append(Request(int(cells[1]), shift, wanted, float(cells[3])))
        demands = [
            Demand(
                POST,
                int(cells[0]),
                int(cells[2]),
                float(cells[3]),
                float(cells[4]),
                shift=shifts[cells[1]].id,
            )
            for cells in self._each(rows["COVER"])
        ]
        people = {
            who: Person(who, absences=tuple(off[who]), limits=limits[who], requests=tuple(wishes[who]))
            for who in limits
        }
        return RosterProblem(
            name, FIRST_ON, days, shifts, {POST: Post(POST)}, tuple(demands), people, rest_minutes=0
        )


def _limits(cells: list[str], days: int) -> Limits:
    """ID, MaxShifts, MaxTotalMinutes, MinTotalMinutes, MaxConsecutiveShifts, MinConsecutiveShifts,
    MinConsecutiveDaysOff, MaxWeekends."""
    most = dict(one.split("=") for one in cells[1].split("|"))
    whole = [int(one) for one in cells[2:8]]
    return Limits(
        minutes_max=whole[0],
        minutes_min=whole[1],
        run_max=whole[2],
        run_min=whole[3],
        off_run_min=whole[4],
        weekends_max=whole[5],
        shifts_max={shift: int(number) for shift, number in most.items() if int(number) < days},
    )
