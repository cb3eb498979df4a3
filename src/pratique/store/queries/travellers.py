"""A traveller as the ledger knows them: where, since when, what happened; never who they are."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from pratique.core.boards.picture import Stage
from pratique.core.custody import fold
from pratique.store import models, rows
from pratique.store.queries import ports


@dataclass(frozen=True, slots=True)
class Card:
    """A traveller in one line of a list."""

    traveller: UUID
    code: str
    flight: UUID | None
    designator: str
    stage: Stage
    holder: ports.Post | None
    since_at: datetime | None
    seen_at: datetime | None


@dataclass(frozen=True, slots=True)
class Happening:
    """One thing that happened: `sort` is what (admitted, scan, evidence, sample, result, waiver, link), `state` what
    became of a scan (moved, seen, disputed, annulled, ruled_out), `about` what the sort needs besides."""

    happened_at: datetime
    recorded_at: datetime
    sort: str
    state: str = ""
    id: UUID | None = None
    post: ports.Post | None = None
    by: models.Person | None = None
    because: str = ""
    device: UUID | None = None
    code: str = ""
    about: Mapping[str, Any] = field(default_factory=dict)

    @property
    def late_minutes(self) -> int:
        """How much later it was recorded than it happened, in minutes."""
        return max(0, int((self.recorded_at - self.happened_at).total_seconds() // 60))


@dataclass(frozen=True, slots=True)
class Story:
    """Everything the book knows of a traveller; `linked` are those who turned out to be the same person."""

    traveller: models.Traveller
    listing: models.Listing | None
    card: Card
    happenings: tuple[Happening, ...]
    disputes: tuple[fold.Dispute, ...]
    remarks: tuple[str, ...]
    linked: tuple[models.Traveller, ...]


def name_codes(*, travellers: Iterable[UUID | str]) -> dict[UUID, str]:
    """Wristband codes by traveller."""
    return dict(models.Traveller.objects.filter(id__in=list(travellers)).values_list("id", "code"))


def find_by_code(*, code: str) -> UUID | None:
    """Whose wristband code this is, however it is spaced or cased."""
    wanted = code.upper().replace("-", "").replace(" ", "")
    return models.Traveller.objects.filter(code=wanted).values_list("id", flat=True).first()


def list_cards(*, travellers: Iterable[UUID]) -> list[Card]:
    """Travellers in one line each, longest unseen first."""
    people = list(models.Traveller.objects.filter(id__in=list(travellers)).select_related("flight"))
    places = {
        p.traveller_id: p for p in models.Position.objects.filter(traveller_id__in=[t.id for t in people])
    }
    posts = ports.name_posts(posts={p.holder_id for p in places.values()})
    cards = [_card(t, places.get(t.id), posts) for t in people]
    return sorted(cards, key=lambda c: (c.seen_at.timestamp() if c.seen_at else float("inf"), c.code))


def _card(
    traveller: models.Traveller, position: models.Position | None, posts: Mapping[UUID, ports.Post]
) -> Card:
    return Card(
        traveller=traveller.id,
        code=traveller.code,
        flight=traveller.flight_id,
        designator=traveller.flight.designator if traveller.flight else "",
        stage=Stage(position.holder_kind) if position else Stage.EXPECTED,
        holder=posts.get(position.holder_id) if position else None,
        since_at=position.since_at if position else None,
        seen_at=position.seen_at if position else None,
    )


def find_story(*, traveller: UUID) -> Story | None:
    """Everything about one traveller, the latest first; None for somebody the book does not know."""
    person = models.Traveller.objects.filter(id=traveller).select_related("flight").first()
    if person is None:
        return None
    linked = sorted(rows.find_linked([traveller]))
    journal = rows.read_journal(linked)
    custodians = {s.custodian for s in journal.scans} | {a.custodian for a in journal.admissions}
    books = fold.fold(journal=journal, ground=rows.read_ground(custodians))
    account = books.accounts.get(books.read_as(rows.key(traveller)))  # type: ignore[arg-type]
    posts = ports.name_posts(posts=[UUID(c) for c in custodians])
    happenings = [*_list_entries(linked, account, posts), *_list_care(linked)]
    (card,) = list_cards(travellers=[traveller])
    return Story(
        traveller=person,
        listing=models.Listing.objects.filter(traveller_id=traveller).first(),
        card=card,
        happenings=tuple(sorted(happenings, key=lambda h: (h.happened_at, h.recorded_at), reverse=True)),
        disputes=account.disputes if account else (),
        remarks=tuple(sorted({o.code for o in account.objections})) if account else (),
        linked=tuple(models.Traveller.objects.filter(id__in=set(linked) - {traveller})),
    )


def _list_entries(
    travellers: list[UUID], account: fold.Account | None, posts: Mapping[UUID, ports.Post]
) -> Iterable[Happening]:
    moved = {m.scan for m in account.movements} if account else set()
    disputed = {d.scan: d.code for d in account.disputes} if account else {}
    scans = list(models.Scan.objects.filter(traveller_id__in=travellers))
    annulled = {a.scan_id: a for a in models.Annulment.objects.filter(scan_id__in=[s.id for s in scans])}
    ruled = {
        r.scan_id: r for r in models.Ruling.objects.filter(scan_id__in=[s.id for s in scans]).order_by("seq")
    }
    people = _name_people([*scans, *annulled.values(), *ruled.values()])
    for scan in scans:
        scan_key, taken_back, ruling = rows.key(scan.id), annulled.get(scan.id), ruled.get(scan.id)
        state, code = ("moved" if scan_key in moved else "seen"), ""
        if scan_key in disputed:
            state, code = "disputed", disputed[scan_key]
        elif taken_back is not None and not (ruling and ruling.believed):
            state = "annulled"
        elif ruling is not None and not ruling.believed:
            state = "ruled_out"
        word = taken_back if state == "annulled" else ruling
        yield Happening(
            happened_at=scan.happened_at,
            recorded_at=scan.recorded_at,
            sort="scan",
            state=state,
            id=scan.id,
            post=posts.get(scan.custodian_id),
            by=people.get(scan.by_id),
            device=scan.device_id,
            code=code,
            because=word.because if word else "",
            about={"ruled_by": people.get(word.by_id) if word else None, "offset": scan.offset_seconds},
        )
    for admission in models.Admission.objects.filter(traveller_id__in=travellers):
        yield Happening(
            happened_at=admission.happened_at,
            recorded_at=admission.recorded_at,
            sort="admitted",
            state="listed" if admission.manifested else "unlisted",
            post=posts.get(admission.custodian_id),
        )
    for link in models.Link.objects.filter(traveller_id__in=travellers):
        yield Happening(
            happened_at=link.happened_at,
            recorded_at=link.recorded_at,
            sort="link",
            by=_name_people([link]).get(link.by_id),
            because=link.because,
            about={"traveller": link.traveller_id, "same_as": link.same_as_id},
        )


def _name_people(entries: Iterable[Any]) -> dict[UUID | None, models.Person]:
    wanted = {entry.by_id for entry in entries if entry.by_id}
    return dict(models.Person.objects.in_bulk(wanted))


def _find_seconds(evidence: Iterable[models.Evidence]) -> Iterable[models.Person]:
    wanted = {piece.attributes["second"] for piece in evidence if "second" in piece.attributes}
    return models.Person.objects.filter(pk__in=wanted) if wanted else ()


def _name_second(attributes: dict[str, Any], seconds: dict[str, str]) -> dict[str, Any]:
    """Who signed beside whoever wrote it down, by their user name."""
    second = seconds.get(attributes.get("second", ""))
    return attributes | {"second": second} if second else attributes


def _list_care(travellers: list[UUID]) -> Iterable[Happening]:
    subjects = [rows.key(t) for t in travellers]
    evidence = list(models.Evidence.objects.filter(subject_kind="traveller", subject_id__in=subjects))
    taken_back = {
        w.evidence_id: w for w in models.Withdrawal.objects.filter(evidence_id__in=[e.id for e in evidence])
    }
    waivers = list(models.Waiver.objects.filter(subject_kind="traveller", subject_id__in=subjects))
    people = _name_people([*evidence, *waivers])
    seconds = {rows.key(person.pk): person.username for person in _find_seconds(evidence)}
    for piece in evidence:
        withdrawal = taken_back.get(piece.id)
        yield Happening(
            happened_at=piece.happened_at,
            recorded_at=piece.recorded_at,
            sort="evidence",
            state="withdrawn" if withdrawal else "",
            id=piece.id,
            by=people.get(piece.by_id),
            because=withdrawal.because if withdrawal else "",
            code=piece.code,
            about=_name_second(piece.attributes, seconds),
        )
    for waiver in waivers:
        yield Happening(
            happened_at=waiver.happened_at,
            recorded_at=waiver.recorded_at,
            sort="waiver",
            id=waiver.id,
            by=people.get(waiver.by_id),
            because=waiver.because,
            code=waiver.code,
            about={"signatures": waiver.signatures, "expires_at": waiver.expires_at},
        )
