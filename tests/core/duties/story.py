"""Stories of one subject as a nurse would tell them, read into evidence.

    2021-06-01 23:50 arrived
    2021-06-02 08:10 temperature celsius=36.5 symptomatic=no
    2021-06-02 09:00 sample #s1 site=nasopharyngeal kit=A lab=North
    2021-06-02 20:00 result of s1 result=negative
    2021-06-03 07:00 sample #s2, withdrawn 2021-06-03 09:00

Times are Kunming's unless a story is told elsewhere. `#s1` names a record, otherwise it is called after its line.
"""

from collections.abc import Iterable
from datetime import datetime, tzinfo
from zoneinfo import ZoneInfo

from pratique.core.custody.entry import PersonId
from pratique.core.duties import gate, register
from pratique.core.duties.edition import Rulebook
from pratique.core.duties.evidence import (
    Evidence,
    EvidenceId,
    Signature,
    Subject,
    SubjectId,
    Waiver,
    WaiverId,
)
from pratique.core.duties.protocol import parse
from pratique.core.duties.rule import Attribute, Protocol
from pratique.core.duties.vocabulary import Kind
from pratique.protocols import list_protocols

KUNMING = ZoneInfo("Asia/Shanghai")
WORDS: dict[str, Attribute] = {"yes": True, "no": False}
EIGHTH = """
    2021-06-01 09:30 arrived
    2021-06-02 08:00 sample #s1 site=nasopharyngeal
    2021-06-02 20:00 result of s1 result=negative
    2021-06-05 08:00 sample #s4 site=nasopharyngeal
    2021-06-05 20:00 result of s4 result=negative
    2021-06-08 08:00 sample #s7 site=nasopharyngeal
    2021-06-08 20:00 result of s7 result=negative
    2021-06-15 00:30 sample #a site=nasopharyngeal kit=Alpha lab=North
    2021-06-15 00:31 sample #b site=nasopharyngeal kit=Beta lab=South
    2021-06-15 07:00 result of a result=negative
    2021-06-15 07:10 result of b result=negative
    2021-06-15 08:00 temperature celsius=36.4 symptomatic=no
"""
"""Fourteen days in June under the eighth edition, with every test; temperatures are told apart."""


def at(told: str, zone: tzinfo = KUNMING) -> datetime:
    """`2021-06-01 23:50` in the port's own time."""
    return datetime.fromisoformat(told).replace(tzinfo=zone)


def tell(
    story: str, *, of: str = "T1", kind: Kind = Kind.TRAVELLER, zone: tzinfo = KUNMING
) -> list[Evidence]:
    """The records of a story, in the order told."""
    found = []
    for number, line in enumerate(filter(None, map(str.strip, story.splitlines())), start=1):
        told, _, withdrawn = line.partition(", withdrawn ")
        day, clock, record, *rest = told.split()
        name, about, attributes = f"{of}-{number}", "", {}
        while rest:
            word = rest.pop(0)
            if word.startswith("#"):
                name = word[1:]
            elif word == "of":
                about = rest.pop(0)
            else:
                key, _, value = word.partition("=")
                attributes[key] = _value(value)
        found.append(
            Evidence(
                id=EvidenceId(name),
                kind=kind,
                subject=SubjectId(of),
                record=record,
                happened_at=at(f"{day} {clock}", zone),
                about=about,
                attributes=attributes,
                withdrawn_at=at(withdrawn, zone) if withdrawn else None,
            )
        )
    return found


def book(
    *codes: str, jurisdiction: str = "CN-53", zone: tzinfo = KUNMING, more: Iterable[Protocol] = ()
) -> Rulebook:
    """A rulebook of shipped editions by code (all of them if none is named), and others."""
    shipped = [protocol for protocol in list_protocols() if not codes or protocol.code in codes]
    return Rulebook.of(protocols=[*shipped, *more], jurisdiction=jurisdiction, zone=zone)


def account(
    evidence: Iterable[Evidence],
    now: str,
    *,
    rulebook: Rulebook | None = None,
    waivers: Iterable[Waiver] = (),
    subject: Subject | None = None,
) -> register.Account:
    """One traveller's account, under the 8th edition alone unless told otherwise."""
    rules = rulebook or book("cn-arrivals-8")
    return register.duties_of(
        subject=subject or Subject(Kind.TRAVELLER, SubjectId("T1"), {"channel": "ordinary"}),
        evidence=evidence,
        waivers=waivers,
        rulebook=rules,
        now=at(now, rules.zone),
    )


def states(found: register.Account, code: str) -> dict[str, str]:
    """How each duty of a rule stands, by its key; what is late says so."""
    return {
        duty.key: f"late {duty.state}" if duty.late else str(duty.state)
        for duty in found.duties
        if duty.code == code
    }


def get_duty(found: register.Account, code: str, key: str) -> register.Duty:
    """One duty of an account."""
    return next(duty for duty in found.duties if (duty.code, duty.key) == (code, key))


def decide(found: register.Account, now: str, code: str = "release") -> gate.Decision:
    """A gate's answer."""
    return gate.decide(code=code, account=found, now=at(now))


def wanting(decision: gate.Decision) -> dict[str, str]:
    """The conditions that do not hold and are not excepted, each with its reason."""
    return {
        finding.condition.code: str(finding.reason)
        for finding in decision.findings
        if not finding.held and finding.exception is None
    }


def waive(code: str, key: str, *signed: str, given: str, hours: int = 12, **changes: object) -> Waiver:
    """A waiver, signed `person/rank`."""
    moment = at(given)
    values: dict[str, object] = {
        "id": WaiverId("W1"),
        "kind": Kind.TRAVELLER,
        "subject": SubjectId("T1"),
        "code": code,
        "key": key,
        "reason": "in labour, taken to the maternity ward",
        "signatures": tuple(Signature(PersonId(p), r) for p, _, r in (s.partition("/") for s in signed)),
        "given_at": moment,
        "expires_at": moment.fromtimestamp(moment.timestamp() + hours * 3600, moment.tzinfo),
    }
    return Waiver(**{**values, **changes})  # type: ignore[arg-type]


def edition(text: str, name: str = "story.toml") -> Protocol:
    """A protocol written for one story; the head is added."""
    reading = parse(text=HEAD + text, name=name)
    assert reading.protocol is not None, reading.problems
    return reading.protocol


HEAD = """
code = "story-1"
series = "story"
edition = "1"
jurisdiction = "CN"
title = { zh = "例", en = "Story" }
signed_by = { zh = "某人", en = "Somebody" }
issued_on = 2020-01-01
effective_on = 2020-01-01
first_day = 0
sources.story = { title = { zh = "例", en = "A story" }, mark = "M" }
ladders.plain = [{ after_minutes = 0, to = "owner" }, { after_minutes = 30, to = "supervisor" }]
permissions.one = { rank = "supervisor", hours_max = 24 }
permissions.two = { rank = "duty_commander", persons = 2, second_rank = "health_lead", hours_max = 24 }
"""


def _value(word: str) -> Attribute:
    if word in WORDS:
        return WORDS[word]
    try:
        return float(word)
    except ValueError:
        return word
