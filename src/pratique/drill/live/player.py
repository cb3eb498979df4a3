"""Plays a day's events into the services: the verbs that pages and phones use, with the instant of the event as now."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

from pratique.core.answers import Refused
from pratique.core.custody.handover import Step
from pratique.core.custody.proofs import Source
from pratique.drill import events
from pratique.drill.live import contacts
from pratique.drill.live.laboratories import Laboratories
from pratique.drill.live.opening import list_lent, make_uuid
from pratique.drill.world.day import Day
from pratique.drill.world.evidence import Shift
from pratique.drill.world.identity import Identity, identify
from pratique.drill.world.schedule import Flight, seats_taken
from pratique.drill.world.truth import Ride
from pratique.formats import osmand
from pratique.services import (
    bulletin,
    care,
    custody,
    device,
    duty,
    force,
    headcount,
    identity,
    issue,
    manifest,
    transport,
)
from pratique.services import flight as flights
from pratique.services.dispatch import boarding
from pratique.services.tracking import fix, tracker
from pratique.store import models

DEEDS_AT_ONCE = 400
HANDOVER_MINUTES = 90
SHIFT_HOURS = 12
RECEIVED_BY = "接收方值班负责人 / the receiver's officer on duty"
"""Who of a receiver beyond the port accepts: the desk that writes it down says so."""
KITS = ("RT-PCR A", "RT-PCR B")
LABORATORIES = ("机场海关实验室 Customs laboratory", "市疾控中心实验室 City CDC laboratory")
"""The first of two swabs, and the second, which is tested by others with other reagents."""


class Player:
    """The port's people, phones and carriers for one day.

    `play` takes events in order of time. What it needs to know of the books beyond the invented world (which row a
    traveller has) it asks of the services, as a phone does.
    """

    def __init__(self, day: Day) -> None:
        self.day = day
        self.flights: dict[str, UUID] = {}
        self.travellers: dict[str, UUID] = {}
        self.papers: dict[str, Identity] = {}
        self.handovers = _map_handovers(day)
        self.lent = frozenset(list_lent(day))
        self.unended: list[Ride] = []
        self.trackers: dict[str, str] = {}
        self.refusals: list[tuple[str, str]] = []
        self.shared = False
        """Whether others work at the pages meanwhile, so that a vehicle may be taken."""
        self._deeds: list[tuple[UUID, duty.Done]] = []
        self.laboratories = Laboratories(day, self.desk("screener"), self.desk("epidemiologist"))

    def play(self, event: events.Event) -> None:
        """One event; evidence is gathered and written in one go before the next event of another kind."""
        if isinstance(event, events.DeedDone):
            self._gather(event)
            return
        self._write_deeds()
        self.laboratories.work(event.second)
        play = _PLAYS.get(type(event))
        if play is not None:
            play(self, event)

    def flush(self) -> None:
        """Write the evidence gathered so far, and what laboratories still hold."""
        self._write_deeds()
        self.laboratories.finish()

    def _write_deeds(self) -> None:
        if self._deeds:
            now = max(done.happened_at for _, done in self._deeds)
            duty.record_all(evidence=self._deeds, by=self.desk("screener"), now=now)
            self._deeds = []

    def desk(self, name: str) -> UUID:
        """The person at a desk."""
        return make_uuid(f"desk:{name}")

    def custodian(self, key: str) -> UUID:
        """The account of a custodian of the invented world."""
        kind, _, name = key.partition(":")
        return self.flights[name] if kind == "cabin" else make_uuid(key)

    def traveller(self, person: str, second: float) -> UUID:
        """The traveller a person is: by their papers on their flight's list, else put down as on no list."""
        if person not in self.travellers:
            self.travellers[person] = self._register(person, second)
        return self.travellers[person]

    def _register(self, person: str, second: float) -> UUID:
        fresh = make_uuid(f"traveller:{self.day.on}/{person}")
        papers = self._papers_of(person)
        if papers is None:
            return fresh  # a code that is nobody's: the scan alone makes it known
        who = identity.Identity(
            surname=papers.surname,
            given_names=papers.given_names,
            chinese_name=papers.chinese_name,
            sex=papers.sex,
            born_on=papers.born_on,
            nationality=papers.nationality,
            documents=(("P", papers.document_number, papers.issuer, papers.expires_on),),
        )
        custody.register_unlisted(
            traveller=fresh,
            flight=self.flights[self.day.people[person].flight],
            who=who,
            now=self.day.instant(second),
        )
        return fresh

    def _papers_of(self, person: str) -> Identity | None:
        if person in self.day.people and person not in self.papers:
            flight = self._flight_of(person)
            people, rng = self.day.by_flight[flight.key], self.day.stream(f"identity/{flight.key}")
            self.papers |= identify(people=people, flight=flight, on=self.day.on, rng=rng)
        return self.papers.get(person)

    def _flight_of(self, person: str) -> Flight:
        key = self.day.people[person].flight
        return next(f for f in (*self.day.past_flights, *self.day.flights) if f.key == key)

    # what carriers send

    def schedule(self, event: events.FlightScheduled) -> None:
        """The flight is on the board."""
        flight = event.flight
        scheduled_at = self.day.instant(flight.scheduled_second)
        row = flights.schedule(
            arrival=flights.Arrival(
                designator=manifest.tidy_designator(flight.designator),
                departure=flight.origin.iata,
                on=scheduled_at.date(),
                scheduled_at=scheduled_at,
                arrival=self.day.port.iata,
                callsign=flight.callsign,
                equipment=flight.equipment,
                seats=seats_taken(flight),
                estimated_at=self.day.instant(flight.landed_second),
            ),
            now=self.day.instant(event.second),
        )
        self.flights[flight.key] = row.id

    def take_list(self, event: events.ManifestReceived) -> None:
        """A list is read and taken in; then whoever is on it can be told by their papers."""
        delivery = event.delivery
        file = manifest.File(name=delivery.name, content=delivery.content)
        by, now = self.desk("dispatcher"), self.day.instant(event.second)
        try:
            receipt = manifest.receive(file=file, by=by, now=now)
        except Refused as refused:
            if refused.code not in ("flight_missing", "flight_date_missing"):
                raise
            self.refusals.append((refused.code, delivery.name))
            chosen = replace(file, flight=self.flights[delivery.roll.flight])  # by hand, as the refusal says
            receipt = manifest.receive(file=chosen, by=by, now=now)
        if not receipt.manifests:
            self.refusals.append(("manifest", delivery.name))
        self._tell_apart(delivery.roll.flight)

    def _tell_apart(self, flight: str) -> None:
        """Whom each person of a flight is on the list in force: by document number, else by name and birth.

        Once the flight has landed, whoever was told apart stays who they are.
        """
        listings = models.Listing.objects.filter(flight=self.flights[flight], gone_version__isnull=True)
        known = identity.read(travellers=listings.values_list("traveller_id", flat=True), look=None)
        numbers = {d[1]: t for t, who in sorted(known.items(), reverse=True) for d in who.documents}
        names = {
            (who.surname, who.given_names, who.born_on): t for t, who in sorted(known.items(), reverse=True)
        }
        landed = models.Flight.objects.filter(id=self.flights[flight], landed_at__isnull=False).exists()
        for person in self.day.by_flight[flight]:
            if landed and person.key in self.travellers:
                continue
            self.travellers.pop(person.key, None)
            papers = self._papers_of(person.key)
            assert papers is not None
            found = numbers.get(papers.document_number)
            found = found or names.get((papers.surname, papers.given_names, papers.born_on))
            if found is not None:
                self.travellers[person.key] = found

    def land(self, event: events.FlightLanded) -> None:
        """The flight has landed: its list enters the book."""
        landed_at = self.day.instant(event.flight.landed_second)
        flights.land(
            flight=self.flights[event.flight.key], landed_at=landed_at, now=self.day.instant(event.second)
        )

    def count_flight(self, event: events.HeadsCounted) -> None:
        """Heads at the aircraft's door."""
        flights.count(
            flight=self.flights[event.count.flight],
            source=Source(event.count.source),
            heads=event.count.heads,
            by=self.desk("screener"),
            now=self.day.instant(event.second),
        )

    # what phones send

    def send(self, event: events.ScansSent) -> list[custody.Outcome]:
        """A parcel of scans."""
        parcel, now = event.parcel, self.day.instant(event.second)
        told = [
            custody.Told(
                id=make_uuid(f"{self.day.on}/{said.id}"),
                traveller=self.traveller(said.person, event.second),
                custodian=self.custodian(said.custodian),
                counter=said.counter,
                device_at=self.day.instant(said.device_second),
                offset_seconds=said.offset_seconds,
                handover=self.handovers.get((said.person, said.custodian, int(said.second))),
            )
            for said in parcel.scans
        ]
        device.hear(device=make_uuid(parcel.device), offset_seconds=parcel.scans[0].offset_seconds, now=now)
        return custody.receive(scans=told, device=make_uuid(parcel.device), by=None, now=now)

    def call_roll(self, event: events.RollCalled) -> None:
        """A named headcount."""
        headcount.count(
            custodian=self.custodian(event.call.custodian),
            heads=len(event.call.names),
            names=[self.traveller(name, event.second) for name in sorted(event.call.names)],
            by=None,
            now=self.day.instant(event.second),
            count_id=make_uuid(f"{self.day.on}/roll/{event.call.custodian}/{event.call.second}"),
        )

    # trips and handovers

    def plan(self, event: events.TripPlanned) -> None:
        """A trip is opened for its vehicle, until that is clean again."""
        ride = event.ride
        starts_at = self.day.instant(ride.start_second)
        busy = max(ride.disinfected_second - ride.start_second, 60)
        drivers, escorts = ride.drivers, ride.escorts
        if ride.vehicle in self.lent:
            drivers, escorts = (
                (f"{ride.vehicle}/driver1", f"{ride.vehicle}/driver2"),
                (f"{ride.vehicle}/escort",),
            )
        order = transport.Order(
            vehicle=make_uuid(ride.vehicle),
            destination=self.custodian(ride.destination),
            starts_at=starts_at,
            minutes=busy // 60,
            long_distance=self.day.port.posts[ride.destination].code not in ("", "5301"),
            driver=make_uuid(drivers[0]) if drivers else None,
            reliefs=tuple(make_uuid(driver) for driver in drivers[1:]),
            escorts=tuple(make_uuid(escort) for escort in escorts),
            km=2 * ride.km,
        )
        self._open(ride, order)
        riders = [self.travellers[key] for key in ride.people if key in self.travellers]
        known = models.Traveller.objects.filter(id__in=riders).values_list("id", flat=True)
        boarding.write_lists(lists={make_uuid(ride.key): list(known)})

    def _open(self, ride: Ride, order: transport.Order) -> None:
        """Open the trip, with another vehicle of its kind where somebody at the pages has taken this one."""
        own = models.Vehicle.objects.filter(id=order.vehicle).values("kind")
        others = models.Vehicle.objects.filter(kind__in=own).exclude(id=order.vehicle).order_by("plate")
        for vehicle in (order.vehicle, *others.values_list("id", flat=True)):
            try:
                transport.plan_trip(
                    order=replace(order, vehicle=vehicle), code=ride.key, trip_id=make_uuid(ride.key)
                )
            except Refused as refused:
                if not self.shared:
                    raise
                self.refusals.append((refused.code, ride.key))
            else:
                return
        raise Refused("vehicle_taken", f"no vehicle is free for {ride.key}")

    def report_trip(self, event: events.TripReported) -> None:
        """A trip reports; one that cannot end because the books have somebody aboard stays on the desk's list."""
        if not self.end_trip(event.ride, event.step, event.second):
            self.unended.append(event.ride)

    def locate(self, event: events.PositionSent) -> list[str]:
        """A vehicle's tracker reports as any does: parameters of the OsmAnd protocol, known by its identifier."""
        seen, now = event.seen, self.day.instant(event.second)
        vehicle = event.ride.vehicle
        if vehicle not in self.trackers:
            _, self.trackers[vehicle] = tracker.issue(
                vehicle=make_uuid(vehicle), name="GPS", by=self.desk("dispatcher"), now=now
            )
        message = osmand.read_parameters(
            told={
                "id": self.trackers[vehicle],
                "timestamp": str(int(self.day.instant(seen.second).timestamp())),
                "lat": str(seen.lat),
                "lon": str(seen.lon),
                "speed": str(seen.speed_kmh / osmand.KNOT_KMH),
                "batt": str(100 * seen.battery),
            }
        )
        known = tracker.recognise(identifier=message.identifier)
        return fix.hear(tracker=known, reported=message.reported, unreadable=len(message.problems), now=now)

    def end_trip(self, ride: Ride, step: str, second: float) -> bool:
        """Whether the report was taken."""
        try:
            transport.report(
                report=transport.Report(make_uuid(ride.key), step),
                by=self.desk("dispatcher"),
                now=self.day.instant(second),
            )
        except Refused as refused:
            if refused.code != "trip_not_empty":
                raise
            self.refusals.append((refused.code, ride.key))
            return False
        return True

    def offer(self, event: events.HandoverOffered) -> None:
        """The giver offers people by name."""
        ride, onto = event.ride, event.boarding
        giver, receiver = (ride.giver, ride.key) if onto else (ride.key, ride.destination)
        custody.offer(
            handover_id=_handover_id(ride, onto),
            offer=custody.Offer(
                giver=self.custodian(giver),
                receiver=self.custodian(receiver),
                heads=len(event.names),
                names=tuple(self.traveller(name, event.second) for name in event.names),
                deadline_minutes=HANDOVER_MINUTES,
            ),
            by=self.desk("dispatcher"),
            now=self.day.instant(event.second),
        )

    def answer(self, event: events.HandoverAnswered) -> None:
        """The receiver accepts with its own count."""
        custody.answer(
            handover_id=_handover_id(event.ride, event.boarding),
            step=Step.ACCEPTED,
            heads=event.heads,
            because=RECEIVED_BY if not event.boarding and event.ride.destination.startswith("exit:") else "",
            by=self.desk("escort") if event.boarding else self.desk("reception"),
            now=self.day.instant(event.second),
        )

    # what is done

    def _gather(self, event: events.DeedDone) -> None:
        deed = event.deed
        subject = {
            "traveller": lambda: str(self.traveller(deed.subject, event.second)),
            "shift": lambda: deed.subject,
        }.get(deed.kind, lambda: str(make_uuid(deed.subject)))()
        done = duty.Done(
            subject_kind=deed.kind,
            subject=subject,
            code=deed.record,
            happened_at=self.day.instant(deed.second),
            attributes=deed.attributes,
            about=str(self._deed_id(deed.about)) if deed.about else "",
        )
        self._deeds.append((self._deed_id(deed.key), done))
        if len(self._deeds) >= DEEDS_AT_ONCE:
            self._write_deeds()

    def _deed_id(self, key: str) -> UUID:
        return make_uuid(f"{self.day.on}/deed/{key}")

    def take_sample(self, event: events.SampleTaken) -> None:
        """A swab, with the barcode of its tube, which goes into its laboratory's box."""
        test = event.test
        tube, laboratory = tube_of(test.person, test.taken_second), LABORATORIES[test.repeat]
        care.take_sample(
            swab=care.Swab(
                who=self.traveller(test.person, event.second),
                tube=tube,
                day=0 if test.custodian.startswith("hall:") else None,
                kit=KITS[test.repeat],
                laboratory=laboratory,
                site=test.site,
            ),
            by=self.desk("screener"),
            now=self.day.instant(event.second),
        )
        self.laboratories.put(tube=tube, laboratory=laboratory, second=event.second)

    def take_result(self, event: events.ResultReceived) -> None:
        """The laboratory's answer to a tube, which comes with its next file; a positive one at once."""
        test = event.test
        tube, laboratory = tube_of(test.person, test.taken_second), LABORATORIES[test.repeat]
        self.laboratories.answer(tube=tube, laboratory=laboratory, result=test.result, second=event.second)
        if test.result == "positive":
            now, by = self.day.instant(event.second), self.desk("epidemiologist")
            contacts.follow(person=self.traveller(test.person, event.second), by=by, now=now)

    def attend(self, event: events.OfficerAttended) -> None:
        """An officer comes to a shift, or goes."""
        on = self.day.on + timedelta(days=event.shift.day_offset)
        if event.going == "in":
            force.deploy(duty=self._duty_of(event.officer, event.shift))
        force.attend(
            person=make_uuid(event.officer), on=on, going=event.going, now=self.day.instant(event.second)
        )

    def _duty_of(self, officer: str, shift: Shift) -> force.Duty:
        person = next(o for o in self.day.port.officers if o.key == officer)
        return force.Duty(
            person=make_uuid(officer),
            on=self.day.on + timedelta(days=shift.day_offset),
            starts_at=self.day.instant(shift.begins_second),
            ends_at=self.day.instant(shift.ends_second),
            crew=person.crew,
            shift=shift.name,
            post=person.post,
        )

    def step_issue(self, event: events.IssueStepped) -> None:
        """A problem is raised, mended, verified by somebody else."""
        _, zh, en = events.ISSUES[event.number]
        name, now = make_uuid(f"{self.day.on}/issue/{event.number}"), self.day.instant(event.second)
        if event.step == "raised":
            found = issue.Found(
                "problem", f"{zh} {en}", owner=make_uuid("unit:traffic"), due_at=now + timedelta(hours=6)
            )
            issue.raise_issue(found=found, by=self.desk("commander"), now=now, issue_id=name)
            return
        by = self.desk("dispatcher" if event.step == "mended" else "commander")
        because = "已整改 Put right" if event.step == "mended" else "已复核 Checked"
        issue.step(issue=name, step=event.step, because=because, by=by, now=now)

    def publish(self, event: events.BulletinDue) -> None:
        """The command office publishes a day's bulletin."""
        bulletin.publish(on=event.on, by=self.desk("commander"), now=self.day.instant(event.second))


def tube_of(person: str, second: int) -> str:
    """The barcode of a sample's tube."""
    return f"KMG{make_uuid(f'{person}/{second}').int % 10**10:010d}"


def _handover_id(ride: Ride, boarding: bool) -> UUID:
    return make_uuid(f"{ride.key}/{'on' if boarding else 'off'}")


def _map_handovers(day: Day) -> dict[tuple[str, str, int], UUID]:
    """(person, receiver, second) of every receipt that belongs to a handover."""
    found = {}
    for ride in day.truth.rides:
        for person in ride.people:
            for step in day.truth.steps[person]:
                if step.custodian == ride.key:
                    found[person, ride.key, step.second] = _handover_id(ride, True)
                elif (
                    step.custodian == ride.destination
                    and ride.arrived_second <= step.second <= ride.unloaded_second
                ):
                    found[person, ride.destination, step.second] = _handover_id(ride, False)
    return found


_PLAYS: dict[type, Callable[[Player, Any], object]] = {
    events.FlightScheduled: Player.schedule,
    events.ManifestReceived: Player.take_list,
    events.FlightLanded: Player.land,
    events.HeadsCounted: Player.count_flight,
    events.ScansSent: Player.send,
    events.RollCalled: Player.call_roll,
    events.TripPlanned: Player.plan,
    events.TripReported: Player.report_trip,
    events.PositionSent: Player.locate,
    events.HandoverOffered: Player.offer,
    events.HandoverAnswered: Player.answer,
    events.SampleTaken: Player.take_sample,
    events.ResultReceived: Player.take_result,
    events.OfficerAttended: Player.attend,
    events.IssueStepped: Player.step_issue,
    events.BulletinDue: Player.publish,
}
"""Event → the verb it is played with. `ListsWorked` is for the desk (`desk`), which the player does not know."""
