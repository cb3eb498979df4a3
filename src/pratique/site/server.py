"""Pages, boards and API over HTTP: granian, a few processes with a few threads each. Import it once Django is ready."""

import errno
import gc
import importlib
import os
import secrets
import signal
import socket
import ssl
import threading
import time
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any
from urllib.request import urlopen

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.db import connections
from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from pratique.core.answers import Refused
from pratique.services.permission import Role
from pratique.services.port import PASSWORD_LETTERS
from pratique.site import database, rounds
from pratique.store import models

APPLICATION = "pratique.site.wsgi:application"
FIRST_NAME = "admin"
STOP_SECONDS = 15
RESPAWN_SECONDS = 0.2
THREAD_IDLE_SECONDS = 600
"""A thread keeps its connection to the database, with the statements prepared on it."""
ANSWER_SECONDS = 60
TRY_SECONDS = 3
"""Whoever knocks before the first worker is there may never be heard: better to knock again."""


@dataclass(frozen=True, slots=True)
class Options:
    """Where to listen and with how many hands; with both files, over TLS."""

    host: str = "127.0.0.1"
    port: int = 8000
    workers: int = 2
    threads: int = 8
    certificate: Path | None = None
    key: Path | None = None
    rounds: bool = True
    """Whether this server makes the rounds (`pratique.site.rounds`), or another one does."""

    @property
    def url(self) -> str:
        """What to type into a browser on this machine."""
        host = {"0.0.0.0": "127.0.0.1", "::": "[::1]", "::1": "[::1]"}.get(self.host, self.host)
        return f"{'https' if self.certificate else 'http'}://{host}:{self.port}/"


def say_now(line: str) -> None:
    """Print it at once, also into a pipe or a file."""
    print(line, flush=True)


def serve(options: Options, *, say: Callable[[str], None] = say_now) -> int:
    """Serve until SIGINT or SIGTERM. Raises `Refused` if the port is taken, before anything is started."""
    check_port(host=options.host, port=options.port)
    rounds.find_routing(
        settings.PRATIQUE_ROUTING
    )  # a setting that is wrong is said before anything is started
    get_wsgi_application()  # loads every page once, before the workers are forked: a fault shows here and only once
    gc.freeze()  # what is loaded stays: to search it for garbage again and again costs a plan a fifth of its time
    with database.opened(tables=True):
        password = make_first_account()
        connections.close_all()  # workers are forked: no connection may be shared with them
        server = Server(options, lambda: announce(options, password, say))
        with rounds.kept() if options.rounds else nullcontext():
            server.serve(target_loader=partial(load_application, os.getpid()), wrap_loader=False)
    return 0


class Server(Granian):
    """Granian, set up for us; `then` is called once the workers have been started."""

    def __init__(self, options: Options, then: Callable[[], None], application: str = APPLICATION) -> None:
        super().__init__(
            application,
            address=options.host,
            port=options.port,
            interface=Interfaces.WSGI,
            workers=options.workers,
            blocking_threads=options.threads,
            blocking_threads_idle_timeout=THREAD_IDLE_SECONDS,
            log_level=LogLevels.error,
            ssl_cert=options.certificate,
            ssl_key=options.key,
            respawn_failed_workers=True,
            workers_kill_timeout=STOP_SECONDS,
        )
        self.then = then

    def startup(self, *args: Any) -> None:
        """Start the workers, then say so."""
        super().startup(*args)
        threading.Thread(target=self.then, daemon=True).start()

    def _respawn_workers(self, *args: Any, **options: Any) -> None:
        """Replace whatever ended, as often as it ends. (Granian gives up for good when a worker ends twice within
        five seconds; phones would stand before a closed door until somebody came.)"""
        super()._respawn_workers(*args, **options)
        self.respawned_wrks.clear()
        time.sleep(RESPAWN_SECONDS)


def load_application(server: int, application: str = APPLICATION) -> object:
    """In a worker: the application, and the kernel's promise that no worker outlives the server (its process id; asked
    for here, it would be another's if the server went while the worker was being made)."""
    # Forked with the server's handlers, it would not hear a stop until granian sets its own, after this.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.SIG_DFL)
    rounds.die_with(server)
    module, _, name = application.partition(":")
    found: object = getattr(importlib.import_module(module), name)
    return found


def announce(options: Options, password: str | None, say: Callable[[str], None]) -> None:
    """Once a worker answers, say where to look and how to sign in."""
    ends = time.monotonic() + ANSWER_SECONDS
    while time.monotonic() < ends and not is_answering(options.url):
        time.sleep(0.05)
    say(f"Pratique is at {options.url}  (stop it with Ctrl-C)")
    for origin in settings.ORIGINS:
        say(f"            and {origin}/")
    if password is not None:
        say(f"Sign in as {FIRST_NAME} with the password {password} and change it: it is shown only now.")


def make_first_account() -> str | None:
    """Where nobody has an account: make the first administrator, and return the password that opens it."""
    if models.Person.objects.exists():
        return None
    password = "-".join("".join(secrets.choice(PASSWORD_LETTERS) for _ in range(4)) for _ in range(4))
    person = models.Person(
        username=FIRST_NAME, name_zh="管理员", name_en="Administrator", role=Role.ADMINISTRATOR.value
    )
    person.set_password(password)
    person.save()
    return password


def is_answering(url: str, path: str = "api/health") -> bool:
    """Whether a worker and its database answer there. The server asks itself, so its certificate is not looked at."""
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    try:
        with urlopen(f"{url}{path}", timeout=TRY_SECONDS, context=context):
            return True
    except OSError:
        return False


def is_taken(host: str, port: int) -> bool:
    """Whether somebody listens there."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.settimeout(1)
        return probe.connect_ex((host, port)) == 0


def check_port(*, host: str, port: int) -> None:
    """Raise `Refused` if the port cannot be had. (Granian shares a port that is taken, and half the answers get lost.)"""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OverflowError:
            raise Refused("port_unknown", f"--port {port}: a port is a number from 1 to 65535") from None
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise Refused(
                    "port_taken",
                    f"port {port} is taken by another program: stop it, or choose another with --port",
                ) from None
            if error.errno == errno.EACCES:
                raise Refused(
                    "port_forbidden", f"port {port} is only for root: choose one above 1023"
                ) from None
            raise Refused("host_unknown", f"--host {host}: {error.strerror}") from None


def find_free_port(*, host: str, port: int, tries: int = 20) -> int:
    """This port or the next one that is free. Raises `Refused` if none of them is."""
    for candidate in range(port, port + tries):
        try:
            check_port(host=host, port=candidate)
            return candidate
        except Refused as refused:
            if refused.code != "port_taken" or candidate == port + tries - 1:
                raise
    raise AssertionError("tries is at least 1")
