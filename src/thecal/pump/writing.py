"""In what order the memory is written, so that the power may go at any byte.

Rule 1. The program goes into the bank that does not run; a bank that runs is not touched.
Rule 2. Writing the older count commits: from then on it names the new revision, and it is the newest.
Rule 3. Then the other bank and the other count follow. Until they have, one good copy of each is left alone.
Rule 4. The log comes last and line by line: it tells of nothing that is not so.

Before a barrier everything was read back whole: what follows is not written earlier.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from thecal.pump.cells import (
    BANKS,
    COUNTS,
    LIMITER,
    LOG,
    Contents,
    Image,
    armed_of,
    bank_of,
    contents,
    count_of,
    sealed,
)
from thecal.pump.memory import Pump


@dataclass(frozen=True, slots=True, kw_only=True)
class Write:
    """Put `data` into a cell; in the middle of it, the cell is damaged."""

    cell: str
    data: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Barrier:
    """Wait until everything before is there."""


Step = Write | Barrier


def writes(image: Image, pump: Pump) -> tuple[Step, ...]:
    """What brings the memory to `pump`, in order: after a command, an event, a full hour, a restart."""
    return tuple(_steps(image, contents(image), pump))


def image_of(pump: Pump) -> Image:
    """The memory once everything is in it that was to be written."""
    blank = Image(serial=pump.serial, pump_model=pump.pump_model, made_ms=pump.made_ms, cells={})
    return written(blank, writes(blank, pump))


def written(image: Image, steps: tuple[Step, ...]) -> Image:
    """The memory after all of these."""
    return replace(image, cells=image.cells | {step.cell: step.data for step in steps if isinstance(step, Write)})


def _steps(image: Image, held: Contents, pump: Pump) -> Iterator[Step]:
    bank = sealed(bank_of(pump))
    others = [name for name in _banks(held) if image.cells.get(name) != bank] if _has_bank(pump) else []
    if len(others) == len(BANKS):
        yield from (Write(cell=others.pop(0), data=bank), Barrier())
    sequence = held.count.sequence + 1 if held.count is not None else 1
    count = sealed(count_of(pump, sequence=sequence))
    older, newer = _counts(held)
    yield from (Write(cell=older, data=count), Barrier())
    yield from (Write(cell=name, data=bank) for name in others)
    yield from (Write(cell=newer, data=count), Write(cell=LIMITER, data=sealed(armed_of(pump))), Barrier())
    yield from _lines(held, pump)


def _has_bank(pump: Pump) -> bool:
    """Whether there is something to put into a bank. Where none could be read, both stay as they are."""
    return pump.program is not None or pump.revision == 0


def _banks(held: Contents) -> tuple[str, str]:
    """(the bank that does not run, the one that does)."""
    running = held.count.revision if held.count is not None else 0
    runs = [name for name in BANKS if name in held.banks and held.banks[name].revision == running]
    return BANKS if runs == [BANKS[1]] else (BANKS[1], BANKS[0])


def _counts(held: Contents) -> tuple[str, str]:
    """(the older or damaged count, the newer)."""
    older, newer = sorted(COUNTS, key=lambda name: held.counts[name].sequence if name in held.counts else -1)
    return older, newer


def _lines(held: Contents, pump: Pump) -> Iterator[Step]:
    """The lines that are not there yet, each into a free place or that of a line that made room.

    Places that are damaged and still left are erased.
    """
    kept = {event.sequence for event in pump.log}
    taken = {name for sequence, name in held.slots.items() if sequence in kept}
    free = [name for slot in range(len(pump.log)) if (name := f"{LOG}{slot}") not in taken]
    new = [event for event in pump.log if event.sequence not in held.slots]
    places = dict(zip(free, new, strict=False))
    for name, event in places.items():
        yield from (Write(cell=name, data=sealed(event)), Barrier())
    for name in held.damaged:
        if name.startswith(LOG) and name not in places:
            yield from (Write(cell=name, data=b""), Barrier())
