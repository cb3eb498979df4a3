"""A port is set up from a file, and changed by the same file."""

from dataclasses import replace

import msgspec
import pytest

from pratique.core.answers import Refused
from pratique.formats import port_file
from pratique.services import port
from pratique.services.permission import Role
from pratique.site import command_port
from pratique.store import models


@pytest.fixture
def file(db):
    found, problems = port_file.read(data=command_port.EXAMPLE.read_bytes(), roles=[r.value for r in Role])
    assert found is not None, problems
    return found


def test_a_port_is_set_up_and_its_people_can_sign_in_once_with_their_first_password(file):
    loaded = port.load(file=file)
    assert (loaded.new["custodian"], loaded.new["rest_place"]) == (8, 1)
    for person in models.Person.objects.all():
        assert person.check_password(loaded.passwords[person.username])
    assert models.Custodian.objects.get(code="hall-west").responsible.username == "screening"
    assert models.Custodian.objects.get(code="released").attributes["record"] == "released"


def test_the_same_file_again_changes_nothing_and_no_password(file):
    port.load(file=file)
    before = dict(models.Person.objects.values_list("username", "password"))
    again = port.load(file=file)
    assert (again.new, again.changed, again.passwords, again.absent) == ({}, {}, {}, ())
    assert dict(models.Person.objects.values_list("username", "password")) == before


def test_what_differs_is_changed_and_what_is_absent_is_named_and_stays(file):
    port.load(file=file)
    vehicles = (msgspec.structs.replace(file.vehicles[0], seats=44),)
    fewer = tuple(c for c in file.custodians if c.code != "holding-north")
    again = port.load(file=replace(file, vehicles=vehicles, custodians=fewer))
    assert again.changed == {"vehicle": 1}
    assert models.Vehicle.objects.get().seats == 44
    assert again.absent == ("custodian holding-north",)
    assert models.Custodian.objects.filter(code="holding-north").exists()


def test_another_port_is_refused_and_nothing_is_written(file):
    port.load(file=file)
    other = msgspec.structs.replace(file.port, code="LJG", icao="ZPLJ")
    with pytest.raises(Refused) as refused:
        port.load(file=replace(file, port=other, vehicles=()))
    assert refused.value.code == "port_is_another"
    assert models.Port.objects.get().code == "KMG"


def test_a_custodian_never_becomes_another_kind_and_nothing_is_half_done(file):
    port.load(file=file)
    changed = tuple(
        msgspec.structs.replace(c, kind="holding") if c.code == "hall-west" else c for c in file.custodians
    )
    vehicles = (msgspec.structs.replace(file.vehicles[0], seats=12),)
    with pytest.raises(Refused) as refused:
        port.load(file=replace(file, custodians=changed, vehicles=vehicles))
    assert refused.value.code == "custodian_kind_fixed"
    assert models.Vehicle.objects.get().seats == 30
