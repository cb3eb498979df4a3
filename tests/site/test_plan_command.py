"""`pratique plan`: on good files, on files that are wrong in every way, and again after something happened."""

import copy
import json
import os
import random
import signal
import threading
import time

import pytest

from core.transport.days import invent
from pratique.core.transport import check
from pratique.core.transport.plan import read as read_plan
from pratique.core.transport.problem import read as read_problem
from pratique.site.commands import main

WRONG = (
    None,
    True,
    -1,
    -7,
    0,
    3.5,
    10**12,
    10**400,
    float("nan"),
    float("inf"),
    "",
    "x",
    [],
    [1],
    {},
    {"a": 1},
)


def write(path, document):
    path.write_text(json.dumps(document))
    return str(path)


def run(*words: object) -> int:
    try:
        return main(["plan", *map(str, words)])
    except SystemExit as gone:
        return int(gone.code or 0)


def paths(document, way=()):
    """Every place in a document."""
    items = document.items() if isinstance(document, dict) else enumerate(document)
    for key, value in items:
        yield (*way, key)
        if isinstance(value, dict | list):
            yield from paths(value, (*way, key))


def spoil(document, draw: random.Random):
    """The document with one place dropped, doubled or filled with something else."""
    spoilt = copy.deepcopy(document)
    *way, last = draw.choice(list(paths(spoilt)))
    inside = spoilt
    for step in way:
        inside = inside[step]
    if draw.random() < 0.2:
        del inside[last]
    elif draw.random() < 0.2 and isinstance(inside, list):
        inside.append(copy.deepcopy(inside[last]))
    else:
        inside[last] = draw.choice(WRONG)
    return spoilt


@pytest.fixture
def good(tmp_path):
    problem = write(tmp_path / "problem.json", invent(5, flights=2, parties=20))
    assert run("transport", problem, "--seconds", 0, "--out", tmp_path / "plan.json") == 0
    return tmp_path


def test_a_plan_of_the_command_passes_the_command_that_checks(good, capsys):
    capsys.readouterr()
    assert run("check", good / "problem.json", good / "plan.json") == 0
    assert "no breach" in capsys.readouterr().out


def test_a_breach_is_printed_and_is_exit_code_one(good, capsys):
    plan = json.loads((good / "plan.json").read_text())
    plan["trips"][0]["start"] += 1
    assert run("check", good / "problem.json", write(good / "bad.json", plan)) == 1
    assert "transport-tick" in capsys.readouterr().out


@pytest.mark.parametrize("seed", range(150))
def test_a_spoilt_problem_is_refused_by_place_or_planned_without_a_breach(seed, tmp_path, capsys):
    draw = random.Random(seed)
    document = invent(seed % 7, flights=2, parties=8)
    for _ in range(draw.choice([1, 1, 2, 4])):
        document = spoil(document, draw)
    path, out = write(tmp_path / "spoilt.json", document), tmp_path / "plan.json"
    code = run("transport", path, "--seconds", 0, "--out", out)
    said = capsys.readouterr()
    assert code in (0, 2)
    if code == 2:
        assert not out.exists()
        assert "spoilt.json: " in said.err
        assert "Traceback" not in said.err
        return
    problem, _ = read_problem(document=json.loads(json.dumps(document)))
    plan, _ = read_plan(document=json.loads(out.read_text()))
    assert problem is not None
    assert plan is not None
    assert check.breaches(problem=problem, plan=plan) == ()
    missing = set(problem.parties) - {party for trip in plan.trips for party in trip.parties}
    told = {one["party"] for one in json.loads(out.read_text())["unmoved"]}
    assert missing == told


@pytest.mark.parametrize("seed", range(60))
def test_a_spoilt_plan_is_refused_by_place_or_its_breaches_are_printed(seed, good, capsys):
    draw = random.Random(seed)
    plan = spoil(json.loads((good / "plan.json").read_text()), draw)
    capsys.readouterr()
    code = run("check", good / "problem.json", write(good / "spoilt.json", plan))
    said = capsys.readouterr()
    assert code in (0, 1, 2)
    assert ("transport-" in said.out) if code == 1 else True
    assert ("spoilt.json: " in said.err) if code == 2 else "Traceback" not in said.err


def place_party(document, **fields):
    document["parties"][0] |= fields


def pin(vehicle, start, party, crew):
    return {
        "vehicle": vehicle,
        "start": start,
        "dest": 1,
        "parties": [party],
        "drivers": crew[:1],
        "escorts": crew[1:],
    }


PINNED = {"flight": 0, "cls": "ordinary", "size": 1, "ready": 420, "rooms": 1, "dest": -1}


@pytest.mark.parametrize(
    ("wrong", "where", "said"),
    [
        (lambda day: place_party(day, dest=99), "parties[0].dest", "99"),
        (lambda day: place_party(day, flight=99), "parties[0].flight", "99"),
        (lambda day: place_party(day, origin=99), "parties[0].origin", "99"),
        (lambda day: place_party(day, size=-2), "parties[0].size", "-2"),
        (lambda day: place_party(day, ready=-5), "parties[0].ready", "-5"),
        (lambda day: place_party(day, rooms=-1), "parties[0].rooms", "-1"),
        (lambda day: day["locations"][1].update(drive=-30), "locations[1].drive", "-30"),
        (lambda day: day["locations"][1].update(rooms=-4), "locations[1].rooms", "-4"),
        (lambda day: day["vehicles"][0].update(window=[-60, 900]), "vehicles[0].window.first", "-60"),
        (lambda day: day["crew"][0].update(driven=-1), "crew[0].driven", "-1"),
        (lambda day: day["weights"].update(unmoved=-10), "weights.unmoved", "-10"),
        (lambda day: day["weights"].update(wait=-1), "weights.wait", "-1"),
        (lambda day: day["vehicles"][0].update(kind="tank"), "vehicles[0].kind", "tank"),
        (lambda day: day.update(pins=[pin(1, 480, 0, [0, 9]) | {"dest": 99}]), "pins[0].dest", "99"),
        (lambda day: day.update(pins=[pin(99, 480, 0, [0, 9])]), "pins[0].vehicle", "99"),
        (lambda day: day.update(pins=[pin(1, -5, 0, [0, 9])]), "pins[0].start", "-5"),
    ],
)
def test_an_unknown_place_and_a_negative_number_are_refused_by_place_and_nothing_is_written(
    wrong, where, said, tmp_path, capsys
):
    document = copy.deepcopy(invent(5, flights=2, parties=8))
    wrong(document)
    out = tmp_path / "plan.json"
    assert run("transport", write(tmp_path / "day.json", document), "--seconds", 0, "--out", out) == 2
    (line, *_) = [line for line in capsys.readouterr().err.splitlines() if where in line]
    assert "day.json" in line and said in line
    assert ("(transport-negative)" if said.startswith("-") else "(transport-unknown)") in line
    assert not out.exists()


@pytest.mark.parametrize(
    ("pins", "about", "why"),
    [
        ([pin(1, 480, 0, [0, 7]), pin(1, 500, 1, [1, 8])], "vehicle 1", "busy until"),
        ([pin(1, 480, 0, [0, 7]), pin(2, 500, 1, [0, 8])], "crew member 0", "busy until"),
        ([pin(1, 480, 0, [0, 7]), pin(1, 900, 0, [0, 7])], "party 0", "more than once"),
        ([pin(1, 483, 0, [0, 7])], "trip 0", "tick"),
    ],
)
def test_pins_that_contradict_each_other_are_refused_by_what_they_fight_for(
    pins, about, why, tmp_path, capsys
):
    document = invent(5, flights=1, parties=0)
    document["parties"] = [{"id": n, **PINNED} for n in range(2)]
    document["pins"] = pins
    out = tmp_path / "plan.json"
    assert run("transport", write(tmp_path / "day.json", document), "--seconds", 0, "--out", out) == 2
    said = capsys.readouterr().err
    assert about in said and why in said and "release or mend one of these pins" in said
    assert not out.exists()


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        (lambda day: place_party(day, size=40, cls="ordinary", dest=-1), "party-too-large"),
        (lambda day: day["classes"]["ordinary"].update(kinds=[], cap={}), "no-vehicle-kind"),
        (lambda day: [one.update(driven=540) for one in day["crew"] if one["role"] != "E"], "no-driver"),
    ],
)
def test_whoever_cannot_be_moved_is_left_with_the_reason_and_the_rest_is_planned(wrong, code, tmp_path):
    document = copy.deepcopy(invent(5, flights=2, parties=8))
    document["parties"][0] |= {"cls": "ordinary", "dest": -1, "rooms": 1}
    wrong(document)
    out = tmp_path / "plan.json"
    path = write(tmp_path / "day.json", document)
    assert run("transport", path, "--seconds", 0, "--out", out) == 0
    assert run("check", path, out) == 0
    told = {one["party"]: one for one in json.loads(out.read_text())["unmoved"]}
    assert told[0]["code"] == code and told[0]["remedy"]


@pytest.mark.parametrize("text", ["", "{", "[]", "null", "3", '"x"', "\ufeff{}", "[" * 100_000])
def test_a_file_that_is_no_problem_is_refused(text, tmp_path, capsys):
    (tmp_path / "file.json").write_text(text, encoding="utf-8")
    assert run("transport", tmp_path / "file.json", "--seconds", 0) == 2
    assert "file.json" in capsys.readouterr().err


def test_a_missing_file_and_an_odd_number_of_seconds_are_refused(good, capsys):
    assert run("transport", good / "none.json") == 2
    assert run("transport", good / "problem.json", "--seconds", "-1") == 2
    assert run("transport", good / "problem.json", "--seconds", "nan") == 2
    assert run("transport", good / "problem.json", "--seconds", 0, "--out", good / "no" / "plan.json") == 2


def pinned(good, *changes):
    """The problem with the first trip of its plan pinned once for each of these changes to it; what the planner answers."""
    trip = json.loads((good / "plan.json").read_text())["trips"][0]
    pin = {key: trip[key] for key in ("vehicle", "start", "dest", "parties", "drivers", "escorts")}
    document = json.loads((good / "problem.json").read_text())
    document["pins"] = [pin | one for one in changes]
    out = good / "pinned.json"
    problem = write(good / "pins.json", document)
    return run("transport", problem, "--seconds", 0, "--out", out), out, pin


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        (({}, {"start": 700}), ["carried more than once", "(transport-pins)"]),
        (({"start": 0},), ["pins, trip 0: ", "it boards at 0", "(transport-pins)"]),
    ],
)
def test_pins_that_contradict_each_other_or_the_rules_are_refused_and_no_plan_is_written(
    changes, said, good, capsys
):
    capsys.readouterr()
    code, out, _ = pinned(good, *changes)
    told = capsys.readouterr().err
    assert code == 2
    assert all(words in told for words in said)
    assert not out.exists()


def test_a_pin_that_can_be_is_in_the_plan(good):
    code, out, pin = pinned(good, {})
    assert code == 0
    assert pin in [{key: trip[key] for key in pin} for trip in json.loads(out.read_text())["trips"]]


def test_what_only_counts_with_a_plan_in_force_is_refused_without_one(good, capsys):
    changes = write(good / "changes.json", [])
    code = run(
        "transport", good / "problem.json", "--now", 500, "--changes", changes, "--out", good / "o.json"
    )
    said = capsys.readouterr().err
    assert code == 2 and "--now, --changes: only with --base" in said and not (good / "o.json").exists()


@pytest.mark.parametrize("more", [(), ("--base", "plan.json")])
def test_a_folder_that_is_not_there_is_said_before_anything_is_planned(more, good, capsys):
    words = [good / one if one.endswith("json") else one for one in more]
    out = good / "none" / "o.json"
    code = run("transport", good / "problem.json", *words, "--seconds", 0, "--out", out)
    said = capsys.readouterr()
    assert code == 2 and "there is no such folder" in said.err and not said.out


def test_a_pin_of_the_problem_is_kept_when_it_is_planned_again(good):
    _, out, pin = pinned(good, {})
    words = ["transport", good / "pins.json", "--base", out, "--seconds", 0.5, "--now", 0]
    assert run(*words, "--out", good / "o.json", "--problem-out", good / "after.json") == 0
    assert [
        {key: one[key] for key in pin} for one in json.loads((good / "after.json").read_text())["pins"]
    ] == [pin]


def again(good, changes, *, now=500, keep=30):
    out, after = good / "again.json", good / "after.json"
    words = ["transport", good / "problem.json", "--base", good / "plan.json", "--now", now, "--keep", keep]
    words += ["--changes", write(good / "changes.json", changes), "--seconds", 0.5, "--json"]
    return run(*words, "--out", out, "--problem-out", after), out, after


@pytest.mark.parametrize(
    "happened",
    [
        {"change": "flight_late", "id": 1, "minutes": 90},
        {"change": "vehicle_out", "id": 3},
        {"change": "crew_out", "id": 0},
        {"change": "positive", "id": 2},
        {"change": "facility_full", "id": 1},
    ],
)
def test_after_something_happened_what_started_stays_and_the_new_plan_breaks_no_rule(happened, good, capsys):
    capsys.readouterr()
    code, out, after = again(good, [happened])
    said = json.loads(capsys.readouterr().out)
    assert code == 0
    assert run("check", after, out) == 0
    before = json.loads((good / "plan.json").read_text())["trips"]
    now = json.loads(out.read_text())["trips"]
    key = ("vehicle", "start", "dest", "parties", "drivers", "escorts")
    started = [[trip[one] for one in key] for trip in before if trip["start"] < 500]
    assert started
    assert all(one in [[trip[key_] for key_ in key] for trip in now] for one in started)
    told = {row["party"]: row for row in said["changes"]}
    soon = {party for trip in before if 500 <= trip["start"] < 530 for party in trip["parties"]}
    assert all(told[party]["must"] for party in soon & set(told))


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ({"change": "vehicle_out", "id": 1}, "document"),
        ([{"change": "eaten", "id": 1}], "[0].change"),
        ([{"change": "vehicle_out", "id": 99}], "[0].id"),
        ([{"change": "flight_late", "id": 0, "minutes": -5}], "[0].minutes"),
        ([{"change": "flight_late", "id": 0, "minutes": 10**19}], "[0].minutes"),
        ([{"change": "positive", "id": 0, "persons": 1}] * 2, "[1].id"),
        ([{"change": "facility_full", "id": 0}], "[0].id"),
        ([{"change": "positive", "id": 0, "cls": "vip"}], "[0].cls"),
        ([{"change": "positive", "id": 0, "dest": "x"}], "[0].dest"),
        ([{"change": "positive", "id": 0, "dest": []}], "[0].dest"),
        ([3], "[0].change"),
    ],
)
def test_a_change_that_cannot_be_is_refused_with_its_place(changes, where, good, capsys):
    code, out, _ = again(good, changes)
    assert code == 2
    assert where in capsys.readouterr().err
    assert not out.exists()


def test_a_plan_of_another_problem_is_no_base(good, capsys):
    plan = json.loads((good / "plan.json").read_text())
    plan["trips"][0]["vehicle"] = 4711
    (good / "plan.json").write_text(json.dumps(plan))
    code, *_ = again(good, [])
    assert code == 2
    assert "4711" in capsys.readouterr().err


def interrupt_soon():
    """Press Ctrl-C once the planner listens for it; who listened before."""
    before = signal.getsignal(signal.SIGINT)

    def interrupt():
        while signal.getsignal(signal.SIGINT) is before:
            time.sleep(0.01)
        os.kill(os.getpid(), signal.SIGINT)

    threading.Thread(target=interrupt, daemon=True).start()
    return before


def test_an_interrupt_ends_the_search_and_the_best_plan_so_far_is_written(tmp_path):
    problem, out = (
        write(tmp_path / "day.json", invent(5, flights=3, parties=60, scarce=True)),
        tmp_path / "plan.json",
    )
    before = interrupt_soon()
    assert run("transport", problem, "--seconds", 3600, "--out", out) == 0
    assert run("check", problem, out) == 0
    assert signal.getsignal(signal.SIGINT) is before


def test_planning_again_tells_how_far_it_is_and_ends_on_an_interrupt_with_the_best_so_far(tmp_path, capsys):
    problem = write(tmp_path / "day.json", invent(5, flights=3, parties=60, scarce=True))
    base, out = tmp_path / "base.json", tmp_path / "plan.json"
    assert run("transport", problem, "--seconds", 0, "--out", base) == 0
    capsys.readouterr()
    interrupt_soon()
    again = ("--base", base, "--seconds", 3600, "--progress", "--out", out)
    assert run("transport", problem, *again) == 0
    assert "bound" in "".join(capsys.readouterr())
    assert run("check", problem, out) == 0
