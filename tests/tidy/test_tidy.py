"""The house is kept: sizes, names, and every code of a refusal documented."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCES = sorted((ROOT / "src").rglob("*.py"))
FILE_LINES_MAX = 600
FUNCTION_LINES_MAX = 70

# What is larger than it should be, by name; this list may only shrink.
LARGE_FILES: frozenset[str] = frozenset()
LONG_FUNCTIONS: frozenset[str] = frozenset()

BANNED_MODULES = {"utils", "helpers", "manager", "managers", "base", "misc", "common"}


def list_functions(path: Path) -> Iterator[tuple[str, int]]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield f"{path.stem}.{node.name}", (node.end_lineno or node.lineno) - node.lineno + 1


def list_codes() -> dict[str, set[str]]:
    """Every code that is raised or told, with the files that do."""
    found: dict[str, set[str]] = {}
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or not node.args:
                continue
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            first = node.args[0]
            told = name in {"Refused", "Objection"} and isinstance(first, ast.Constant)
            if told and isinstance(first.value, str):
                found.setdefault(first.value, set()).add(path.name)
    return found


def test_no_file_is_larger_than_a_person_can_hold_in_mind():
    large = {
        str(path.relative_to(ROOT))
        for path in SOURCES
        if "migrations" not in path.parts
        and len(path.read_text(encoding="utf-8").splitlines()) > FILE_LINES_MAX
    }
    assert large == LARGE_FILES


def test_no_function_is_longer_than_a_screen():
    long = {
        name
        for path in SOURCES
        if "migrations" not in path.parts
        for name, lines in list_functions(path)
        if lines > FUNCTION_LINES_MAX
    }
    assert long == LONG_FUNCTIONS


def test_no_module_is_a_drawer_for_anything():
    assert not {str(p) for p in SOURCES if p.stem in BANNED_MODULES}


def test_every_module_says_what_it_is():
    silent = {
        str(path.relative_to(ROOT))
        for path in SOURCES
        if path.read_text(encoding="utf-8").strip()
        and not ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
        and path.name != "0001_initial.py"
    }
    assert not silent


def test_every_code_of_a_refusal_or_objection_is_documented():
    documented = set(
        re.findall(
            r"^\| `([a-z_-]+)`", (ROOT / "docs/reference/refusals.md").read_text(encoding="utf-8"), re.M
        )
    )
    undocumented = {code: files for code, files in list_codes().items() if code not in documented}
    assert not undocumented


def test_no_sentence_of_the_refusals_has_a_hole():
    """Nothing left out (…) and no empty cell: the page is read by somebody who has only the code."""
    rows = re.findall(r"^\| `.*$", (ROOT / "docs/reference/refusals.md").read_text("utf-8"), re.M)
    assert rows
    assert not [row for row in rows if "…" in row or re.search(r"\|\s*\|", row)]


@pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md"])
def test_every_link_of_a_document_leads_somewhere(name):
    text = (ROOT / name).read_text(encoding="utf-8")
    targets = re.findall(r"\]\((?!https?://)([^)#]+)", text)
    assert targets
    assert not [t for t in targets if not (ROOT / t).exists()]


def test_no_path_of_somebodys_machine_is_in_the_project():
    suspicious = re.compile(r"/(?:root|home|work)/\w+")
    found = {
        str(path.relative_to(ROOT))
        for folder in ("src", "docs", "tests", "benchmarks")
        for path in (ROOT / folder).rglob("*")
        if path.is_file()
        and path.suffix in {".py", ".md", ".toml", ".js", ".html", ".css", ".sh", ".json"}
        and path != Path(__file__)
        and suspicious.search(path.read_text(errors="replace"))
    }
    assert not found


def test_no_text_carries_the_marks_of_a_merge_that_was_left_half_done():
    texts = [p for folder in ("src", "docs", "tests", "benchmarks") for p in (ROOT / folder).rglob("*")]
    texts += list(ROOT.glob("*.md")) + [ROOT / "Makefile", ROOT / "pyproject.toml"]
    kinds = {".py", ".md", ".toml", ".html", ".css", ".js", ".po", ""}
    marked = [
        str(path.relative_to(ROOT))
        for path in texts
        if path.is_file()
        and path.suffix in kinds
        and re.search(r"^(<{7} |>{7} )", path.read_text(encoding="utf-8", errors="replace"), re.M)
    ]
    assert marked == []


def test_every_benchmark_begins_by_itself():
    program = "import importlib, benchmarks.__main__ as m; [importlib.import_module(f'benchmarks.{n}').main for n in m.NAMES]"
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
