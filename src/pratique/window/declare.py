"""The health declaration on a traveller's own page: every field of the locator form, the questions, the journey.

What is on record is filled in; whatever is sent is a new version. Nothing must be filled in: what is missing is asked at
the desk. A row of companions or places that stays empty is none; there are always a few more than were filled in.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from pratique.core.answers import Refused
from pratique.formats.countries import list_countries
from pratique.services import clock, declaration
from pratique.services.declaration import Address, Companion, Emergency, Form, Visit
from pratique.window import gate

SELF, REACHED = declaration.LAYOUT["person"], declaration.LAYOUT["reached"]
PARTS: dict[str, type[Address] | type[Emergency]] = {"home": Address, "stay": Address, "emergency": Emergency}
KINDS = {
    "email": "email",
    "mobile": "tel",
    "telephone_work": "tel",
    "telephone_home": "tel",
    "telephone": "tel",
}
FILLED_BY = {
    "surname": "family-name",
    "given_names": "given-name",
    "mobile": "tel",
    "email": "email",
    "home.street": "address-line1",
    "home.city": "address-level2",
    "home.postcode": "postal-code",
}
"""What a phone may fill in by itself (`autocomplete`)."""
SPARE_ROWS = 2
VISIT = ("place", "from", "until")
YES_NO = {"yes": True, "no": False}


@dataclass(frozen=True, slots=True)
class Field:
    """One field of the page: its name in the form, its sentence, what is typed, how, and whether it is wrong."""

    name: str
    key: str
    value: str
    kind: str = "text"
    filled_by: str = "off"
    wrong: bool = False


@dataclass(slots=True)
class Read:
    """What came of reading a sent form: the declaration, and the names of fields that cannot be as they are."""

    form: Form
    wrong: set[str] = field(default_factory=set)


@gate.page("GET", "POST")
def fill_in(request: HttpRequest) -> HttpResponse:
    """Shown with what is on record, or sent and kept as a version."""
    latest = declaration.find_latest(traveller=request.traveller)
    known = (latest.form if latest else None) or Form()
    read, wrong = Read(known), ""
    if request.method == "POST":
        read = _read(request.POST, request.tongue.code)
        wrong = "page.again" if read.wrong else _keep(request, read)
        if not wrong:
            return HttpResponseRedirect(reverse("home") + "?said=declare")
    context = {
        "personal": _list_fields("", read.form, SELF, read.wrong),
        "reached": _list_fields("", read.form, REACHED, read.wrong),
        "parts": [(part, _list_part(part, read)) for part in PARTS],
        "sexes": declaration.SEXES,
        "groups": declaration.GROUPS,
        "family": _fill_up([one for one in read.form.party if not one.group], Companion()),
        "others": _fill_up([one for one in read.form.party if one.group], Companion()),
        "visits": _list_visits(request.POST, read),
        "questions": [
            (name, f"declare.{name}", read.form.answers.get(name)) for name in declaration.QUESTIONS
        ],
        "countries": list_countries(),
        "days": declaration.KEEP_DAYS,
        "declared_at": latest.declared_at if latest else None,
        "wrong": wrong,
    }
    return render(request, "window/declare.html", context, status=422 if wrong else 200)


def _keep(request: HttpRequest, read: Read) -> str:
    """Write it down; the sentence that says why not, empty if it was."""
    try:
        declaration.declare(
            traveller=request.traveller, declaration=read.form, by=None, source="traveller", now=clock.now()
        )
    except Refused as refused:
        read.wrong |= {part.partition(":")[0].replace(" ", ".") for part in refused.because.split("; ")}
        return "page.empty" if refused.code == "declaration_empty" else "page.again"
    return ""


def _read(sent: Mapping[str, str], language: str) -> Read:
    flat = {name: sent.get(name, "").strip() for name in (*SELF, *REACHED)}
    parts: dict[str, Any] = {
        part: shape(**{name: sent.get(f"{part}.{name}", "").strip() for name in shape.__struct_fields__})
        for part, shape in PARTS.items()
    }
    answers = {name: YES_NO[sent[name]] for name in declaration.QUESTIONS if sent.get(name) in YES_NO}
    read = Read(Form())
    read.form = Form(
        **flat,
        **parts,
        party=(*_read_party(sent, "family"), *_read_party(sent, "others")),
        answers=answers,
        visits=tuple(_read_visits(sent, read.wrong)),
        language=language,
    )
    return read


def _read_party(sent: Mapping[str, str], side: str) -> Iterator[Companion]:
    for row in range(declaration.PARTY_MAX):
        told = {
            name: sent.get(f"{side}.{row}.{name}", "").strip() for name in ("surname", "given_names", "seat")
        }
        if any(told.values()):
            group = sent.get(f"{side}.{row}.group", "other") if side == "others" else ""
            yield Companion(**told, minor=f"{side}.{row}.minor" in sent, group=group)


def _read_visits(sent: Mapping[str, str], wrong: set[str]) -> Iterator[Visit]:
    for row in range(declaration.VISITS_MAX):
        place, from_on, until_on = (sent.get(f"visit.{row}.{name}", "") for name in VISIT)
        if not (place or from_on or until_on):
            continue
        try:
            visit = Visit(place, date.fromisoformat(from_on), date.fromisoformat(until_on))
        except ValueError:
            wrong.add(f"visit.{row}")
            continue
        if not declaration.is_place(place) or visit.until_on < visit.from_on:
            wrong.add(f"visit.{row}")
        else:
            yield visit


def _list_fields(part: str, told: Any, names: tuple[str, ...], wrong: set[str]) -> list[Field]:
    found = []
    for name in names:
        whole = f"{part}.{name}" if part else name
        kind = "country" if name == "country" else "sex" if name == "sex" else KINDS.get(name, "text")
        key = "data.email" if name == "email" else f"declare.{name}"
        found.append(
            Field(whole, key, getattr(told, name), kind, FILLED_BY.get(whole, "off"), whole in wrong)
        )
    return found


def _list_part(part: str, read: Read) -> list[Field]:
    return _list_fields(part, getattr(read.form, part), declaration.LAYOUT[part], read.wrong)


def _fill_up(told: list[Companion], empty: Companion) -> list[Companion]:
    return [*told, *[empty] * SPARE_ROWS]


def _list_visits(sent: Mapping[str, str], read: Read) -> list[tuple[str, str, str, bool]]:
    """The rows of the journey as they were typed where one of them could not be read, else as they are kept; and empty ones."""
    rows = [
        (visit.place, visit.from_on.isoformat(), visit.until_on.isoformat(), f"visits.{number}" in read.wrong)
        for number, visit in enumerate(read.form.visits, 1)
    ]
    if any(name.startswith("visit.") for name in read.wrong):
        typed = [
            (*(sent.get(f"visit.{row}.{name}", "") for name in VISIT), f"visit.{row}" in read.wrong)
            for row in range(declaration.VISITS_MAX)
        ]
        rows = [one for one in typed if any(one[:3])]
    return [*rows, *[("", "", "", False)] * SPARE_ROWS]


__all__ = ["fill_in"]
