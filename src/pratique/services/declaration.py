"""Health declarations: the fields of the passenger locator form and the questions of screening, told by traveller or staff.

Each version is encrypted beside the identity (AES-256-GCM, the traveller's id as associated data), under the keys that the
traveller's own page has too, and erased by a clock of its own. That it was given stays as evidence, with the hash of what
was sealed; a later version never replaces one before it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

import msgspec
from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Max

from pratique.core.answers import Objection, Refused
from pratique.core.screening import declaration as core
from pratique.core.screening.fact import FACTS, Origin, Sort
from pratique.formats.countries import list_countries
from pratique.services import duty, identity
from pratique.store import models, rows
from pratique.store.ids import make_id
from pratique.store.queries import ports

SOURCES = ("traveller", "desk", "paper")
"""Who filled it in: the traveller on their own page, staff at the desk as the traveller answers, staff from paper."""
KEEP_DAYS = 28
"""A declaration is erased so many days after it was given: twice the longest incubation that any edition counts."""
TRIES = 5
VISITS_MAX = 30
PARTY_MAX = 20
TEXT_MAX = 200
SEXES = ("female", "male", "other")
GROUPS = ("tour", "team", "business", "other")
"""What somebody may belong to who travels along and is not family (locator form, 35)."""
PARTS = ("home", "stay", "emergency")
LAYOUT: dict[str, tuple[str, ...]] = {
    "person": ("surname", "given_names", "middle_initial", "sex", "seat"),
    "reached": ("mobile", "telephone_work", "telephone_home", "telephone", "email"),
    "home": ("street", "apartment", "city", "province", "country", "postcode"),
    "stay": ("name", "street", "apartment", "city", "province", "country", "postcode"),
    "emergency": ("surname", "given_names", "city", "country", "email", "mobile", "telephone"),
}
"""The locator form group by group, as everybody is asked: those of `PARTS` are parts of a declaration, and a home is no hotel."""
QUESTIONS = tuple(
    name for name, fact in FACTS.items() if fact.origin is Origin.ASKED and fact.sort is Sort.FLAG
)
"""What is asked with yes or no, in the order of the form."""


class Visit(msgspec.Struct, frozen=True):
    """Somebody was in a place (ISO 3166, refined by dashes) from a day until another, both included."""

    place: str
    from_on: date
    until_on: date


class Address(msgspec.Struct, frozen=True, omit_defaults=True):
    """Where somebody lives or stays; `name` is the hotel or facility."""

    name: str = ""
    street: str = ""
    apartment: str = ""
    city: str = ""
    province: str = ""
    country: str = ""
    postcode: str = ""


class Emergency(msgspec.Struct, frozen=True, omit_defaults=True):
    """Who can be reached about somebody in the next 30 days."""

    surname: str = ""
    given_names: str = ""
    city: str = ""
    country: str = ""
    email: str = ""
    mobile: str = ""
    telephone: str = ""


class Companion(msgspec.Struct, frozen=True, omit_defaults=True):
    """Somebody who travels along: of the family (`group` is empty; `minor`: under 18), or of one of `GROUPS`."""

    surname: str = ""
    given_names: str = ""
    seat: str = ""
    minor: bool = False
    group: str = ""


class Form(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a declaration says: the fields of the locator form (ICAO, WHO, IATA), the answers by the name of their fact
    (absent: not answered), and the journey. Flight and day of arrival are known; documents are asked at the desk."""

    surname: str = ""
    given_names: str = ""
    middle_initial: str = ""
    sex: str = ""
    seat: str = ""
    mobile: str = ""
    telephone_work: str = ""
    telephone_home: str = ""
    telephone: str = ""
    email: str = ""
    home: Address = Address()
    stay: Address = Address()
    emergency: Emergency = Emergency()
    party: tuple[Companion, ...] = ()
    answers: dict[str, bool] = {}
    visits: tuple[Visit, ...] = ()
    language: str = ""


@dataclass(frozen=True, slots=True)
class Declared:
    """A version on record: which one, when and by what way it came, what it says (None: erased, or not opened)."""

    id: UUID
    version: int
    source: str
    declared_at: datetime
    erase_on: date
    form: Form | None


def check(*, form: Form, on: date) -> list[Objection]:
    """What cannot be as it is told, each by its field: an unknown place, days that run backwards or lie ahead, text that
    is too long, an answer to what nobody asks."""
    found = [
        Objection("text_too_long", field, f"at most {TEXT_MAX} characters")
        for field, text in _list_texts(form)
        if len(text) > TEXT_MAX
    ]
    found += [
        Objection("question_unknown", name, "the form does not ask this")
        for name in form.answers
        if name not in QUESTIONS
    ]
    found += [
        Objection("word_unknown", field, f"one of {', '.join(known)}")
        for field, word, known in _list_words(form)
        if word and word not in known
    ]
    if len(form.party) > PARTY_MAX:
        found.append(Objection("party_too_large", "party", f"at most {PARTY_MAX}"))
    if len(form.visits) > VISITS_MAX:
        found.append(Objection("visits_too_many", "visits", f"at most {VISITS_MAX}"))
    for number, visit in enumerate(form.visits, 1):
        subject = f"visits {number}"
        if not is_place(visit.place):
            found.append(Objection("place_unknown", subject, f"'{visit.place}' is no country's code"))
        if visit.until_on < visit.from_on:
            found.append(Objection("visit_backwards", subject, f"{visit.place}: ends before it begins"))
        elif visit.from_on > on + timedelta(days=1):
            found.append(Objection("visit_ahead", subject, f"{visit.place}: begins after today"))
    return found


def is_place(code: str) -> bool:
    """Whether a code is a country's (ISO 3166-1 alpha-2), refined by dashes or not."""
    head, _, rest = code.partition("-")
    return head in {country.code for country in list_countries()} and (
        not rest or rest.replace("-", "").isalnum()
    )


def _list_texts(form: Form) -> Iterable[tuple[str, str]]:
    parts = {"": form, "home ": form.home, "stay ": form.stay, "emergency ": form.emergency}
    parts |= {f"party {number} ": one for number, one in enumerate(form.party, 1)}
    for prefix, part in parts.items():
        for field in part.__struct_fields__:
            value = getattr(part, field)
            if isinstance(value, str):
                yield f"{prefix}{field}", value


def _list_words(form: Form) -> Iterable[tuple[str, str, tuple[str, ...]]]:
    yield "sex", form.sex, SEXES
    for number, one in enumerate(form.party, 1):
        yield f"party {number} group", one.group, GROUPS


@dataclass(frozen=True, slots=True)
class Clash:
    """A field of which two versions say different things: its part of the form (empty: of none), its name, and what each says."""

    part: str
    name: str
    ours: str | bool | None
    theirs: str | bool | None


def merge(*, base: Form, ours: Form, theirs: Form) -> tuple[Form, tuple[Clash, ...]]:
    """Two versions that were told upon the same one, as one, and where they clash.

    What only one of them changed is taken, what either added to a list is in it. Where both changed a field ours stands, and
    a question that they answer differently is open again.
    """
    clashes: list[Clash] = []

    def choose(part: str, name: str, before: Any, our: Any, their: Any) -> Any:
        if our in (before, their):
            return their
        if their != before:
            clashes.append(Clash(part, name, our, their))
        return our

    def choose_all(group: str) -> dict[str, Any]:
        part = group if group in PARTS else ""
        three = [getattr(form, part) if part else form for form in (base, ours, theirs)]
        return {name: choose(part, name, *(getattr(one, name) for one in three)) for name in LAYOUT[group]}

    flat = {name: word for group in LAYOUT if group not in PARTS for name, word in choose_all(group).items()}
    parts = {part: msgspec.structs.replace(getattr(theirs, part), **choose_all(part)) for part in PARTS}
    answers = {
        name: choose("", name, *(form.answers.get(name) for form in (base, ours, theirs)))
        for name in QUESTIONS
    }
    open_again = {clash.name for clash in clashes}
    merged = msgspec.structs.replace(
        theirs,
        **flat,
        **parts,
        party=_merge_lists(base.party, ours.party, theirs.party),
        visits=_merge_lists(base.visits, ours.visits, theirs.visits),
        answers={n: said for n, said in answers.items() if said is not None and n not in open_again},
    )
    return merged, tuple(clashes)


def _merge_lists(base: tuple[Any, ...], ours: tuple[Any, ...], theirs: tuple[Any, ...]) -> tuple[Any, ...]:
    kept = (one for one in theirs if one in ours or one not in base)
    return (*kept, *(one for one in ours if one not in base and one not in theirs))


def declare(
    *,
    traveller: UUID,
    declaration: Form,
    by: UUID | None,
    source: str,
    now: datetime,
    upon: int | None = None,
) -> Declared:
    """A traveller's declaration, as a new version; what one of them left out is not taken from an older one.

    The same content as the latest version is that version again. `by` is None where the traveller
    filled it in; `upon` is the version that whoever fills it in had before them (0: none; None: it does not matter). Raises `Refused`: `traveller_unknown`, `word_unknown`, `declaration_empty`, `declaration_faulty`,
    `declaration_overtaken`.
    """
    if source not in SOURCES:
        raise Refused("word_unknown", f"a declaration comes from {', '.join(SOURCES)}")
    if declaration == Form() or declaration == Form(language=declaration.language):
        raise Refused("declaration_empty", "nothing is filled in")
    on = ports.find_day(at=now)
    faults = check(form=declaration, on=on)
    if faults:
        raise Refused("declaration_faulty", "; ".join(f"{f.subject}: {f.because}" for f in faults))
    for _ in range(TRIES):
        if not models.Traveller.objects.filter(id=traveller).exists():
            raise Refused("traveller_unknown", "nobody of this id is in the book")
        last = find_latest(traveller=traveller)
        if last is not None and last.form == declaration:
            return last
        own = models.Declaration.objects.filter(traveller_id=traveller)
        version = own.aggregate(last=Max("version", default=0))["last"] + 1
        if upon is not None and upon != version - 1:
            break
        row = models.Declaration(
            id=make_id(),
            traveller_id=traveller,
            version=version,
            source=source,
            declared_at=now,
            by_id=by,
            erase_on=on + timedelta(days=KEEP_DAYS),
        )
        if _keep(row, declaration, by, now):
            return _open(row)
    raise Refused(
        "declaration_overtaken", "others write it down at the same time: read theirs, then send again"
    )


def _keep(row: Any, form: Form, by: UUID | None, now: datetime) -> bool:
    """Write a version with its evidence; False where somebody else has just written this number. No row is locked: the
    traveller's own page may not."""
    row.key, row.sealed = identity.seal_bytes(
        content=msgspec.json.encode(form), about=row.traveller_id, keys=settings.PRATIQUE_WINDOW_KEYS
    )
    told = {"version": row.version, "source": row.source, "digest": sha256(row.sealed).hexdigest()}
    done = duty.Done("traveller", str(row.traveller_id), "declared", now, told)
    try:
        with transaction.atomic():
            row.save(force_insert=True)
            duty.record(evidence=done, by=by, now=now, evidence_id=row.id)
    except IntegrityError:
        return False
    return True


def find_latest(*, traveller: UUID) -> Declared | None:
    """The latest version under any of their names, opened; for use inside the services, where nothing is shown to anybody."""
    return list_latest(travellers=[traveller]).get(traveller)


def list_latest(*, travellers: Iterable[UUID]) -> dict[UUID, Declared]:
    """The latest version of each of these who declared, as `find_latest` gives it."""
    asked = rows.find_askers(travellers)
    told: Any = models.Declaration.objects.filter(traveller_id__in=list(asked))
    ordered = told.order_by("declared_at", "version")
    last = {one: row for row in ordered for one in asked[row.traveller_id]}
    return {one: _open(row) for one, row in last.items()}


def read(*, traveller: UUID, look: identity.Look) -> list[Declared]:
    """Every version, the latest first, for whoever may see them; the look is written down."""
    told = models.Declaration.objects.filter(traveller_id=traveller).order_by("-version")
    if told:
        models.Access.objects.create(
            person_id=look.person, traveller_id=traveller, what=look.what, because=look.because
        )
    return [_open(row) for row in told]


def list_declared(*, travellers: Iterable[UUID]) -> Mapping[UUID, datetime]:
    """Who of these has declared, and when last; nothing is opened."""
    told = models.Declaration.objects.filter(traveller_id__in=list(travellers)).order_by("version")
    return dict(told.values_list("traveller_id", "declared_at"))


def _open(row: Any) -> Declared:
    form = None
    if row.erased_at is None:
        content = identity.open_bytes(
            key=row.key,
            sealed=bytes(row.sealed),
            about=row.traveller_id,
            keys=settings.PRATIQUE_WINDOW_KEYS,
        )
        form = msgspec.json.decode(content, type=Form)
    return Declared(row.id, row.version, row.source, row.declared_at, row.erase_on, form)


def to_facts(*, form: Form) -> core.Declaration:
    """What the rules of screening take of a form: the answers and the journey, nothing of who it is."""
    visits = [core.Visit(visit.place, visit.from_on, visit.until_on) for visit in form.visits]
    return core.Declaration(answers=dict(form.answers), visits=visits)


def erase_due(*, on: date, now: datetime) -> int:
    """Erase what every declaration says whose day has come; that it was given, and when, stays. Returns how many."""
    due = models.Declaration.objects.filter(erase_on__lte=on, erased_at__isnull=True)
    return due.update(sealed=b"", erased_at=now)
