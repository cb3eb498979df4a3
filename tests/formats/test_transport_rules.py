"""The rules of transport are data: the shipped edition is whole, and every fault of another is named."""

import re
from importlib.resources import files

import pytest

from pratique import protocols
from pratique.formats import transport_rules, words

CHINESE = re.compile("[\u4e00-\u9fff]")
SHIPPED = files(protocols).joinpath("transport", "cn-2020.toml").read_text("utf-8")


def test_the_shipped_edition_is_read_whole():
    found, problems = transport_rules.read(data=SHIPPED.encode())
    assert problems == ()
    assert found.seat_share == 0.5 and set(found.classes) == {"case", "contact", "ordinary"}


def test_it_is_no_protocol_of_duties():
    assert "cn-2020" not in {protocol.code for protocol in protocols.list_protocols()}


@pytest.mark.parametrize(
    ("old", "new", "where", "code"),
    [
        ("seat_share = 0.5", "seat_share = 1.5", "seat_share", "transport-rules-range"),
        ("[classes.contact]", "[classes.friends]", "classes", "transport-rules-class"),
        ('kinds = ["ambulance"]', 'kinds = ["sledge"]', "classes.case.kinds", "transport-rules-kind"),
        ('licence = "S"', 'licence = "X"', "kinds.van.licence", "transport-rules-licence"),
        ("hourly = 60", "hourly = 0", "forecast.hourly", "transport-rules-range"),
        ("unmoved = 10000", "unmoved = -1", "weights.unmoved", "transport-rules-range"),
        ("no_show_share = 0.012", "no_show_share = 2", "uncertainty.no_show_share", "transport-rules-range"),
        ("share_sample = 40", "share_sample = 0", "uncertainty.share_sample", "transport-rules-range"),
        ("late_minutes = [-68", "late_minutes = [68", "uncertainty.late_shares", "transport-rules-range"),
        ("continuous = 240", "continuous = 0", "hours.continuous", "transport-rules-range"),
        ('may_override = ["flight"', 'may_override = ["full"', "relay.may_override", "transport-rules-relay"),
        ("max_drive = 480", "max_drive = 481", "rules.max_drive", "transport-rules-law"),
        ("rest_every = 120", "rest_every = 121", "rules.rest_every", "transport-rules-law"),
        ("rest_min = 20", "rest_min = 19", "rules.rest_min", "transport-rules-law"),
        ("\nday = 480", "\nday = 420", "rules.max_drive", "transport-rules-law"),
        ("night_continuous = 120", "night_continuous = 100", "rules.rest_every", "transport-rules-law"),
        ("tick = 5", 'tick = "five"', "rules.tick", "transport-rules-form"),
        ("tick = 5", "tick = 5\nwheels = 4", "rules", "transport-rules-form"),
        ("[rules]", "[rules", "line 150, column 7", "transport-rules-toml"),
    ],
)
def test_a_fault_is_named_with_its_place(old, new, where, code):
    found, problems = transport_rules.read(data=SHIPPED.replace(old, new, 1).encode())
    assert found is None
    assert (problems[0].where, problems[0].code) == (where, code)
    assert problems[0].remedy
    said = words.translate(problem=problems[0], language="zh")
    assert CHINESE.search(said.message) and CHINESE.search(said.remedy)


def test_a_file_that_is_no_text_is_said():
    assert transport_rules.read(data=b"\xff")[1][0].code == "transport-rules-encoding"
