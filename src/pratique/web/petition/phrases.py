"""What the staff can answer with a phrase that every language has, as they read it themselves."""

from django.utils.translation import get_language

from pratique import protocols
from pratique.core.duties.vocabulary import Words
from pratique.services.window import petition

HELP = ("coming", "minutes", "doctor", "talk", "interpreter", "consulate", "brought", "sorry")
"""Phrases for calls for help."""
SORTS: dict[str, Words] = {"complaint": Words("投诉", "Complaint"), "objection": Words("异议", "Objection")}
ABOUT: dict[str, Words] = {code: said for code, (_topic, said) in petition.COMPLAINTS.items()}
OUTCOMES: dict[str, Words] = {
    "answered": Words("投诉已答复", "the complaint is answered"),
    "kept": Words("维持措施", "the measure stays"),
    "changed": Words("变更措施", "the measure is changed"),
    "lifted": Words("解除措施", "the measure is lifted"),
}
NEEDS: dict[str, Words] = {
    "medical": Words("医生或护士", "Doctor or nurse"),
    "psychological": Words("心理支持", "Somebody to talk to"),
    "interpreter": Words("翻译", "Interpreter"),
    "consular": Words("领事", "Consulate"),
    "room": Words("房间", "Room"),
    "food": Words("饮食", "Food or water"),
    "other": Words("其他", "Something else"),
}


def list_said() -> list[tuple[str, str]]:
    """Phrases for complaints and objections, in the language of the desk."""
    return _list(petition.PHRASES)


def list_help() -> list[tuple[str, str]]:
    """Phrases for calls for help, in the language of the desk."""
    return _list(HELP)


def say_phrase(code: str) -> str:
    """One phrase in the language of the desk."""
    sheet = protocols.list_sheets()["en" if get_language() == "en" else "zh"]
    return sheet.sentences.get(f"phrase.{code}", code)


def _list(codes: tuple[str, ...]) -> list[tuple[str, str]]:
    return [(code, say_phrase(code)) for code in codes]
