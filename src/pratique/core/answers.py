"""How the core answers when something is not as it should be.

Three cases, kept apart through every ring: the world disagrees (`Objection`, a value that lands on somebody's
list), a document that was handed in is faulty (`Problem`, a value that names the place and the remedy), the caller
is wrong (`Refused`, raised, turned into an HTTP answer once). When *we* are wrong nothing of this is used: the
program stops, rolls back and tells. Every code stands in docs/reference/refusals.md.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Objection:
    """The world disagrees with the books: `code`, whom it is about (an id), and why, in plain words."""

    code: str
    subject: str
    because: str = ""


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """A fault in a document that was handed in.

    `where` is the place a person can find again (``line 12``, ``row 7, Passport no.``, ``segment 31 CNT``),
    `remedy` says what to do next, `fatal` whether the document was refused for it.
    """

    code: str
    where: str
    message: str
    remedy: str
    fatal: bool = False


class Refused(Exception):
    """The caller asked for what may not be done; `code` is stable, `because` is for people. `told` is what of this case belongs into
    the sentence that a page says: figures, wristband codes, places."""

    def __init__(self, code: str, because: str = "", **told: object) -> None:
        super().__init__(f"{code}: {because}" if because else code)
        self.code = code
        self.because = because
        self.told = told
