"""`python -m benchmarks NAME`: measure, as ratios against a floor or a rival in the same run."""

import ast
import importlib
import sys
from pathlib import Path

NAMES = ("edifact", "scans", "missing", "tracing", "transport", "dispatch", "vrp", "roster")


def main() -> int:
    """Run the benchmark that is named, or say which there are."""
    if len(sys.argv) < 2 or sys.argv[1] not in NAMES:
        print("usage: python -m benchmarks NAME [options]; each has --help")
        for name in NAMES:
            print(f"  {name:10} {read_line(name)}")
        return 2
    return importlib.import_module(f"benchmarks.{sys.argv[1]}").main(sys.argv[2:])


def read_line(name: str) -> str:
    """What a benchmark says of itself, in a line; read, not imported."""
    told = ast.get_docstring(ast.parse(Path(__file__).with_name(f"{name}.py").read_text())) or ""
    return told.splitlines()[0] if told else ""


if __name__ == "__main__":
    raise SystemExit(main())
