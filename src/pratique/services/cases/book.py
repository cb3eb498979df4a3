"""The book of cases: opened from a positive result or by an epidemiologist, classed with a reason, dated, closed."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from django.db import transaction
from django.db.models import Max

from pratique.core.answers import Refused
from pratique.core.duties.vocabulary import Kind
from pratique.core.tracing import case as cases
from pratique.core.tracing.case import FACTS, Case
from pratique.core.tracing.edition import Definition
from pratique.services import duty, health, issue, register, tracing
from pratique.services.cases import channel
from pratique.store import locks, models
from pratique.store.ids import make_id
from pratique.store.withdrawn import without_withdrawn

SORTS = ("confirmed", "asymptomatic", "probable", "suspected", "possible", "excluded")
"""How a case can be classed; which of them an edition knows is the edition's."""
RULED_OUT = "excluded"
"""What any edition can come to, whether it defines it or not: somebody is no case after all."""
TRACED = frozenset({"confirmed", "asymptomatic", "probable", "suspected"})
"""Whoever is classed so is kept and moved as a case."""
CERTAIN = frozenset({"confirmed", "asymptomatic"})
"""Classed so by a positive test."""
SOURCES = ("result", "epidemiologist", "home")
PLACES = ("before", "loop", "unknown")
"""Where a case was infected: before arrival, inside the loop or by somebody in it, nobody can say."""
MOST_CAUSED = 1000
"""So long a unit has to find out what let a case be caused: the port's choice."""


@dataclass(frozen=True, slots=True)
class Opening:
    """Whose case it is (a traveller's or a staff member's id), how it became known, and whose letter says so."""

    kind: Kind
    subject: UUID
    source: str
    reference: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing on record of a case: what, when, by whom, its attributes."""

    id: UUID
    code: str
    at: datetime
    by: UUID | None
    attributes: Mapping[str, Any]
    about: str


@dataclass(frozen=True, slots=True)
class Standing:
    """A case as it stands: how it is classed (empty: not yet), by which edition and why; since when it is closed."""

    row: models.Case
    entries: tuple[Entry, ...]

    def last(self, code: str) -> Entry | None:
        """The latest entry of a code."""
        return next((one for one in reversed(self.entries) if one.code == code), None)

    @property
    def subject(self) -> UUID:
        """Whose case it is."""
        return UUID(self.row.subject_id)

    @property
    def sort(self) -> str:
        """How it is classed; empty: not yet."""
        found = self.last("classified")
        return str(found.attributes["sort"]) if found else ""

    @property
    def ruled_out(self) -> bool:
        """Whether they are found to be no case: nobody is a contact of theirs."""
        return self.sort == RULED_OUT

    @property
    def traced(self) -> Entry | None:
        """That a list of contacts was adopted, the latest."""
        return self.last("traced")

    @property
    def closed(self) -> Entry | None:
        """That it is closed, unless it was opened again since."""
        closed, opened = self.last("closed"), self.last("opened")
        return closed if closed and opened and closed.at >= opened.at else None


def open_case(*, opening: Opening, by: UUID | None, now: datetime) -> models.Case:
    """A case is opened; somebody who is one already is opened again only if their case was closed.

    Raises `Refused`: `case_subject_unknown`, `case_source_unknown`.
    """
    if opening.source not in SOURCES:
        raise Refused("case_source_unknown", f"a case is known from one of {', '.join(SOURCES)}")
    holder: Any = {Kind.TRAVELLER: models.Traveller, Kind.STAFF: models.Person}.get(opening.kind)
    if holder is None or not holder.objects.filter(id=opening.subject).exists():
        raise Refused("case_subject_unknown", "a case is a traveller or a staff member of this port")
    with transaction.atomic():
        locks.hold_in_transaction(locks.CASES)
        row, fresh = models.Case.objects.get_or_create(
            subject_kind=opening.kind.value,
            subject_id=str(opening.subject),
            defaults={
                "code": f"C{models.Case.objects.count() + 1:04d}",
                "source": opening.source,
                "opened_at": now,
                "opened_by_id": by,
            },
        )
        if fresh or get(case=row.id).closed:
            told = {"source": opening.source, "reference": opening.reference}
            _record(row.id, "opened", {k: v for k, v in told.items() if v}, by, now)
    found: models.Case = row
    return found


def heed_results(*, now: datetime) -> int:
    """Open a case for every positive result that has none, classed by the rules; how many were opened or classed. A round does it.

    A case that was closed, ruled out or never certain is opened again and classed anew by a positive that came after that was said.
    """
    known = _list_positive()
    cases = {
        row.subject_id: row for row in models.Case.objects.filter(subject_id__in={who for _, who in known})
    }
    judged = without_withdrawn(
        models.Evidence.objects.filter(
            subject_kind=Kind.CASE.value,
            subject_id__in=[str(row.id) for row in cases.values()],
            code__in=("classified", "closed"),
        )
    )
    said = dict(judged.values_list("subject_id").annotate(at=Max("recorded_at")).order_by())
    heeded = 0
    for (kind, who), at in sorted(known.items(), key=str):
        row = cases.get(who)
        if row is not None and (
            str(row.id) in said and at <= said[str(row.id)] or is_certain(get(case=row.id))
        ):
            continue
        try:
            judge_positive(opening=Opening(kind, UUID(who), "result"), by=None, now=now)
            heeded += 1
        except Refused:  # a sample of somebody whom the book does not have
            continue
    return heeded


def _list_positive() -> dict[tuple[Kind, str], datetime]:
    """Whoever has a positive result, and when the latest of them was written down."""
    samples = models.Sample.objects.filter(result="positive", traveller_id__isnull=False)
    of_travellers = samples.values_list("traveller_id").annotate(at=Max("resulted_at")).order_by()
    results = without_withdrawn(
        models.Evidence.objects.filter(subject_kind="staff", code="result", attributes__result="positive")
    )
    of_staff = results.values_list("subject_id").annotate(at=Max("recorded_at")).order_by()
    found = {(Kind.TRAVELLER, str(who)): at for who, at in of_travellers}
    return found | {(Kind.STAFF, who): at for who, at in of_staff}


def is_certain(standing: Standing) -> bool:
    """Whether a positive result says nothing new of a case: it is open, and one by a test already."""
    return standing.closed is None and standing.sort in CERTAIN


def is_unproven(*, standing: Standing, dates: Case) -> bool:
    """Whether a case was classed by a positive result of this port that stands no more: it was corrected since."""
    judged = standing.last("classified")
    by_test = judged is not None and "positive" in str(judged.attributes.get("facts", "")).split()
    return (
        by_test
        and standing.sort in CERTAIN
        and standing.row.source != "home"
        and "positive" not in dates.facts
    )


def ask_again(*, subject: UUID, by: UUID | None, now: datetime) -> None:
    """A result of somebody was corrected: where their case rested on it, whoever looks after cases is to class it anew."""
    row = find(subject=subject)
    if row is None:
        return
    standing = get(case=row.id)
    if standing.closed is not None or not is_unproven(
        standing=standing, dates=find_dates(standing=standing, now=now)
    ):
        return
    title = (
        f"病例{row.code}所依据的阳性结果已更正，请重新分类"
        f" · The positive result that case {row.code} rests on was corrected: class it anew"
    )
    found = issue.Found(
        "problem",
        title,
        owner=issue.find_owner(by=by),
        due_at=now + issue.LOOKED_INTO,
        traveller=subject if row.subject_kind == Kind.TRAVELLER else None,
        topic="health",
        record=issue.Record("case", row.id),
    )
    issue.raise_issue(found=found, by=by, now=now)


def judge_positive(*, opening: Opening, by: UUID | None, now: datetime) -> models.Case:
    """Somebody was tested positive: their case is opened, or opened again, and classed by the rules that hold. Raises `Refused` as
    `open_case` does."""
    rules = tracing.choose_rules(now=now)
    with transaction.atomic():
        row = open_case(opening=opening, by=by, now=now)
        proposal = propose_sort(case=row.id, rules=rules, now=now)
        if proposal.definition is not None:
            sort = proposal.definition.code
            judged = Judgement(row.id, sort, rules, "by the rules", proposal.facts)
            classify(judgement=judged, by=by, now=now)
    return row


@dataclass(frozen=True, slots=True)
class Proposal:
    """What an edition's definitions make of somebody, by which facts; None: no definition fits."""

    definition: Definition | None
    facts: frozenset[str]


def propose_sort(*, case: UUID, rules: str, now: datetime, more: Collection[str] = ()) -> Proposal:
    """How an edition would class a case by what the book knows and `more` facts that somebody found out.

    Raises `Refused`: `case_unknown`, `case_fact_unknown`, `tracing_rules_unknown`.
    """
    unknown = set(more) - FACTS
    if unknown:
        raise Refused("case_fact_unknown", f"a fact is one of {', '.join(sorted(FACTS))}")
    standing = get(case=case)
    before = standing.last("classified")
    told = str(before.attributes.get("facts", "")).split() if before else []
    facts = tracing.find_case(who=standing.subject, now=now).facts | set(more) | (set(told) & TYPED)
    return Proposal(cases.classify(facts=facts, edition=tracing.get_edition(rules)), frozenset(facts))


TYPED = frozenset(
    {"imaging", "blood", "antibody_igm", "antibody_rise", "sequenced", "history", "taste_smell", "antigen"}
)
"""Facts that the book cannot know: somebody must say them."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """How a case is classed, by which edition, why, and by which facts."""

    case: UUID
    sort: str
    rules: str
    because: str
    facts: Collection[str] = ()


def classify(
    *, judgement: Judgement, by: UUID | None, now: datetime, evidence_id: UUID | None = None
) -> Standing:
    """Class a case; the word before stays on record. Whoever is a case is moved and kept as one, whoever is ruled out not; one of the
    staff is off duty until they are back by the gate.

    Raises `Refused`: `case_unknown`, `case_sort_unknown`, `case_fact_unknown`, `reason_missing`, `tracing_rules_unknown`.
    """
    edition = tracing.get_edition(judgement.rules)
    if judgement.sort not in {RULED_OUT, *(one.code for one in edition.definitions)}:
        raise Refused("case_sort_unknown", f"{edition.code} has no definition {judgement.sort!r}")
    if set(judgement.facts) - FACTS:
        raise Refused("case_fact_unknown", f"a fact is one of {', '.join(sorted(FACTS))}")
    if not judgement.because.strip():
        raise Refused("reason_missing", "say why the case is classed so")
    with transaction.atomic():
        row = hold(case=judgement.case)
        told = {
            "sort": judgement.sort,
            "edition": edition.code,
            "because": judgement.because.strip(),
            "facts": " ".join(sorted(judgement.facts)),
        }
        _record(row.id, "classified", told, by, now, evidence_id)
        if row.subject_kind == Kind.TRAVELLER:
            channel.sort_case(
                traveller=UUID(row.subject_id), is_case=judgement.sort in TRACED, because=row.code, now=now
            )
        else:
            is_case = judgement.sort in TRACED
            health.heed_case(person=UUID(row.subject_id), is_case=is_case, by=by, now=now)
    register.work_out(stands=[(Kind.CASE, str(row.id))], now=now)
    return get(case=row.id)


@dataclass(frozen=True, slots=True)
class Dates:
    """What was found out of when a case began and was isolated; None: nothing new."""

    onset_at: datetime | None = None
    sampled_at: datetime | None = None
    isolated_at: datetime | None = None


def date(
    *, case: UUID, dates: Dates, by: UUID | None, now: datetime, evidence_id: UUID | None = None
) -> Standing:
    """Write down onset, first positive sample or isolation as found out; they go before what the book knows.

    Raises `Refused`: `case_unknown`, `case_date_missing`, `case_date_ahead`.
    """
    pairs = (("onset", dates.onset_at), ("sampled", dates.sampled_at), ("isolated", dates.isolated_at))
    told = {name: at.isoformat() for name, at in pairs if at is not None}
    if not told:
        raise Refused("case_date_missing", "give at least one date")
    if any(at is not None and at > now for _, at in pairs):
        raise Refused("case_date_ahead", "nothing of a case lies in the future")
    with transaction.atomic():
        _record(hold(case=case).id, "dated", told, by, now, evidence_id)
    return get(case=case)


@dataclass(frozen=True, slots=True)
class Infected:
    """Where somebody was infected (one of `PLACES`), and what shows it."""

    case: UUID
    where: str
    because: str


def say_infected(
    *, infected: Infected, by: UUID | None, now: datetime, evidence_id: UUID | None = None
) -> Standing:
    """Write down where a case was infected, as tracing found. A traveller infected inside the loop is a case caused: it stands on the
    zero board as long as that is the last word. One of the staff stands there as an infection already.

    Raises `Refused`: `case_unknown`, `word_unknown`, `reason_missing`.
    """
    if infected.where not in PLACES:
        raise Refused("word_unknown", f"a case was infected in one of {', '.join(PLACES)}")
    because = infected.because.strip()
    if not because:
        raise Refused("reason_missing", "say what shows where the case was infected")
    with transaction.atomic():
        row = hold(case=infected.case)
        _record(row.id, "infected", {"where": infected.where, "because": because}, by, now, evidence_id)
        if row.subject_kind == Kind.TRAVELLER:
            title = f"病例{row.code}在闭环内感染 · Case {row.code} was infected inside the loop"
            caused = _Caused("loop", title, infected.where == "loop")
            _count_caused(row, caused, because, by, now)
    return get(case=row.id)


@dataclass(frozen=True, slots=True)
class Spread:
    """How many people outside the loop (in the city) a case infected, by the last word of the health authority; and what shows it."""

    case: UUID
    people: int
    because: str


def say_spread(
    *, spread: Spread, by: UUID | None, now: datetime, evidence_id: UUID | None = None
) -> Standing:
    """Write down how many people outside the loop somebody infected whom this port let out, or who works here. Each of them is a case
    caused that opens into this case; if it turns out to be fewer, the rest leave the zero board with the reason.

    Raises `Refused`: `case_unknown`, `case_never_out` (a traveller who left by no exit), `case_count_wrong`, `reason_missing`.
    """
    because = spread.because.strip()
    if not because:
        raise Refused("reason_missing", "say what shows whom this case infected")
    if not 0 <= spread.people <= MOST_CAUSED:
        raise Refused("case_count_wrong", f"how many people were infected: 0 to {MOST_CAUSED}")
    with transaction.atomic():
        row = hold(case=spread.case)
        if not was_outside(case=row):
            raise Refused(
                "case_never_out", "this traveller has left by no exit: whoever they infected is inside"
            )
        _record(row.id, "spread", {"people": spread.people, "because": because}, by, now, evidence_id)
        counted = models.Issue.objects.filter(record="case", record_id=row.id).count()
        for number in range(1, max(spread.people, counted) + 1):
            title = (
                f"病例{row.code}在社会面传染他人（第{number}人）"
                f" · Case {row.code} infected somebody outside the loop (number {number})"
            )
            caused = _Caused(f"outside/{number}", title, number <= spread.people)
            _count_caused(row, caused, because, by, now)
    return get(case=row.id)


def was_outside(*, case: models.Case) -> bool:
    """Whether somebody can have infected people outside the loop: a traveller who was scanned at an exit, or anybody who works here."""
    if case.subject_kind != Kind.TRAVELLER:
        return True
    exits = models.Custodian.objects.filter(kind="exit").values("id")
    left = models.Scan.objects.filter(traveller_id=case.subject_id, custodian_id__in=exits)
    taken_back = models.Annulment.objects.values("scan_id")
    return bool(left.exclude(id__in=taken_back).exists())


@dataclass(frozen=True, slots=True)
class _Caused:
    """One case caused that a case of the book leads to: what tells it from others of that case, in words, and whether it is one."""

    key: str
    title: str
    holds: bool


def _count_caused(row: models.Case, caused: _Caused, because: str, by: UUID | None, now: datetime) -> None:
    """Keep the issue behind one case caused: raised when it is found to be one, of another sort when it turns out not to be."""
    name = uuid5(row.id, caused.key)
    if models.Issue.objects.filter(id=name).exists():
        sort = "caused_case" if caused.holds else "problem"
        issue.reclass(issue=name, sort=sort, because=because, by=by, now=now)
    elif caused.holds:
        found = issue.Found(
            "caused_case",
            caused.title,
            owner=issue.find_owner(by=by),
            due_at=now + issue.LOOKED_INTO,
            traveller=UUID(row.subject_id) if row.subject_kind == Kind.TRAVELLER else None,
            topic="health",
            record=issue.Record("case", row.id),
        )
        issue.raise_issue(found=found, by=by, now=now, issue_id=name)


def note(
    *,
    case: UUID,
    code: str,
    by: UUID | None,
    now: datetime,
    evidence_id: UUID | None = None,
    because: str = "",
) -> Standing:
    """Write down that a case was reported to the health authority, or is closed (with a reason).

    Raises `Refused`: `case_unknown`, `word_unknown`, `reason_missing`.
    """
    if code not in ("reported", "closed"):
        raise Refused("word_unknown", "a case is reported or closed")
    if code == "closed" and not because.strip():
        raise Refused("reason_missing", "say why the case is closed")
    with transaction.atomic():
        _record(hold(case=case).id, code, {"because": because} if because else {}, by, now, evidence_id)
    register.work_out(stands=[(Kind.CASE, str(case))], now=now)
    return get(case=case)


def hold(*, case: UUID) -> models.Case:
    """The row of a case, locked until the transaction ends. Raises `Refused`: `case_unknown`."""
    row = models.Case.objects.select_for_update().filter(id=case).first()
    if row is None:
        raise Refused("case_unknown", "there is no such case")
    return row


def get(*, case: UUID) -> Standing:
    """A case as it stands. Raises `Refused`: `case_unknown`."""
    row = models.Case.objects.filter(id=case).first()
    if row is None:
        raise Refused("case_unknown", "there is no such case")
    return read(rows=[row])[0]


def find(*, subject: UUID) -> models.Case | None:
    """The case that somebody is, if they are one."""
    return models.Case.objects.filter(subject_id=str(subject)).first()


def read(*, rows: Iterable[models.Case]) -> list[Standing]:
    """These cases with everything on record of them, in the order in which it was recorded."""
    found = list(rows)
    entries: dict[str, list[Entry]] = {str(row.id): [] for row in found}
    pieces = models.Evidence.objects.filter(subject_kind=Kind.CASE.value, subject_id__in=list(entries))
    pieces = without_withdrawn(pieces)
    for one in pieces.order_by("happened_at", "seq"):
        entries[one.subject_id].append(
            Entry(one.id, one.code, one.happened_at, one.by_id, one.attributes, one.about)
        )
    return [Standing(row, tuple(entries[str(row.id)])) for row in found]


def find_dates(*, standing: Standing, now: datetime) -> Case:
    """The case as tracing sees it: onset, sample, isolation and facts."""
    return tracing.find_case(who=standing.subject, now=now)


def record(
    *, case: UUID, code: str, attributes: Mapping[str, Any], by: UUID | None, now: datetime, about: str = ""
) -> models.Evidence:
    """Write something down about a case; part of the caller's transaction."""
    done = duty.Done(Kind.CASE.value, str(case), code, now, attributes, about)
    return duty.record(evidence=done, by=by, now=now)


def _record(
    case: UUID,
    code: str,
    attributes: Mapping[str, Any],
    by: UUID | None,
    now: datetime,
    evidence_id: UUID | None = None,
) -> None:
    done = duty.Done(Kind.CASE.value, str(case), code, now, attributes)
    duty.record(evidence=done, by=by, now=now, evidence_id=evidence_id or make_id())


def list_all() -> list[Standing]:
    """Every case, the latest first."""
    return read(rows=models.Case.objects.order_by("-opened_at", "-code"))


def find_subject(*, code: str) -> UUID | None:
    """The traveller of a wristband code."""
    return models.Traveller.objects.filter(code=code.strip().upper()).values_list("id", flat=True).first()
