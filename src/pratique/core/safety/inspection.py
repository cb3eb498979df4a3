"""What an inspection found: every line of the checklist answered, or it is no inspection; each defect said in words."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from pratique.core.answers import Refused
from pratique.core.safety.edition import Checklist, Item


class Answer(StrEnum):
    """How a line was found."""

    OK = "ok"
    DEFECT = "defect"
    NOT_APPLICABLE = "not_applicable"


@dataclass(frozen=True, slots=True)
class Seen:
    """One line as it was found; a defect says what was seen."""

    answer: Answer
    note: str = ""


@dataclass(frozen=True, slots=True)
class Judgement:
    """What an inspection comes to: the defects in the checklist's order, and whether one of them is grave."""

    defects: tuple[tuple[Item, Seen], ...]

    @property
    def passed(self) -> bool:
        """Nothing was found wanting."""
        return not self.defects

    @property
    def grave(self) -> bool:
        """Something was found that stops the work."""
        return any(item.grave for item, _ in self.defects)


def judge(*, checklist: Checklist, seen: Mapping[str, Seen]) -> Judgement:
    """Judge an inspection by what was seen per item code.

    Raises `Refused`: `item_unknown`, `item_unanswered` (a line left out is not a line found in order), `defect_unsaid`.
    """
    known = {item.code for item in checklist.items}
    unknown = sorted(set(seen) - known)
    if unknown:
        raise Refused("item_unknown", f"{', '.join(unknown)} is no line of {checklist.code}")
    left = [item.code for item in checklist.items if item.code not in seen]
    if left:
        raise Refused("item_unanswered", f"not answered: {', '.join(left)}")
    defects = tuple(
        (item, seen[item.code]) for item in checklist.items if seen[item.code].answer is Answer.DEFECT
    )
    unsaid = [item.code for item, one in defects if not one.note.strip()]
    if unsaid:
        raise Refused("defect_unsaid", f"say what was seen: {', '.join(unsaid)}")
    if all(one.answer is Answer.NOT_APPLICABLE for one in seen.values()):
        raise Refused("item_unanswered", "nothing of it applies: then it is no inspection of this")
    return Judgement(defects)
