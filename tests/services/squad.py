"""Eight units with officers and vehicles, trained and in three crews: what a draw and a roster are made from."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

from pratique.services import duty
from pratique.services.force import people, rules
from pratique.services.permission import Role
from pratique.store import models

ZONE = ZoneInfo("Asia/Shanghai")
FIRST_ON = date(2020, 4, 6)
UNITS = 8
OFFICERS_EACH = 15
MODULES = ("law", "ppe", "protocol", "rights")


def at(hour: float, day: int = 0) -> datetime:
    """An instant of the port's day, counted from the first."""
    return (
        datetime.combine(FIRST_ON + timedelta(days=day), time(), ZONE) + timedelta(hours=hour)
    ).astimezone(UTC)


class Squad:
    """The units and whoever is of them; `clerk` and `liaisons` speak."""

    def __init__(self, *, officers_each: int = OFFICERS_EACH, shifts: int = 2) -> None:
        if not models.Port.objects.exists():
            models.Port.objects.create(code="KMG", icao="ZPPP", name_zh="长水", name_en="Changshui")
        quotas = [5, 5, 5, 5, 4, 4, 4, 4]
        fleet = [2, 2, 2, 2, 2, 2, 2, 1]
        self.units = [
            models.Unit.objects.create(
                code=f"U{n}",
                name_zh=f"{n}支队",
                name_en=f"Unit {n}",
                sort="district" if n > 4 else "department",
                officers_daily=quotas[n - 1],
                vehicles_daily=fleet[n - 1],
            )
            for n in range(1, UNITS + 1)
        ]
        self.clerk = models.Person.objects.create(username="clerk-1", role=Role.CLERK.value, password="!")
        self.liaisons = [
            models.Person.objects.create(username=f"liaison-{unit.code}", role=Role.LIAISON.value, unit=unit)
            for unit in self.units
        ]
        models.Person.objects.bulk_create(
            models.Person(
                username=f"{unit.code}-{n:02d}",
                name_zh=f"{unit.code}某{n}",
                name_en=f"Officer {unit.code} {n}",
                role=Role.STAFF.value,
                unit=unit,
                crew="ABC"[n % 3],
                team=str(n // 3 % 4),
                side="domestic" if n % 5 == 4 else "international",
            )
            for unit in self.units
            for n in range(officers_each)
        )
        self.officers = list(models.Person.objects.filter(role="staff").order_by("username"))
        self.train(self.officers, until_on=FIRST_ON + timedelta(days=60))
        self.give_service(shifts)
        kinds = ["coach"] * 24 + ["minibus"] * 4 + ["ambulance"] * 4
        models.Vehicle.objects.bulk_create(
            models.Vehicle(plate=f"云A{n:03d}", kind=kind, seats=50, unit=self.units[n % UNITS])
            for n, kind in enumerate(kinds)
        )

    def train(self, officers: list[models.Person], until_on: date) -> None:
        """Give these people every module a post asks for."""
        models.TrainingMark.objects.bulk_create(
            models.TrainingMark(
                person=one,
                module=module,
                on=FIRST_ON - timedelta(days=1),
                passed=True,
                until_on=until_on,
                marked_at=at(0),
            )
            for one in officers
            for module in MODULES
        )
        told = {"module": MODULES[-1], "passed": True}
        self._record(duty.Done("staff", str(one.id), "training", at(0, -1), told) for one in officers)

    def give_service(self, shifts: int) -> None:
        """So many shifts worked long ago, so that nobody is new."""
        models.Deployment.objects.bulk_create(
            models.Deployment(
                person=one,
                unit=one.unit,
                on=FIRST_ON - timedelta(days=60 + n),
                shift="day",
                post="reserve",
                starts_at=at(8, -60 - n),
                ends_at=at(20, -60 - n),
                in_at=at(8, -60 - n),
                out_at=at(20, -60 - n),
            )
            for one in self.officers
            for n in range(shifts)
        )

        self._record(
            duty.Done("staff", str(one.id), "health_report", at(7, -60 - n), {"well": True})
            for one in self.officers
            for n in range(shifts)
        )

    def _record(self, done: Iterable[duty.Done]) -> None:
        duty.record_all(evidence=[(uuid4(), one) for one in done], by=None, now=at(0))

    def of_unit(self, number: int) -> list[models.Person]:
        """The officers of a unit, from 0."""
        return [one for one in self.officers if one.unit_id == self.units[number].id]


__all__ = ["FIRST_ON", "MODULES", "Squad", "at", "people", "rules"]
