"""The locator form at the desk: every field of it, by the groups and in the words of the traveller's own form."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django import forms
from django.utils.translation import get_language
from msgspec import structs

from pratique import protocols
from pratique.formats.countries import find_alpha2
from pratique.services import declaration
from pratique.services.declaration import LAYOUT, PARTS, Companion, Form

COMPANIONS = {
    "family": ("surname", "given_names", "seat", "minor"),
    "others": ("surname", "given_names", "group"),
}
"""What is asked of whoever travels along: of the family, and of others."""
ROWS = {"family": 4, "others": 2}
"""So many of each can be typed at the desk, more where more are on record; the traveller's own page has a row more whenever one is filled in."""
PAPER_ROWS = {"family": 3, "others": 1}


def read_words() -> dict[str, str]:
    """What the traveller's own form calls its fields and groups, in the language of the page (zh or en)."""
    sheet = protocols.list_sheets()["zh" if (get_language() or "").startswith("zh") else "en"].sentences
    return {
        key.removeprefix("declare."): text
        for key, text in {"declare.email": sheet["data.email"], **sheet}.items()
        if key.startswith("declare.")
    }


def count_rows(side: str, names: Iterable[str], least: int, most: int) -> int:
    """How many rows of a list these fields have (`family_5_seat` is of the sixth), `least` where they have fewer."""
    numbers = [name.split("_")[1] for name in names if name.startswith(f"{side}_")]
    return min(most, max([least, *(int(number) + 1 for number in numbers if number.isdecimal())]))


def make_fields(rows: Mapping[str, int]) -> dict[str, forms.Field]:
    """The fields of the desk by their names: `home_city` is the city of `home`, `family_0_seat` the first one's seat."""
    said = read_words()
    named = {_join(group, name): name for group, names in LAYOUT.items() for name in names}
    for side, names in COMPANIONS.items():
        named |= {f"{side}_{row}_{name}": name for row in range(rows[side]) for name in names}
    return {whole: _make_field(name, said) for whole, name in named.items()}


def _join(group: str, name: str) -> str:
    return f"{group}_{name}" if group in PARTS else name


def _make_field(name: str, said: Mapping[str, str]) -> forms.Field:
    if name == "minor":
        return forms.BooleanField(label=said[name], required=False)
    known = {"sex": declaration.SEXES, "group": declaration.GROUPS}.get(name)
    if known is not None:
        choices = [("", ""), *((word, said[word]) for word in known)]
        return forms.ChoiceField(label=said[name], choices=choices, required=False)
    attrs = {"autocomplete": "off"} | ({"list": "countries"} if name == "country" else {})
    return forms.CharField(
        label=said[name],
        required=False,
        max_length=declaration.TEXT_MAX,
        widget=forms.TextInput(attrs=attrs),
    )


def list_groups(form: forms.Form, rows: Mapping[str, int]) -> list[tuple[str, list[forms.BoundField]]]:
    """Group → its fields, in the order of the form; companions one after the other."""
    said = read_words()
    groups = [(said[group], [form[_join(group, name)] for name in names]) for group, names in LAYOUT.items()]
    groups += [
        (said[side], [form[f"{side}_{row}_{name}"] for row in range(rows[side]) for name in names])
        for side, names in COMPANIONS.items()
    ]
    return groups


def list_lines() -> list[tuple[str, list[str]]]:
    """Group → what is asked on paper, so that whoever types it in finds every field."""
    said = read_words()
    lines = [(said[group], [said[name] for name in names]) for group, names in LAYOUT.items()]
    lines += [
        (said[side], [said[name] for _ in range(PAPER_ROWS[side]) for name in names])
        for side, names in COMPANIONS.items()
    ]
    return lines


def read(told: Mapping[str, Any], *, known: Form, rows: Mapping[str, int]) -> Form:
    """What was typed, upon what is on record: companions beyond those that the desk shows stay."""
    flat = {name: told[name] for group in LAYOUT.keys() - set(PARTS) for name in LAYOUT[group]}
    parts = {
        part: structs.replace(
            getattr(known, part),
            **{name: _read_text(name, told[_join(part, name)]) for name in LAYOUT[part]},
        )
        for part in PARTS
    }
    party = [one for side, count in rows.items() for one in _read_party(side, count, told, known)]
    return structs.replace(known, **flat, **parts, party=tuple(party))


def _read_text(name: str, text: str) -> str:
    return (find_alpha2(text) or text) if name == "country" else text


def _list_side(side: str, form: Form) -> list[Companion]:
    return [one for one in form.party if bool(one.group) is (side == "others")]


def _read_party(side: str, rows: int, told: Mapping[str, Any], known: Form) -> Iterator[Companion]:
    shown = _list_side(side, known)
    for row in range(rows):
        typed = {name: told[f"{side}_{row}_{name}"] for name in COMPANIONS[side]}
        if not any(typed[name] for name in COMPANIONS[side] if name not in ("minor", "group")):
            continue
        if side == "others":
            typed["group"] = typed["group"] or "other"
        yield structs.replace(shown[row] if row < len(shown) else Companion(), **typed)
    yield from shown[rows:]


def to_initial(form: Form) -> dict[str, Any]:
    """The fields as a declaration on record fills them."""
    found = {
        _join(group, name): getattr(getattr(form, group) if group in PARTS else form, name)
        for group, names in LAYOUT.items()
        for name in names
    }
    for side, names in COMPANIONS.items():
        for row, one in enumerate(_list_side(side, form)):
            found |= {f"{side}_{row}_{name}": getattr(one, name) for name in names}
    return found
