"""What is said about each fault in a document, in English and in Chinese, and which faults refuse it.

The sentences stand in problems.toml, one table per problem code.
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import resources
from typing import Literal

from pratique.core.answers import Problem

Language = Literal["en", "zh"]
Refuses = Literal["always", "strict", "never"]


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of fault: what it refuses and how it is said."""

    refuses: Refuses
    message: Mapping[Language, str]
    remedy: Mapping[Language, str]


@dataclass(frozen=True, slots=True)
class Wording:
    """A problem in one language."""

    where: str
    message: str
    remedy: str


@dataclass(frozen=True, slots=True)
class Twin(Problem):
    """A problem that is said in both languages where it is found, for formats whose faults are not in the table."""

    message_zh: str = field(default="", compare=False)
    remedy_zh: str = field(default="", compare=False)


def phrase(*, code: str, facts: Mapping[str, str], language: Language) -> tuple[str, str]:
    """Message and remedy of one problem, the facts filled in."""
    kind = KINDS[code]
    return _fill(kind.message[language], facts), _fill(kind.remedy[language], facts)


def translate(*, problem: Problem, language: Language) -> Wording:
    """A problem as a reader of this language should see it; one of neither language's making stays as it is."""
    if isinstance(problem, Twin) and language == "zh":
        return Wording(translate_place(problem.where), problem.message_zh, problem.remedy_zh)
    if language == "en" or problem.code not in KINDS:
        return Wording(problem.where, problem.message, problem.remedy)
    facts = dict(getattr(problem, "facts", ()))
    facts |= {
        name: translate_place(facts[name]) for name in ("last", "opened", "first", "second") if name in facts
    }
    message, remedy = phrase(code=problem.code, facts=facts, language=language)
    return Wording(translate_place(problem.where), message, remedy)


def _fill(text: str, facts: Mapping[str, str]) -> str:
    return re.sub(r"\{(\w+)\}", lambda found: facts.get(found[1], ""), text)


_PLACES = {
    "segment": "第{}段",
    "line": "第{}行",
    "row": "第{}行",
    "column": "{}列",
    "cell": "单元格 {}",
    "cells": "单元格 {}",
    "sheet": "工作表“{}”",
    "character": "第{}个字符",
    "entry": "第{}项",
}
_PLACE = re.compile(r"\b(segment|line|row|column|cells?|sheet|character|entry) ([^,;]+?)(?=[,;]|$)")


def translate_place(where: str) -> str:
    """A place in Chinese: ``segment 3 UNH, line 5`` → ``第3段（UNH），第5行``."""
    if where == "file":
        return "整个文件"
    return _PLACE.sub(_translate_part, where).replace(", ", "，").replace("; ", "；")


def _translate_part(found: re.Match[str]) -> str:
    word, rest = found.groups()
    number, _, tag = rest.partition(" ") if word in ("segment", "entry") else (rest, "", "")
    if word == "cell" and (row := re.search(r"\d+$", rest)):
        tag = f"第{row.group()}行"
    return _PLACES[word].format(number) + (f"（{tag}）" if tag else "")


def _load_kinds() -> dict[str, Kind]:
    text = (resources.files("pratique.formats") / "problems.toml").read_text("utf-8")
    return {
        code: Kind(
            row["refuses"],
            {"en": row["en"], "zh": row["zh"]},
            {"en": row["remedy_en"], "zh": row["remedy_zh"]},
        )
        for code, row in tomllib.loads(text).items()
    }


KINDS = _load_kinds()
