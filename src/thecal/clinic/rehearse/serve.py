"""What `thecal demo` runs: the rehearsal clinic, made the first time and continued every other, in this one process."""

import errno
import fcntl
import os
import socket
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from thecal.errors import BadInput, OurFault, TheirFault

SETTINGS = "thecal.clinic.settings.demo"
LOCK = "in-use.lock"


def run(*, host: str = "127.0.0.1", port: int = 8000, data: Path, empty: bool = False) -> None:
    """Serve the rehearsal clinic until Ctrl-C; OurFault, in one line, where it cannot be.

    `empty` begins a new one with staff alone.
    """
    with _listening(host, port) as listener, _only_here(data):
        _prepare(data, empty=empty)
        address = f"http://{host}:{listener.getsockname()[1]}/"
        with suppress(KeyboardInterrupt):
            _serve(listener, address)
    _say("Stopped. The next start continues where this one was.")


@contextmanager
def _listening(host: str, port: int) -> Iterator[socket.socket]:
    """The port, taken before anything is made."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((host, port))
            listener.listen()
        except OSError as refused:
            taken = refused.errno == errno.EADDRINUSE
            says = f"port {port} on {host} is in use" if taken else f"port {port} on {host}: {refused.strerror}"
            remedy = (
                f"Stop what listens there, or take another: thecal demo --port {port + 1 if port < 65535 else 8000}"
            )
            raise OurFault(says, remedy=remedy) from refused
        yield listener


@contextmanager
def _only_here(data: Path) -> Iterator[None]:
    """The data folder, for this process alone."""
    remedy = "Name a folder that can be written to: thecal demo --data FOLDER"
    try:
        data.mkdir(parents=True, exist_ok=True)
        lock = (data / LOCK).open("w")
    except OSError as refused:
        raise OurFault(f"{data} cannot be written to ({refused.strerror})", remedy=remedy) from refused
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as taken:
            raise OurFault(
                f"a rehearsal clinic runs in {data} already", remedy="Stop it, or name another: --data FOLDER"
            ) from taken
        yield


def _prepare(data: Path, *, empty: bool) -> None:
    """Databases, patients and clocks as they have to be before the first request."""
    os.environ["DJANGO_SETTINGS_MODULE"] = SETTINGS
    os.environ["THECAL_DATA"] = str(data.absolute())
    import django

    django.setup()
    from django.db import DatabaseError

    try:
        _make_databases(data)
        _make_patients(data, empty=empty)
        _pick_up()
    except (DatabaseError, sqlite3.DatabaseError, BadInput, TheirFault) as wrong:
        raise _of_another_version(data, getattr(wrong, "says", str(wrong))) from wrong


def _make_databases(data: Path) -> None:
    """The clinic's tables, where they are missing or older than this version."""
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    if set(executor.loader.applied_migrations) - set(executor.loader.disk_migrations):
        raise _of_another_version(data, "it has changes that this version does not know")
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        _say("Making the databases …")
        call_command("migrate", verbosity=0)


def _make_patients(data: Path, *, empty: bool) -> None:
    """The six patients, or none, the first time."""
    from thecal.clinic.models import ClinicClock
    from thecal.clinic.rehearse.place import world_path
    from thecal.clinic.rehearse.seed import seed_empty, seed_rehearsal

    begun = ClinicClock.objects.exists()
    if begun and empty:
        _say(f"The rehearsal in {data} goes on. To begin an empty one, name another folder: --data FOLDER")
    elif empty:
        _say("Opening a rehearsal clinic in which nobody has been admitted …")
        seed_empty(world_path(), wall_ms=_wall_ms())
    elif not begun:
        _say("Letting six fictional patients live until today …")
        seed_rehearsal(world_path(), wall_ms=_wall_ms())


def _pick_up() -> None:
    """What a process that died left in the middle: unconfirmed updates, clocks that differ."""
    from thecal.clinic.actions import mark_interrupted_updates
    from thecal.clinic.clock import clinic_now
    from thecal.clinic.rehearse.clock import level_clock
    from thecal.clinic.rehearse.place import open_world

    mark_interrupted_updates(now=clinic_now())
    with open_world() as world:
        level_clock(world, acting=None, now=clinic_now())


def _serve(listener: socket.socket, address: str) -> None:
    """Answer requests until a signal comes."""
    import uvicorn

    from thecal.clinic.asgi import application

    config = uvicorn.Config(
        application, lifespan="off", access_log=False, log_level="warning", timeout_graceful_shutdown=2
    )

    class Announcing(uvicorn.Server):
        """Says where it is once it answers, and not before: until then nobody can stop it cleanly."""

        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets=sockets)
            for line in lines:
                _say(line)

    lines = _how_to_sign_in(address)
    Announcing(config).run(sockets=[listener])


def _how_to_sign_in(address: str) -> list[str]:
    """The address, the people, their password; their codes are on the page."""
    from thecal.clinic.models import Person
    from thecal.clinic.rehearse import PASSWORD

    people = Person.objects.filter(is_fictional=True).order_by("pk")
    names = [f"  {person.username:<10} {person.name}, {person.get_role_display().lower()}" for person in people]
    return [
        "",
        f"The rehearsal clinic is at {address}",
        "Everybody in it is fictional. Thecal is not a medical device.",
        "Sign in as one of these; the one-time code is shown on the sign-in page.",
        *names,
        f"Password for all: {PASSWORD}",
        "Ctrl-C stops it.",
    ]


def _of_another_version(data: Path, why: str) -> OurFault:
    return OurFault(
        f"the rehearsal in {data} is not one that this version can open ({why.rstrip('.')})",
        remedy="Use the version that made it, or begin anew in another folder: thecal demo --data FOLDER",
    )


def _wall_ms() -> int:
    return time.time_ns() // 1_000_000


def _say(line: str) -> None:
    print(line, flush=True)  # noqa: T201 -- what the command prints is printed here, as it happens
