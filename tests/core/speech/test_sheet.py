"""A translator's file is read, or every fault in it is named; what a language lacks is said in those that have it."""

import pytest

from pratique import protocols
from pratique.core.speech import sheet

HEAD = 'language = "xx"\nname = "X"\nedition = "1"\n[say.home]\n'
SHEETS = protocols.list_sheets()


def read(body):
    return sheet.parse(text=HEAD + body, name="xx.toml")


def test_a_sheet_is_read_by_section_and_key():
    found = read('title = "Hi {name}"').sheet
    assert found.sentences == {"home.title": "Hi {name}"}
    assert found.reviewed_by == ""


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ('title = ""', "not_text"),
        ("title = 3", "not_text"),
        ('title = "a {"', "brace_open"),
        ('title = "a {Name}"', "brace_open"),
        ('Title = "a"', "not_a_key"),
        ("title = a", "not_toml"),
    ],
)
def test_each_fault_is_named(body, code):
    assert code in [problem.code for problem in read(body).problems]


def test_places_that_were_lost_or_added_and_unknown_keys_are_told():
    ground = read('a = "at {when}"\nb = "b"').sheet
    other = read('a = "at {wann}"\nc = "c"').sheet
    assert [p.code for p in sheet.compare(sheet=other, ground=ground)] == ["places_differ", "key_unknown"]
    assert sheet.list_missing(sheet=other, ground=ground) == ("home.b",)


def test_a_missing_sentence_is_said_in_every_ground_language():
    ground = read('a = "at {when}"').sheet
    said = sheet.say(key="home.a", sheet=read('b = "b"').sheet, grounds=[ground], filled={"when": "noon"})
    assert said == (sheet.Said("xx", "at noon"),)
    with pytest.raises(KeyError):
        sheet.say(key="home.z", sheet=ground, grounds=[ground], filled={})


@pytest.mark.parametrize("language", protocols.SPEECH)
def test_every_shipped_language_says_everything_with_the_same_places(language):
    found = SHEETS[language]
    assert found.language == language
    assert sheet.list_missing(sheet=found, ground=SHEETS["en"]) == ()
    assert sheet.compare(sheet=found, ground=SHEETS["en"]) == ()


def test_what_nobody_has_reviewed_says_so():
    assert {code for code, one in SHEETS.items() if one.reviewed_by} == set(sheet.GROUND)
