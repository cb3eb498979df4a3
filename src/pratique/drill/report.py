"""What a drill tried and what it found: for people, and for scripts."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from pratique.drill.run import Case, Verdict

WORDS = {
    "offline": "parcels held back by a phone without network",
    "late": "parcels that came 20 minutes to 6 hours late",
    "doubled": "parcels that came twice",
    "shuffled": "parcels with their scans in another order",
    "clock_wrong": "phones two hours off, and known to be",
    "offset_wrong": "phones 20 to 120 minutes off that believed themselves right",
    "server_killed": "times the server died in mid-write",
    "lost": "single scans lost",
    "phone_lost": "phones whose scans of up to two hours were lost",
    "two_places": "people scanned in two far places at one time",
    "id_reused": "scan ids used for two contents",
    "nobody": "codes scanned that are nobody's",
    "misnamed": "names ticked off at a roll call of people who were elsewhere",
    "person_missing": "people left off a closing list",
    "no_show_listed": "people on a closing list who never flew",
    "digit_wrong": "document numbers misprinted on a list",
    "duplicate": "people named twice on a list",
    "control_count_wrong": "lists whose control count is wrong",
    "late_list": "closing lists that came after landing",
    "walked_off": "people who walked off unseen",
    "broke_down": "vehicles that broke down with people aboard",
}
"""Every kind of fault, in the words of the report."""
CHECKS = {
    "settled": "everybody is where the books have them, or on a list that names them",
    "ghosts": "whoever is listed and never flew is being asked for",
    "unlisted": "whoever is on no list is remarked upon",
    "contradictions": "what cannot be true is disputed, neither believed nor dropped",
    "chains": "everybody passed from hand to hand as they truly did",
    "clocks": "every movement has its true time",
    "clock flags": "a clock that is off is remarked upon",
    "moment": "the books as of noon are the truth at noon",
    "order": "order and repetition of what comes in change nothing",
    "repeats": "every scan that comes again is counted as a repeat",
    "heads": "counts and lists that differ are objected to, and no others",
    "breaches": "the books' own proofs hold",
    "walked off": "whoever walks off is named within their custodian's limit",
    "alarms": "nobody is looked for without a cause",
}
"""Every check, as the claim it holds the books to."""


LISTS = {
    "overdue": "unseen too long",
    "headcount_missing": "did not answer when called",
    "headcount_unexpected": "called elsewhere",
    "disputed": "disputed",
    "unmanifested": "on no list",
    "right": "right all the same",
}
"""How somebody whom a fault concerned is found: by which proof or list, in the order of the report's columns."""
TOLD_OF = {
    "lost": "a scan of theirs was lost",
    "phone_lost": "a phone lost their scans",
    "offset_wrong": "scanned by a wrong clock",
    "two_places": "in two places at one time",
    "id_reused": "under an id used twice",
    "nobody": "a code that is nobody's",
    "misnamed": "ticked off where they were not",
    "walked_off": "walked off",
    "no_show_listed": "listed, never flew",
    "person_missing": "flew, on no list",
}
"""The faults that concern people, in the words of the report's rows."""


@dataclass(slots=True)
class Report:
    """The sum of many days."""

    seed: int
    days: int = 0
    people: int = 0
    flights: int = 0
    trips: int = 0
    scans: int = 0
    tried: Counter[str] = field(default_factory=Counter)
    alarms: Counter[str] = field(default_factory=Counter)
    found: Counter[str] = field(default_factory=Counter)
    found_by: Counter[tuple[str, str]] = field(default_factory=Counter)
    wrong: int = 0
    failing: list[Verdict] = field(default_factory=list)

    def add(self, verdict: Verdict) -> None:
        """One more day."""
        self.days += 1
        self.people += verdict.people
        self.flights += verdict.flights
        self.trips += verdict.trips
        self.scans += verdict.scans
        self.tried += verdict.tried
        self.alarms += verdict.alarms
        self.found_by += verdict.found_by
        self.found += Counter(finding.check for finding in verdict.findings)
        self.wrong += len(verdict.wrong)
        if verdict.findings:
            self.failing.append(verdict)

    @property
    def failed(self) -> bool:
        """Whether anything at all was found."""
        return bool(self.failing)

    def as_dict(self) -> dict[str, Any]:
        """For scripts; the keys are stable."""
        return {
            "seed": self.seed,
            "days": self.days,
            "people": self.people,
            "flights": self.flights,
            "trips": self.trips,
            "scans": self.scans,
            "tried": {kind: self.tried.get(kind, 0) for kind in WORDS},
            "found": {check: self.found.get(check, 0) for check in CHECKS},
            "found_by": {
                fault: {by: self.found_by[fault, by] for by in ("people", *LISTS)} for fault in TOLD_OF
            },
            "people_named": dict(sorted(self.alarms.items())),
            "travellers_wrong": self.wrong,
            "failing_days": [
                {
                    "day": verdict.case.number,
                    "on": verdict.case.on.isoformat(),
                    "replay": replay(verdict.case),
                    "findings": [
                        {"check": f.check, "person": f.person, "because": f.because} for f in verdict.findings
                    ],
                    "stories": list(verdict.stories),
                }
                for verdict in self.failing
            ],
        }

    def _list_found(self) -> Iterable[str]:
        """Whom each fault concerned, and by which proof or list they were found."""
        yield "Found: whom a fault concerned, and which list named them (some stand on two)"
        yield f"  {'':32}{'people':>8}" + "".join(f"{words:>{len(words) + 2}}" for words in LISTS.values())
        for fault, said in TOLD_OF.items():
            counts = (f"{self.found_by[fault, by]:>{len(words) + 2},}" for by, words in LISTS.items())
            yield f"  {said:32}{self.found_by[fault, 'people']:>8,}" + "".join(counts)
        differ, told = self.found_by["lists", "flights"], self.found_by["lists", "heads"]
        yield f"  flights whose lists and counts differ: {differ:,}, of which objected to by heads: {told:,}"
        yield "  late, doubled, shuffled, offline, killed, measured clocks: no trace, as the claims below hold"

    def lines(self) -> Iterable[str]:
        """For people."""
        yield f"{self.days} days from seed {self.seed}: {self.people:,} people on {self.flights:,} flights, "
        yield f"{self.trips:,} trips, {self.scans:,} scans as they reached the server."
        yield ""
        yield "Tried"
        for kind, words in WORDS.items():
            yield f"  {self.tried.get(kind, 0):>8,}  {words}"
        yield ""
        yield from self._list_found()
        yield ""
        yield "Held"
        for check, claim in CHECKS.items():
            found = self.found.get(check, 0)
            yield f"  {'yes' if not found else 'NO: ' + format(found, ','):>8}  {claim}"
        yield ""
        gone, faulty = self.alarms["truly gone"], self.alarms["a fault behind it"]
        yield f"Named on a list: {gone:,} who were truly gone, {faulty:,} over a fault in what was said of them, "
        yield f"{self.alarms['needless']:,} without a cause."
        yield f"Travellers wrong: {self.wrong:,}"
        for verdict in self.failing[:3]:
            yield ""
            yield f"Day {verdict.case.number} ({verdict.case.on}) failed; again with: {replay(verdict.case)}"
            yield from (f"  {f.check}: {f.person} {f.because}" for f in verdict.findings[:5])
            yield from verdict.stories[:1]


def replay(case: Case) -> str:
    """The command that runs this one day again."""
    return f"pratique drill --seed {case.seed} --first {case.number} --days 1"
