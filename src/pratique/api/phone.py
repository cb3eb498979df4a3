"""The endpoints a phone uses: scan, undo, count, hand over, and what its post expects."""

from collections.abc import Iterable
from uuid import UUID

import msgspec
from django.http import HttpRequest

from pratique.api import gate, messages
from pratique.core.answers import Refused
from pratique.core.custody import clock as device_clock
from pratique.core.custody import entry, proofs
from pratique.core.custody.handover import Step
from pratique.services import clock, custody, device, document, headcount, identity
from pratique.services.dispatch import relay
from pratique.store.queries import ports, posts, travellers

_decode_batch = msgspec.json.Decoder(messages.Batch).decode


@gate.endpoint(name="scans")
def receive(request: HttpRequest, bearer: device.Bearer) -> object:
    """Record scans. Answered only when they are durable; a scan that was answered never has to be sent again."""
    return take(body=request.body, bearer=bearer)


def take(*, body: bytes, bearer: device.Bearer) -> messages.Answers:
    """Record the scans of one message."""
    try:
        batch = _decode_batch(body)
    except msgspec.DecodeError as error:
        raise Refused("not_json", str(error)) from None
    if any(s.device_at.tzinfo is None for s in batch.scans):
        raise Refused("not_json", "device_at needs a time zone, e.g. 2020-04-15T08:00:00Z")
    now = clock.now()
    if not batch.scans:
        return messages.Answers(now, [])
    told = [
        custody.Told(s.id, s.traveller, s.custodian, s.counter, s.device_at, batch.offset_seconds, s.handover)
        for s in batch.scans
    ]
    outcomes = custody.receive(scans=told, device=bearer.device, by=bearer.person, now=now)
    offset = device_clock.find_offset(
        device_at=[s.device_at for s in batch.scans], offset_seconds=batch.offset_seconds, recorded_at=now
    )
    if abs(offset) > device_clock.DRIFT_MINUTES_MAX * 60:
        device.hear(device=bearer.device, offset_seconds=offset, now=now)
    return messages.Answers(now, [messages.Answer(o.id, o.state, o.holder, o.remarks) for o in outcomes])


@gate.endpoint(name="undo")
def undo(request: HttpRequest, bearer: device.Bearer) -> object:
    """Take back the scan this phone has just made."""
    message = gate.read(request, messages.Undo)
    assert isinstance(message, messages.Undo)
    if bearer.person is None:
        raise Refused("forbidden", "a phone without an owner cannot correct anything")
    custody.undo(scan=message.scan, device=bearer.device, by=bearer.person, now=clock.now())
    return {"undone": message.scan}


@gate.endpoint(name="headcount")
def count(request: HttpRequest, bearer: device.Bearer) -> object:
    """State who is here; the answer names who is missing and who is unexpected, by code."""
    message = gate.read(request, messages.Headcount)
    assert isinstance(message, messages.Headcount)
    now = clock.now()
    headcount.count(
        custodian=message.custodian,
        heads=message.heads,
        names=message.names,
        by=bearer.person,
        now=now,
        count_id=message.id,
    )
    held = posts.list_held(post=message.custodian)
    objections = proofs.compare_headcount(
        held=frozenset(entry.TravellerId(str(t)) for t in held),
        count=proofs.Headcount(
            custodian=entry.CustodianId(str(message.custodian)),
            heads=message.heads,
            happened_at=now,
            names=None
            if message.names is None
            else frozenset(entry.TravellerId(str(n)) for n in message.names),
        ),
    )
    codes = _name([UUID(o.subject) for o in objections if o.code != "headcount_differs"])
    return {
        "heads": message.heads,
        "books": len(held),
        "missing": [codes[o.subject] for o in objections if o.code == "headcount_missing"],
        "unexpected": [codes[o.subject] for o in objections if o.code == "headcount_unexpected"],
    }


def _name(people: Iterable[UUID]) -> dict[str, str]:
    """The wristband code of each; the beginning of the id of whoever has none."""
    wanted = list(people)
    codes = travellers.name_codes(travellers=wanted)
    return {str(person): codes.get(person, str(person)[:8]) for person in wanted}


@gate.endpoint(name="handover_offer")
def offer(request: HttpRequest, bearer: device.Bearer) -> object:
    """Offer people to another custodian; they stay the giver's until the receiver has scanned them."""
    message = gate.read(request, messages.Offer)
    assert isinstance(message, messages.Offer)
    now = clock.now()
    relay.ask(giver=message.giver, receiver=message.receiver, names=message.names, now=now)
    custody.offer(
        handover_id=message.id,
        offer=custody.Offer(
            giver=message.giver,
            receiver=message.receiver,
            heads=message.heads,
            names=None if message.names is None else tuple(message.names),
            deadline_minutes=message.deadline_minutes,
        ),
        by=bearer.person,
        now=now,
    )
    return {"offered": message.id}


@gate.endpoint(name="handover_answer")
def answer(request: HttpRequest, bearer: device.Bearer) -> object:
    """Accept, decline or withdraw; the answer says which names and counts still differ."""
    message = gate.read(request, messages.Reply)
    assert isinstance(message, messages.Reply)
    if message.step not in (Step.ACCEPTED, Step.DECLINED, Step.WITHDRAWN):
        raise Refused("handover_step_refused", "a handover is accepted, declined or withdrawn")
    after = custody.answer(
        handover_id=message.handover,
        step=Step(message.step),
        heads=message.heads,
        because=message.because,
        by=bearer.person,
        now=clock.now(),
    )
    codes = _name([UUID(t) for t in (*after.missing, *after.unexpected)])
    return {
        "handover": after.id,
        "state": after.state,
        "offered": after.offered_heads,
        "accepted": after.accepted_heads,
        "scanned": len(after.scanned),
        "missing": sorted(codes[t] for t in after.missing),
        "unexpected": sorted(codes[t] for t in after.unexpected),
    }


@gate.endpoint(name="handovers", method="GET")
def list_handovers(request: HttpRequest, bearer: device.Bearer, custodian: UUID) -> object:
    """What is offered to this custodian and waits for its answer, the oldest first."""
    return [
        {
            "handover": offered.handover,
            "giver": offered.giver,
            "state": offered.state,
            "heads": offered.heads,
            "names": sorted(offered.names),
            "deadline_at": offered.deadline_at,
        }
        for offered in posts.list_offered(post=custodian, now=clock.now())
        if not offered.outgoing
    ]


@gate.endpoint(name="post", method="GET")
def show_post(request: HttpRequest, bearer: device.Bearer, custodian: UUID) -> object:
    """What a post needs to work without network: whom it holds, by id and code, and the server's clock."""
    row = ports.find_post(post=custodian)
    if row is None:
        raise Refused("custodian_unknown", "there is no such post: choose it from the list")
    held = posts.list_held(post=custodian)
    codes = _name(held)
    return {
        "server_at": clock.now(),
        "custodian": row.id,
        "kind": row.kind,
        "name_zh": row.name_zh,
        "name_en": row.name_en,
        "held": [{"traveller": t, "code": codes[str(t)], "seen_at": seen} for t, seen in held.items()],
    }


@gate.endpoint(name="find")
def find(request: HttpRequest, bearer: device.Bearer) -> object:
    """Who this wristband code, document number or passport is. Posted, so that no number stands in an address or a log."""
    message = gate.read(request, messages.Sought)
    assert isinstance(message, messages.Sought)
    known = document.recognise(text=message.text, now=clock.now())
    people = [messages.Person(p.traveller, p.code, p.flight, p.seat, p.reasons) for p in known.suggestions]
    return messages.People(known.grade, known.checks_hold, people)


@gate.endpoint(name="traveller_unlisted")
def register_unlisted(request: HttpRequest, bearer: device.Bearer) -> object:
    """Somebody stands here who is on no list: give them an id and a code, keep what their document says."""
    message = gate.read(request, messages.Unlisted)
    assert isinstance(message, messages.Unlisted)
    traveller = custody.register_unlisted(
        traveller=message.id,
        flight=message.flight,
        who=identity.Identity(
            surname=message.surname,
            given_names=message.given_names,
            documents=(("P", message.document, message.issuer, None),) if message.document else (),
        ),
        now=clock.now(),
    )
    return {"traveller": traveller.id, "code": traveller.code}


ENDPOINTS = (
    ("scans", receive),
    ("undo", undo),
    ("headcounts", count),
    ("handovers/offer", offer),
    ("handovers/answer", answer),
    ("posts/<uuid:custodian>/handovers", list_handovers),
    ("posts/<uuid:custodian>", show_post),
    ("travellers/find", find),
    ("travellers/unlisted", register_unlisted),
)
"""Path below /api/v1/ and what answers there."""
