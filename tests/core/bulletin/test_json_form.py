"""figures.json: the same keys every day, read back as it was, and a fault named with its place."""

import json
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.bulletin.day import DAY, FIRST_ON, make_bulletin, make_facts
from pratique.core.answers import Objection
from pratique.core.bulletin import compose, json_form, public

GOLDEN = Path(__file__).parent / "golden"


def changed(*path, to):
    """The written bulletin with one value changed."""
    plain = json.loads(json_form.write(bulletin=make_bulletin()))
    inner = plain
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = to
    return json.dumps(plain)


@pytest.mark.parametrize("name", ["figures", "figures-public"])
def test_the_day_is_written_as_it_always_was(name):
    bulletin = make_bulletin()
    if name.endswith("public"):
        bulletin = public.make_public(bulletin=bulletin)
    assert json_form.write(bulletin=bulletin) == (GOLDEN / f"{name}.json").read_text("utf-8")


@settings(max_examples=25)
@given(st.integers(0, 20), st.integers(0, 5), st.integers(0, 99), st.booleans())
def test_what_was_written_is_read_back(days, flights, seed, is_public):
    facts = make_facts(on=FIRST_ON + days * DAY, flights=flights, seed=seed)
    bulletin = replace(compose.compose(facts=facts), objections=(Objection("code", "subject", "because"),))
    if is_public:
        bulletin = public.make_public(bulletin=bulletin)
    reading = json_form.read(text=json_form.write(bulletin=bulletin))
    assert reading.problems == ()
    assert reading.bulletin == bulletin


def test_a_bulletin_without_seal_and_flights_is_read_back():
    bulletin = compose.compose(facts=replace(make_facts(flights=0), seal=None))
    assert json_form.read(text=json_form.write(bulletin=bulletin)).bulletin == bulletin


def test_kilometres_come_back_exact():
    bulletin = json_form.read(text=json_form.write(bulletin=make_bulletin())).bulletin
    assert bulletin is not None
    assert isinstance(bulletin.figures["km"].cumulative, Decimal)


@pytest.mark.parametrize(
    ("text", "code", "where"),
    [
        ("", "bulletin_not_json", "file"),
        ("{", "bulletin_not_json", "file"),
        ('{"format": NaN}', "bulletin_not_json", "file"),
        ("[]", "bulletin_unknown_format", "format"),
        ('{"format": "something"}', "bulletin_unknown_format", "format"),
        ('{"format": "pratique-bulletin", "version": 9}', "bulletin_unknown_version", "version"),
        ('{"format": "pratique-bulletin", "version": 1}', "bulletin_faulty", "port"),
        (changed("port", to="KMG"), "bulletin_faulty", "port"),
        (changed("on", to="15.4.2020"), "bulletin_faulty", "on"),
        (changed("cut_at", to="2020-04-15T23:59:00"), "bulletin_faulty", "cut_at"),
        (changed("audience", to="everybody"), "bulletin_faulty", "audience"),
        (changed("revision", to=True), "bulletin_faulty", "revision"),
        (changed("figures", to=[]), "bulletin_faulty", "figures"),
        (changed("figures", "trips", "today", to="28"), "bulletin_faulty", "figures.trips.today"),
        (
            changed("figures", "trips", "today", to={"at_least": 1}),
            "bulletin_faulty",
            "figures.trips.today.at_most",
        ),
        (changed("flights", 3, "where", "cabin", to=None), "bulletin_faulty", "flights[3].where.cabin"),
        (changed("seal", "entries", to=1.5), "bulletin_faulty", "seal.entries"),
    ],
)
def test_a_faulty_file_is_refused_with_the_place_of_the_fault(text, code, where):
    reading = json_form.read(text=text)
    assert reading.bulletin is None
    assert [(p.code, p.where, p.fatal) for p in reading.problems] == [(code, where, True)]
    assert reading.problems[0].message
    assert reading.problems[0].remedy


def test_what_a_later_edition_adds_is_named_and_passed_over():
    text = changed("figures", "people_on_the_moon", to={"today": 1})
    reading = json_form.read(text=text)
    assert reading.bulletin == make_bulletin()
    assert [(p.code, p.where) for p in reading.problems] == [
        ("bulletin_figure_unknown", "figures.people_on_the_moon")
    ]
    reading = json_form.read(text=changed("seal", "witness", to="x"))
    assert reading.bulletin == make_bulletin()
    assert [(p.code, p.where, p.fatal) for p in reading.problems] == [
        ("bulletin_key_unknown", "seal.witness", False)
    ]


WRITTEN = json_form.write(bulletin=make_bulletin(flights=2))


@settings(max_examples=200)
@given(st.data())
def test_no_damage_makes_the_reader_fall_over(data):
    text = WRITTEN
    at = data.draw(st.integers(0, len(text) - 1))
    length = data.draw(st.integers(0, 30))
    put = data.draw(st.text(max_size=8))
    reading = json_form.read(text=text[:at] + put + text[at + length :])
    assert (reading.bulletin is None) == any(p.fatal for p in reading.problems)
