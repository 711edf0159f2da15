"""The pump's memory: sealed cells, counts that are written ahead, and the order in which all is written."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.pump.helpers import BOLUSES, MODES, new_pump, program, running, updated
from tests.pump.memories import (
    brought,
    crashes,
    full_log,
    later,
    pumps,
    turned,
    whole,
    woken,
)

from thecal.pump import machine
from thecal.pump.bolus import Bolus
from thecal.pump.cells import BANKS, COUNTS, Bank, Count, bank_of, contents, count_of, opened, sealed
from thecal.pump.commands import Update
from thecal.pump.events import LOG_LINES, EventKind
from thecal.pump.infusion import InfusionMode, MinimumRate, StopPump
from thecal.pump.memory import Pump
from thecal.pump.writing import image_of, writes, written
from thecal.units import DAY_MS, HOUR_MS


def therapy(mode: InfusionMode, bolus: Bolus | None) -> Pump:
    """A pump of any program and bolus, begun just now."""
    bolus = None if isinstance(mode, StopPump | MinimumRate) else bolus
    return updated(new_pump(), Update(program=program(mode), reservoir_nl=20_000_000, bolus=bolus))


def test_a_cell_gives_back_what_was_put_in() -> None:
    """Sealed and opened again, a record is the same, and it is no record of another kind."""
    bank = bank_of(pumps()["flex"])
    assert opened(Bank, sealed(bank)) == bank
    assert opened(Count, sealed(bank)) is None


def test_every_bit_and_every_byte_of_a_cell_counts() -> None:
    """One bit turned over, one byte missing, nothing at all: it is known, and no record comes out."""
    cell = sealed(bank_of(pumps()["continuous"]))
    for bit in range(8 * len(cell)):
        hurt = bytearray(cell)
        hurt[bit // 8] ^= 1 << bit % 8
        assert opened(Bank, bytes(hurt)) is None
    assert all(opened(Bank, cell[:length]) is None for length in range(len(cell)))


@pytest.mark.parametrize("name", pumps())
def test_both_banks_and_both_counts_are_the_same(name: str) -> None:
    """Whichever of the two is lost, what is left is not a minute older."""
    cells = image_of(pumps()[name]).cells
    assert cells[BANKS[0]] == cells[BANKS[1]]
    assert cells[COUNTS[0]] == cells[COUNTS[1]]


@settings(max_examples=60, deadline=None)
@given(mode=MODES, bolus=BOLUSES, before_ms=st.integers(0, 3 * DAY_MS), within_ms=st.integers(0, HOUR_MS - 1))
def test_the_count_is_never_behind_what_was_given(
    mode: InfusionMode, bolus: Bolus | None, before_ms: int, within_ms: int
) -> None:
    """Whatever runs, at any time until the next full hour, as much was given as the count says, or less."""
    pump = later(therapy(mode, bolus), before_ms)
    count = count_of(pump, sequence=1)
    at = later(pump, min(within_ms, HOUR_MS - 1 - pump.now_ms % HOUR_MS))
    assert count.delivered_nl >= at.delivered_nl
    assert count.reservoir_nl <= at.reservoir_nl
    assert count.battery.used_nj >= at.battery.used_nj
    assert count.bolus is None or (count.bolus_left_nl or 0) <= (at.bolus_left_nl or count.bolus.volume_nl)
    if at.log == pump.log:
        assert count_of(at, sequence=1) == count


def test_a_commit_spares_the_bank_that_runs() -> None:
    """Whichever of the two is damaged, the power may go at any write of the next update: it is the old or the new."""
    before, after = pumps()["flex"], updated(pumps()["flex"], Update(program=program()))
    whole_image, _ = brought(before, after)
    for name in BANKS:
        image = turned(whole_image, name, 99)
        wanted = {whole(woken(image, after)), whole(woken(image_of(after), after))}
        assert {whole(woken(each, after)) for _, each in crashes(image, writes(image, after), torn_every=199)} == wanted


def test_a_damaged_line_makes_room() -> None:
    """Lines that cannot be read are counted, and their places are used or erased; then the memory is whole."""
    pump = running()
    for _ in range(12):
        pump = machine.note_access_refused(pump, "wrong emergency key")
    image = image_of(pump)
    for slot in (3, 4, 5, 12, 13):
        image = turned(image, f"log {slot}", 7)
    found = woken(image, pump)
    assert next(event for event in found.log if event.kind is EventKind.MEMORY_DAMAGED).detail == "5 of the log's lines"
    mended = contents(written(image, writes(image, found)))
    assert mended.damaged == ()
    assert mended.log == found.log


def test_a_full_log_uses_its_places_again() -> None:
    """The memory does not grow: a new line takes the place of the one that made room."""
    before = full_log()
    image = image_of(before)
    after = written(image, writes(image, machine.note_access_refused(before, "nurse: Stage")))
    assert len(after.cells) == len(image.cells) == LOG_LINES + 5
    assert contents(after).log == machine.note_access_refused(before, "nurse: Stage").log
