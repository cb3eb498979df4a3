"""Files of the `plan` commands: read with a clear word to who gave them, written whole."""

import json
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NoReturn, TypeVar

from pratique.core.answers import Problem
from pratique.engines.anytime import Progress

_Change = TypeVar("_Change")
Reader = Callable[..., tuple[tuple[_Change, ...], tuple[Problem, ...]]]

REFUSED = 2
UNREADABLE = object()


def read_text(path: Path) -> str | None:
    """The text of a file; None if it cannot be read, which is said."""
    try:
        return path.read_text(encoding="utf-8")
    except OSError as fault:
        print(f"{path}: cannot be read ({fault.strerror}); name an existing file", file=sys.stderr)
    except ValueError:
        print(f"{path}: is no text in UTF-8; save it as such", file=sys.stderr)
    return None


def read_json(path: Path) -> Any:
    """The document in a file; UNREADABLE if there is none, which is said."""
    text = read_text(path)
    if text is None:
        return UNREADABLE
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as fault:
        print(f"{path}: is not JSON ({fault}); save it as JSON in UTF-8", file=sys.stderr)
    return UNREADABLE


def refuse_unwritable(*paths: Path | None) -> None:
    """End the program before it plans for minutes what could not be written: the folder is not there, or the name is a folder's."""
    for path in paths:
        if path is not None and (path.is_dir() or not path.absolute().parent.is_dir()):
            _refuse_to_write(path, "there is no such folder" if not path.is_dir() else "it is a folder")


def _refuse_to_write(path: Path, because: str) -> NoReturn:
    print(f"{path}: cannot be written ({because}); name another file", file=sys.stderr)
    raise SystemExit(REFUSED)


def write_json(path: Path, document: Any) -> None:
    """Write a document; the program ends if that fails."""
    try:
        path.write_text(
            json.dumps(document, separators=(",", ":"), ensure_ascii=False) + "\n", encoding="utf-8"
        )
    except OSError as fault:
        _refuse_to_write(path, fault.strerror or "no reason is given")


@contextmanager
def until_interrupted() -> Iterator[threading.Event]:
    """An event that Ctrl-C sets, so that what was found so far is kept; a second Ctrl-C ends the program as ever."""
    stop = threading.Event()
    before = signal.getsignal(signal.SIGINT)

    def end(*_: object) -> None:
        signal.signal(signal.SIGINT, before)
        stop.set()

    signal.signal(signal.SIGINT, end)
    try:
        yield stop
    finally:
        signal.signal(signal.SIGINT, before)


def print_faults(path: Path, faults: tuple[Problem, ...]) -> None:
    """Each fault on a line: file, place, what, remedy, code."""
    for one in faults:
        print(f"{path}: {one.where}: {one.message}; {one.remedy} ({one.code})", file=sys.stderr)


def read_changes(path: Path | None, read: Reader[_Change], problem: object) -> tuple[_Change, ...] | None:
    """What happened since, by the file (none: nothing did); None if the file cannot be taken, which is said."""
    if path is None:
        return ()
    document = read_json(path)
    if document is UNREADABLE:
        return None
    changes, faults = read(document=document, problem=problem)
    print_faults(path, faults)
    return None if faults else changes


def print_progress(progress: Progress) -> None:
    """A better answer, on a line of standard error."""
    print(
        f"{progress.seconds:8.1f} s  {progress.objective:,.1f}  bound {progress.bound:,.1f}", file=sys.stderr
    )
