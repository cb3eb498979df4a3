"""Charts: the colours of the screen, a number on every bar, nothing drawn from nothing."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from core.bulletin.day import FIRST_ON, make_bulletin, make_facts
from pratique.core.bulletin import compose, public
from pratique.formats import bulletin_charts, bulletin_words, chart, chart_palette

TOKENS = Path(__file__).parents[3] / "src/pratique/web/static/pratique/tokens.css"
BULLETIN = make_bulletin()
LANGUAGES = ("zh", "en")


def texts(drawn):
    return re.findall(r"<text[^>]*>([^<]*)</text>", drawn.svg)


def bright(token):
    """The colour of a token on a bright screen."""
    found = re.search(rf"--{token}:\s*(?:light-dark\()?(#[0-9a-f]{{6}})", TOKENS.read_text())
    assert found, token
    return found[1]


@pytest.mark.parametrize("place", chart_palette.PLACES)
def test_a_place_has_the_colours_it_has_on_screen(place):
    shade = chart_palette.PLACES[place]
    assert (shade.fill, shade.ink) == (bright(place), bright(f"{place}-ink"))


@pytest.mark.parametrize(
    "name", ["TEXT", "MUTED", "LINE", "EDGE", "RAISED", "SURFACE", "ACCENT", "LOST", "LATE"]
)
def test_a_colour_is_the_token_of_its_name(name):
    assert getattr(chart_palette, name) == bright(name.lower())


@pytest.mark.parametrize("language", LANGUAGES)
def test_all_four_are_drawn_in_both_languages(language):
    charts = bulletin_charts.draw_charts(bulletin=BULLETIN, language=language)
    assert list(charts) == ["flights", "arrivals", "tests", "days"]
    for drawn in charts.values():
        assert drawn.title
        assert drawn.description
        assert drawn.png.startswith(b"\x89PNG")
        assert all(side > 80 for side in drawn.size_px)


def test_charts_of_the_two_languages_hold_the_same_numbers():
    drawn = [bulletin_charts.draw_charts(bulletin=BULLETIN, language=language) for language in LANGUAGES]
    for name in drawn[0]:
        chinese, english = (re.findall(r"\b[\d,]*\d\b", " ".join(texts(charts[name]))) for charts in drawn)
        plain = [n for n in chinese if n not in ("3", "20", "4", "15")]
        assert sorted(plain) == sorted(n for n in english if n not in ("3", "20", "4", "15"))


def test_red_is_in_no_chart():
    for language in LANGUAGES:
        for drawn in bulletin_charts.draw_charts(bulletin=BULLETIN, language=language).values():
            assert chart_palette.LOST not in drawn.svg


def test_everybody_of_a_flight_is_told_in_the_description_and_the_open_beside_the_bar():
    drawn = bulletin_charts.draw_flights(BULLETIN, "en")
    for flight in BULLETIN.flights:
        for place in chart_palette.PLACES:
            heads = getattr(flight.where, place)
            name = bulletin_words.name_figure(f"people_{place}", "en")
            assert not heads or f"{name} {heads}" in drawn.description.split(flight.designator)[1]
        if flight.open:
            assert f"open {flight.open}" in texts(drawn)


def test_places_that_look_alike_in_grey_carry_a_texture():
    drawn = bulletin_charts.draw_flights(BULLETIN, "zh")
    for place, shade in chart_palette.PLACES.items():
        if shade.texture:
            assert f'id="texture-{place}"' in drawn.svg
            assert drawn.svg.count(f'fill="url(#texture-{place})"') >= 2  # a bar and the legend
    greys = [_lightness(shade.fill) for shade in chart_palette.PLACES.values()]
    textured = [bool(shade.texture) for shade in chart_palette.PLACES.values()]
    for one, other, at in zip(greys, greys[1:], range(len(greys)), strict=False):
        assert abs(one - other) > 0.05 or textured[at] != textured[at + 1]


def _lightness(colour):
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return 0.299 * red + 0.587 * green + 0.114 * blue


def test_of_very_many_flights_those_with_most_people_open_are_drawn():
    bulletin = make_bulletin(flights=300)
    drawn = bulletin_charts.draw_flights(bulletin, "en")
    most_open = sorted((f for f in bulletin.flights), key=lambda f: -(f.open or 0))[:2]
    assert all(flight.designator in drawn.description for flight in most_open)
    assert drawn.description.count(";") == bulletin_charts.FLIGHTS_DRAWN - 1
    assert "20 of 300" in drawn.title


def test_nothing_is_drawn_from_nothing():
    bulletin = compose.compose(facts=make_facts(on=FIRST_ON, flights=0))
    charts = bulletin_charts.draw_charts(bulletin=bulletin, language="en")
    assert list(charts) == ["tests"]
    nobody = replace(bulletin, figures={})
    assert bulletin_charts.draw_charts(bulletin=nobody, language="en") == {}


def test_a_public_chart_tells_no_place_of_a_flight_and_no_small_number():
    edition = public.make_public(bulletin=BULLETIN)
    charts = bulletin_charts.draw_charts(bulletin=edition, language="en")
    assert list(charts) == ["arrivals", "tests", "days"]
    assert "<5" in " ".join(texts(charts["tests"])).replace("&lt;", "<")


def test_a_chart_is_drawn_once_and_is_the_same_again():
    first = bulletin_charts.draw_days(BULLETIN, "zh")
    assert bulletin_charts.draw_days(make_bulletin(), "zh").svg is first.svg


def test_a_picture_without_a_size_is_refused():
    with pytest.raises(ValueError, match="width"):
        _ = chart.Chart("n", "t", "d", "<svg/>").size_px


def test_every_number_in_the_stack_is_upon_its_own_colour():
    drawn = bulletin_charts.draw_flights(BULLETIN, "en")
    plates = re.findall(rf"<path [^>]*{re.escape(chart.PLATE)}[^>]*>", drawn.svg)
    textured = [
        heads
        for flight in BULLETIN.flights
        for place, shade in chart_palette.PLACES.items()
        if shade.texture and (heads := getattr(flight.where, place)) > 10
    ]
    assert len(plates) == len(textured)
