"""Written down by hand on a traveller's page: a temperature, rights told, a sample, what a laboratory says."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from pratique.core.answers import Refused
from pratique.services import care, clock, grounds
from pratique.services.stay import onward
from pratique.store.ids import make_id
from pratique.web import words
from pratique.web.gate import may
from pratique.web.traveller import forms


@dataclass(frozen=True, slots=True)
class Act:
    """One form of the page: its name, title, fields, and the id under which what it says is kept."""

    name: str
    title: str
    form: forms.Act
    evidence: UUID
    note: str = ""


def list_acts(request: HttpRequest, traveller: UUID, sent: forms.Act | None = None) -> list[Act]:
    """What this person may write down here; `sent` is a form that came back with mistakes."""
    if not may(request, "traveller-record"):
        return []
    found = []
    for kind in forms.ACTS:
        form, note = _open(kind, traveller)
        if form is not None:
            form = sent if isinstance(sent, kind) else form
            found.append(Act(kind.act, _name(kind.act), form, make_id(), note))
    return found


def _open(kind: type[forms.Act], traveller: UUID) -> tuple[forms.Act | None, str]:
    """The empty form of an act with what is known already; None where there is nothing to say."""
    if kind is forms.Notice:
        measure = care.find_untold_measure(traveller=traveller)
        if measure is not None:
            ordered = words.say_value(str(measure.attributes.get("measure", "")))
            note = _("Ordered without a notice so far: %(measure)s") % {"measure": ordered}
            return forms.Notice(ordered=True), note
    if kind is forms.Answer:
        waiting = [sample for sample in care.list_samples(traveller=traveller) if not sample.result]
        if not waiting:
            return None, ""
        note = _(
            "A negative typed by hand is signed by a second person, unless a laboratory has received the tube. "
            "Whoever types it does not sign the release."
        )
        return forms.Answer(initial={"tube": waiting[0].tube}), note
    if kind is forms.Carrier:
        if not grounds.may_be_absent(traveller=traveller):
            return None, ""
        note = _("Before somebody on the list is written off as not on board, the carrier is asked.")
        return forms.Carrier(initial={"said_at": timezone.localtime(clock.now())}), note
    return kind(), ""


def _name(act: str) -> str:
    return {
        "temperature": _("Temperature and symptoms"),
        "notice": _("Rights told"),
        "sample": _("Sample taken"),
        "result": _("A laboratory's result"),
        "carrier": _("Not on board, says the carrier"),
    }[act]


def read_form(request: HttpRequest) -> forms.Act:
    """The form that was sent; raises `Refused("word_unknown")` for one that the page does not have."""
    kind = next((kind for kind in forms.ACTS if kind.act == request.POST.get("act")), None)
    if kind is None:
        raise Refused("word_unknown", "the page writes down nothing of this name")
    if kind is forms.Notice:
        return forms.Notice(request.POST, ordered="measure" not in request.POST)
    return kind(request.POST)


def write_down(request: HttpRequest, traveller: UUID, form: forms.Act) -> None:
    """Write down what a valid form says; sent twice it is written once. Raises `Refused` as the verbs do."""
    stamp = _Stamp(request.user.pk, clock.now(), _read_id(request))
    _WRITTEN[form.act](traveller, form.cleaned_data, stamp)


@dataclass(frozen=True, slots=True)
class _Stamp:
    by: UUID
    now: datetime
    evidence: UUID


def _read_id(request: HttpRequest) -> UUID:
    try:
        return UUID(request.POST.get("evidence", ""))
    except ValueError:
        return make_id()


def _temperature(traveller: UUID, told: Mapping[str, Any], stamp: _Stamp) -> None:
    care.take_temperature(
        temperature=care.Temperature(traveller, told["celsius"], told["symptomatic"], told["method"]),
        by=stamp.by,
        now=stamp.now,
        evidence_id=stamp.evidence,
    )


def _notice(traveller: UUID, told: Mapping[str, Any], stamp: _Stamp) -> None:
    notice = care.Notice(traveller, told["language"], told["understood"], told.get("measure", ""))
    tell = onward.send_home if notice.measure == care.HOME_ISOLATION else care.tell_rights
    tell(notice=notice, by=stamp.by, now=stamp.now, evidence_id=stamp.evidence)


def _sample(traveller: UUID, told: Mapping[str, Any], stamp: _Stamp) -> None:
    swab = care.Swab(traveller, told["tube"], None, told["kit"], told["laboratory"], told["site"])
    care.take_sample(swab=swab, by=stamp.by, now=stamp.now)


def _result(traveller: UUID, told: Mapping[str, Any], stamp: _Stamp) -> None:
    if told["tube"] not in {sample.tube for sample in care.list_samples(traveller=traveller)}:
        raise Refused("tube_unknown")
    typed = care.Typed(told["tube"], told["result"], forms.recognise_second(told, stamp.now))
    care.type_result(typed=typed, by=stamp.by, now=stamp.now)


def _carrier(traveller: UUID, told: Mapping[str, Any], stamp: _Stamp) -> None:
    word = grounds.CarrierWord(traveller, told["said_by"], told["said_at"], told["document"])
    grounds.hear_carrier(word=word, by=stamp.by, now=stamp.now, evidence_id=stamp.evidence)


_WRITTEN: dict[str, Callable[[UUID, Mapping[str, Any], _Stamp], None]] = {
    "temperature": _temperature,
    "notice": _notice,
    "sample": _sample,
    "result": _result,
    "carrier": _carrier,
}
"""Act → the verb that writes it down."""
