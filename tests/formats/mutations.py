"""Documents damaged as files are on their way: cut, flipped, doubled, mixed; and what must hold of whatever comes out.

`python tests/formats/mutations.py SECONDS [SEED]` damages the golden documents for so long and prints what it tried.
"""

import io
import json
import random
import sys
import time
import zipfile
from collections import Counter
from collections.abc import Callable
from datetime import date

from pratique.formats.read import read
from pratique.formats.reading import Reading
from pratique.formats.words import KINDS, translate

ON = date(2020, 4, 15)
_SIGNS = b"'+:?*(.)-~|<>\x00\x02\x03\x1c\x1d\x1f\"\r\n\t ,;/0A\xff\xe4"


def _cut(data: bytes, dice: random.Random) -> bytes:
    return data[: dice.randrange(len(data) + 1)]


def _behead(data: bytes, dice: random.Random) -> bytes:
    return data[dice.randrange(len(data) + 1) :]


def _flip(data: bytes, dice: random.Random) -> bytes:
    changed = bytearray(data)
    for _ in range(dice.choice((1, 1, 3, 20))):
        if changed:
            changed[dice.randrange(len(changed))] = dice.randrange(256)
    return bytes(changed)


def _replace_sign(data: bytes, dice: random.Random) -> bytes:
    return data.replace(bytes([dice.choice(_SIGNS)]), bytes([dice.choice(_SIGNS)]), dice.choice((1, 3, -1)))


def _insert(data: bytes, dice: random.Random) -> bytes:
    place = dice.randrange(len(data) + 1)
    return data[:place] + bytes(dice.choices(_SIGNS, k=dice.choice((1, 2, 9)))) + data[place:]


def _list_pieces(data: bytes, dice: random.Random) -> tuple[list[bytes], bytes]:
    sign = dice.choice((b"'", b"\n", b",", b"+"))
    return data.split(sign), sign


def _drop(data: bytes, dice: random.Random) -> bytes:
    pieces, sign = _list_pieces(data, dice)
    start = dice.randrange(len(pieces))
    del pieces[start : start + dice.choice((1, 1, 2, 7))]
    return sign.join(pieces)


def _double(data: bytes, dice: random.Random) -> bytes:
    pieces, sign = _list_pieces(data, dice)
    start = dice.randrange(len(pieces))
    return sign.join(
        [*pieces[: start + 1], *pieces[start : start + dice.choice((1, 2, 7))], *pieces[start + 1 :]]
    )


def _swap(data: bytes, dice: random.Random) -> bytes:
    pieces, sign = _list_pieces(data, dice)
    one, other = dice.randrange(len(pieces)), dice.randrange(len(pieces))
    pieces[one], pieces[other] = pieces[other], pieces[one]
    return sign.join(pieces)


def _damage_member(data: bytes, dice: random.Random) -> bytes:
    """One file inside a workbook damaged and packed again, so that its check sum is right and its content is not."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = {name: archive.read(name) for name in archive.namelist()}
    except Exception:
        return data
    if members:
        name = dice.choice(sorted(members))
        members[name] = dice.choice((_cut, _flip, _replace_sign, _insert, _swap))(members[name], dice)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return packed.getvalue()


MUTATIONS: tuple[Callable[[bytes, random.Random], bytes], ...] = (
    _cut,
    _behead,
    _flip,
    _replace_sign,
    _insert,
    _drop,
    _double,
    _swap,
)


def damage(data: bytes, dice: random.Random) -> bytes:
    """One to four faults, one after another."""
    if data.startswith(b"PK") and dice.random() < 0.7:
        return _damage_member(data, dice)
    for _ in range(dice.choice((1, 1, 1, 2, 4))):
        data = dice.choice(MUTATIONS)(data, dice)
    return data


def hold(data: bytes, *, format: str | None = None) -> tuple[Reading, Reading]:  # noqa: A002
    """Read in both modes, and what must hold of any reading; returns tolerant and strict."""
    tolerant = read(data=data, format=format, on=ON)
    strict = read(data=data, format=format, strict=True, on=ON)
    for reading in (tolerant, strict):
        json.dumps(reading.to_json(), allow_nan=False).encode("ascii")
        assert reading.accepted or any(problem.fatal for problem in reading.problems)
        assert not (reading.accepted and any(problem.fatal for problem in reading.problems))
        for problem in reading.problems:
            assert problem.code in KINDS
            assert problem.where
            assert problem.message
            assert problem.remedy
            said = translate(problem=problem, language="zh")
            assert said.where
            assert said.message != problem.message
    assert tolerant.accepted or not strict.accepted
    return tolerant, strict


def main(seconds: float, seed: int) -> None:
    """Damage documents until the time is up; a document that breaks the reader is left in a file."""
    from formats.golden_cases import get_document, list_cases  # noqa: PLC0415 the suite needs only the rest

    documents = [get_document(case).read_bytes() for case in list_cases()]
    dice, tried = random.Random(seed), Counter[str]()
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        data = damage(dice.choice(documents), dice)
        try:
            began = time.monotonic()
            tolerant, strict = hold(
                data, format=dice.choice((None, None, None, "paxlst", "csv", "mrz", "xlsx", "xls"))
            )
            assert time.monotonic() - began < 10
        except Exception:
            with open(f"broken-{seed}-{sum(tried.values())}.bin", "wb") as file:  # noqa: PTH123
                file.write(data)
            raise
        tried[f"{tolerant.format or 'unknown'} {tolerant.accepted:d}{strict.accepted:d}"] += 1
    print(sum(tried.values()), dict(sorted(tried.items())))


if __name__ == "__main__":
    main(float(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 1)
