"""The sampling table: who is due, tubes into batches, batches to laboratories."""

from datetime import timedelta
from functools import cache
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from pratique import protocols
from pratique.core.answers import Refused
from pratique.core.duties.vocabulary import Kind, Words
from pratique.formats import code128
from pratique.services import care, clock, health
from pratique.services.force import people
from pratique.services.laboratory import batch as batches
from pratique.services.laboratory import intake
from pratique.store import models
from pratique.store.ids import make_id
from pratique.store.queries import laboratory, travellers
from pratique.web import words
from pratique.web.gate import may, page
from pratique.web.laboratory.forms import Chosen, Handed, Opened, Received, Swab

AHEAD = timedelta(hours=12)
SHOWN = timedelta(days=2)
LOOSE = timedelta(days=3)
SAMPLED = (Kind.TRAVELLER, Kind.STAFF)
KEPT = ("pool_size", "site", "kit", "laboratory", "tube")
"""What stays in the form from one swab to the next; the tube only while it is a pool."""


@cache
def list_test_codes() -> dict[str, Words]:
    """The duties that a sample discharges, with their titles."""
    return {
        rule.code: rule.title
        for protocol in protocols.list_protocols()
        for rule in protocol.obligations
        if rule.kind in SAMPLED and "sample" in rule.proof.pattern.records
    }


@page("samples")
def show(request: HttpRequest) -> HttpResponse:
    """Who is due, which tubes wait for a box, batches, laboratories, and results that are nobody's."""
    return render_desk(request)


def render_desk(request: HttpRequest, **more: Any) -> HttpResponse:
    """The desk; `more` holds a form that came back with mistakes."""
    now = clock.now()
    kept = {name: request.session.get(f"swab_{name}") for name in KEPT}
    due = laboratory.list_due(codes=list_test_codes(), now=now, until=now + AHEAD)
    context = {
        "due": [(row, words.say(list_test_codes()[row.duty])) for row in due],
        "late": sum(row.overdue for row in due),
        "loose": laboratory.list_loose(since=now - LOOSE),
        "batches": laboratory.list_batches(since=now - SHOWN),
        "laboratories": laboratory.list_laboratories(now=now),
        "names": laboratory.list_names(),
        "unknown": laboratory.list_unknown(),
        "files": laboratory.list_files()[:8],
        "swab": Swab(initial={k: v for k, v in kept.items() if v}),
        "opened": Opened(initial={"laboratory": kept["laboratory"]}),
        "chosen": Chosen(),
        "new_batch": make_id(),
        "may_work": may(request, "sample-take"),
        **more,
    }
    return render(request, "laboratory/desk.html", context, status=422 if more else 200)


@page("sample-take", "POST")
def take(request: HttpRequest) -> HttpResponse:
    """A swab: whose, into which tube."""
    form = Swab(request.POST)
    if not form.is_valid():
        return render_desk(request, swab=form)
    told = form.cleaned_data
    try:
        _take(told, request.user.pk)
    except Refused as refused:
        form.add_error(
            "person" if refused.code == "traveller_unknown" else "tube", words.say_refused(refused)
        )
        return render_desk(request, swab=form)
    for name in KEPT:
        request.session[f"swab_{name}"] = told[name] if name != "tube" or told["pool_size"] > 1 else ""
    said = _("%(person)s: tube %(tube)s") % {"person": told["person"], "tube": told["tube"]}
    messages.success(request, said, extra_tags="good")
    return HttpResponseRedirect(reverse("samples"))


def _take(told: dict[str, Any], by: UUID) -> None:
    """A traveller by their wristband, or one of the staff by their badge."""
    whose, tube = told["person"].strip(), told["tube"].strip()
    traveller = travellers.find_by_code(code=whose)
    if traveller is not None:
        swab = care.Swab(
            traveller, tube, None, told["kit"], told["laboratory"], told["site"], told["pool_size"]
        )
        care.take_sample(swab=swab, by=by, now=clock.now())
        return
    person = people.find_by_badge(badge=whose)
    if person is None:
        raise Refused("traveller_unknown", "nobody wears this code")
    own = health.Swab(person, tube, told["site"], told["laboratory"], told["kit"], told["pool_size"])
    health.take_sample(swab=own, by=by, now=clock.now())


@page("batch-open", "POST")
def open_batch(request: HttpRequest) -> HttpResponse:
    """Begin a batch."""
    form = Opened(request.POST)
    if not form.is_valid():
        return render_desk(request, opened=form)
    name = _read_id(request.POST.get("batch", ""))
    row = batches.open_batch(
        laboratory=form.cleaned_data["laboratory"], by=request.user.pk, now=clock.now(), batch_id=name
    )
    return HttpResponseRedirect(reverse("batch", args=[row.id]))


def _read_id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


@page("batch")
def show_batch(request: HttpRequest, batch: UUID) -> HttpResponse:
    """One batch: its tubes, the next step, who owes it."""
    return _render_batch(request, _get(batch))


def _get(batch: UUID) -> laboratory.BatchRow:
    row = laboratory.find_batch(batch=batch)
    if row is None:
        raise Http404
    return row


def _render_batch(request: HttpRequest, row: laboratory.BatchRow, **more: Any) -> HttpResponse:
    tubes = laboratory.list_tubes(batch=row.batch.pk)
    context = {
        "row": row,
        "batch": row.batch,
        "step": "cancelled" if row.batch.cancelled_at else row.step,
        "tubes": tubes,
        "heads": sum(len(line.codes) for line in tubes),
        "loose": [
            one
            for one in laboratory.list_loose(since=clock.now() - LOOSE)
            if one.laboratory in ("", row.batch.laboratory)
        ]
        if not row.batch.closed_at
        else [],
        "handed": Handed(),
        "received": Received(tubes=[line.tube for line in tubes], initial={"count": len(tubes)}),
        "may_work": may(request, "batch-step"),
        "may_know": may(request, "health-person"),
        **more,
    }
    return render(request, "laboratory/batch.html", context, status=422 if more else 200)


@page("batch-step", "POST")
def step(request: HttpRequest, batch: UUID) -> HttpResponse:
    """The next step of a batch, by the name of the button."""
    row = _get(batch)
    act = request.POST.get("act", "")
    if act == "hand_over":
        handed = Handed(request.POST)
        if not handed.is_valid():
            return _render_batch(request, row, handed=handed)
        batches.hand_over(batch=batch, **handed.cleaned_data, by=request.user.pk, now=clock.now())
    elif act == "receive":
        tubes = [line.tube for line in laboratory.list_tubes(batch=batch)]
        form = Received(request.POST, tubes=tubes)
        if not form.is_valid():
            return _render_batch(request, row, received=form)
        told = form.cleaned_data
        receipt = batches.Receipt(
            told["count"], told["received_by"], frozenset(told["missing"]), frozenset(told["extra"].split())
        )
        try:
            batches.receive(batch=batch, receipt=receipt, by=request.user.pk, now=clock.now())
        except Refused as refused:
            form.add_error("count", words.say_refused(refused))
            return _render_batch(request, row, received=form)
    else:
        _do(act, batch, request)
    return HttpResponseRedirect(reverse("batch", args=[batch]))


def _do(act: str, batch: UUID, request: HttpRequest) -> None:
    by, now, tube = request.user.pk, clock.now(), request.POST.get("tube", "").strip()
    if act == "scan":
        batches.scan_in(batch=batch, tube=tube, by=by, now=now)
    elif act == "take_out":
        batches.take_out(batch=batch, tube=tube)
    elif act == "close":
        batches.close(batch=batch, by=by, now=now)
    elif act == "cancel":
        batches.cancel(batch=batch, because=request.POST.get("because", ""), by=by, now=now)
    elif act == "lost":
        if not models.BatchTube.objects.filter(batch_id=batch, tube=tube).exists():
            raise Refused("tube_not_in_batch")
        intake.record(tube=tube, result="lost", by=by, now=now)
    else:
        raise Refused("word_unknown", "a batch has no such step")


@page("batch-sheet")
def sheet(request: HttpRequest, batch: UUID) -> HttpResponse:
    """The batch on paper: every tube with its barcode, counts and signatures of both sides."""
    row = _get(batch)
    lines = [
        (line, code128.draw(text=line.tube) if line.tube.isascii() else "")
        for line in laboratory.list_tubes(batch=batch)
    ]
    context = {"row": row, "batch": row.batch, "lines": lines, "code": code128.draw(text=row.batch.code)}
    return render(request, "laboratory/sheet.html", context)
