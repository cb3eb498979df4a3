"""Everything a traveller declared, as the desk reads it: by group, what was left empty left out, in the words of the form itself."""

from collections.abc import Iterator

import msgspec

from pratique import protocols
from pratique.services.declaration import Companion, Form

GROUPS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("person", ("surname", "given_names", "middle_initial", "sex", "seat")),
    ("reached", ("mobile", "telephone_work", "telephone_home", "telephone", "email")),
)
PARTS = ("home", "stay", "emergency")
SEXES = ("female", "male", "other")


def list_told(*, form: Form, language: str) -> list[tuple[str, list[tuple[str, str]]]]:
    """Group → its fields that were filled in, each with what was told; groups of which nothing was told are left out.

    The words are those of the traveller's own form (`protocols/speech`, zh or en), so that both read the same.
    """
    sheet = protocols.list_sheets()[language].sentences
    said = {"declare.email": sheet["data.email"], **sheet}
    groups = [(group, [(name, getattr(form, name)) for name in names]) for group, names in GROUPS]
    groups += [(part, list(msgspec.structs.asdict(getattr(form, part)).items())) for part in PARTS]
    found = [
        (
            said[f"declare.{group}"],
            [
                (said[f"declare.{name}"], said[f"declare.{told}"] if told in SEXES else str(told))
                for name, told in fields
                if told
            ],
        )
        for group, fields in groups
    ]
    for group, members in (("family", False), ("others", True)):
        company = [one for one in form.party if bool(one.group) is members]
        found.append((said[f"declare.{group}"], list(_list_company(company, said))))
    return [(title, fields) for title, fields in found if fields]


def _list_company(company: list[Companion], said: dict[str, str]) -> Iterator[tuple[str, str]]:
    for one in company:
        told = [one.seat, said["declare.minor"] if one.minor else "", said.get(f"declare.{one.group}", "")]
        yield f"{one.surname} {one.given_names}".strip(), " · ".join(word for word in told if word) or "–"
