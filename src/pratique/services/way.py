"""The ways out: which stand open for somebody, and what is done about whoever was let out by one that does not.

A scan at an exit is a fact and is kept, offline or not. On what grounds it let somebody out is worked out at once, written
down as an entry of its own, and answered: without grounds "keep this person here". Then the exception stands on the tower,
a duty of the duty commander runs, an issue is raised; and what leaving would have ended is not ended.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import lru_cache
from uuid import UUID, uuid5

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from pratique.core.answers import Refused
from pratique.core.custody import handover
from pratique.core.custody.entry import CustodianId, Kind, TravellerId
from pratique.core.duties.gate import Decision
from pratique.core.duties.vocabulary import Kind as Subject
from pratique.core.duties.vocabulary import Words
from pratique.core.screening import way as core
from pratique.core.screening.exemption import Standing, Terms
from pratique.core.screening.exit import OFF_THE_LOOP, Exit, Sort
from pratique.core.screening.way import Grounds, Way
from pratique.services import duty, exemption, grounds, issue
from pratique.services.cases import informing
from pratique.services.grounds import Leaving
from pratique.services.permission import Role
from pratique.services.stay import onward, release
from pratique.store import models
from pratique.store.ids import make_id
from pratique.store.queries import deaths, leavings

CLOSED = "way_closed"
"""The answer to a scan that lets somebody out without grounds."""
UNSIGNED = "release_unsigned"
"""The answer where nothing but the signature under the release is wanting."""
UNHEARD = "carrier_unheard"
"""The answer where nothing but the carrier's word is wanting that somebody was not on board."""
SPACE = UUID("3f0d9f6a-7d4b-5f6e-8b3c-52f8c1a7e911")
"""The namespace of the issues that are raised of such scans: one a scan, however often it is judged."""
LOOKED_BACK = timedelta(days=2)
"""So far back a round looks for scans that nobody judged."""


@dataclass(frozen=True, slots=True)
class Judged:
    """Whether the way was open, on what grounds, by which exemption, and the codes of what kept it closed."""

    open: bool
    grounds: str
    exemption: UUID | None
    because: tuple[str, ...]

    @property
    def answer(self) -> str:
        """What whoever stands at the door is told of a way that is not open."""
        return self.because[0] if self.because in ((UNSIGNED,), (UNHEARD,)) else CLOSED


def sort_of(custodian: models.Custodian) -> Sort:
    """What an exit is: as the port's file says; one of which it says nothing is the city, which needs an exemption."""
    told = custodian.attributes
    if told.get("way"):
        return Sort(told["way"])
    if custodian.never_came:
        return Sort.NEVER_CAME
    plain = {"released": Sort.RELEASED, "handed_over": Sort.HANDED_OVER, "died": Sort.DIED}
    return plain.get(told.get("record", ""), Sort.CITY)


@lru_cache(maxsize=10_000)
def _recall_exit(custodian: UUID) -> bool:
    kind = models.Custodian.objects.filter(id=custodian).values_list("kind", flat=True).first()
    if kind is None:
        raise LookupError(custodian)  # not remembered: it may be set up later
    return bool(kind == Kind.EXIT)


def is_exit(*, custodian: UUID) -> bool:
    """Whether a custodian is an exit; asked of the tables once, as no custodian ever becomes of another kind."""
    try:
        return _recall_exit(custodian)
    except LookupError:
        return False


def list_exits() -> list[models.Custodian]:
    """Every exit that is open for business."""
    return list(
        models.Custodian.objects.filter(kind=Kind.EXIT.value, closed_at__isnull=True).order_by("code")
    )


def list_ways(*, traveller: UUID, now: datetime) -> tuple[Way, ...]:
    """Every exit of the port for one traveller now, open or closed, with everything that keeps it closed."""
    exits = list_exits()
    looked = release.look(traveller=traveller, now=now)
    found: list[Way] = []
    for one in exits:
        leaving = Leaving(make_id(), traveller, one.id, now, None, None)
        known = _gather([(leaving, one)], {traveller: looked}, now)[leaving.scan]
        found += core.list_ways(
            exits=[_exit(one)], traveller=TravellerId(str(traveller)), grounds=known, now=now
        )
    return tuple(found)


def ask(*, traveller: UUID, custodian: UUID, now: datetime) -> None:
    """Whoever would move somebody out asks first. Raises `Refused`: `way_closed`, `release_unsigned`, with what is wanting."""
    way = next(
        (w for w in list_ways(traveller=traveller, now=now) if w.exit.custodian == str(custodian)), None
    )
    if way is None:
        raise Refused("custodian_unknown", "there is no such way out")
    if not way.open:
        code = UNSIGNED if {o.code for o in way.objections} == {UNSIGNED} else CLOSED
        raise Refused(code, "; ".join(f"{o.code}: {o.because}" for o in way.objections))


def list_leaving(*, custodian: UUID, now: datetime) -> list[UUID]:
    """Whom a post at an exit may let go by what is known now, without asking: what a phone keeps for when it has no network.

    Never too many: whoever is not on it is asked about as soon as the network is back.
    """
    row = models.Custodian.objects.get(id=custodian)
    sort = sort_of(row)
    if sort is Sort.RELEASED:
        return release.list_standing(now=now)
    if sort is Sort.WITH_AIRCRAFT:
        return grounds.list_crew(now=now)
    if sort is Sort.HANDED_OVER:
        return _list_handed_over(custodian, now)
    if sort is Sort.DIED:
        offered = grounds.list_offered(custodian=custodian, now=now, offers=False)
        confirmed = deaths.find_confirmed(travellers=offered)
        return [one for one in offered if one in confirmed]
    if sort not in OFF_THE_LOOP:
        return []
    holding = (one.exemption.traveller for one in exemption.list_standing(now=now) if one.holds)
    scans = [Leaving(who, who, custodian, now, None, None) for who in map(UUID, dict.fromkeys(holding))]
    known = _gather([(one, row) for one in scans], {}, now)
    return [one.traveller for one in scans if _ask_core(one, row, known[one.scan]).open]


def list_exempt(*, now: datetime, traveller: UUID | None = None) -> list[Standing]:
    """Exemptions as `exemption.list_standing` gives them, each held also against what is known of whom it is about."""
    found = exemption.list_standing(now=now, traveller=traveller)
    people = {UUID(one.exemption.traveller) for one in found if one.holds}
    known = grounds.find_known(scans=[Leaving(who, who, who, now, None, None) for who in people])
    return [_weigh(one, known.get(UUID(one.exemption.traveller)), now) for one in found]


def _weigh(standing: Standing, known: grounds.Known | None, now: datetime) -> Standing:
    if known is None:
        return standing
    told = Grounds((), exemption.get_terms(), screened_at=known.screened_at, barred_at=known.barred_at)
    against = tuple(core.list_against(exemption=standing.exemption, grounds=told, now=now))
    return (
        replace(standing, holds=False, until_at=None, objections=against)
        if standing.holds and against
        else standing
    )


def _list_handed_over(custodian: UUID, now: datetime) -> list[UUID]:
    found = grounds.list_offered(custodian=custodian, now=now)
    homeward = onward.find_homeward(moments=dict.fromkeys(found, now))
    return [one for one in found if homeward.get(one, "assessed")]


def require_receiver(*, offered: handover.Handover, because: str, by: UUID | None) -> None:
    """Let an acceptance at an exit pass only from somebody of the receiver, or from a desk that says who of the receiver accepted.

    Of the receiver is a partner, unless the exit and they are known to be of two units. Handovers within the loop are not asked: there
    the scans of whoever receives say it. Raises `Refused`: `acceptance_by_giver` (crew of the trip that brings them),
    `acceptance_unnamed`.
    """
    receiver = models.Custodian.objects.filter(id=offered.receiver, kind=Kind.EXIT.value).first()
    if receiver is None:
        return
    person = models.Person.objects.filter(id=by).first() if by else None
    if person is not None:
        crew = Q(driver=person) | Q(escorts=person) | Q(reliefs=person)
        if models.Trip.objects.filter(crew, id=offered.giver).exists():
            raise Refused("acceptance_by_giver", "whoever brings people cannot accept them")
    partner = person is not None and person.role == Role.PARTNER.value
    two_units = (
        person is not None and None not in (person.unit, receiver.unit) and person.unit != receiver.unit
    )
    if (not partner or two_units) and not because.strip():
        raise Refused("acceptance_unnamed", "say who of the receiver accepted them")


def judge(*, scans: Sequence[Leaving], now: datetime) -> dict[UUID, Judged]:
    """Judge scans at exits as of when each happened, write down what is new, and see to those without grounds. Of contacts of a case who
    left, their home authority is to be told."""
    with transaction.atomic():
        judged = _judge(scans, now)
        said = _read_latest([one.scan for one in scans])
        fresh = [one for one in scans if _differs(said.get(one.scan), judged[one.scan])]
        models.WayJudged.objects.bulk_create(
            [_row(one, judged[one.scan], now) for one in fresh], batch_size=2_000
        )
        for one in fresh:
            if not judged[one.scan].open:
                _raise(one, judged[one.scan], now)
    informing.follow(travellers=[one.traveller for one in fresh], by=None, now=now)
    return judged


def _differs(said: models.WayJudged | None, judged: Judged) -> bool:
    return said is None or (said.open, said.grounds, said.exemption_id) != (
        judged.open,
        judged.grounds,
        judged.exemption,
    )


def _row(one: Leaving, judged: Judged, now: datetime) -> models.WayJudged:
    return models.WayJudged(
        id=make_id(),
        scan_id=one.scan,
        traveller_id=one.traveller,
        custodian_id=one.custodian,
        open=judged.open,
        grounds=judged.grounds,
        exemption_id=judged.exemption,
        because=list(judged.because),
        happened_at=one.happened_at,
        recorded_at=now,
        by_id=one.by,
    )


def _judge(scans: Sequence[Leaving], now: datetime) -> dict[UUID, Judged]:
    exits = {row.id: row for row in models.Custodian.objects.filter(id__in={one.custodian for one in scans})}
    pairs = [(one, exits[one.custodian]) for one in scans]
    to_release = [one for one, row in pairs if sort_of(row) is Sort.RELEASED]
    looked: dict[UUID, release.Looked] = {}
    for one in to_release:  # one moment a traveller: whoever is scanned twice is judged by the first
        looked.setdefault(one.traveller, release.Looked(None, None))
    moments: dict[UUID, datetime] = {}
    for one in to_release:
        moments[one.traveller] = min(one.happened_at, moments.get(one.traveller, one.happened_at))
    looked |= release.look_all(moments=moments)
    known = _gather(pairs, looked, now)
    return {one.scan: _ask_core(one, row, known[one.scan]) for one, row in pairs}


def _ask_core(one: Leaving, row: models.Custodian, known: Grounds) -> Judged:
    (found,) = core.list_ways(
        exits=[_exit(row)],
        traveller=TravellerId(str(one.traveller)),
        grounds=known,
        now=one.happened_at,
    )
    if not found.open:
        codes = dict.fromkeys(o.code for o in found.objections)
        return Judged(False, "", None, tuple(codes))
    told = {
        Sort.HANDED_OVER: known.accepted_by,
        Sort.DIED: known.death_recorded_by,
        Sort.NEVER_CAME: known.absence_proved_by,
        Sort.WITH_AIRCRAFT: known.crew_of,
    }.get(found.exit.sort, found.exit.sort.value)
    return Judged(True, told, UUID(found.exemption) if found.exemption else None, ())


def _exit(row: models.Custodian) -> Exit:
    return Exit(CustodianId(str(row.id)), sort_of(row))


def _gather(
    pairs: Sequence[tuple[Leaving, models.Custodian]], looked: Mapping[UUID, release.Looked], now: datetime
) -> dict[UUID, Grounds]:
    """What may open the way of each scan."""
    by_sort = defaultdict(list)
    for one, row in pairs:
        by_sort["off" if sort_of(row) in OFF_THE_LOOP else sort_of(row)].append(one)
    papers = defaultdict(list)
    for paper in exemption.list_of(travellers={one.traveller for one in by_sort["off"]}):
        papers[str(paper.traveller)].append(paper)
    seen = grounds.find_known(scans=by_sort["off"])
    accepted = grounds.find_acceptances(scans=by_sort[Sort.HANDED_OVER], now=now)
    accepted |= grounds.find_acceptances(scans=by_sort[Sort.DIED], now=now, offers=False)
    crew = grounds.find_crew(scans=by_sort[Sort.WITH_AIRCRAFT])
    absent = grounds.find_absent(scans=by_sort[Sort.NEVER_CAME])
    said = grounds.find_carrier_words(travellers={one.traveller for one in by_sort[Sort.NEVER_CAME]})
    dead = deaths.find_confirmed(travellers={one.traveller for one in by_sort[Sort.DIED]})
    homeward = onward.find_homeward(
        moments={one.traveller: one.happened_at for one in by_sort[Sort.HANDED_OVER]}
    )
    terms = exemption.find_terms() or _NO_TERMS
    return {
        one.scan: Grounds(
            exemptions=papers[str(one.traveller)],
            terms=terms,
            release=_as_decision(looked.get(one.traveller)),
            release_signed=one.traveller in looked and looked[one.traveller].signed,
            accepted_by=accepted.get(one.scan, ""),
            death_recorded_by=str(dead.get(one.traveller) or ""),
            absence_proved_by=absent.get(one.scan, ""),
            carrier_said=said.get(one.traveller, ""),
            crew_of=crew.get(one.scan, ""),
            bound_home=one.traveller in homeward,
            home_assessed_by=homeward.get(one.traveller, ""),
            screened_at=seen[one.scan].screened_at if one.scan in seen else None,
            barred_at=seen[one.scan].barred_at if one.scan in seen else None,
        )
        for one, _ in pairs
    }


_NO_TERMS = Terms("", "", Words("", ""), (), {}, 2, {})
"""Those of a port that exempts nobody."""


def _as_decision(looked: release.Looked | None) -> Decision | None:
    """The gate's decision as a release stands: open only if the stay's own rules and any signed decision say so."""
    if looked is None or looked.release is None:
        return None
    return replace(looked.release.decision, open=looked.open)


def _raise(one: Leaving, judged: Judged, now: datetime) -> None:
    """An issue with an owner, once a scan: the unit of the exit answers until the duty commander has settled it."""
    where = models.Custodian.objects.select_related("unit").get(id=one.custodian)
    code = models.Traveller.objects.filter(id=one.traveller).values_list("code", flat=True).first()
    title = f"{code or '?'} 无放行依据经“{where.name_zh}”离开 left by “{where.name_en or where.code}” without grounds"
    found = issue.Found(
        "problem",
        title,
        owner=issue.find_owner(place=where.pk, by=one.by),
        due_at=now,
        traveller=one.traveller,
        topic="custody",
        place=where.pk,
    )
    issue.raise_issue(found=found, by=one.by, now=now, issue_id=uuid5(SPACE, str(one.scan)))


def _read_latest(scans: Iterable[UUID]) -> dict[UUID, models.WayJudged]:
    found = models.WayJudged.objects.filter(scan_id__in=list(scans)).order_by("seq")
    return {row.scan_id: row for row in found}


def heed(*, now: datetime) -> int:
    """Judge again what may have changed: scans without grounds, those that a handover on offer let out, and those over which
    a server died before it judged them. How many changed."""
    wanted = {row.scan_id for row in _list_unsettled() if not row.open or row.grounds == grounds.OFFERED}
    scans = [*models.Scan.objects.filter(id__in=wanted), *_list_unjudged(now)]
    if not scans:
        return 0
    before = _read_latest([scan.id for scan in scans])
    judged = judge(scans=[make_leaving(scan) for scan in scans], now=now)
    return sum(_differs(before.get(one), said) for one, said in judged.items())


def _list_unjudged(now: datetime) -> list[models.Scan]:
    exits = models.Custodian.objects.filter(kind=Kind.EXIT.value).values_list("id", flat=True)
    said = models.WayJudged.objects.filter(scan_id=OuterRef("id"))
    scans = models.Scan.objects.filter(custodian_id__in=list(exits), happened_at__gte=now - LOOKED_BACK)
    return list(scans.filter(~Exists(said)))


def make_leaving(scan: models.Scan) -> Leaving:
    """A scan of the book as it is judged."""
    return Leaving(
        scan.id, scan.traveller_id, scan.custodian_id, scan.happened_at, scan.handover_id, scan.by_id
    )


def _list_unsettled() -> list[models.WayJudged]:
    """The latest judgement of each scan that nobody has taken back."""
    ids = models.WayJudged.objects.filter(open=False) | models.WayJudged.objects.filter(
        grounds=grounds.OFFERED
    )
    latest = _read_latest(set(ids.values_list("scan_id", flat=True)))
    annulled = set(models.Annulment.objects.filter(scan_id__in=latest).values_list("scan_id", flat=True))
    return [row for scan, row in latest.items() if scan not in annulled]


def settle(*, judged: UUID, because: str, by: UUID, now: datetime) -> None:
    """Somebody saw to it: the person was brought back, or it was found in order; by whom and how stays in the book.

    Raises `Refused`: `way_unknown`, `reason_missing`.
    """
    if not because.strip():
        raise Refused("reason_missing", "say what was done about it")
    row = models.WayJudged.objects.filter(id=judged, open=False).first()
    if row is None:
        raise Refused("way_unknown", "there is no such exception")
    done = duty.Done(
        Subject.TRAVELLER,
        str(row.traveller_id),
        "way_settled",
        now,
        {"because": because.strip()},
        about=leavings.name_of(row.scan_id),
    )
    duty.record(evidence=done, by=by, now=now, evidence_id=uuid5(SPACE, f"settled/{row.id}"))
