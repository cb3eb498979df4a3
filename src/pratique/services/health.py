"""Staff health: daily reports, nil reports of units, exposures, isolation and return; who may stand at a post, by the rules.

What somebody reports of themselves is kept as little as it can be: well or not, and the thermometer. Whether they may
work is never stored; it is the gate "post" over what is on record. So that draws and rosters pass over somebody who may
not, a hold without a reason (`Absence`, sort health) is kept in step with the gate.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.db import transaction

from pratique.core.answers import Refused
from pratique.core.duties import gate
from pratique.core.duties.register import Account
from pratique.core.duties.vocabulary import Kind
from pratique.services import care, duty, issue, register
from pratique.services.care import CELSIUS_MAX, CELSIUS_MIN
from pratique.services.force import risk, training
from pratique.store import models
from pratique.store.ids import make_id
from pratique.store.queries import ports
from pratique.store.withdrawn import without_withdrawn

FEVER_CELSIUS = 37.3
"""From here on nobody is well, whatever they feel (the threshold of Chinese ports and airports in 2020)."""

HELD_BY = frozenset(
    {"no_positive", "not_exposed", "not_contact", "not_isolated", "not_unfit", "assessed", "isolation_begun"}
)
"""Conditions of the gate "post" that are about health; the others are about training, tests and reports."""

CHANGING = ("health_report", "assessment", "exposed", "isolated", "result", "recovered", "back", "stood_down")
"""Records after which the gate may answer otherwise."""

ELSEWHERE = frozenset({"shift_closed", "shift_settled", "tap_undone", "apart_ended", "training"})
"""Records that are put right where they were made: taps and pairs on the unit's page, training among its sessions."""

OUTCOMES = ("fit", "unfit")
EXPOSURES = ("breach", "ride", "room", "contact")
"""What somebody was exposed by: a breach of protection, a ride with a case, a shared room, another contact."""
PLACES = ("central", "home")


@dataclass(frozen=True, slots=True)
class Report:
    """What somebody says of themselves: well or not, °C (None: not measured)."""

    person: UUID
    well: bool
    celsius: float | None = None


def report(
    *, told: Report, by: UUID | None, now: datetime, evidence_id: UUID | None = None
) -> models.Evidence:
    """A daily health report. With a fever nobody is well. The same id again is the same report.

    Raises `Refused`: `person_unknown`, `temperature_impossible`.
    """
    if told.celsius is not None and not CELSIUS_MIN <= told.celsius <= CELSIUS_MAX:
        raise Refused(
            "temperature_impossible", f"between {CELSIUS_MIN:g} and {CELSIUS_MAX:g} °C: measure again"
        )
    well = told.well and (told.celsius is None or told.celsius < FEVER_CELSIUS)
    attributes: dict[str, object] = {"well": well}
    if told.celsius is not None:
        attributes["celsius"] = told.celsius
    return _record(told.person, "health_report", attributes, by=by, now=now, evidence_id=evidence_id)


def assess(
    *,
    person: UUID,
    outcome: str,
    about: UUID | None,
    by: UUID,
    now: datetime,
    evidence_id: UUID | None = None,
) -> models.Evidence:
    """A medical assessment: fit or unfit; `about` is the report that asked for it, if one did.

    Raises `Refused`: `person_unknown`, `word_unknown`, `own_assessment`.
    """
    _require(outcome, OUTCOMES)
    if person == by:
        raise Refused("own_assessment", "nobody finds themselves fit: somebody else assesses")
    return _record(
        person,
        "assessment",
        {"outcome": outcome},
        by=by,
        now=now,
        about=str(about or ""),
        evidence_id=evidence_id,
    )


def expose(
    *, person: UUID, because: str, by: UUID | None, now: datetime, evidence_id: UUID | None = None
) -> models.Evidence:
    """Somebody was exposed without protection that held: off their post from this moment.

    With protection that held nobody is exposed; they are watched by their daily report. Raises `Refused`:
    `person_unknown`, `word_unknown`.
    """
    _require(because, EXPOSURES)
    told = {"because": because, "protected": False}
    return _record(person, "exposed", told, by=by, now=now, evidence_id=evidence_id)


def isolate(
    *, person: UUID, place: str, by: UUID | None, now: datetime, evidence_id: UUID | None = None
) -> models.Evidence:
    """Isolation begins, after deployment or an exposure. Raises `Refused`: `person_unknown`, `word_unknown`."""
    _require(place, PLACES)
    return _record(person, "isolated", {"place": place}, by=by, now=now, evidence_id=evidence_id)


def stand_down(*, person: UUID, by: UUID, now: datetime, evidence_id: UUID | None = None) -> models.Evidence:
    """Somebody's deployment has ended, at the risk of the posts they worked: after high risk isolation is owed, and until it has begun they
    stand at no post. Raises `Refused`: `person_unknown`, `not_deployed` if they work at no post now."""
    known = models.Evidence.objects.filter(id=evidence_id).first() if evidence_id else None
    if known is not None:
        return known
    grade = risk.find_risk(person=person, at=now)
    if grade == risk.NONE:
        raise Refused("not_deployed", "they have worked at no post lately: there is no deployment to end")
    return _record(person, "stood_down", {"risk": grade}, by=by, now=now, evidence_id=evidence_id)


def recover(*, person: UUID, by: UUID, now: datetime, evidence_id: UUID | None = None) -> models.Evidence:
    """The hospital says that somebody who was positive has recovered. Raises `Refused`: `person_unknown`."""
    return _record(person, "recovered", {}, by=by, now=now, evidence_id=evidence_id)


def return_to_work(
    *, person: UUID, by: UUID, now: datetime, evidence_id: UUID | None = None
) -> models.Evidence:
    """Somebody is back, if every condition of the gate "back" holds.

    Raises `Refused`: `person_unknown`, `return_barred` with the conditions that are wanting.
    """
    known = models.Evidence.objects.filter(id=evidence_id).first() if evidence_id else None
    if known is not None:
        return known
    with transaction.atomic():
        _lock(person)
        decision = judge(person=person, now=now).back
        wanting = [] if decision is None or decision.open else list_wanting(decision)
        if wanting:
            raise Refused("return_barred", f"wanting: {', '.join(f.condition.title.en for f in wanting)}")
        return _record(person, "back", {}, by=by, now=now, evidence_id=evidence_id)


@dataclass(frozen=True, slots=True)
class Swab:
    """A sample of a staff member: the tube's barcode, where it was taken from, the laboratory and kit, and how many of
    the staff the tube takes."""

    person: UUID
    tube: str
    site: str = ""
    laboratory: str = ""
    kit: str = ""
    pool_size: int = 1


def take_sample(
    *, swab: Swab, by: UUID | None, now: datetime, evidence_id: UUID | None = None
) -> models.Sample:
    """A staff member was swabbed; the tube goes to a laboratory in a batch like any other. The same tube for the same
    person again is the same sample. Raises `Refused`: `person_unknown`, and what `care.take_sample` refuses.
    """
    taken = care.Swab(
        swab.person, swab.tube.strip(), None, swab.kit, swab.laboratory, swab.site, swab.pool_size, Kind.STAFF
    )
    with transaction.atomic():
        _lock(swab.person)
        return care.take_sample(swab=taken, by=by, now=now, sample_id=evidence_id)


def list_sampled(*, tube: str) -> list[UUID]:
    """Whose of the staff the swabs in this tube are; empty: it holds none of theirs."""
    samples = models.Sample.objects.filter(tube=tube, person_id__isnull=False)
    return list(samples.order_by("person_id").values_list("person_id", flat=True))


def record_result(
    *, tube: str, result: str, by: UUID | None, now: datetime, told: Mapping[str, object] | None = None
) -> models.Sample:
    """The laboratory answered for a tube of the staff; a positive counts on the zero board at once.

    Raises `Refused`: `result_unknown`, `tube_unknown`, `result_differs`.
    """
    tube = tube.strip()
    with transaction.atomic():
        if not list_sampled(tube=tube):
            raise Refused("tube_unknown", "no sample has this barcode: check it, or record the sample first")
        row = care.record_result(tube=tube, result=result, by=by, now=now, told=told)
        heed_result(tube=tube, by=by, now=now)
    return row


def type_result(*, typed: care.Typed, by: UUID, now: datetime) -> models.Sample:
    """A result of the staff's typed by hand: a negative lets somebody back to a post, so two say it, or a laboratory received the tube by
    the word of somebody else, as for a traveller's (`care.type_result`); nobody signs their own. Raises `Refused` as that does, and
    `own_assessment`."""
    typed = replace(typed, tube=typed.tube.strip())
    with transaction.atomic():
        sampled = list_sampled(tube=typed.tube)
        if not sampled:
            raise Refused("tube_unknown", "no sample has this barcode: check it, or record the sample first")
        if typed.result == "negative" and {by, typed.second} & set(sampled):
            raise Refused("own_assessment", "nobody signs a result of their own: another does")
        row = care.type_result(typed=typed, by=by, now=now)
        heed_result(tube=typed.tube, by=by, now=now)
    return row


def heed_result(*, tube: str, by: UUID | None, now: datetime) -> None:
    """Do what a result of the staff's, new or corrected, asks for: each one's hold is worked out anew, and whoever was
    found positive stands on the zero board."""
    for sample in models.Sample.objects.filter(tube=tube, person_id__isnull=False).order_by("person_id"):
        _lock(sample.person_id)
        keep_hold(person=sample.person_id, now=now)
        count_infection(person=sample.person_id, by=by, now=now)


def heed_case(*, person: UUID, is_case: bool, by: UUID | None, now: datetime) -> None:
    """Do what the page of a case asks for whose case is one of the staff: whoever is a case is off duty until they are back by the gate,
    also where no tube of ours says so; and the zero board follows the page."""
    _lock(person)
    if is_case and not judge(person=person, now=now).held:
        _record(person, "assessment", {"outcome": "unfit"}, by=by, now=now)
    count_infection(person=person, by=by, now=now)


def count_infection(*, person: UUID, by: UUID | None, now: datetime) -> None:
    """Keep the zero board true about one of the staff: infected counts once until they have recovered, however many tubes say so or the
    page of their case does, and not any more once none of them does."""
    recovered_at = _find_recovered(person)
    tubes = models.Sample.objects.filter(person_id=person, result="positive", taken_at__gt=recovered_at)
    infected = tubes.exists() or _is_classed_infected(person, recovered_at)
    counted = models.Issue.objects.filter(
        sort="infection", record="staff", record_id=person, found_at__gt=recovered_at
    ).first()
    if infected and counted is None:
        title = "工作人员感染 · A staff member is infected"
        found = issue.Found(
            "infection",
            title,
            owner=issue.find_owner(by=by),  # never the unit of the one infected: it would tell who it is
            due_at=now + issue.LOOKED_INTO,
            topic="health",
            record=issue.Record("staff", person),
        )
        issue.raise_issue(found=found, by=by, now=now)
    elif not infected and counted is not None:
        because = "已更正，并非感染 It was corrected: no infection"
        issue.reclass(issue=counted.id, sort="problem", because=because, by=by, now=now)


INFECTED = ("confirmed", "asymptomatic")


def _is_classed_infected(person: UUID, recovered_at: datetime) -> bool:
    """Whether the last word that somebody wrote on the page of their case is that they are infected: found elsewhere, without a tube of
    ours. What the rules made of a tube goes with the tube."""
    case = models.Case.objects.filter(subject_kind=Kind.STAFF, subject_id=str(person)).first()
    if case is None:
        return False
    told = models.Evidence.objects.filter(subject_kind=Kind.CASE, subject_id=str(case.id), code="classified")
    last = without_withdrawn(told.filter(by_id__isnull=False)).order_by("-happened_at", "-seq").first()
    return last is not None and last.happened_at > recovered_at and last.attributes["sort"] in INFECTED


def _find_recovered(person: UUID) -> datetime:
    """When somebody last recovered; the beginning of time if they never were ill."""
    told = models.Evidence.objects.filter(subject_kind=Kind.STAFF, subject_id=str(person), code="recovered")
    last = without_withdrawn(told).order_by("-happened_at").values_list("happened_at", flat=True).first()
    return last or datetime.min.replace(tzinfo=UTC)


def ask_support(*, person: UUID, now: datetime, evidence_id: UUID | None = None) -> models.Evidence:
    """Somebody asks for psychological support: nothing of why is kept, only that an answer is owed."""
    return _record(person, "support_request", {}, by=person, now=now, evidence_id=evidence_id)


def answer_support(
    *, request: UUID, by: UUID, now: datetime, evidence_id: UUID | None = None
) -> models.Evidence:
    """Somebody was there for them. Raises `Refused`: `request_unknown`."""
    asked = models.Evidence.objects.filter(
        id=request, subject_kind=Kind.STAFF, code="support_request"
    ).first()
    if asked is None:
        raise Refused("request_unknown", "there is no such request for support")
    person = UUID(asked.subject_id)
    return _record(person, "support_answer", {}, by=by, now=now, about=str(request), evidence_id=evidence_id)


@dataclass(frozen=True, slots=True)
class UnitReport:
    """A unit's report of the day; without text it is a nil report: nothing to say, and said so."""

    unit: UUID
    text: str = ""


def report_unit(
    *, told: UnitReport, by: UUID | None, now: datetime, evidence_id: UUID | None = None
) -> models.Evidence:
    """A unit reports, or reports that there is nothing. Raises `Refused`: `unit_unknown`."""
    if not models.Unit.objects.filter(id=told.unit).exists():
        raise Refused("unit_unknown", "there is no such unit")
    text = told.text.strip()
    code, attributes = ("report", {"text": text}) if text else ("nil_report", {})
    done = duty.Done("unit", str(told.unit), code, now, attributes)
    return duty.record(evidence=done, by=by, now=now, evidence_id=evidence_id)


@dataclass(frozen=True, slots=True)
class Fitness:
    """Whether somebody may stand at a post and return: the gates' answers with every condition (None: no edition in
    force has the gate, or nothing is known of the person); the shift that they are judged for, and which modules its post asks for and
    they do not hold."""

    account: Account | None
    post: gate.Decision | None
    back: gate.Decision | None
    shift: models.Deployment | None = None
    untaught: tuple[training.Standing, ...] = ()

    @property
    def wanting(self) -> list[gate.Finding]:
        """What keeps them from a post."""
        return [] if self.post is None or self.post.open else list_wanting(self.post)

    @property
    def held(self) -> bool:
        """Whether a reason of health keeps them from a post."""
        return any(finding.condition.code in HELD_BY for finding in self.wanting)


def list_wanting(decision: gate.Decision) -> list[gate.Finding]:
    """The conditions that do not hold and are not excepted."""
    return [f for f in decision.findings if not f.held and f.exception is None]


def judge(*, person: UUID, now: datetime) -> Fitness:
    """Whether somebody may stand at a post or return to one, as of now. The post is that of the shift they are at or that begins
    soonest: whether they are trained is judged for it, on its day, by the same marks that the draw and the roster go by.
    """
    account = register.account_of(kind=Kind.STAFF, subject=str(person), now=now)
    if account is None:
        return Fitness(None, None, None)
    ahead = models.Deployment.objects.filter(person_id=person, ends_at__gt=now, out_at=None)
    shift = ahead.order_by("starts_at").first()
    untaught = training.list_missing(shift=shift)
    facts = {**account.subject.facts, "trained": "no" if untaught else "yes"}
    account = replace(account, subject=replace(account.subject, facts=facts))
    return Fitness(
        account, _decide("post", account, now), _decide("back", account, now), shift, tuple(untaught)
    )


def _decide(code: str, account: Account, now: datetime) -> gate.Decision | None:
    try:
        return gate.decide(code=code, account=account, now=now)
    except Refused:
        return None  # no edition in force has this gate


def keep_hold(*, person: UUID, now: datetime) -> bool:
    """Keep the hold that draws and rosters look at in step with the gate; whether there is one now."""
    zone = ports.find_zone()
    held = judge(person=person, now=now).held
    standing = models.Absence.objects.filter(
        person_id=person, sort="health", cancelled_at__isnull=True, until_on=None, entered_by_id=None
    )
    if held and not standing.exists():
        models.Absence.objects.create(
            person_id=person, sort="health", from_on=now.astimezone(zone).date(), entered_at=now
        )
    elif not held:
        standing.update(cancelled_at=now)
    return held


def keep_holds(*, now: datetime, since: timedelta = timedelta(hours=1)) -> int:
    """Keep the holds of everybody about whom something was recorded lately, by whatever part of the software; how many."""
    recent = models.Evidence.objects.filter(
        subject_kind=Kind.STAFF, code__in=CHANGING, recorded_at__gte=now - since
    )
    people = {UUID(name) for name in recent.values_list("subject_id", flat=True)}
    known = models.Person.objects.filter(id__in=people).values_list("id", flat=True)
    for person in known:
        keep_hold(person=person, now=now)
    return len(known)


def take_back(*, evidence: UUID, because: str, by: UUID, now: datetime) -> None:
    """A record about a staff member was wrong; the hold is worked out anew. A result of a tube is put right by two
    persons instead (`laboratory.intake.correct`), and a sample only while its tube is here and has no answer.

    Raises `Refused`: `evidence_unknown`, `reason_missing`, `result_by_two`, `tube_left`, `put_right_elsewhere`.
    """
    row = models.Evidence.objects.filter(id=evidence, subject_kind=Kind.STAFF).first()
    if row is None:
        raise Refused("evidence_unknown", "there is no such evidence")
    if row.code in ELSEWHERE:
        raise Refused(
            "put_right_elsewhere",
            "this is put right where it was written down: on the unit's page, or among the sessions",
        )
    with transaction.atomic():
        _lock(UUID(row.subject_id))
        if row.code == "result" and models.Sample.objects.filter(id=row.about or None).exists():
            raise Refused("result_by_two", "a result is put right by two persons: correct it on its own page")
        if row.code == "sample":
            care.drop_sample(sample=row.id)
        duty.withdraw(evidence=evidence, because=because, by=by, now=now)
        keep_hold(person=UUID(row.subject_id), now=now)


def _lock(person: UUID) -> models.Person:
    row: models.Person | None = (
        models.Person.objects.select_for_update(of=("self",)).filter(id=person).first()
    )
    if row is None:
        raise Refused("person_unknown", "nobody of this id works here")
    return row


def _require(word: str, among: tuple[str, ...]) -> None:
    if word not in among:
        raise Refused("word_unknown", f"one of {', '.join(among)}")


def _record(
    person: UUID,
    code: str,
    attributes: Mapping[str, object],
    *,
    by: UUID | None,
    now: datetime,
    about: str = "",
    evidence_id: UUID | None = None,
) -> models.Evidence:
    with transaction.atomic():
        _lock(person)
        done = duty.Done("staff", str(person), code, now, dict(attributes), about=about)
        row = duty.record(evidence=done, by=by, now=now, evidence_id=evidence_id or make_id())
        keep_hold(person=person, now=now)
    return row
