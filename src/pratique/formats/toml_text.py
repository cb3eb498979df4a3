"""Bytes that should be TOML: the document, or what is wrong with them, at its place. A format gives its own prefix and remedy."""

import re
import tomllib
from typing import Any

from pratique.core.answers import Problem
from pratique.core.duties.vocabulary import Words
from pratique.formats.words import Twin

_FORMS = (
    (r"Object missing required field `(?P<it>.*)`", "缺少字段 {it}"),
    (r"Object contains unknown field `(?P<it>.*)`", "没有字段 {it}"),
    (r"Expected `(?P<it>.*)`, got `(?P<got>.*)`", "应为 {it}，实为 {got}"),
    (r"Invalid enum value (?P<it>.*)", "{it} 不在可选值之中"),
)
"""What msgspec says of a value, and the same in Chinese."""


def say_form(message: str) -> Words:
    """What msgspec says of a value that has another form than it should, in both languages."""
    for pattern, said in _FORMS:
        if found := re.fullmatch(pattern, message):
            return Words(said.format(**found.groupdict()), message)
    return Words(f"格式不对（{message}）", message)


def take_apart(
    *, data: bytes, prefix: str, remedy: str, remedy_zh: str = "请对照随附的文件改正"
) -> tuple[dict[str, Any] | None, tuple[Problem, ...]]:
    """The document, or None with the one problem (`<prefix>-encoding` or `<prefix>-toml`)."""
    try:
        return tomllib.loads(data.decode("utf-8-sig")), ()
    except UnicodeDecodeError as error:
        where = f"byte {error.start}"
        fault = Twin(
            f"{prefix}-encoding",
            where,
            "it is not UTF-8",
            "save the file as UTF-8",
            True,
            "文件不是 UTF-8 编码",
            "请以 UTF-8 编码保存",
        )
    except tomllib.TOMLDecodeError as error:
        message, _, where = str(error).partition(" (at ")
        place = where.rstrip(")") or "file"
        fault = Twin(f"{prefix}-toml", place, message, remedy, True, f"TOML 语法有误（{message}）", remedy_zh)
    return None, (fault,)
