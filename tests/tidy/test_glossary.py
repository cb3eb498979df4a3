"""The glossary is of this product: no word nobody uses, no noun of the core or table of the store without its line."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in (ROOT / "GLOSSARY.md").read_text("utf-8").splitlines()
    if line.startswith("| ") and not line.startswith(("| English", "| ---"))
]
TERMS = {
    term.strip().lower()
    for english, _, _ in ROWS
    for term in re.split(r" / |, ", re.sub(r"\((.*?)\)", r", \1", english))
    if term.strip()
}
# Nouns of programming, not of the trade.
PLAIN = {
    "apply",
    "change",
    "compose",
    "diff",
    "draw_form",
    "json_form",
    "public",
    "relation",
    "table",
    "vocabulary",
    "access",
    "subscription",
}


def is_explained(word: str) -> bool:
    """Whether the word is a term, or the plural of one, or a part of one."""
    plain = word.replace("_", " ").lower()
    forms = {
        plain,
        plain.removesuffix("s"),
        plain.removesuffix("ies") + "y",
        re.sub("(ing|ion|isation)$", "", plain),
    }
    return any(form == term or form in term.split() for form in forms for term in TERMS)


def test_every_line_has_both_languages_and_a_meaning_and_stands_in_order():
    for english, chinese, meaning in ROWS:
        assert english
        assert re.search(r"[\u4e00-\u9fff]", chinese), english
        assert meaning, english
    names = [english.lower() for english, _, _ in ROWS]
    assert names == sorted(names)
    assert len(names) == len(set(names))


def test_every_word_is_used_somewhere():
    files = [path for path in (ROOT / "src").rglob("*") if path.suffix in {".py", ".html", ".toml", ".js"}]
    text = "\n".join(path.read_text("utf-8") for path in files).lower()
    forms = {term: (term, term.replace(" ", "_"), term.replace("-", "_")) for term in TERMS}
    assert not {term for term, spelled in forms.items() if not any(form in text for form in spelled)}


def test_every_noun_of_the_core_and_every_table_is_explained():
    core = ROOT / "src/pratique/core"
    nouns = {path.stem for path in core.rglob("*.py") if path.stem != "__init__"}
    nouns |= {path.name for path in core.iterdir() if path.is_dir() and not path.name.startswith("_")}
    tables = {
        re.sub(r"(?<!^)(?=[A-Z])", " ", name).lower()
        for path in (ROOT / "src/pratique/store/models").glob("*.py")
        for name in re.findall(r"^class (\w+)\(.*models?\.Model", path.read_text("utf-8"), re.MULTILINE)
    }
    assert {noun for noun in nouns | tables if noun not in PLAIN and not is_explained(noun)} == set()
