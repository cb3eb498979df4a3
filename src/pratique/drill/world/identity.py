"""Names, births and travel documents for people who do not exist."""

import unicodedata
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from random import Random
from string import ascii_uppercase, digits

from pratique.drill.world.people import Person
from pratique.drill.world.schedule import Flight
from pratique.drill.world.source import read_toml

CHINESE_CHANCE = 0.7
FROM_ORIGIN_CHANCE = 0.75
"""Of those who are not Chinese nationals: how likely they are nationals of where the flight comes from."""
TELEPHONE_CHANCE = 0.8
VALID_YEARS = 10


@dataclass(frozen=True, slots=True)
class Identity:
    """Who somebody is on paper. Names are in the letters of a passport's data page; `nationality` and `issuer` are
    ISO 3166 alpha-3."""

    surname: str
    given_names: str
    chinese_name: str
    sex: str
    born_on: date
    nationality: str
    residence: str
    document_number: str
    issuer: str
    expires_on: date
    telephone: str

    @property
    def machine_readable(self) -> tuple[str, str]:
        """The two lines of the machine readable zone of a passport (ICAO 9303, TD3)."""
        name = (
            f"{_filled(self.surname)}<<{_filled(self.given_names)}"
            if self.given_names
            else _filled(self.surname)
        )
        number, born, expires = (
            self.document_number.ljust(9, "<"),
            f"{self.born_on:%y%m%d}",
            f"{self.expires_on:%y%m%d}",
        )
        parts = [number + check_digit(number), born + check_digit(born), expires + check_digit(expires)]
        optional = "<" * 14
        personal = optional + "<"
        composite = check_digit(parts[0] + parts[1] + parts[2] + personal)
        lower = f"{parts[0]}{self.nationality:<<3}{parts[1]}{self.sex}{parts[2]}{personal}{composite}"
        return f"P<{self.issuer:<<3}{name}".ljust(44, "<")[:44], lower


def check_digit(field: str) -> str:
    """ICAO 9303: weights 7, 3, 1; a filler counts 0, A is 10 and so on."""
    values = [0 if c == "<" else int(c) if c in digits else ascii_uppercase.index(c) + 10 for c in field]
    return str(sum(value * (7, 3, 1)[place % 3] for place, value in enumerate(values)) % 10)


def identify(*, people: tuple[Person, ...], flight: Flight, on: date, rng: Random) -> dict[str, Identity]:
    """An identity for everybody of one flight; a party shares nationality, families share a name."""
    parties: dict[str, str] = {}
    surnames: dict[str, str] = {}
    numbers: set[str] = set()
    found = {}
    for person in people:
        nationality = parties.get(person.party) or _choose_nationality(flight.origin.country, rng)
        if person.role == "passenger":
            parties[person.party] = nationality
        shared = surnames.get(person.party, "") if person.role == "passenger" and rng.random() < 0.75 else ""
        identity = _invent(person, nationality, shared, on, rng)
        while identity.document_number in numbers:
            identity = _invent(person, nationality, shared, on, rng)
        numbers.add(identity.document_number)
        surnames.setdefault(person.party, _latin_and_script(identity))
        found[person.key] = identity
    return found


def _latin_and_script(identity: Identity) -> str:
    return f"{identity.chinese_name[: _surname_length(identity)]}|{identity.surname}"


def _surname_length(identity: Identity) -> int:
    return 2 if identity.surname in {"OUYANG", "ZHUGE"} else 1


def _choose_nationality(country: str, rng: Random) -> str:
    if rng.random() < CHINESE_CHANCE:
        return "CHN"
    pools = read_toml("names")
    local = [code for code, pool in pools.items() if pool["country"] == country and code != "CHN"]
    if local and rng.random() < FROM_ORIGIN_CHANCE:
        return local[0]
    return rng.choice([code for code in pools if code != "CHN"])


@cache
def _pool(nationality: str, part: str) -> tuple[tuple[str, str], ...]:
    """Names of one pool as (script, Latin); the script is empty where the pool has none."""
    pool = read_toml("names")[nationality]
    words = pool.get(part, "").split()
    if pool.get("script") == "han":
        return tuple(zip(words[0::2], words[1::2], strict=True))
    return tuple(("", word.replace("_", " ")) for word in words)


def _invent(person: Person, nationality: str, shared: str, on: date, rng: Random) -> Identity:
    pool = read_toml("names")[nationality]
    given = _pool(nationality, "male" if person.sex == "M" else "female")
    if pool.get("surname") == "none":
        chosen, script = [("", "")], ""
        surname = " ".join(name for _, name in rng.sample(given, rng.choice((2, 2, 3, 3, 4))))
        given_names = ""
    else:
        script, surname = shared.split("|") if shared else rng.choice(_pool(nationality, "surnames"))
        chosen = rng.sample(given, 2 if pool.get("script") == "han" and rng.random() < 0.8 else 1)
        joint = "" if nationality == "CHN" else " "
        given_names = joint.join(latin for _, latin in chosen)
    days_old = person.age * 365.25 + rng.randint(20 if person.age == 0 else 0, 364)
    return Identity(
        surname=plain(surname),
        given_names=plain(given_names),
        chinese_name=script + "".join(han for han, _ in chosen) if script else "",
        sex=person.sex,
        born_on=on - timedelta(days=int(days_old) + 1),
        nationality="CHN" if nationality == "HKG" else nationality,
        residence=nationality,
        document_number=_number(pool["number"], rng),
        issuer=pool.get("issuer", nationality),
        expires_on=on + timedelta(days=rng.randint(60, 365 * (5 if person.age < 16 else VALID_YEARS))),
        telephone=f"+00 000 {rng.randint(0, 9999):04d} {rng.randint(0, 9999):04d}" if rng.random() < TELEPHONE_CHANCE else "",
    )  # fmt: skip


def _number(shape: str, rng: Random) -> str:
    return "".join(
        rng.choice(digits) if c == "9" else rng.choice(ascii_uppercase) if c in "AZ" and place > 1 else c
        for place, c in enumerate(shape)
    )


def plain(name: str) -> str:
    """A name in the twenty-six capitals, blanks and hyphens that a message between machines may hold."""
    folded = unicodedata.normalize("NFKD", name).replace("ß", "ss").replace("ø", "o")
    return "".join(c for c in folded.upper() if c in ascii_uppercase or c in " -")


def _filled(name: str) -> str:
    return plain(name).replace(" ", "<").replace("-", "<")
