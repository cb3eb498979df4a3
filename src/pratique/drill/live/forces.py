"""The force around the day: officers in reserve in every unit, today's shifts known ahead, the next days drawn, shifts handed over.

Who came to today's shifts is the world's (`world.evidence`); this part only asks the services for what a clerk, liaisons and
leads would do beside it.
"""

from datetime import timedelta
from typing import Any

from pratique.core.answers import Refused
from pratique.drill import events
from pratique.drill.live.opening import make_uuid
from pratique.drill.live.player import Player
from pratique.drill.world.evidence import list_shifts
from pratique.drill.world.schedule import HOUR, MINUTE
from pratique.services import duty, force
from pratique.services.force import calls, draws, people, rosters, rules, shift_handover
from pratique.store import models

SURNAMES = (
    "李 Li",
    "王 Wang",
    "张 Zhang",
    "刘 Liu",
    "陈 Chen",
    "杨 Yang",
    "赵 Zhao",
    "和 He",
    "普 Pu",
    "段 Duan",
    "刀 Dao",
    "马 Ma",
)
GIVEN = (
    "文静 Wenjing",
    "建平 Jianping",
    "海峰 Haifeng",
    "晓燕 Xiaoyan",
    "国栋 Guodong",
    "丽华 Lihua",
    "志强 Zhiqiang",
)
"""Invented names, by surname and given name."""
RESERVE_EACH = 2
"""For each officer a unit sends a day there are so many more of its own."""
SEASONED = 6
"""So many of them have worked two shifts before, and may decide exemptions."""
OPENS_SECOND = 6 * HOUR
DRAWN_AHEAD_DAYS = 3
SIGN_OUT_BEFORE, SIGN_IN_BEFORE = 12 * MINUTE, 4 * MINUTE
WATCHED_UNIT = "unit:airport"
"""The unit of the demo's liaison and officer: its calls are left to them."""


class Forces:
    """Hears the day, and sees to the force in time."""

    def __init__(self, player: Player) -> None:
        self.player = player
        self.opened = False
        self.waiting = sorted(self._list_signings(), reverse=True)
        self._write_reserve()

    def hear(self, event: events.Event) -> None:
        """Draw in the morning, hand over at the end of shifts."""
        if not self.opened and event.second >= OPENS_SECOND:
            self.opened = True
            self._open(OPENS_SECOND)
        while self.waiting and self.waiting[-1][0] <= event.second:
            second, side, offset, shift = self.waiting.pop()
            self.player.flush()
            self._sign(second, side, offset, shift)

    def _list_signings(self) -> list[tuple[float, str, int, str]]:
        found = []
        for one in list_shifts(self.player.day):
            found.append((one.ends_second - SIGN_OUT_BEFORE, "out", one.day_offset, one.name))
            found.append((one.ends_second - SIGN_IN_BEFORE, "in", one.day_offset, one.name))
        return found

    def _write_reserve(self) -> None:
        """More officers in every unit, all of them trained, some of them seasoned; quotas of vehicles."""
        port, now = self.player.day.port, self.player.day.instant(0)
        fresh = []
        for unit in port.units:
            for number in range(unit.officers * RESERVE_EACH):
                key = f"{unit.key}/reserve/{number}"
                pick = make_uuid(key).int
                (zh, en), (given_zh, given_en) = (
                    names[pick // step % len(names)].split() for names, step in ((SURNAMES, 1), (GIVEN, 97))
                )
                fresh.append(
                    models.Person(
                        id=make_uuid(key),
                        username=f"{unit.key.removeprefix('unit:')}-{number + 1}",
                        name_zh=zh + given_zh,
                        name_en=f"{en} {given_en}",
                        role="staff",
                        unit_id=make_uuid(unit.key),
                        crew="ABC"[number % 3],
                        side="domestic" if number % 5 == 4 else "international",
                        password="!",
                    )
                )
        models.Person.objects.bulk_create(fresh)
        self._train()
        self._season(fresh[:: max(1, len(fresh) // SEASONED)], now)
        by_unit: dict[Any, int] = {}
        for vehicle in port.vehicles:
            by_unit[vehicle.unit] = by_unit.get(vehicle.unit, 0) + 1
        for unit_key, count in by_unit.items():
            models.Unit.objects.filter(id=make_uuid(unit_key)).update(vehicles_daily=count)

    def _train(self) -> None:
        """Every module to every officer, some weeks ago, so that a few are about to lapse."""
        on, now = self.player.day.on, self.player.day.instant(0)
        marks, records = [], []
        for number, one in enumerate(people.list_officers()):
            for name, module in rules.get_training().modules.items():
                ago = (number * 7 + len(name)) % max(1, module.valid_days - 4)
                if name == "drill" or (name == "first-aid" and number % 3):
                    continue
                taught = on - timedelta(days=ago + 1)
                marks.append(
                    models.TrainingMark(
                        person=one,
                        module=name,
                        on=taught,
                        passed=True,
                        until_on=taught + timedelta(days=module.valid_days - 1),
                        marked_at=now,
                    )
                )
                told = {"module": name, "passed": True}
                at = self.player.day.instant(9 * HOUR) - timedelta(days=ago + 1)
                done = duty.Done("staff", str(one.pk), "training", at, told)
                records.append((make_uuid(f"{one.pk}/{name}/taught"), done))
        models.TrainingMark.objects.bulk_create(marks)
        duty.record_all(evidence=records, by=None, now=now)

    def _season(self, some: list[models.Person], now: Any) -> None:
        """Two days' work each from before the port kept shifts here, with the health report of the day."""
        day = self.player.day
        for one in some:
            for offset in (-4, -3):
                on = day.on + timedelta(days=offset)
                starts_at, ends_at = rules.find_hours(on=on, shift="day")
                models.Deployment.objects.create(
                    person=one, unit_id=one.unit_id, on=on, crew=one.crew, post="escort",  # type: ignore[attr-defined]
                    starts_at=starts_at, ends_at=ends_at, in_at=starts_at, out_at=ends_at,
                )  # fmt: skip
                well = duty.Done(
                    "staff", str(one.pk), "health_report", starts_at, {"well": True, "celsius": 36.5}
                )
                duty.record(
                    evidence=well, by=one.pk, now=now, evidence_id=make_uuid(f"{one.pk}/{offset}/well")
                )

    def _open(self, second: float) -> None:
        """The morning: today's shifts are known, the next days are drawn and, but for one unit, confirmed; a roster is asked for."""
        day, now = self.player.day, self.player.day.instant(second)
        for shift in list_shifts(day):
            for one in day.port.officers if shift.day_offset == 0 else ():
                if one.crew == shift.crew:
                    self._deploy(one, shift)
        clerk = self.player.desk("clerk")
        for ahead in range(1, DRAWN_AHEAD_DAYS + 1):
            on = day.on + timedelta(days=ahead)
            draws.make(on=on, by=clerk, now=now)
            for unit in day.port.units:
                if unit.key != WATCHED_UNIT:
                    calls.confirm_unit(unit=make_uuid(unit.key), on=on, by=clerk, now=now)
        order = rosters.Order(day.on + timedelta(days=1), DRAWN_AHEAD_DAYS, seconds=8)
        rosters.request(order=order, by=clerk, now=now)

    def _deploy(self, officer: Any, shift: Any) -> None:
        day = self.player.day
        force.deploy(
            duty=force.Duty(
                person=make_uuid(officer.key),
                on=day.on + timedelta(days=shift.day_offset),
                starts_at=day.instant(shift.begins_second),
                ends_at=day.instant(shift.ends_second),
                crew=officer.crew,
                shift=shift.name,
                post=officer.post,
            )
        )

    def _find_lead(self, on: Any, shift: str) -> Any:
        """Who holds the command of a shift; a desk's lead where nobody is down for it."""
        down = models.Deployment.objects.filter(on=on, shift=shift, post="command", absent_at=None)
        lead = down.order_by("person_id").values_list("person_id", flat=True).first()
        return lead or self.player.desk("screener")

    def _sign(self, second: float, side: str, offset: int, shift: str) -> None:
        on, now = self.player.day.on + timedelta(days=offset), self.player.day.instant(second)
        try:
            if side == "out":
                note = "在环人员与应办事项见表 · Open people and duties as on the sheet"
                shift_handover.sign_out(on=on, shift=shift, note=note, by=self._find_lead(on, shift), now=now)
                task = shift_handover.Task("核对夜间航班车辆 · Check the vehicles of the night flights")
                shift_handover.decide(
                    on=on, shift=shift, task=task, by=self.player.desk("commander"), now=now
                )
            else:
                shift_handover.sign_in(
                    on=on, shift=shift, remark="", by=self.player.desk("commander"), now=now
                )
        except Refused as refused:
            self.player.refusals.append((refused.code, f"{on}/{shift}"))
