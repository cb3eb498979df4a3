"""Everything a traveller declared, as the desk reads it: by group, what was left empty left out, in the words of the form itself."""

from collections.abc import Iterable, Iterator, Mapping

from pratique.services.declaration import LAYOUT, PARTS, QUESTIONS, SEXES, Clash, Companion, Form
from pratique.web.screening import locator


def list_told(*, form: Form) -> list[tuple[str, list[tuple[str, str]]]]:
    """Group → its fields that were filled in, each with what was told; groups of which nothing was told are left out.

    The words are those of the traveller's own form, in the language of the page, so that both read the same.
    """
    said = locator.read_words()
    found = []
    for group, names in LAYOUT.items():
        part = getattr(form, group) if group in PARTS else form
        told = [(name, getattr(part, name)) for name in names if getattr(part, name)]
        found.append((said[group], [(said[name], said[one] if one in SEXES else one) for name, one in told]))
    for side, members in (("family", False), ("others", True)):
        company = [one for one in form.party if bool(one.group) is members]
        found.append((said[side], list(_list_company(company, said))))
    return [(title, fields) for title, fields in found if fields]


def _list_company(company: list[Companion], said: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for one in company:
        told = [one.seat, said["minor"] if one.minor else "", said.get(one.group, "")]
        yield f"{one.surname} {one.given_names}".strip(), " · ".join(word for word in told if word) or "–"


def list_clashes(clashes: Iterable[Clash]) -> list[tuple[str, str, str]]:
    """Field, what was typed, what the other version says; of a question both are empty, as it is asked again."""
    said = locator.read_words()
    found = []
    for one in clashes:
        title = f"{said[one.part]}, {said[one.name]}" if one.part else said[one.name]
        both = ("", "") if one.name in QUESTIONS else (_say(one.ours, said), _say(one.theirs, said))
        found.append((title, *both))
    return found


def _say(word: object, said: Mapping[str, str]) -> str:
    return said.get(str(word), str(word)) if word in SEXES else str(word or "–")


def list_answers(*, form: Form) -> list[tuple[str, bool]]:
    """What was answered to the questions, in the words of the form."""
    said = locator.read_words()
    return [(said[name], answer) for name, answer in form.answers.items()]
