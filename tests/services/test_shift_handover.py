"""A shift hands over to the next: each side is signed by one of its own, and a signature can be taken back until the other side signs."""

from datetime import timedelta

import pytest

from pratique.core.answers import Refused
from pratique.services import force, issue
from pratique.services.force import rules, shift_handover
from pratique.store import models
from pratique.store.queries import ports

from .port import at

LEADS = {"day1": "day", "day2": "day", "night1": "night", "night2": "night", "free1": "", "free2": ""}


class Desk:
    """Signs for the hand-over of a shift an hour before it ends."""

    def __init__(self):
        self.on = ports.find_day(at=at(0))
        self.people = {}
        unit = models.Unit.objects.create(code="AP", name_zh="机场", name_en="Airport")
        for name, shift in LEADS.items():
            person = models.Person.objects.create(username=name, role="commander", unit=unit)
            self.people[name] = person.pk
            if shift:
                self.deploy(name, self.on, shift)

    def deploy(self, name, on, shift):
        starts_at, ends_at = rules.find_hours(on=on, shift=shift)
        force.deploy(
            duty=force.Duty(
                person=self.people[name],
                on=on,
                shift=shift,
                starts_at=starts_at,
                ends_at=ends_at,
                crew="",
                post="",
            )
        )

    def when(self, shift):
        return rules.find_hours(on=self.on, shift=shift)[1] - timedelta(hours=1)

    def out(self, name, shift="day"):
        return shift_handover.sign_out(
            on=self.on, shift=shift, note="", by=self.people[name], now=self.when(shift)
        )

    def take(self, name, shift="day"):
        return shift_handover.sign_in(
            on=self.on, shift=shift, remark="", by=self.people[name], now=self.when(shift)
        )

    def back(self, name, because="the wrong sheet", shift="day"):
        return shift_handover.take_back(
            on=self.on, shift=shift, because=because, by=self.people[name], now=self.when(shift)
        )


@pytest.fixture
def desk(port):
    return Desk()


def test_two_of_one_shift_never_sign_both_sides(desk):
    desk.out("day1")
    with pytest.raises(Refused, match="handover_other_side"):
        desk.take("day2")
    assert desk.take("night1").incoming_id == desk.people["night1"]


def test_who_comes_with_the_next_shift_does_not_sign_for_the_one_that_goes(desk):
    with pytest.raises(Refused, match="handover_other_side"):
        desk.out("night1")
    assert shift_handover.find(on=desk.on, shift="day") is None


@pytest.mark.parametrize(("gives", "takes"), [("free1", "night1"), ("day1", "free2")])
def test_who_is_down_for_neither_shift_may_sign_for_one_side(desk, gives, takes):
    desk.out(gives)
    with pytest.raises(Refused, match="second_person_needed"):
        desk.take(gives)
    assert desk.take(takes).outgoing_id == desk.people[gives]


def test_two_who_are_down_for_neither_shift_do_not_sign_both_sides_unless_nobody_is_down(desk):
    desk.out("free1")
    with pytest.raises(Refused, match="handover_strangers"):
        desk.take("free2")
    models.Deployment.objects.all().delete()
    assert desk.take("free2").outgoing_id == desk.people["free1"]


def test_who_is_down_and_did_not_come_is_of_no_side(desk):
    models.Deployment.objects.filter(person_id=desk.people["day2"]).update(absent_at=at(0))
    desk.out("day1")
    assert desk.take("day2").incoming_id == desk.people["day2"]


def test_the_night_hands_over_to_the_day_that_follows(desk):
    assert shift_handover.find_next(on=desk.on, shift="day") == (desk.on, "night")
    assert shift_handover.find_next(on=desk.on, shift="night") == (desk.on + timedelta(days=1), "day")
    desk.deploy("night1", desk.on + timedelta(days=1), "day")
    desk.out("night1", "night")
    with pytest.raises(Refused, match="handover_other_side"):
        desk.take("night2", "night")


def test_a_signature_is_taken_back_with_a_reason_by_who_gave_it_and_the_sheet_fills_itself_again(desk):
    desk.out("day1")
    with pytest.raises(Refused, match="signature_not_yours"):
        desk.back("night1")
    with pytest.raises(Refused, match="reason_missing"):
        desk.back("day1", because=" ")
    row = desk.back("day1")
    assert (row.outgoing_id, row.sheet, row.note) == (None, {}, "")
    (kept,) = shift_handover.list_taken_back(on=desk.on, shift="day")
    assert kept.attributes["because"] == "the wrong sheet"
    assert kept.by_id == desk.people["day1"]
    with pytest.raises(Refused, match="handover_unsigned"):
        desk.take("night1")
    desk.out("day2")
    desk.take("night1")
    with pytest.raises(Refused, match="handover_signed"):
        desk.back("day2")


def test_what_does_not_fit_on_the_sheet_is_counted_on_it(desk, monkeypatch):
    monkeypatch.setattr(shift_handover, "LINES_MAX", 2)
    for n in range(5):
        found = issue.Found("problem", f"Lamp {n}", due_at=at(60 * (n + 1)))
        issue.raise_issue(found=found, by=desk.people["day1"], now=at(0))
    sheet = shift_handover.fill(now=at(5))
    assert [one[1] for one in sheet["issues"]] == ["Lamp 0", "Lamp 1"]
    assert sheet["more"]["issues"] == 3
