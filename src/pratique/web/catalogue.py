"""The catalogue of translations: what the pages say, gathered, kept as .po for people and .mo for gettext.

No GNU gettext is needed. `python -m pratique.web.catalogue` brings the .po up to date with the templates and the code
and compiles it; a test fails if either is out of date or a string lacks its translation. English is the key.
"""

import ast
import re
import struct
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation.template import templatize

ROOT = Path(__file__).parents[1]
SOURCES = (ROOT / "web", ROOT / "boards")
CATALOGUE = ROOT / "web" / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"
HEADER = (
    "Project-Id-Version: pratique\n"
    "Language: zh_Hans\n"
    "MIME-Version: 1.0\n"
    "Content-Type: text/plain; charset=UTF-8\n"
    "Content-Transfer-Encoding: 8bit\n"
    "Plural-Forms: nplurals=1; plural=0;\n"
)
FUNCTIONS = {"gettext": 1, "_": 1, "gettext_lazy": 1, "ngettext": 2, "ngettext_lazy": 2}
"""Function → how many of its first arguments are texts."""

_STRING = r"""u?(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")"""
_CALL = re.compile(rf"\b(gettext|ngettext|_)\(({_STRING})(?:,\s*({_STRING}))?")


@dataclass(frozen=True, slots=True, order=True)
class Message:
    """One text of a page: its English, and its English plural where it has one."""

    text: str
    plural: str = ""


def list_messages() -> list[Message]:
    """Everything the templates and the code ask to be translated."""
    found: dict[str, Message] = {}
    for root in SOURCES:
        for path in sorted(root.rglob("*")):
            read = {".html": _read_template, ".py": _read_code}.get(path.suffix)
            for message in read(path.read_text(encoding="utf-8")) if read else ():
                if message.plural or message.text not in found:
                    found[message.text] = message
    return sorted(found.values())


def _read_template(text: str) -> Iterator[Message]:
    for _function, one, many in _CALL.findall(templatize(text)):
        yield Message(ast.literal_eval(one), ast.literal_eval(many) if many else "")


def _read_code(text: str) -> Iterator[Message]:
    for node in ast.walk(ast.parse(text)):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
            continue
        texts = [a.value for a in node.args if isinstance(a, ast.Constant) and isinstance(a.value, str)]
        wanted = FUNCTIONS.get(node.func.id, 0)
        if wanted and len(texts) >= wanted:
            yield Message(texts[0], texts[1] if wanted == 2 else "")


def read_translations() -> dict[str, str]:
    """What the .po file holds: English → Chinese."""
    text = CATALOGUE.read_text(encoding="utf-8") if CATALOGUE.exists() else ""
    found: dict[str, str] = {}
    for entry in re.split(r"\n\s*\n", text):
        fields: dict[str, str] = {}
        name = ""
        for line in entry.splitlines():
            if line.startswith("msg"):
                name, _, line = line.partition(" ")
            if line.startswith('"') and name:
                fields[name] = fields.get(name, "") + ast.literal_eval(line)
        if fields.get("msgid"):
            found[fields["msgid"]] = fields.get("msgstr[0]", fields.get("msgstr", ""))
    return found


def _quote(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def format_catalogue(messages: Iterable[Message], translations: dict[str, str]) -> str:
    """The .po file's text: every message in order, its translation where there is one."""
    entries = ['msgid ""\nmsgstr ""\n' + "\n".join(_quote(line + "\n") for line in HEADER.splitlines())]
    for message in messages:
        said = _quote(translations.get(message.text, ""))
        if message.plural:
            entries.append(
                f"msgid {_quote(message.text)}\nmsgid_plural {_quote(message.plural)}\nmsgstr[0] {said}"
            )
        else:
            entries.append(f"msgid {_quote(message.text)}\nmsgstr {said}")
    return "\n\n".join(entries) + "\n"


def compile_catalogue(messages: Iterable[Message], translations: dict[str, str]) -> bytes:
    """The .mo file (GNU gettext manual, section "The Format of GNU MO Files"): sorted keys, two tables of offsets."""
    texts = {b"": HEADER.encode()}
    for message in messages:
        said = translations.get(message.text, "")
        if said:
            key = f"{message.text}\0{message.plural}" if message.plural else message.text
            texts[key.encode()] = said.encode()
    keys = sorted(texts)
    tables_at = 7 * 4
    strings_at = tables_at + 2 * 8 * len(keys)
    table, strings = [], b""
    for part in (keys, [texts[key] for key in keys]):
        for text in part:
            table.append(struct.pack("<II", len(text), strings_at + len(strings)))
            strings += text + b"\0"
    head = struct.pack("<7I", 0x950412DE, 0, len(keys), tables_at, tables_at + 8 * len(keys), 0, strings_at)
    return head + b"".join(table) + strings


def main() -> int:
    """Bring both files up to date; 1 if something still lacks its translation."""
    messages, translations = list_messages(), read_translations()
    CATALOGUE.parent.mkdir(parents=True, exist_ok=True)
    CATALOGUE.write_text(format_catalogue(messages, translations), encoding="utf-8")
    CATALOGUE.with_suffix(".mo").write_bytes(compile_catalogue(messages, translations))
    missing = [message.text for message in messages if not translations.get(message.text)]
    for text in missing:
        sys.stderr.write(f"no translation: {text}\n")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
