"""A backup holds everything, a restore takes all of it or nothing, and a damaged file is found out."""

import contextlib
import json
import os
import resource
import subprocess
import sys
import zipfile
from datetime import UTC, date, datetime
from pathlib import Path
from uuid import UUID, uuid4

import psycopg
import pytest
from django.db import connection, transaction
from django.db.migrations.recorder import MigrationRecorder

from pratique.core.answers import Refused
from pratique.services import identity
from pratique.site import backup, keys
from pratique.site.backup import tables
from pratique.store import models

NOW = datetime(2020, 4, 15, 4, 0, tzinfo=UTC)


def ignore(stage: str) -> backup.Step:
    """Progress nobody looks at."""
    return lambda done, total: None


@pytest.fixture(autouse=True)
def alone(db: None) -> None:
    """Whoever an earlier test of this worker left connected is shown out: a restore asks to be alone."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() "
            "AND backend_type = 'client backend' AND pid <> pg_backend_pid()"
        )


@pytest.fixture
def people(db: None) -> list[UUID]:
    """Rows with everything that is hard to carry over: text in any script, bytes, null, JSON, floats, sequences."""
    unit = models.Unit.objects.create(code="A\\b\tc\nd", name_zh="指挥部\u2028“一”", name_en="")
    models.Person.objects.create(username="liang", unit=unit, name_zh="梁", locked_until=NOW)
    models.Device.objects.create(name="\\N", token_hash=bytes(range(32)), offset_seconds=0.1 + 0.2)
    travellers = [
        models.Traveller.objects.create(code=f"T{n}", needs=["轮椅", {"n": None}], manifested=n % 2 == 0)
        for n in range(40)
    ]
    identity.write(
        identities={t.id: identity.Identity(surname="WANG", born_on=date(1980, 1, 2)) for t in travellers},
        erase_on=date(2020, 6, 1),
    )
    with connection.cursor() as cursor:
        cursor.execute("SELECT setval('store_entry_seq', 4711)")
    return [t.id for t in travellers]


def read_everything() -> dict[str, list[bytes]]:
    with transaction.atomic():
        tables.fix_forms()
        return {table.name: list(tables.read_rows(table)) for table in tables.list_tables()}


def take(path: Path) -> bytes:
    backup.write(path=path, now=NOW, progress=ignore)
    return path.read_bytes()


def test_every_row_comes_back_as_it_was(people: list[UUID], tmp_path: Path) -> None:
    before, sequences = read_everything(), tables.read_sequences()
    take(tmp_path / "one")
    models.Traveller.objects.create(code="after the backup")
    models.Person.objects.update(name_en="changed after the backup")
    backup.restore(path=tmp_path / "one", replace=True, progress=ignore)
    assert read_everything() == before
    assert tables.read_sequences() == sequences
    assert sum(len(rows) for rows in before.values()) > 100
    found = identity.read(travellers=people[:1], look=None)
    assert found[people[0]].surname == "WANG"


def test_the_same_content_gives_the_same_file(people: list[UUID], tmp_path: Path) -> None:
    take(tmp_path / "one")
    backup.restore(path=tmp_path / "one", replace=True, progress=ignore)
    take(tmp_path / "two")
    with zipfile.ZipFile(tmp_path / "one") as one, zipfile.ZipFile(tmp_path / "two") as two:
        assert one.namelist() == two.namelist()
        assert [one.read(name) for name in one.namelist()] == [two.read(name) for name in two.namelist()]


def test_guards_of_the_database_are_back_too(people: list[UUID], tmp_path: Path) -> None:
    take(tmp_path / "one")
    backup.restore(path=tmp_path / "one", replace=True, progress=ignore)
    models.Seal.objects.create(
        number=1, first_seq=1, last_seq=2, entries=2, root=b"r" * 32, chain=b"c" * 32, sealed_at=NOW
    )
    with pytest.raises(Exception, match="append-only"), transaction.atomic():
        models.Seal.objects.update(entries=3)
    with pytest.raises(Exception, match="foreign key"), transaction.atomic():
        models.Person.objects.filter(username="liang").update(unit_id=uuid4())
        connection.check_constraints()


def test_the_travellers_page_may_read_what_it_could_before_and_no_more(
    people: list[UUID], tmp_path: Path
) -> None:
    before = read_policies()
    assert before
    take(tmp_path / "one")
    backup.restore(path=tmp_path / "one", replace=True, progress=ignore)
    assert read_policies() == before


def read_policies() -> set[tuple[str, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT 'policy', tablename, policyname, cmd, coalesce(qual, '') || coalesce(with_check, '') FROM pg_policies "
            "UNION ALL SELECT 'grant', table_name, column_name, privilege_type, grantee "
            "FROM information_schema.column_privileges WHERE grantee = 'pratique_window' "
            "UNION ALL SELECT 'schema', 'public', 'USAGE', has_schema_privilege('pratique_window', 'public', 'USAGE')::text, ''"
        )
        return set(cursor.fetchall())


def test_rows_are_not_lost_unless_one_says_so(people: list[UUID], tmp_path: Path) -> None:
    take(tmp_path / "one")
    before = read_everything()
    with pytest.raises(Refused) as refused:
        backup.restore(path=tmp_path / "one", replace=False, progress=ignore)
    assert refused.value.code == "database_not_empty"
    assert read_everything() == before


def test_a_truncated_file_changes_nothing(people: list[UUID], tmp_path: Path) -> None:
    whole, before = take(tmp_path / "one"), read_everything()
    for length in (0, 1, 100, len(whole) // 2, len(whole) - 30, len(whole) - 1):
        (tmp_path / "short").write_bytes(whole[:length])
        with pytest.raises(Refused) as refused:
            backup.restore(path=tmp_path / "short", replace=True, progress=ignore)
        assert refused.value.code == "backup_damaged"
    assert read_everything() == before


def test_an_altered_byte_is_found_or_does_no_harm(people: list[UUID], tmp_path: Path) -> None:
    """Bytes of a zip that nobody reads (dates, local copies of names) may change; content may not."""
    whole = take(tmp_path / "one")
    with zipfile.ZipFile(tmp_path / "one") as file:
        content = {name: file.read(name) for name in file.namelist()}
    found = 0
    for place in range(0, len(whole), max(1, len(whole) // 400)):
        altered = bytearray(whole)
        altered[place] ^= 0x55
        (tmp_path / "altered").write_bytes(altered)
        try:
            backup.check(path=tmp_path / "altered", progress=ignore)
        except Refused as refused:
            assert refused.code in ("backup_damaged", "backup_unknown", "backup_is_newer")
            found += 1
        else:
            with zipfile.ZipFile(tmp_path / "altered") as file:
                assert {name: file.read(name) for name in content} == content
    assert found > 200


@pytest.mark.parametrize("step", [19, pytest.param(1, marks=pytest.mark.slow)])
def test_an_altered_directory_of_the_file_is_found_and_never_falls_over(
    people: list[UUID], tmp_path: Path, step: int
) -> None:
    """Where its parts begin, how long they are, how their names are written: every so manieth byte, two ways."""
    whole = take(tmp_path / "one")
    first = whole.index(b"PK\x01\x02")
    for place in range(first, len(whole), step):
        for change in (0x55, 0xFF):
            altered = bytearray(whole)
            altered[place] ^= change
            (tmp_path / "altered").write_bytes(altered)
            with contextlib.suppress(Refused), backup.archive.reading(tmp_path / "altered") as reader:
                reader.check(lambda done, total: None)


def test_a_row_altered_with_care_is_found(people: list[UUID], tmp_path: Path) -> None:
    take(tmp_path / "one")
    with zipfile.ZipFile(tmp_path / "one") as old, zipfile.ZipFile(tmp_path / "forged", "w") as new:
        for name in old.namelist():
            text = old.read(name)
            new.writestr(name, text.replace(b"T7", b"T8") if name.endswith("traveller.tsv") else text)
    with pytest.raises(Refused, match="store_traveller is not as it was written"):
        backup.check(path=tmp_path / "forged", progress=ignore)


def test_what_breaks_a_constraint_is_refused_whole(people: list[UUID], tmp_path: Path) -> None:
    """A file with right hashes and wrong content: the database's own constraints still hold."""
    take(tmp_path / "one")
    before = read_everything()
    with zipfile.ZipFile(tmp_path / "one") as old, zipfile.ZipFile(tmp_path / "orphans", "w") as new:
        manifest = json.loads(old.read("manifest.json"))
        for part in manifest["tables"]:
            if part["name"] == "store_traveller":
                part.update(
                    rows=0, bytes=0, sha256="e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
                )
            text = b"" if part["name"] == "store_traveller" else old.read(f"tables/{part['name']}.tsv")
            new.writestr(f"tables/{part['name']}.tsv", text)
        new.writestr("manifest.json", json.dumps(manifest))
    with pytest.raises(Exception, match="foreign key"):
        backup.restore(path=tmp_path / "orphans", replace=True, progress=ignore)
    assert read_everything() == before


def test_a_backup_of_a_newer_version_is_refused(people: list[UUID], tmp_path: Path) -> None:
    recorder = MigrationRecorder(connection)
    recorder.record_applied("store", "9999_from_the_future")
    try:
        take(tmp_path / "one")
    finally:
        recorder.record_unapplied("store", "9999_from_the_future")
    before = read_everything()
    with pytest.raises(Refused) as refused:
        backup.restore(path=tmp_path / "one", replace=True, progress=ignore)
    assert refused.value.code == "backup_is_newer"
    assert read_everything() == before


def test_any_other_file_is_refused(db: None, tmp_path: Path) -> None:
    (tmp_path / "text").write_text("not a backup")
    with zipfile.ZipFile(tmp_path / "zip", "w") as file:
        file.writestr("a", "b")
    for name, code in (("text", "backup_damaged"), ("zip", "backup_unknown")):
        with pytest.raises(Refused) as refused:
            backup.restore(path=tmp_path / name, replace=True, progress=ignore)
        assert refused.value.code == code


def test_nobody_is_restored_under(people: list[UUID], tmp_path: Path) -> None:
    take(tmp_path / "one")
    with psycopg.connect(os.environ["DATABASE_URL"]), pytest.raises(Refused) as refused:
        backup.restore(path=tmp_path / "one", replace=True, progress=ignore)
    assert refused.value.code == "database_in_use"


def test_a_backup_is_one_instant_while_others_write(people: list[UUID], tmp_path: Path) -> None:
    """Somebody deletes a row while the backup runs, from a table that is not written yet: it is in the backup."""
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as other:
        written: list[int] = []

        def write_meanwhile(done: int, total: int) -> None:
            if not written:
                other.execute("DELETE FROM store_device")
                written.append(done)

        backup.write(path=tmp_path / "one", now=NOW, progress=lambda stage: write_meanwhile)
    assert written
    with zipfile.ZipFile(tmp_path / "one") as file:
        assert file.read("tables/store_device.tsv").count(b"\n") == 1
    assert not models.Device.objects.exists()


def test_keys_travel_apart_and_are_private(people: list[UUID], tmp_path: Path) -> None:
    take(tmp_path / "one")
    ours = keys.read_identity_keys(folder=Path(os.environ["PRATIQUE_DATA"]))
    with zipfile.ZipFile(tmp_path / "one") as file:
        everything = b"".join(file.read(name) for name in file.namelist())
    for name, key in ours.items():
        assert name.encode() in everything
        assert key not in everything
        assert key.hex().encode() not in everything
    assert b"WANG" not in everything
    keys.write_identity_keys(path=tmp_path / "keys", keys=ours)
    assert (tmp_path / "keys").stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "one").stat().st_mode & 0o777 == 0o600
    assert keys.parse_identity_keys(text=(tmp_path / "keys").read_text(), where="keys") == ours


def test_a_full_disk_leaves_the_last_backup_as_it_was(people: list[UUID], tmp_path: Path) -> None:
    whole = take(tmp_path / "one")
    limit = resource.getrlimit(resource.RLIMIT_FSIZE)
    code = (
        "import resource, signal, sys\n"
        "from pratique.site.commands import main\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        f"resource.setrlimit(resource.RLIMIT_FSIZE, ({len(whole) // 2}, {limit[1]}))\n"
        "sys.exit(main(['backup', sys.argv[1]]))\n"
    )
    for name in ("one", "two"):
        ran = subprocess.run(
            [sys.executable, "-c", code, str(tmp_path / name)], capture_output=True, text=True
        )
        assert ran.returncode == 1
        assert "File too large" in ran.stderr
        assert "Traceback" not in ran.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["one"]
    assert (tmp_path / "one").read_bytes() == whole


def test_a_device_is_not_replaced_by_a_backup(db: None) -> None:
    with pytest.raises(Refused) as refused:
        backup.write(path=Path("/dev/full"), now=NOW, progress=ignore)
    assert refused.value.code == "backup_not_a_file"
    assert Path("/dev/full").is_char_device()
