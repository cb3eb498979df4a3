"""UN/EDIFACT as carriers really send it: text in, segments with their line numbers out, and back again.

Source: ISO 9735 (syntax versions 1 to 4). The habits handled here are those of messages received over teletype
and e-mail; docs/reference/formats.md lists them. Nothing in this module knows what a segment means.
"""

from collections.abc import Iterable
from dataclasses import dataclass

type_b_control = "\x01\x02\x03\x04\x07\x0c"


@dataclass(frozen=True, slots=True)
class Separators:
    """The service characters of one interchange; `repetition` is a blank where none is agreed."""

    component: str = ":"
    element: str = "+"
    decimal: str = "."
    release: str = "?"
    repetition: str = " "
    terminator: str = "'"

    @property
    def advice(self) -> str:
        """The UNA service string advice that announces these separators."""
        return (
            f"UNA{self.component}{self.element}{self.decimal}{self.release}{self.repetition}{self.terminator}"
        )


STANDARD = Separators()


@dataclass(frozen=True, slots=True)
class Segment:
    """One segment: `elements[0]` is the element after the tag; each element is a list of components.

    `number` counts segments of the file from 1, `line` is the line of the file on which the segment begins.
    """

    tag: str
    elements: tuple[tuple[str, ...], ...]
    number: int
    line: int

    def get_value(self, element: int, component: int = 0) -> str:
        """One component, both counted from 0 after the tag, trimmed; empty where the segment ends before it."""
        if element >= len(self.elements) or component >= len(self.elements[element]):
            return ""
        return self.elements[element][component].strip()

    @property
    def place(self) -> str:
        """Where this segment stands, in words a person can follow in an editor."""
        return f"segment {self.number} {self.tag}, line {self.line}"


def compose(*, tag: str, elements: Iterable[Iterable[str] | str], separators: Separators = STANDARD) -> str:
    """One segment as text: separators inside values released, empty elements and components at the end left out."""
    texts = [
        separators.component.join(_release(part, separators) for part in _trim_end(_as_components(element)))
        for element in elements
    ]
    return separators.element.join([tag, *_trim_end(texts)]) + separators.terminator


def _as_components(element: Iterable[str] | str) -> list[str]:
    return [element] if isinstance(element, str) else list(element)


def _trim_end(parts: list[str]) -> list[str]:
    kept = list(parts)
    while kept and not kept[-1]:
        kept.pop()
    return kept


def _release(value: str, separators: Separators) -> str:
    special = {separators.component, separators.element, separators.release, separators.terminator}
    if separators.repetition != " ":
        special.add(separators.repetition)
    return "".join(separators.release + sign if sign in special else sign for sign in value)
