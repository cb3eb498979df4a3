"""Read one edition of a protocol from its document. docs/reference/protocols.md describes the form.

A protocol is read whole or not at all: a rule that was skipped would be a duty that nobody is owed. So every problem
is fatal, and all of them are reported at once, each with the file, the place in it, and the remedy.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from pratique.core.answers import Problem
from pratique.core.duties.rule import (
    Check,
    Condition,
    Days,
    Gate,
    Obligation,
    Pattern,
    Permission,
    Proof,
    Protocol,
    Rung,
    Source,
    Span,
    Transition,
    Trigger,
    Until,
    Which,
    Window,
)
from pratique.core.duties.table import Table, read_content, read_text
from pratique.core.duties.vocabulary import LIVES, POSTS, RANKS, Kind, Words

KINDS = tuple(kind.value for kind in Kind)
DAY_MINUTES = 24 * 60
LOOKED = (Check.LATEST, Check.THROUGHOUT)
"""The checks that look back over so many hours."""
LOCAL_KEYS = frozenset(
    [
        "owner",
        "owed_to",
        "days",
        "windows",
        "repeat_days",
        "last_day",
        "least_minutes",
        "opens_minutes",
        "within_minutes",
        "records",
        "where",
        "nth",
        "grace_minutes",
        "late_until",
        "resume_minutes",
        "moved_by",
        "escalation",
        "waiver",
        "apart_minutes",
        "count",
        "only",
        "stops",
    ]
)
"""What `local` may name: the parts of a rule that a port chooses itself."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What came of reading a document: the protocol, or the problems that forbid it (never both)."""

    protocol: Protocol | None
    problems: tuple[Problem, ...]


def parse(*, text: str, name: str) -> Reading:
    """Read a protocol from TOML text; `name` is what problems call the document (its file name)."""
    return Reading(*read_text(text=text, name=name, read=_read))


def read(*, content: Mapping[str, object], name: str) -> Reading:
    """Read a protocol from a document already taken apart (TOML, or the same as JSON with dates as ISO texts)."""
    return Reading(*read_content(content=content, name=name, read=_read))


def _read(top: Table) -> Protocol:
    return _Reader(top).protocol()


class _Reader:
    """Reads one document; holds the names it declares (posts, records, sources, ladders, permissions)."""

    def __init__(self, top: Table) -> None:
        self.top = top
        self.posts: dict[str, Words] = {}
        self.records: dict[Kind, dict[str, tuple[str, ...]]] = {}
        self.facts: dict[Kind, tuple[str, ...]] = {}
        self.sources: dict[str, Source] = {}
        self.ladders: dict[str, tuple[Rung, ...]] = {}
        self.permissions: dict[str, Permission] = {}

    def protocol(self) -> Protocol:
        top = self.top
        effective_on, until_on = top.day("effective_on"), top.find_day("until_on")
        if until_on is not None and until_on < effective_on:
            top.fault(
                "out_of_range", "until_on", "it ends before it begins", "correct effective_on or until_on"
            )
        self._declarations()
        first_day = top.number("first_day", least=0, most=1)
        obligations = tuple(
            self._obligation(table, first_day) for table in top.tables("obligation", named="code")
        )
        self._unrepeated("obligation", [f"{obligation.kind} {obligation.code}" for obligation in obligations])
        gates = tuple(self._gate(table, obligations) for table in top.tables("gate", named="code"))
        self._unrepeated("gate", [f"{gate.kind} {gate.code}" for gate in gates])
        if not obligations and not gates:
            top.fault("empty", "obligation", "no obligation and no gate", "write at least one [[obligation]]")
        found = Protocol(
            code=top.text("code"),
            series=top.text("series"),
            edition=top.text("edition"),
            jurisdiction=top.text("jurisdiction"),
            title=top.words("title"),
            signed_by=top.words("signed_by"),
            issued_on=top.day("issued_on"),
            effective_on=effective_on,
            until_on=until_on,
            transition=Transition(top.one_of("transition", tuple(Transition), "arrivals")),
            first_day=first_day,
            sources=tuple(self.sources.values()),
            posts=self.posts,
            records={kind: dict(codes) for kind, codes in self.records.items()},
            obligations=obligations,
            gates=gates,
            local=top.texts("local", ("first_day", "transition", "effective_on")),
        )
        top.close()
        return found

    def _declarations(self) -> None:
        top = self.top
        self.posts = dict(POSTS) | {code: _words(table) for code, table in top.entries("posts")}
        self.records = {kind: {r.code: r.attributes for r in life.records} for kind, life in LIVES.items()}
        for code, table in top.entries("records"):
            if code in KINDS:
                self.records[Kind(code)] |= {name: table.texts(name) for name in table.names()}
            else:
                table.fault(
                    "unknown_word", "", f"'{code}' is no kind of subject", f"one of {', '.join(KINDS)}"
                )
        facts = top.table("facts", needed=False)
        more = {kind: facts.texts(kind.value) for kind in Kind} if facts else {}
        self.facts = {kind: (*life.facts, *more.get(kind, ())) for kind, life in LIVES.items()}
        if facts:
            facts.close()
        self.sources = top.sources("sources")
        self.permissions = {code: _permission(table) for code, table in top.entries("permissions")}
        ladders = top.table("ladders")
        self.ladders = {code: self._ladder(ladders, code) for code in ladders.names()} if ladders else {}

    def _ladder(self, ladders: Table, code: str) -> tuple[Rung, ...]:
        rungs = []
        for step in ladders.tables(code):
            rungs.append(
                Rung(step.number("after_minutes", least=0), step.one_of("to", ("owner", *self.posts)))
            )
            step.close()
        minutes = [rung.after_minutes for rung in rungs]
        if minutes != sorted(set(minutes)):
            ladders.fault("not_rising", code, f"{minutes} does not rise", "sort the steps by after_minutes")
        if not rungs:
            ladders.fault("empty", code, "no step", 'write [{ after_minutes = 0, to = "owner" }]')
        return tuple(rungs)

    def _obligation(self, table: Table, first_day: int) -> Obligation:
        kind = Kind(table.one_of("subject", KINDS))
        records = self.records[kind]
        resumes = table.has("resume_minutes")
        source, basis = table.sourced(self.sources)
        found = Obligation(
            code=table.text("code"),
            kind=kind,
            title=table.words("title"),
            owner=table.one_of("owner", self.posts),
            owed_to=table.one_of("owed_to", self.posts),
            trigger=self._trigger(table, kind),
            schedule=_schedule(table, first_day),
            proof=self._proof(table, kind),
            ladder=self.ladders.get(table.one_of("escalation", self.ladders or ("?",)), ()),
            source=source,
            basis=basis,
            grace_minutes=table.number("grace_minutes", least=0, default=0),
            late_until=Until(table.one_of("late_until", tuple(Until), "stop")),
            resume_minutes=table.number("resume_minutes", least=1) if resumes else None,
            in_pauses=table.flag("in_pauses"),
            moved_by=self._moved_by(table, records),
            stops=frozenset(table.texts("stops", records)) if table.has("stops") else LIVES[kind].stops,
            waiver=self._allowed_by(table, "waiver"),
            only=self._only(table, kind),
            local=table.texts("local", LOCAL_KEYS),
        )
        if found.moved_by and isinstance(found.schedule, Days):
            table.fault(
                "contradiction", "moved_by", "numbered days are not moved", "give it a span, or leave it out"
            )
        table.close()
        return found

    def _moved_by(self, table: Table, records: Mapping[str, tuple[str, ...]]) -> str:
        if not table.has("moved_by"):
            return ""
        return table.one_of("moved_by", [code for code, told in records.items() if "days" in told])

    def _only(self, table: Table, kind: Kind) -> dict[str, tuple[str, ...]]:
        inner = table.table("only", needed=False)
        if inner is None:
            return {}
        found = {fact: inner.texts(fact, needed=True) for fact in self.facts[kind] if inner.has(fact)}
        inner.close()
        return found

    def _trigger(self, table: Table, kind: Kind) -> Trigger:
        inner = table.table("trigger")
        if inner is None:
            return Trigger(Pattern(frozenset()))
        pattern = self._pattern(inner, kind)
        which = Which(inner.one_of("which", tuple(Which), "first"))
        nth = inner.number("nth", least=1, default=1)
        if nth > 1 and which is not Which.EACH:
            inner.fault("contradiction", "nth", "every nth record needs each of them", 'write which = "each"')
        inner.close()
        return Trigger(pattern, which, nth)

    def _proof(self, table: Table, kind: Kind) -> Proof:
        inner = table.table("evidence")
        if inner is None:
            return Proof(Pattern(frozenset()))
        attributes = self._attributes(kind, self.records[kind])
        void_if = inner.table("void_if", needed=False)
        found = Proof(
            pattern=self._pattern(inner, kind),
            count=inner.number("count", least=1, most=10, default=1),
            differ=inner.one_of("differ", attributes, "") if inner.has("differ") else "",
            differ_in_principle=(
                inner.one_of("differ_in_principle", attributes, "")
                if inner.has("differ_in_principle")
                else ""
            ),
            about_trigger=inner.flag("about_trigger"),
            apart_minutes=inner.number("apart_minutes", least=0, default=0),
            void_if=self._pattern(void_if, kind) if void_if else None,
        )
        if found.count > 1 and not found.differ:
            inner.fault(
                "missing",
                "differ",
                "several pieces of evidence must differ in something",
                'write differ = "kit"',
            )
        if found.count == 1 and (found.differ or found.differ_in_principle):
            inner.fault(
                "contradiction",
                "differ",
                "one piece of evidence cannot differ",
                "write count = 2, or remove it",
            )
        if void_if:
            void_if.close()
        inner.close()
        return found

    def _pattern(self, table: Table, kind: Kind) -> Pattern:
        records = table.texts("records", self.records[kind], needed=True)
        return Pattern(frozenset(records), table.wants("where", self._attributes(kind, records)))

    def _attributes(self, kind: Kind, records: Collection[str]) -> tuple[str, ...]:
        return tuple(sorted({name for code in records for name in self.records[kind].get(code, ())}))

    def _allowed_by(self, table: Table, key: str) -> Permission | None:
        code = table.one_of(key, ("nobody", *self.permissions))
        return None if code == "nobody" else self.permissions.get(code)

    def _gate(self, table: Table, obligations: tuple[Obligation, ...]) -> Gate:
        kind = Kind(table.one_of("subject", KINDS))
        duties = [obligation.code for obligation in obligations if obligation.kind is kind]
        conditions = tuple(
            self._condition(inner, kind, duties) for inner in table.tables("condition", named="code")
        )
        codes = [condition.code for condition in conditions]
        if len(set(codes)) != len(codes) or not codes:
            table.fault(
                "repeated",
                "condition",
                "a gate needs conditions, each with its own code",
                "rename or add one",
            )
        found = Gate(
            table.text("code"), kind, table.words("title"), conditions, self._allowed_by(table, "exception")
        )
        table.close()
        return found

    def _condition(self, table: Table, kind: Kind, duties: list[str]) -> Condition:
        check = Check(table.one_of("check", tuple(Check)))
        source, basis = table.sourced(self.sources)
        about_duties = check in (Check.SETTLED, Check.NOT_OVERDUE, Check.ANSWERED)
        about_records = check in (Check.ELAPSED, Check.ANSWERED, Check.ABSENT, *LOOKED)
        found = Condition(
            code=table.text("code"),
            check=check,
            title=table.words("title"),
            source=source,
            basis=basis,
            pattern=self._pattern(table, kind) if about_records else Pattern(frozenset()),
            which=Which(
                table.one_of("which", ("first", "last", "each"), "each" if about_duties else "first")
            ),
            full_days=table.number("full_days", least=1) if check is Check.ELAPSED else 0,
            duties=table.texts("duties", duties, needed=True) if about_duties else (),
            since=table.texts("since", self.records[kind])
            if check in (Check.ABSENT, Check.THROUGHOUT)
            else (),
            within_hours=table.number("within_hours", least=1) if check in LOOKED else 0,
            fact=table.one_of("fact", self.facts[kind] or ("?",)) if check is Check.FACT else "",
            among=table.texts("among", needed=True) if check is Check.FACT else (),
            none_ok=table.flag("none_ok"),
            firm=table.flag("firm"),
        )
        table.close()
        return found

    def _unrepeated(self, key: str, codes: list[str]) -> None:
        for code in sorted({code for code in codes if codes.count(code) > 1}):
            self.top.fault("repeated", key, f"'{code}' stands here twice", "give one of them another code")


def _words(table: Table) -> Words:
    found = Words(table.text("zh"), table.text("en"))
    table.close()
    return found


def _permission(table: Table) -> Permission:
    rank = table.one_of("rank", RANKS)
    persons = table.number("persons", least=1, most=5, default=1)
    found = Permission(
        rank, persons, table.one_of("second_rank", RANKS, rank), table.number("hours_max", least=1)
    )
    table.close()
    return found


def _schedule(table: Table, first_day: int) -> Span | Days:
    inner = table.table("schedule")
    if inner is None:
        return Span(0, 1)
    found = _span(inner) if inner.has("within_minutes") else _days(inner, first_day)
    inner.close()
    return found


def _span(table: Table) -> Span:
    opens = table.number("opens_minutes", least=-DAY_MINUTES * 30, default=0)
    within = table.number("within_minutes", least=-DAY_MINUTES * 30)
    if within <= opens:
        table.fault(
            "out_of_range", "within_minutes", f"it closes at {within}, before it opens at {opens}", "raise it"
        )
    return Span(opens, within)


def _days(table: Table, first_day: int) -> Days:
    days = table.numbers("days", least=first_day) or (first_day,)
    repeat = table.number("repeat_days", least=0, default=0)
    last = table.number("last_day", least=first_day) if table.has("last_day") else None
    if repeat and days[-1] - days[0] >= repeat:
        table.fault(
            "out_of_range",
            "repeat_days",
            f"{list(days)} repeats before it ends",
            f"above {days[-1] - days[0]}",
        )
    if last is not None and last < days[-1]:
        table.fault(
            "out_of_range", "last_day", f"day {days[-1]} is after the last day {last}", "raise last_day"
        )
    if last is not None and not repeat:
        table.fault(
            "contradiction", "last_day", "the days do not repeat", "remove it, or write repeat_days = 1"
        )
    windows = tuple(_window(inner) for inner in table.tables("windows", named="name"))
    _apart(table, windows)
    return Days(days, windows, repeat, last, table.number("least_minutes", least=0, default=0))


def _window(table: Table) -> Window:
    opens, closes = _clock(table, "opens"), _clock(table, "closes")
    name = table.text("name")
    table.close()
    return Window(name, opens, closes if closes > opens else closes + DAY_MINUTES)


def _clock(table: Table, key: str) -> int:
    value = table.text(key)
    hour, colon, minute = value.partition(":")
    whole = bool(colon) and hour.isascii() and hour.isdigit() and minute.isascii() and minute.isdigit()
    if whole and len(minute) == 2 and int(minute) < 60 and int(hour) * 60 + int(minute) <= DAY_MINUTES:
        return int(hour) * 60 + int(minute)
    if value:
        table.fault(
            "not_a_time",
            key,
            f"'{value}' is no time of day",
            f'write {key} = "06:00"; midnight at the end is "24:00"',
        )
    return 0


def _apart(table: Table, windows: tuple[Window, ...]) -> None:
    if not windows:
        table.fault(
            "empty", "windows", "no window", 'write [{ name = "day", opens = "06:00", closes = "22:00" }]'
        )
        return
    if len({window.name for window in windows}) != len(windows):
        table.fault("repeated", "windows", "two windows have one name", "rename one")
    following = (*windows[1:], Window("", windows[0].opens + DAY_MINUTES, 0))
    for window, after in zip(windows, following, strict=True):
        if window.closes > after.opens:
            table.fault(
                "overlap", "windows", f"'{window.name}' runs into the next", "sort them and part them"
            )
