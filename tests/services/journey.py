"""A convoy of the tests: two coaches to Pu'er with two people each, and what is done to it."""

from datetime import UTC

import pytest

from pratique.core.answers import Refused
from pratique.core.duties.vocabulary import Kind
from pratique.services import register, transport
from pratique.services.convoy import acceptance, course, forming
from pratique.services.dispatch import boarding
from pratique.store import models
from pratique.store.queries import convoys

from .port import at, man
from .prefecture import open_prefecture, plan_coach


class Journey:
    """What the tests name of it."""

    def __init__(self, port):
        self.port = port
        rests = (("rest:a", 75), ("rest:b", 115), ("rest:c", 220), ("rest:d", 270))
        self.puer = open_prefecture(port, rests=rests)
        make = models.Person.objects.create
        self.leader = make(username="leader", role="escort", password="!")
        self.driver = make(username="driver", licence="L", password="!")
        self.receiver = make(username="receiver", role="partner", unit=self.puer.unit, password="!")
        self.dispatcher = make(username="dispatcher", role="dispatcher", password="!")
        crew = {"driver": self.driver.pk, "escorts": (self.leader.pk,)}
        self.trips = [plan_coach(port, number, **crew).id for number in (1, 2)]

    def form(self, **more):
        """Both coaches as one convoy."""
        order = forming.Order(trips=tuple(self.trips), commander=self.leader.pk, **more)
        row = forming.form(order=order, zone=UTC, by=self.dispatcher.pk, now=at(30))
        self.convoy = row.id
        return row

    def board(self):
        """Two people in each coach."""
        for who in range(4):
            self.port.send(self.port.told(who=who, where="hall", minute=10))
            self.port.send(self.port.told(who=who, where=f"coach{who // 2 + 1}", minute=42 + who))

    def report(self, step, minute, *numbers):
        for number in numbers or (1, 2):
            man(self.trips[number - 1])
            boarding.report(
                report=transport.Report(self.trips[number - 1], step), by=self.leader.pk, now=at(minute)
            )

    def amend(self, wanted, seen=None):
        return forming.amend(convoy=self.convoy, wanted=wanted, seen=seen, by=self.dispatcher.pk, now=at(35))

    def leave(self, number):
        forming.leave(convoy=self.convoy, trip=self.trips[number - 1], by=self.dispatcher.pk, now=at(36))

    def set_off(self):
        self.form()
        self.board()
        self.report("departed", 50)

    def check_in(self, minute, first=2, second=2, **more):
        counts = dict(zip(self.trips, (first, second), strict=True))
        told = course.CheckIn(counts=counts, **more)
        return course.check_in(convoy=self.convoy, told=told, by=self.leader.pk, now=at(minute))

    def owed(self, minute):
        """What the convoy owes at a minute: code → how often overdue (True) or due (False)."""
        account = register.account_of(kind=Kind.CONVOY, subject=str(self.convoy), now=at(minute))
        found = {}
        for one in account.duties:
            if one.state in (register.register.State.DUE, register.register.State.OVERDUE):
                found.setdefault(one.code, []).append(one.state is register.register.State.OVERDUE)
        return found

    def read(self, minute):
        found = convoys.find_convoy(convoy=self.convoy)
        return found, course.judge_all(found=[found], now=at(minute))[self.convoy]

    def accept(self, number, minute, heads=2, present=None, by=None, **more):
        own = self.port.travellers[2 * (number - 1) : 2 * number]
        told = acceptance.Receipt(heads, frozenset(own if present is None else present), **more)
        return acceptance.accept(
            convoy=self.convoy,
            trip=self.trips[number - 1],
            told=told,
            by=by or self.receiver.pk,
            now=at(minute),
        )


def refusal(action, *args, **more):
    with pytest.raises(Refused) as refused:
        action(*args, **more)
    return refused.value.code
