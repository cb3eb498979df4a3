"""`python -m benchmarks NAME`: measure, as ratios against a floor or a rival in the same run."""

import importlib
import sys

NAMES = ("edifact", "scans", "missing", "transport", "vrp")


def main() -> int:
    """Run the benchmark that is named, or say which there are."""
    if len(sys.argv) < 2 or sys.argv[1] not in NAMES:
        print(f"usage: python -m benchmarks {{{','.join(NAMES)}}} [options]; each has --help")
        return 2
    return importlib.import_module(f"benchmarks.{sys.argv[1]}").main(sys.argv[2:])


if __name__ == "__main__":
    raise SystemExit(main())
