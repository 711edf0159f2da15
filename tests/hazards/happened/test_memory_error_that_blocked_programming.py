"""A memory error after which a pump could not be programmed.

The pump went on infusing and refused every programming session with an error code: its dose could not be changed
until a company's laboratory programmer reset it (Z-1694-2017, February 2017; medicaldevices.icij.org,
SynchroMed II infusion pump).

A pump of ours tests its memory every hour. One bank that cannot be read is passed over, the therapy goes on from the
other, and it says so. With none it stops rather than guess, critically. In both, stop, read-out and the next update
are taken, and the update brings the therapy back: no laboratory is needed.
"""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.hazards.happened.replay import RATE, drug_pg, implanted, kinds, lived, ordered, sounding
from tests.pump.helpers import program
from tests.twin.helpers import NEW_YEAR_MS, committed

from thecal.mechanism.faults import BitFlip
from thecal.pump import machine
from thecal.pump.alarms import Alarm
from thecal.pump.commands import Interrogate, Stop, Update
from thecal.pump.events import EventKind
from thecal.pump.infusion import SimpleContinuous
from thecal.pump.states import State
from thecal.twin.device import Device
from thecal.units import DAY_MS, HOUR_MS

BANKS = (0, 1)


def hurt(*banks: int, bit: int = 77, after_ms: int = DAY_MS) -> Device:
    """An implant of which one bit turned over in each of these banks, an hour or more ago."""
    flips = [BitFlip(at_ms=NEW_YEAR_MS + after_ms, cell=bank, bit=bit) for bank in banks]
    return lived(implanted(faults=flips), after_ms + HOUR_MS)[0]


def test_with_one_good_bank_the_dose_goes_on_and_a_single_beep_tells() -> None:
    """0.6 mL a day as before; the alarm is not the critical one, and the line is kept as a fault."""
    later, out = lived(hurt(0), DAY_MS)
    assert drug_pg(out) == RATE * 500
    assert sounding(later.pump) == {Alarm.MEMORY_FALLBACK}
    assert not Alarm.MEMORY_FALLBACK.is_critical
    assert EventKind.MEMORY_DAMAGED in kinds(later.pump)


def test_with_none_it_stops_and_does_not_guess() -> None:
    """Not a nanolitre, and the critical alarm: an unknown dose is worse than a day to find help in."""
    later, out = lived(hurt(*BANKS), DAY_MS)
    assert drug_pg(out) == 0
    assert (later.pump.state, later.pump.program) == (State.STOPPED, None)
    assert Alarm.NO_PROGRAM in sounding(later.pump)
    assert Alarm.NO_PROGRAM.is_critical


@pytest.mark.parametrize("banks", [(0,), (1,), BANKS])
def test_it_can_be_read_stopped_and_programmed(banks: tuple[int, ...]) -> None:
    """What the real one refused: an update is taken, runs, and ends the alarm."""
    device = ordered(hurt(*banks), Interrogate())
    assert ordered(device, Stop()).pump.state is State.STOPPED
    half = Update(program=program(SimpleContinuous(rate_nl_per_day=RATE // 2)))
    mended = committed(device, half, "t2")
    assert (mended.pump.state, sounding(mended.pump)) == (State.INFUSING, set())
    assert drug_pg(lived(mended, DAY_MS)[1]) == RATE // 2 * 500


@settings(max_examples=25, deadline=None)
@given(
    after_ms=st.integers(1, 20 * DAY_MS),
    bit=st.integers(0, 10_000),
    banks=st.sampled_from([(0,), (1,), BANKS]),
)
def test_it_never_runs_at_a_rate_that_nobody_ordered(after_ms: int, bit: int, banks: tuple[int, ...]) -> None:
    """Whichever bit it is, and whenever: the ordered rate, or nothing."""
    read = machine.interrogate(hurt(*banks, bit=bit, after_ms=after_ms).pump)
    assert read.rate_now_nl_per_day == (RATE if len(banks) == 1 else 0)
