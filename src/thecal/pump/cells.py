"""What outlives a loss of power: sealed cells of bytes, each whole or known to be damaged.

Two banks hold the program, two counts hold where therapy stands, one cell is the limiter's own, and each line of the
log has one. Once all is written both banks are the same, and both counts: what is read back is the newest or nothing,
and never an older dose.

A count is written ahead: its volumes are what they will be at the next full hour. Whenever the power goes, the count is
at least what was given, so that nothing is given twice.
"""

import hashlib
import json
from dataclasses import dataclass, replace
from typing import TypeVar

from thecal.canonical import canonical_json, from_plain, to_plain
from thecal.errors import TheirFault
from thecal.pump.alarms import Alarm
from thecal.pump.battery import Battery
from thecal.pump.bolus import Bolus
from thecal.pump.events import Event
from thecal.pump.infusion import Program
from thecal.pump.limiter import Limiter
from thecal.pump.machine import advance
from thecal.pump.memory import Given, Pump
from thecal.pump.states import State
from thecal.units import HOUR_MS

BANKS = ("bank A", "bank B")
COUNTS = ("count A", "count B")
LIMITER = "limiter"
LOG = "log "
SEAL_BYTES = 32

Record = TypeVar("Record")


@dataclass(frozen=True, slots=True, kw_only=True)
class Bank:
    """One committed program, with the update that brought it."""

    revision: int
    transaction_id: str
    update_digest: str
    program: Program | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """Where therapy stands. `revision` names the bank that runs: writing a count is what commits an update.

    `sequence` rises with every count that is written; `lines` is how many lines the log has ever had. `reservoir_nl`,
    `delivered_nl`, `bolus_left_nl` and what the battery has used are those of the next full hour.
    """

    sequence: int
    lines: int
    revision: int
    state: State
    state_since_ms: int
    bolus: Bolus | None
    bolus_left_nl: int | None
    given: tuple[Given, ...]
    reservoir_nl: int
    delivered_nl: int
    battery: Battery
    clock_shift_ms: int
    standing: tuple[Alarm, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Armed:
    """The limiter's own cell: what it was armed with, for which revision, and what it has seen."""

    revision: int
    limiter: Limiter | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Image:
    """The stored memory: `cells` by name. Who the pump is, is burnt in at the factory and cannot be lost."""

    serial: str
    pump_model: str
    made_ms: int
    cells: dict[str, bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """What can be read of an image. `damaged` are the cells that cannot, in their order; `log` is in its own order."""

    banks: dict[str, Bank]
    counts: dict[str, Count]
    armed: Armed | None
    log: tuple[Event, ...]
    slots: dict[int, str]
    damaged: tuple[str, ...]

    @property
    def count(self) -> Count | None:
        """The newest."""
        return max(self.counts.values(), key=lambda count: count.sequence, default=None)


def sealed(record: object) -> bytes:
    """The record's canonical text, and its SHA-256."""
    text = canonical_json(to_plain(record))
    return text + hashlib.sha256(text).digest()


def opened(kind: type[Record], cell: bytes) -> Record | None:
    """The record in a cell; None where one bit of it is not as it was written."""
    text, seal = cell[:-SEAL_BYTES], cell[-SEAL_BYTES:]
    if hashlib.sha256(text).digest() != seal:
        return None
    try:
        return from_plain(kind, json.loads(text))
    except TheirFault:
        return None


def contents(image: Image) -> Contents:
    """Every cell opened."""
    banks = {name: opened(Bank, image.cells.get(name, b"")) for name in BANKS}
    counts = {name: opened(Count, image.cells.get(name, b"")) for name in COUNTS}
    armed = opened(Armed, image.cells.get(LIMITER, b""))
    lines = {name: opened(Event, cell) for name, cell in image.cells.items() if name.startswith(LOG) and cell}
    found: dict[str, object] = {**banks, **counts, LIMITER: armed, **lines}
    by_name = {name: event for name, event in lines.items() if event is not None}
    return Contents(
        banks={name: bank for name, bank in banks.items() if bank is not None},
        counts={name: count for name, count in counts.items() if count is not None},
        armed=armed,
        log=tuple(sorted(by_name.values(), key=lambda event: event.sequence)),
        slots={event.sequence: name for name, event in by_name.items()},
        damaged=tuple(name for name, record in found.items() if record is None),
    )


def bank_of(pump: Pump) -> Bank:
    """The program that runs."""
    return Bank(
        revision=pump.revision,
        transaction_id=pump.transaction_id,
        update_digest=pump.update_digest,
        program=pump.program,
    )


def count_of(pump: Pump, *, sequence: int) -> Count:
    """Where therapy stands, its volumes as they will be at the next full hour. A bolus that ends before leaves none."""
    ahead = _next_hour(pump)
    left_nl = None if pump.bolus is None else ahead.bolus_left_nl or 0
    return Count(
        sequence=sequence,
        lines=pump.log[-1].sequence + 1,
        revision=pump.revision,
        state=pump.state,
        state_since_ms=pump.state_since_ms,
        bolus=pump.bolus,
        bolus_left_nl=left_nl,
        given=pump.given,
        reservoir_nl=ahead.reservoir_nl,
        delivered_nl=ahead.delivered_nl,
        battery=replace(pump.battery, used_nj=ahead.battery.used_nj),
        clock_shift_ms=pump.clock_shift_ms,
        standing=pump.standing,
    )


def armed_of(pump: Pump) -> Armed:
    """The limiter as it will be at the next full hour."""
    return Armed(revision=pump.revision, limiter=_next_hour(pump).limiter)


def _next_hour(pump: Pump) -> Pump:
    return advance(pump, pump.now_ms - pump.now_ms % HOUR_MS + HOUR_MS)[0]
