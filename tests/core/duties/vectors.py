"""The vectors that the register and its twin on the phone both pass: written from stories, read by `test_vectors`.

`tests/vectors/duties.json` is kept in the repository and only rewritten on purpose, by running this file from the
project's folder with `src` and `tests` on the path; the difference then says what changed.
"""

import json
import tomllib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from core.duties.story import HEAD, at, tell, waive
from pratique.core.duties import gate
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
from pratique.core.duties.protocol import read
from pratique.core.duties.register import Account, duties_of
from pratique.core.duties.vocabulary import Kind
from pratique.protocols import get_text

FILE = Path(__file__).parents[2] / "vectors" / "duties.json"

NOTE = (
    "What each subject owes as of `now`. Every instant is UTC. A duty: [code, key, state, opens_at, due_at, overdue_at, "
    "evidence, late, level, waiver, remarks]. Surplus: [evidence, why, attribute]. Objections: codes. A gate: open, "
    "opens_at, objections, and for each condition [code, held, reason, names, from_at, exception]. docs/reference/protocols.md says what they mean."
)


def get_instant(text: str | None) -> datetime | None:
    """An instant as the file has it."""
    return None if text is None else datetime.fromisoformat(text)


def run_case(case: dict[str, Any], protocols: dict[str, Any]) -> dict[str, Any]:
    """Work a case out and write the answer the way the file has it."""
    editions = [read(content=protocols[name], name=name).protocol for name in case["protocols"]]
    rules = Rulebook.of(
        protocols=[e for e in editions if e], jurisdiction=case["jurisdiction"], zone=ZoneInfo(case["zone"])
    )
    kind, subject = Kind(case["subject"]["kind"]), SubjectId(case["subject"]["id"])
    now = datetime.fromisoformat(case["now"])
    found = duties_of(
        subject=Subject(kind, subject, case["subject"]["facts"]),
        evidence=[_evidence(piece, kind, subject) for piece in case["evidence"]],
        waivers=[_waiver(waiver, kind, subject) for waiver in case["waivers"]],
        rulebook=rules,
        now=now,
    )
    return {
        "duties": _duties(found),
        "surplus": sorted(
            [surplus.evidence, str(surplus.why), surplus.attribute] for surplus in found.surplus
        ),
        "objections": sorted(objection.code for objection in found.objections),
        "without": found.without,
        "changes_at": _text(found.changes_at),
        "gates": {code: _gate(gate.decide(code=code, account=found, now=now)) for code in case["gates"]},
    }


def _evidence(piece: dict[str, Any], kind: Kind, subject: SubjectId) -> Evidence:
    return Evidence(
        id=EvidenceId(piece["id"]),
        kind=kind,
        subject=subject,
        record=piece["record"],
        happened_at=datetime.fromisoformat(piece["happened_at"]),
        about=piece["about"],
        attributes=piece["attributes"],
        withdrawn_at=get_instant(piece["withdrawn_at"]),
    )


def _waiver(waiver: dict[str, Any], kind: Kind, subject: SubjectId) -> Waiver:
    return Waiver(
        id=WaiverId(waiver["id"]),
        kind=kind,
        subject=subject,
        code=waiver["code"],
        key=waiver["key"],
        reason=waiver["reason"],
        signatures=tuple(Signature(person, rank) for person, rank in waiver["signatures"]),
        given_at=datetime.fromisoformat(waiver["given_at"]),
        expires_at=datetime.fromisoformat(waiver["expires_at"]),
        withdrawn_at=get_instant(waiver["withdrawn_at"]),
    )


def _duties(found: Account) -> list[list[Any]]:
    return [
        [
            duty.code,
            duty.key,
            str(duty.state),
            _text(duty.opens_at),
            _text(duty.due_at),
            _text(duty.overdue_at),
            list(duty.evidence),
            duty.late,
            duty.level,
            duty.waiver,
            list(duty.remarks),
        ]
        for duty in found.duties
    ]


def _gate(decision: gate.Decision) -> dict[str, Any]:
    return {
        "open": decision.open,
        "opens_at": _text(decision.opens_at),
        "objections": [objection.code for objection in decision.objections],
        "conditions": [
            [f.condition.code, f.held, str(f.reason), list(f.names), _text(f.from_at), f.exception]
            for f in decision.findings
        ],
    }


def _text(instant: datetime | None) -> str | None:
    return None if instant is None else instant.astimezone(UTC).isoformat().replace("+00:00", "Z")


# --- the stories ---------------------------------------------------------------------------------------------------------

RULE = """
[[obligation]]
code = "{code}"
subject = "traveller"
title = {{ zh = "例", en = "Story" }}
owner = "nurse"
owed_to = "health_lead"
trigger = {trigger}
schedule = {schedule}
evidence = {evidence}
escalation = "plain"
source = "story"
basis = "local setting"
"""
ROUND = '{ days = [0], repeat_days = 1, last_day = 2, least_minutes = 120, windows = [{ name = "am", opens = "06:00", closes = "12:00" }, { name = "pm", opens = "14:00", closes = "22:00" }] }'
DAYS = (
    '{ days = [0, 2], least_minutes = 240, windows = [{ name = "day", opens = "06:00", closes = "22:00" }] }'
)
ENDLESS = (
    '{ days = [0, 3], repeat_days = 7, windows = [{ name = "day", opens = "00:00", closes = "24:00" }] }'
)
NIGHT = '{ days = [0], windows = [{ name = "night", opens = "22:00", closes = "02:00" }] }'


def rule(
    code: str, schedule: str, evidence: str, *more: str, trigger: str = '{ records = ["arrived"] }'
) -> str:
    """One obligation of a story's protocol; `waiver` nobody's unless `more` says otherwise."""
    keys = "\n".join(more if any(key.startswith("waiver") for key in more) else (*more, 'waiver = "nobody"'))
    text = RULE.format(code=code, trigger=trigger, schedule=schedule, evidence=evidence)
    return text + keys + "\n"


TEMPERATURE = '{ records = ["temperature"], where = { celsius = { from = 30.0, to = 45.0 } } }'
ROUNDS = rule("round", ROUND, TEMPERATURE, 'late_until = "next"', "grace_minutes = 30", 'waiver = "one"')
TESTS = rule("test", DAYS, '{ records = ["sample"] }', "resume_minutes = 600", 'waiver = "two"')
EVERY = '{ records = ["measure_ordered"], which = "each" }'
GATE = """
[[gate]]
code = "release"
subject = "traveller"
title = { zh = "解除", en = "Release" }
exception = "two"
condition = [
    { code = "days", check = "elapsed", title = { zh = "天数", en = "Days" }, records = ["arrived"], full_days = 2, source = "story", basis = "local setting" },
    { code = "tests", check = "settled", title = { zh = "检测", en = "Tests" }, duties = ["test"], source = "story", basis = "local setting" },
    { code = "results", check = "answered", title = { zh = "结果", en = "Results" }, duties = ["test"], records = ["result"], where = { result = ["negative"] }, source = "story", basis = "local setting" },
    { code = "positive", check = "absent", title = { zh = "阳性", en = "Positive" }, records = ["result"], where = { result = ["positive"] }, firm = true, source = "story", basis = "local setting" },
    { code = "well", check = "latest", title = { zh = "健康", en = "Well" }, records = ["temperature"], where = { celsius = { to = 37.2 } }, within_hours = 24, source = "story", basis = "local setting" },
    { code = "bed", check = "fact", title = { zh = "房间", en = "Room" }, fact = "room", among = ["cleared"], source = "story", basis = "local setting" },
]
"""
FACTS = 'facts.traveller = ["room"]\n'
PROTOCOLS = {
    "rounds": HEAD + ROUNDS,
    "rounds-from-one": (HEAD + ROUNDS)
    .replace("first_day = 0", "first_day = 1")
    .replace("days = [0]", "days = [1]"),
    "tests": HEAD + FACTS + TESTS + GATE,
    "night": HEAD + rule("night", NIGHT, '{ records = ["temperature"] }'),
    "endless": HEAD
    + rule("weekly", ENDLESS, '{ records = ["sample"], apart_minutes = 2880 }', 'late_until = "next"'),
    "pairs": HEAD
    + rule("pair", DAYS, '{ records = ["sample"], count = 2, differ = "kit", differ_in_principle = "lab" }'),
    "void": HEAD
    + rule(
        "test",
        DAYS,
        '{ records = ["sample"], void_if = { records = ["result"], where = { result = ["lost"] } } }',
    ),
    "notices": HEAD
    + rule(
        "notice",
        "{ opens_minutes = -60, within_minutes = 0 }",
        '{ records = ["notice"], about_trigger = true, where = { language = true } }',
        trigger=EVERY,
    ),
    "moved": HEAD
    + rule(
        "release",
        "{ opens_minutes = 2880, within_minutes = 3600 }",
        '{ records = ["departed"] }',
        'moved_by = "term"',
    ),
    "third": HEAD
    + rule(
        "third",
        "{ within_minutes = 60 }",
        '{ records = ["notice"] }',
        trigger=EVERY.replace(" }", ", nth = 3 }"),
    ),
    "contacts": HEAD
    + rule(
        "round",
        ROUND,
        TEMPERATURE,
        'late_until = "next"',
        trigger='{ records = ["exposed"], which = "last" }',
    ),
    "newer": (HEAD + TESTS)
    .replace('"story-1"', '"story-2"')
    .replace('edition = "1"', 'edition = "2"')
    .replace("effective_on = 2020-01-01", "effective_on = 2021-06-03")
    .replace("days = [0, 2]", "days = [1, 2, 3]"),
}
PROTOCOLS["newer-for-all"] = PROTOCOLS["newer"].replace("first_day = 0", 'first_day = 0\ntransition = "held"')

SIGNED = ("wu/duty_commander", "li/health_lead")
ARRIVED = "2021-06-01 09:30 arrived\n"
GOOD = "temperature celsius=36.5"

CASES: list[dict[str, Any]] = [
    {
        "name": "rounds: before, in time, in grace, late until the next opens, missed",
        "protocols": ["rounds"],
        "story": f"{ARRIVED}2021-06-01 09:00 {GOOD}\n2021-06-01 12:30 {GOOD}\n2021-06-02 13:59 {GOOD}\n2021-06-02 14:00 {GOOD}",
        "now": "2021-06-03 12:30",
    },
    {
        "name": "rounds: the level rises by the ladder",
        "protocols": ["rounds"],
        "story": ARRIVED,
        "now": "2021-06-01 23:00",
    },
    {
        "name": "rounds: day of arrival is day one",
        "protocols": ["rounds-from-one"],
        "story": ARRIVED,
        "now": "2021-06-01 10:00",
    },
    {
        "name": "rounds: hours nearly over at arrival are not owed",
        "protocols": ["rounds"],
        "story": "2021-06-01 20:01 arrived",
        "now": "2021-06-01 20:05",
    },
    {
        "name": "rounds: just enough of the hours left",
        "protocols": ["rounds"],
        "story": "2021-06-01 20:00 arrived",
        "now": "2021-06-01 20:05",
    },
    {
        "name": "rounds: a reading out of range, one missing, one too many",
        "protocols": ["rounds"],
        "story": f"{ARRIVED}2021-06-01 10:00 temperature celsius=3.65\n2021-06-01 10:05 temperature\n2021-06-01 10:10 {GOOD}\n2021-06-01 10:15 {GOOD}",
        "now": "2021-06-01 11:00",
    },
    {
        "name": "tests: a test of the day of arrival keeps its hours",
        "protocols": ["tests"],
        "story": "2021-06-01 23:50 arrived",
        "now": "2021-06-02 00:00",
    },
    {
        "name": "tests: 29 February counts",
        "protocols": ["tests"],
        "story": "2024-02-28 08:00 arrived",
        "now": "2024-02-28 08:00",
    },
    {
        "name": "tests: the last one missed in hospital is owed after it, the first is dropped",
        "protocols": ["tests"],
        "story": "2021-06-01 09:30 arrived\n2021-06-01 10:00 hospitalised\n2021-06-04 10:00 returned",
        "now": "2021-06-04 12:00",
    },
    {
        "name": "tests: still in hospital",
        "protocols": ["tests"],
        "story": "2021-06-01 09:30 arrived\n2021-06-01 10:00 hospitalised",
        "now": "2021-06-04 12:00",
    },
    {
        "name": "tests: leaving ends what is not overdue, and keeps what was",
        "protocols": ["tests"],
        "story": f"{ARRIVED}2021-06-02 12:00 departed",
        "now": "2021-06-04 12:00",
    },
    *(
        {
            "name": f"moved: {name}",
            "protocols": ["moved"],
            "story": ARRIVED + story,
            "now": "2021-06-04 12:00",
        }
        for name, story in {
            "three days longer": "2021-06-02 12:00 term days=3",
            "as it was, once the longer term was taken back": "2021-06-02 12:00 term days=3\n2021-06-04 11:00 term days=0",
            "shorter, and nobody is late by the word that says so": "2021-06-04 09:00 term days=-1",
        }.items()
    ),
    {
        "name": "gate: everything holds",
        "protocols": ["tests"],
        "facts": {"room": "cleared"},
        "story": f"{ARRIVED}2021-06-01 10:00 sample #a\n2021-06-01 20:00 result of a result=negative\n2021-06-03 07:00 sample #b\n2021-06-03 09:00 result of b result=negative\n2021-06-03 08:00 {GOOD}",
        "now": "2021-06-03 09:30",
        "gates": ["release"],
    },
    {
        "name": "gate: a result is missing, a fact unknown, too early, the reading too old",
        "protocols": ["tests"],
        "story": f"{ARRIVED}2021-06-01 10:00 sample #a\n2021-06-01 10:05 {GOOD}",
        "now": "2021-06-02 11:00",
        "gates": ["release"],
    },
    {
        "name": "gate: a positive cannot be excepted, a fact can",
        "protocols": ["tests"],
        "story": f"{ARRIVED}2021-06-01 10:00 sample #a\n2021-06-01 20:00 result of a result=positive\n2021-06-03 08:00 temperature celsius=38.0",
        "now": "2021-06-03 09:30",
        "gates": ["release"],
        "waivers": [
            waive("release", "positive", *SIGNED, given="2021-06-03 09:00", id=WaiverId("W1")),
            waive("release", "bed", *SIGNED, given="2021-06-03 09:00", id=WaiverId("W2")),
        ],
    },
    {
        "name": "waivers: named, blanket, late, by the wrong rank, by oneself, without reason, expired",
        "protocols": ["rounds"],
        "story": ARRIVED,
        "now": "2021-06-03 11:00",
        "waivers": [
            waive("round", "d0.am", "wu/supervisor", given="2021-06-01 13:00", id=WaiverId("late")),
            waive("round", "", "wu/supervisor", given="2021-06-02 05:00", hours=8, id=WaiverId("blanket")),
            waive("round", "d2.am", "wu/nurse", given="2021-06-03 07:00", id=WaiverId("rank")),
            waive("round", "d2.am", "T1/supervisor", given="2021-06-03 07:00", id=WaiverId("oneself")),
            waive(
                "round", "d2.am", "wu/supervisor", given="2021-06-03 07:00", reason="", id=WaiverId("reason")
            ),
            waive("round", "d2.pm", "wu/supervisor", given="2021-06-03 07:00", hours=25, id=WaiverId("long")),
            waive(
                "round", "d2.pm", "wu/supervisor", given="2021-06-03 07:00", hours=14, id=WaiverId("short")
            ),
        ],
    },
    {
        "name": "night hours belong to the evening they begin in",
        "protocols": ["night"],
        "story": "2021-06-01 20:00 arrived\n2021-06-02 01:59 temperature",
        "now": "2021-06-02 03:00",
    },
    {
        "name": "endless: twice a week, apart, the next one in sight",
        "protocols": ["endless"],
        "story": "2021-06-01 09:30 arrived\n2021-06-02 22:00 sample #a\n2021-06-03 21:59 sample #b\n2021-06-04 08:00 sample #c",
        "now": "2021-06-09 12:00",
    },
    {
        "name": "pairs: one kit twice, then another; one laboratory",
        "protocols": ["pairs"],
        "story": f"{ARRIVED}2021-06-01 10:00 sample #a kit=A lab=N\n2021-06-01 10:01 sample #b kit=A lab=S\n2021-06-01 10:02 sample #c kit=B lab=N\n2021-06-01 10:03 sample #d",
        "now": "2021-06-01 11:00",
    },
    {
        "name": "void: a lost sample counts for nothing",
        "protocols": ["void"],
        "story": f"{ARRIVED}2021-06-01 10:00 sample #a\n2021-06-01 20:00 result of a result=lost\n2021-06-02 09:00 sample #b",
        "now": "2021-06-02 10:00",
    },
    {
        "name": "notices: about their own measure, before it",
        "protocols": ["notices"],
        "story": f"{ARRIVED}2021-06-01 09:40 notice #n of m language=en\n2021-06-01 09:45 notice #x of m2\n2021-06-01 09:50 notice #z of elsewhere language=en\n2021-06-01 10:00 measure_ordered #m\n2021-06-01 10:30 measure_ordered #m2\n2021-06-01 10:40 notice #y of m2 language=zh",
        "now": "2021-06-01 11:00",
    },
    {
        "name": "every third",
        "protocols": ["third"],
        "story": "".join(f"2021-06-0{day} 10:00 measure_ordered #m{day}\n" for day in range(1, 8)),
        "now": "2021-06-06 10:30",
    },
    {
        "name": "contacts: from the last exposure, from arrival on",
        "protocols": ["contacts"],
        "story": "2021-05-31 08:00 exposed\n2021-05-31 20:00 exposed\n2021-06-01 09:30 arrived",
        "now": "2021-06-01 10:00",
    },
    {
        "name": "withdrawn, disputed, ahead, repeated",
        "protocols": ["rounds"],
        "story": f"{ARRIVED}2021-06-01 10:00 {GOOD}, withdrawn 2021-06-01 11:00\n2021-06-01 15:00 temperature #t celsius=36.5\n2021-06-01 15:00 temperature #t celsius=39.5\n2021-06-01 16:30 {GOOD}",
        "now": "2021-06-01 16:00",
    },
    {
        "name": "editions: whoever is held stays under the old one",
        "protocols": ["tests", "newer"],
        "story": "2021-06-02 09:30 arrived",
        "now": "2021-06-03 12:00",
    },
    {
        "name": "editions: the newer one concerns those already held",
        "protocols": ["tests", "newer-for-all"],
        "story": "2021-06-02 09:30 arrived",
        "now": "2021-06-03 12:00",
    },
    {
        "name": "nobody is owed anything before an edition is in force",
        "protocols": ["newer"],
        "story": "2021-06-02 09:30 arrived",
        "now": "2021-06-03 12:00",
    },
    {"name": "nothing on record", "protocols": ["tests"], "story": "", "now": "2021-06-03 12:00"},
    {
        "name": "the date is the port's: east of the date line",
        "protocols": ["tests"],
        "zone": "Pacific/Kiritimati",
        "story": "2021-06-01 23:59 arrived",
        "now": "2021-06-02 00:30",
    },
    {
        "name": "the date is the port's: west of the date line, the same instant",
        "protocols": ["tests"],
        "zone": "Pacific/Pago_Pago",
        "story": "2021-05-31 22:59 arrived",
        "now": "2021-05-31 23:30",
    },
    {
        "name": "clocks go forward in the night's hours",
        "protocols": ["night", "rounds"],
        "zone": "Europe/Berlin",
        "story": "2021-03-27 20:00 arrived",
        "now": "2021-03-27 23:00",
    },
    {
        "name": "clocks go back in the night's hours",
        "protocols": ["night"],
        "zone": "Europe/Berlin",
        "story": "2021-10-30 20:00 arrived",
        "now": "2021-10-30 23:00",
    },
    {
        "name": "fourteen days under China's eighth edition",
        "protocols": ["cn-arrivals-8"],
        "facts": {"channel": "ordinary"},
        "story": """
            2021-06-01 09:30 arrived
            2021-06-02 08:00 sample #s1 site=nasopharyngeal
            2021-06-02 20:00 result of s1 result=negative
            2021-06-06 08:00 sample #s4 site=nasopharyngeal
            2021-06-06 20:00 result of s4 result=negative
            2021-06-08 08:00 sample #s7 site=nasopharyngeal
            2021-06-08 20:00 result of s7 result=negative
            2021-06-15 00:30 sample #a site=nasopharyngeal kit=A lab=N
            2021-06-15 00:31 sample #b site=nasopharyngeal kit=B lab=S
            2021-06-15 07:00 result of a result=negative
            2021-06-15 08:00 temperature celsius=36.4 symptomatic=no
        """,
        "now": "2021-06-15 10:00",
        "gates": ["release"],
    },
]


def build() -> dict[str, Any]:
    """The whole file from the stories above."""
    texts = PROTOCOLS | {"cn-arrivals-8": get_text("cn-arrivals-8.toml")}
    protocols = {
        name: json.loads(json.dumps(tomllib.loads(text), default=str)) for name, text in texts.items()
    }
    protocols["night"] |= {"code": "night-1", "series": "night"}
    cases = []
    for told in CASES:
        zone = ZoneInfo(told.get("zone", "Asia/Shanghai"))
        case: dict[str, Any] = {
            "name": told["name"],
            "zone": zone.key,
            "jurisdiction": "CN",
            "protocols": told["protocols"],
            "subject": {"kind": "traveller", "id": "T1", "facts": told.get("facts", {})},
            "now": _text(at(told["now"], zone)),
            "evidence": [_told(piece) for piece in tell(told["story"], zone=zone)],
            "waivers": [_given(waiver) for waiver in told.get("waivers", [])],
            "gates": told.get("gates", []),
        }
        cases.append(case | {"expect": run_case(case, protocols)})
    return {"note": NOTE, "protocols": protocols, "cases": cases}


def _told(piece: Evidence) -> dict[str, Any]:
    return {
        "id": piece.id,
        "record": piece.record,
        "happened_at": _text(piece.happened_at),
        "about": piece.about,
        "attributes": dict(piece.attributes),
        "withdrawn_at": _text(piece.withdrawn_at),
    }


def _given(waiver: Waiver) -> dict[str, Any]:
    return {
        "id": waiver.id,
        "code": waiver.code,
        "key": waiver.key,
        "reason": waiver.reason,
        "signatures": [[signature.person, signature.rank] for signature in waiver.signatures],
        "given_at": _text(waiver.given_at),
        "expires_at": _text(waiver.expires_at),
        "withdrawn_at": _text(waiver.withdrawn_at),
    }


def dump(content: dict[str, Any]) -> str:
    """JSON that a person can read in a difference: one line for each record, duty and finding."""
    protocols = ",\n".join(f"  {_line(name)}: {_line(text)}" for name, text in content["protocols"].items())
    cases = ",\n".join(_block(case, 2) for case in content["cases"])
    return (
        f'{{"note": {_line(content["note"])},\n"protocols": {{\n{protocols}\n}},\n"cases": [\n{cases}\n]}}\n'
    )


def _block(value: dict[str, Any], depth: int) -> str:
    pad = " " * depth
    parts = []
    for key, inner in value.items():
        if key in ("expect", "gates") and isinstance(inner, dict) and inner:
            text = _block(inner, depth + 2).lstrip()
        elif isinstance(inner, list) and inner and isinstance(inner[0], list | dict):
            text = "[\n" + ",\n".join(f"{pad}   {_line(item)}" for item in inner) + f"\n{pad} ]"
        else:
            text = _line(inner)
        parts.append(f"{pad} {_line(key)}: {text}")
    return f"{pad}{{\n" + ",\n".join(parts) + f"\n{pad}}}"


def _line(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


if __name__ == "__main__":
    FILE.write_text(dump(build()), encoding="utf-8")
