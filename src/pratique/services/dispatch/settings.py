"""The rules of transport that this port goes by."""

from functools import cache
from importlib.resources import files

from pratique import protocols
from pratique.formats import transport_rules
from pratique.formats.transport_rules import TransportRules

SHIPPED = "cn-2020.toml"


@cache
def get_rules() -> TransportRules:
    """The shipped edition. A fault in it is ours: it raises ValueError with all its problems."""
    data = files(protocols).joinpath("transport", SHIPPED).read_bytes()
    found, problems = transport_rules.read(data=data)
    return protocols.accept(found, problems)
