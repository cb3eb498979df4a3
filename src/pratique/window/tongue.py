"""The language of a page: chosen, asked of the slip, or of the browser; and how its sentences are said."""

from dataclasses import dataclass

from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation.trans_real import parse_accept_lang_header

from pratique import protocols
from pratique.core.speech import sheet

COOKIE = "language"
TAGS = {"zh": "zh-Hans"}
"""Language → its tag for browsers, where that is not the language's own code."""


@dataclass(frozen=True, slots=True)
class Tongue:
    """One language of the page."""

    sheet: sheet.Sheet

    @property
    def code(self) -> str:
        """Its code (ISO 639-1)."""
        return self.sheet.language

    @property
    def tag(self) -> str:
        """What `lang` says of it."""
        return find_tag(self.sheet.language)

    def list_said(self, key: str, **filled: object) -> tuple[sheet.Said, ...]:
        """A sentence in this language, or in English and Chinese where it is not translated."""
        sheets = protocols.list_sheets()
        return sheet.say(
            key=key, sheet=self.sheet, grounds=[sheets[code] for code in sheet.GROUND], filled=filled
        )

    def say(self, key: str, **filled: object) -> str:
        """A sentence as plain text."""
        return " / ".join(one.words for one in self.list_said(key, **filled))

    def show(self, key: str, **filled: object) -> SafeString:
        """A sentence for the page; what is in another language than the page says so to readers and screen readers."""
        said = self.list_said(key, **filled)
        if len(said) == 1 and said[0].language == self.code:
            return format_html("{}", said[0].words)
        parts = [(find_tag(one.language), one.words) for one in said]
        return format_html_join(" ", '<span class="other" lang="{}">{}</span>', parts)


def find_tag(language: str) -> str:
    """The tag of a language for browsers."""
    return TAGS.get(language, language)


def find(request: HttpRequest) -> Tongue:
    """The language of this request: the one chosen here or of the slip, else the browser's first that there is, else English."""
    asked = [request.COOKIES.get(COOKIE, "")]
    asked += [
        tag.partition("-")[0]
        for tag, _ in parse_accept_lang_header(request.headers.get("Accept-Language", ""))
    ]
    code = next((one for one in asked if one in protocols.SPEECH), "en")
    return Tongue(protocols.list_sheets()[code])


def list_offered() -> list[tuple[str, str, str]]:
    """Every language: code, tag, and its own name."""
    return [(one.language, find_tag(one.language), one.name) for one in protocols.list_sheets().values()]
