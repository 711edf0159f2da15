"""The world's file: SQLite, one transaction for each change, durable when the transaction ends."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from typing import Any

from thecal.body import BodyState
from thecal.canonical import canonical_json, from_plain, to_plain
from thecal.errors import BadInput, TheirFault
from thecal.rehearsal.implant import Identity
from thecal.rehearsal.world.patient import Moment, Person
from thecal.rehearsal.world.watch import Report, Sign, Watch
from thecal.twin.device import Device
from thecal.units import HOUR_MS
from thecal.wand.credentials import Credential

SCHEMA = 4
KEPT_MS = 72 * HOUR_MS
"""How far back moments are kept: the teaching view looks back 48 h."""

_TABLES = """
CREATE TABLE world (now_ms INTEGER NOT NULL, seed INTEGER NOT NULL, frames_left INTEGER);
CREATE TABLE patient (key TEXT PRIMARY KEY, person TEXT NOT NULL);
CREATE TABLE pump (
  serial TEXT PRIMARY KEY, key TEXT NOT NULL REFERENCES patient, identity BLOB NOT NULL, removed_ms INTEGER
) WITHOUT ROWID;
CREATE UNIQUE INDEX one_pump_in_a_patient ON pump (key) WHERE removed_ms IS NULL;
CREATE TABLE moment (
  key TEXT NOT NULL REFERENCES patient, at_ms INTEGER NOT NULL,
  device BLOB, body TEXT NOT NULL, watch TEXT NOT NULL, PRIMARY KEY (key, at_ms)
) WITHOUT ROWID;
CREATE TABLE report (
  key TEXT NOT NULL REFERENCES patient, at_ms INTEGER NOT NULL,
  by TEXT NOT NULL, words TEXT NOT NULL, signs TEXT NOT NULL, PRIMARY KEY (key, at_ms)
) WITHOUT ROWID;
CREATE TABLE credential (role TEXT PRIMARY KEY, credential BLOB NOT NULL);
"""


class Store:
    """Rows in, records out. Every write happens inside `change`."""

    def __init__(self, path: Path) -> None:
        self._rows = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self._rows.execute("PRAGMA busy_timeout = 5000")
        self._rows.execute("PRAGMA journal_mode = WAL")
        self._rows.execute("PRAGMA synchronous = FULL")  # what was acknowledged survives a power cut, not only a crash
        self._rows.execute("PRAGMA foreign_keys = ON")

    @staticmethod
    def create(path: Path, now_ms: int, seed: int, credentials: dict[str, Credential]) -> "Store":
        """A new file; BadInput where there is one already."""
        if path.exists():
            raise BadInput("path", f"{path} exists", remedy="Name a new file, or open this one.")
        store = Store(path)
        with store.change():
            for statement in filter(str.strip, _TABLES.split(";")):
                store._rows.execute(statement)
            store._rows.execute("INSERT INTO world VALUES (?, ?, NULL)", (now_ms, seed))
            for role, credential in credentials.items():
                store._rows.execute("INSERT INTO credential VALUES (?, ?)", (role, credential.to_json()))
            store._rows.execute(f"PRAGMA user_version = {SCHEMA}")
        return store

    @staticmethod
    def open(path: Path) -> "Store":
        """A file that `create` made; BadInput where there is none, TheirFault where it is something else."""
        if not path.exists():
            raise BadInput("path", f"there is no {path}", remedy="Create the world first.")
        try:
            store = Store(path)
            version = store._one("PRAGMA user_version")[0]
        except sqlite3.DatabaseError as wrong:
            raise TheirFault(f"{path} is no world ({wrong})", remedy="Create a new one.") from wrong
        if version != SCHEMA:
            store.close()
            raise TheirFault(f"{path} has schema {version}, not {SCHEMA}", remedy="Create a new world.")
        return store

    def close(self) -> None:
        """Let go of the file."""
        self._rows.close()

    @contextmanager
    def change(self) -> Iterator[None]:
        """One transaction: whole or not at all, alone, and durable when it is over."""
        self._rows.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._rows.execute("ROLLBACK")
            raise
        self._rows.execute("COMMIT")

    def now_ms(self) -> int:
        """What the clock shows."""
        return int(self._one("SELECT now_ms FROM world")[0])

    def seed(self) -> int:
        """What every chance is keyed with."""
        return int(self._one("SELECT seed FROM world")[0])

    def set_now(self, now_ms: int) -> None:
        """Move the clock."""
        self._rows.execute("UPDATE world SET now_ms = ?", (now_ms,))

    def frames_left(self) -> int | None:
        """How many frames still pass; None while the wand is held over the pump."""
        left: int | None = self._one("SELECT frames_left FROM world")[0]
        return left

    def set_frames_left(self, frames: int | None) -> None:
        """Lift the wand after so many frames, or hold it."""
        self._rows.execute("UPDATE world SET frames_left = ?", (frames,))

    def add(self, person: Person) -> None:
        """A patient; BadInput where the key is taken."""
        try:
            self._rows.execute("INSERT INTO patient VALUES (?, ?)", (person.key, person.to_json()))
        except sqlite3.IntegrityError as taken:
            remedy = "Every patient needs a key of their own."
            raise BadInput("key", f"{person.key} is here already", remedy=remedy) from taken

    def set_person(self, person: Person) -> None:
        """What stays the same of a patient, once it did not."""
        self._rows.execute("UPDATE patient SET person = ? WHERE key = ?", (person.to_json(), person.key))

    def add_pump(self, key: str, identity: Identity) -> None:
        """A pump in a patient who has none; BadInput where the serial number was ever used."""
        row = (identity.serial, key, canonical_json(to_plain(identity)))
        try:
            self._rows.execute("INSERT INTO pump VALUES (?, ?, ?, NULL)", row)
        except sqlite3.IntegrityError as taken:
            remedy = "Every pump has a serial number of its own, and a patient one pump at a time."
            raise BadInput("serial", f"pump {identity.serial} cannot go into {key}", remedy=remedy) from taken

    def remove_pump(self, serial: str, now_ms: int) -> None:
        """A pump that leaves the body. Its serial number stays taken."""
        self._rows.execute("UPDATE pump SET removed_ms = ? WHERE serial = ?", (now_ms, serial))

    def people(self) -> list[Person]:
        """Everybody, by key."""
        return [Person.from_json(text) for (text,) in self._rows.execute("SELECT person FROM patient ORDER BY key")]

    def person(self, key: str) -> Person:
        """One patient; BadInput for a key that nobody has."""
        row = self._rows.execute("SELECT person FROM patient WHERE key = ?", (key,)).fetchone()
        if row is None:
            raise BadInput("patient", f"there is no {key!r} in this world", remedy="Use the key of one who was added.")
        return Person.from_json(row[0])

    def identity(self, serial: str) -> tuple[str, Identity]:
        """(the key of the patient who has it, the pump's identity); BadInput for a pump that is in nobody."""
        row = self._rows.execute("SELECT key, identity, removed_ms FROM pump WHERE serial = ?", (serial,)).fetchone()
        if row is None:
            raise BadInput("serial", f"there is no pump {serial!r} in this world", remedy="Check the serial number.")
        if row[2] is not None:
            remedy = "Use the serial number of the pump that is in the patient."
            raise BadInput("serial", f"pump {serial!r} was removed", remedy=remedy)
        return row[0], from_plain(Identity, json.loads(row[1]))

    def serial(self, key: str) -> str | None:
        """The serial number of the pump that is in a patient, where there is one."""
        row = self._rows.execute("SELECT serial FROM pump WHERE key = ? AND removed_ms IS NULL", (key,)).fetchone()
        return None if row is None else str(row[0])

    def credential(self, role: str) -> Credential:
        """The clinic's credential for a role; BadInput where there is none."""
        row = self._rows.execute("SELECT credential FROM credential WHERE role = ?", (role,)).fetchone()
        if row is None:
            raise BadInput("role", f"nobody here has the role {role!r}", remedy="Use a role that wands know.")
        return Credential.from_json(row[0])

    def moments(self, key: str) -> list[Moment]:
        """The moments kept of a patient, oldest first."""
        query = "SELECT at_ms, device, body, watch FROM moment WHERE key = ? ORDER BY at_ms"
        return [_moment(*row) for row in self._rows.execute(query, (key,))]

    def last_moment(self, key: str) -> Moment:
        """The moment that the next stretch of a patient's life starts from."""
        return _moment(
            *self._one("SELECT at_ms, device, body, watch FROM moment WHERE key = ? ORDER BY at_ms DESC LIMIT 1", key)
        )

    def keep(self, key: str, moments: tuple[Moment, ...]) -> None:
        """Write what the view back needs, and let older moments go; the newest that lies before it stays."""
        from_ms = moments[-1].at_ms - KEPT_MS
        needed = [moment for moment, later in pairwise(moments) if later.at_ms >= from_ms]
        for moment in (*needed, moments[-1]):
            self._rows.execute("INSERT OR REPLACE INTO moment VALUES (?, ?, ?, ?, ?)", _row(key, moment))
        self._rows.execute(
            "DELETE FROM moment WHERE key = ? AND at_ms < (SELECT max(at_ms) FROM moment WHERE key = ? AND at_ms <= ?)",
            (key, key, from_ms),
        )

    def forget_before(self, key: str, at_ms: int) -> None:
        """Let go of a patient's earlier moments: no view looks back beyond `at_ms` any more."""
        self._rows.execute("DELETE FROM moment WHERE key = ? AND at_ms < ?", (key, at_ms))

    def add_report(self, report: Report) -> None:
        """A telephone call."""
        signs = " ".join(sign.name for sign in report.signs)
        row = (report.patient_key, report.at_ms, report.by, report.words, signs)
        self._rows.execute("INSERT INTO report VALUES (?, ?, ?, ?, ?)", row)

    def reports(self, after_ms: int) -> list[Report]:
        """The calls later than `after_ms`, in order."""
        query = "SELECT key, at_ms, by, words, signs FROM report WHERE at_ms > ? ORDER BY at_ms, key"
        return [
            Report(patient_key=key, at_ms=at_ms, by=by, words=words, signs=tuple(Sign[name] for name in signs.split()))
            for key, at_ms, by, words, signs in self._rows.execute(query, (after_ms,))
        ]

    def _one(self, query: str, *values: object) -> tuple[Any, ...]:
        row = self._rows.execute(query, values).fetchone()
        if row is None:
            raise TheirFault("this world's file lacks a row", remedy="Restore it from a backup, or create a new one.")
        return tuple(row)


def _row(key: str, moment: Moment) -> tuple[object, ...]:
    device = None if moment.device is None else canonical_json(to_plain(moment.device))
    return key, moment.at_ms, device, json.dumps(moment.body.to_floats()), json.dumps(moment.watch.to_plain())


def _moment(at_ms: int, device: bytes | None, body: str, watch: str) -> Moment:
    return Moment(
        at_ms=at_ms,
        device=None if device is None else from_plain(Device, json.loads(device)),
        body=BodyState.from_floats(json.loads(body)),
        watch=Watch.from_plain(json.loads(watch)),
    )
