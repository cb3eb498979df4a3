"""A day of drill against the real database, played without a desk: every mistake is left standing, and then judged."""

from dataclasses import dataclass, replace

from pratique.drill import checkers, events
from pratique.drill.checkers import Finding
from pratique.drill.live.opening import Opening, open_tables
from pratique.drill.live.player import Player
from pratique.drill.run import Case, Trial, prepare
from pratique.drill.telling import Naming, Told
from pratique.services import proof
from pratique.store import models
from pratique.store.queries import tower

STRUCTURAL = ("unbroken chain", "totals", "no silent skip")
"""The proofs that must hold whatever people do; the others find what they did."""


@dataclass(frozen=True, slots=True)
class LiveVerdict:
    """What a live day came to: whom it had, what was written, what was found."""

    case: Case
    people: int
    scans: int
    findings: tuple[Finding, ...]


def open_case(case: Case) -> tuple[Trial, Player]:
    """Empty tables become the port of the case's day."""
    trial = prepare(case=case)
    open_tables(Opening(trial.day, tuple(trial.traffic.phones.values())))
    return trial, Player(trial.day)


def run_live(case: Case) -> LiveVerdict:
    """The whole day through the services; then what the tables say, held against the truth."""
    trial, player = open_case(case)
    for event in events.list_events(day=trial.day):
        player.play(event)
    player.flush()
    return judge(case, trial, player)


def judge(case: Case, trial: Trial, player: Player) -> LiveVerdict:
    """What the tables say at the end of a day that was played."""
    told = tell(player, trial.day.end_second)
    # The tables know people by the lists that really came, so who is on none of them is judged there, not here.
    known = frozenset(player.travellers)
    facts = replace(trial.facts, ghosts=trial.facts.ghosts & known, unlisted=frozenset())
    findings = (
        *checkers.check_settled(day=trial.day, facts=facts, told=told),
        *checkers.check_remarked(facts=facts, told=told),
        *(Finding("breaches", "", breach) for breach in told.breaches),
        *_check_cabins(player),
        *_check_written(trial),
    )
    return LiveVerdict(case, len(known), models.Scan.objects.count(), findings)


def tell(player: Player, second: float) -> Told:
    """What the tables say at that second, under the names of the invented world."""
    now = player.day.instant(second)
    people = {traveller: person for person, traveller in player.travellers.items()}
    places = dict(models.Custodian.objects.values_list("id", "code"))
    places |= {row: f"cabin:{key}" for key, row in player.flights.items()}
    held = models.Position.objects.values_list("traveller_id", "holder_id")
    lists = {
        "overdue": tower.list_missed(now=now),
        "disputed": models.Dispute.objects.values_list("traveller_id", flat=True),
        "unmanifested": models.Objection.objects.filter(code="unmanifested").values_list(
            "traveller_id", flat=True
        ),
    }
    findings = proof.prove(now=now).findings
    return Told(
        where={people[traveller]: places[holder] for traveller, holder in held if traveller in people},
        chains={},
        named=frozenset(
            Naming(people[t], reason) for reason, names in lists.items() for t in names if t in people
        ),
        breaches=tuple(str(o) for name in STRUCTURAL for o in findings.by_proof[name]),
    )


def _check_cabins(player: Player) -> list[Finding]:
    """Nobody is forgotten in a cabin: whoever the books have there in the end is being looked for."""
    missed = set(tower.list_missed(now=player.day.instant(player.day.end_second)))
    held = models.Position.objects.filter(holder_kind="cabin").values_list("traveller_id", flat=True)
    return [
        Finding("cabins", str(t), "held by a cabin, and nobody asks for them")
        for t in held
        if t not in missed
    ]


def _check_written(trial: Trial) -> list[Finding]:
    """Every scan that reached the server is in the tables once, and every second content as a conflict."""
    contents = {said for parcel in trial.traffic.parcels for said in parcel.scans}
    ids = {said.id for said in contents}
    written, conflicts = models.Scan.objects.count(), models.Conflict.objects.count()
    if (written, conflicts) == (len(ids), len(contents) - len(ids)):
        return []
    because = f"{len(ids)} ids and {len(contents) - len(ids)} second contents sent, {written} and {conflicts} written"
    return [Finding("written", "", because)]
