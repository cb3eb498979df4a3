"""A laboratory's results, whatever file they come in."""

import io
import json

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from formats.golden_cases import GOLDEN, get_document
from pratique.formats.read import read
from pratique.formats.results import find_moment, find_result

ROWS = [("Barcode", "Result", "Lab"), ("KM0001", "Negative", "L1"), ("KM0002", "阳性", "L1")]
CASES = sorted(path.parent for name in ("results", "hl7", "fhir") for path in (GOLDEN / name).glob("*/in.*"))


def say(data):
    return [(line.tube, line.result, line.laboratory) for line in read(data=data).results.lines]


def test_a_workbook_says_what_the_same_table_says_as_text():
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream) as book:
        sheet = book.add_worksheet("结果")
        for number, row in enumerate([("送检批次 20200415-01",), *ROWS]):
            sheet.write_row(number, 0, row)
    text = "\n".join(",".join(row) for row in ROWS).encode()
    assert say(stream.getvalue()) == say(text) == [("KM0001", "negative", "L1"), ("KM0002", "positive", "L1")]


@pytest.mark.parametrize(
    ("word", "result"),
    [("阴性(-)", "negative"), ("Not Detected", "negative"), ("DETECTED", "positive"), ("(+)", "positive"),
     ("可疑", "invalid"), ("Inconclusive", "invalid"), ("未收到", "lost"), ("not negative", ""), ("", ""), ("待查", "")],
)  # fmt: skip
def test_words_mean_what_laboratories_mean_and_no_word_is_guessed(word, result):
    assert find_result(word) == result


def test_a_moment_keeps_its_zone_and_a_date_alone_is_none():
    assert find_moment("20200415143000+0800").isoformat() == "2020-04-15T14:30:00+08:00"
    assert find_moment("2020/4/15 9:05").isoformat() == "2020-04-15T09:05:00"
    assert find_moment("2020-04-15") is None
    assert find_moment("2020-04-15 25:00") is None


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.parent.name}/{case.name}")
@given(cut=st.integers(0, 400), byte=st.binary(min_size=1, max_size=3))
def test_damage_is_told_and_never_raises(case, cut, byte):
    data = get_document(case).read_bytes()
    at = cut % len(data)
    for broken in (data[:at], data[:at] + byte + data[at:]):
        json.dumps(read(data=broken, format=case.parent.name).to_json())


@given(
    content=st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(
                    [
                        "resourceType",
                        "entry",
                        "resource",
                        "result",
                        "specimen",
                        "status",
                        "subject",
                        "name",
                        "performer",
                        "collection",
                        "identifier",
                        "conclusionCode",
                        "coding",
                        "reference",
                        "contained",
                    ]
                ),
                inner | st.sampled_from(["Bundle", "DiagnosticReport", "Observation", "final", "#a"]),
                max_size=6,
            )
        ),
        max_leaves=25,
    )
)
def test_no_shape_of_json_breaks_the_reader_of_fhir(content):
    json.dumps(read(data=json.dumps(content).encode(), format="fhir").to_json())
