"""Memories in which the power goes in the middle of a write, or a bit turns over, and what a pump makes of them."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from itertools import combinations

from tests.pump.helpers import NEW_YEAR_MS, new_pump, program, running, updated

from thecal.flow import Segment
from thecal.pump import machine
from thecal.pump.alarms import Alarm
from thecal.pump.bolus import Bolus, BridgeBolus, SingleBolus
from thecal.pump.cells import Image
from thecal.pump.commands import GivePatientDose, MotorStallSensed, SetClock, Stop, Update
from thecal.pump.devices import PROMETRA_20
from thecal.pump.events import LOG_LINES, EventKind
from thecal.pump.infusion import FlexDay, FlexSchedule, FlexStep, MinimumRate, PatientDose, PeriodicBolus, Program
from thecal.pump.memory import Given, Pump
from thecal.pump.recovery import lose_power, restart, return_power
from thecal.pump.states import State
from thecal.pump.writing import Step, Write, image_of, writes
from thecal.units import DAY_MS, HOUR_MS, MINUTE_MS

FLEX = FlexSchedule(
    days=(
        FlexDay(
            steps=(
                FlexStep(start_ms=0, rate_nl_per_day=300_000),
                FlexStep(start_ms=21 * HOUR_MS, rate_nl_per_day=900_000),
            )
        ),
    )
)
BRIDGE = BridgeBolus(volume_nl=335_800, rate_nl_per_day=600_000, concentration_pg_per_nl=500)
SINGLE = SingleBolus(volume_nl=50_000, rate_nl_per_day=1_200_000)


def later(pump: Pump, lasts_ms: int) -> Pump:
    """The pump after some time."""
    return machine.advance(pump, pump.now_ms + lasts_ms)[0]


def flowed(pump: Pump, lasts_ms: int) -> int:
    """What the pump commands in that time, nL."""
    return sum(segment.volume_nl for segment in machine.advance(pump, pump.now_ms + lasts_ms)[1])


def outage(pump: Pump, lasts_ms: int = 0) -> Pump:
    """The pump after some time without power."""
    return return_power(later(lose_power(pump), lasts_ms))


def obeying(pump: Pump, command: Stop | SetClock | GivePatientDose) -> Pump:
    """The pump after a command that it must not refuse."""
    after = machine.handle(pump, command)
    assert isinstance(after, Pump), after
    return after


def on_request() -> Pump:
    """A pump whose patient may ask for a dose, twenty minutes past the hour."""
    dose = PatientDose(volume_nl=40_000, rate_nl_per_day=2_400_000, lockout_ms=4 * HOUR_MS, most_per_day=3)
    pump = machine.manufacture(serial="V-1", pump_model=PROMETRA_20, now_ms=NEW_YEAR_MS)
    update = Update(program=replace(program(), drug="morphine", patient_dose=dose), reservoir_nl=20_000_000)
    return later(updated(pump, update), 20 * MINUTE_MS)


@cache
def pumps() -> dict[str, Pump]:
    """One pump for each thing that a memory may have to bring back, at some minute of an hour."""
    minutes = 37 * MINUTE_MS
    bridge = Update(program=program(FLEX, concentration_pg_per_nl=2_000), reservoir_nl=18_000_000, bolus=BRIDGE)
    slow = later(running(MinimumRate()), minutes)
    doses = PeriodicBolus(
        basal_rate_nl_per_day=48_000, bolus_rate_nl_per_day=960_000, lasts_ms=HOUR_MS, every_ms=6 * HOUR_MS, first_ms=0
    )
    return {
        "continuous": later(running(), minutes),
        "flex": later(running(FLEX), 5 * DAY_MS + minutes),
        "periodic": later(running(doses), DAY_MS + minutes),
        "minimum rate": slow,
        "bridging": later(updated(slow, bridge), 2 * HOUR_MS),
        "single dose": later(updated(slow, Update(program=program(), bolus=SINGLE)), 5 * MINUTE_MS),
        "patient dose": later(obeying(on_request(), GivePatientDose()), MINUTE_MS),
        "stopped": machine.stop(later(running(FLEX), minutes), EventKind.STOPPED),
        "stalled": machine.sense(later(running(), minutes), MotorStallSensed()),
    }


@cache
def operations() -> dict[str, tuple[Pump, Pump]]:
    """(before, after) of everything that writes into the memory."""
    shelf, continuous, flex, stopped = new_pump(), pumps()["continuous"], pumps()["flex"], pumps()["stopped"]
    hour = later(flex, HOUR_MS - flex.now_ms % HOUR_MS)
    low = later(running(reservoir_nl=2_010_000), 20 * MINUTE_MS)
    return {
        "first program": (shelf, updated(shelf, Update(program=program(FLEX), reservoir_nl=20_000_000))),
        "new dose": (continuous, updated(continuous, Update(program=program(FLEX)))),
        "new concentration, bridged": (
            continuous,
            updated(
                continuous,
                Update(program=program(FLEX, concentration_pg_per_nl=2_000), reservoir_nl=19_000_000, bolus=BRIDGE),
            ),
        ),
        "single dose": (flex, updated(flex, Update(program=program(FLEX), bolus=SINGLE))),
        "restart of a stopped pump": (stopped, updated(stopped, Update(program=program(FLEX)))),
        "stop": (flex, obeying(flex, Stop())),
        "emergency stop": (flex, machine.stop(flex, EventKind.EMERGENCY_STOPPED)),
        "full hour": (flex, hour),
        "patient dose": (on_request(), obeying(on_request(), GivePatientDose())),
        "end of a bridge": (pumps()["bridging"], later(pumps()["bridging"], 12 * HOUR_MS)),
        "alarm": (low, later(low, 10 * MINUTE_MS)),
        "line of a log": (flex, machine.note_access_refused(flex, "nurse: Stage")),
        "clock": (flex, obeying(flex, SetClock(clock_ms=flex.now_ms + MINUTE_MS))),
    }


def full_log() -> Pump:
    """A pump whose log has no place left."""
    pump = pumps()["continuous"]
    for _ in range(LOG_LINES):
        pump = machine.note_access_refused(pump, "wrong emergency key")
    return pump


@dataclass(frozen=True, slots=True, kw_only=True)
class Whole:
    """All that decides what the patient gets, and what a clinic reads of it. `flow` is the next day's."""

    program: Program | None
    revision: int
    transaction_id: str
    update_digest: str
    state: State
    bolus: Bolus | None
    bolus_left_nl: int | None
    given: tuple[Given, ...]
    reservoir_nl: int
    delivered_nl: int
    clock_shift_ms: int
    used_nj: int
    standing: frozenset[Alarm]
    flow: tuple[Segment, ...]


def whole(pump: Pump) -> Whole:
    """What the pump is, but for the alarm that its memory was damaged."""
    return Whole(
        program=pump.program,
        revision=pump.revision,
        transaction_id=pump.transaction_id,
        update_digest=pump.update_digest,
        state=pump.state,
        bolus=pump.bolus,
        bolus_left_nl=pump.bolus_left_nl,
        given=pump.given,
        reservoir_nl=pump.reservoir_nl,
        delivered_nl=pump.delivered_nl,
        clock_shift_ms=pump.clock_shift_ms,
        used_nj=pump.battery.used_nj,
        standing=frozenset(pump.standing) - {Alarm.MEMORY_FALLBACK},
        flow=machine.advance(pump, pump.now_ms + DAY_MS)[1],
    )


def sounding(pump: Pump) -> set[Alarm]:
    """The alarms that sound."""
    return {active.alarm for active in pump.alarms}


def has_given_up(pump: Pump) -> bool:
    """Stopped rather than guessing, and heard."""
    return pump.state is State.STOPPED and Alarm.NO_PROGRAM in sounding(pump)


def with_cell(image: Image, name: str, data: bytes) -> Image:
    """The memory with other bytes in one cell."""
    return replace(image, cells=image.cells | {name: data})


def turned(image: Image, name: str, bit: int) -> Image:
    """The memory with one bit turned over."""
    data = bytearray(image.cells[name])
    data[bit // 8] ^= 1 << bit % 8
    return with_cell(image, name, bytes(data))


def epochs(steps: tuple[Step, ...]) -> list[list[Write]]:
    """The writes between two barriers: they may reach the memory in any order."""
    found: list[list[Write]] = [[]]
    for step in steps:
        if isinstance(step, Write):
            found[-1].append(step)
        else:
            found.append([])
    return [epoch for epoch in found if epoch]


Crash = tuple[str, Image]
"""(how the power went, the memory then)."""


def crashes(image: Image, steps: tuple[Step, ...], *, torn_every: int | None) -> Iterator[Crash]:
    """Every memory that a loss of power can leave: each set of an epoch's writes, and one more torn at a byte.

    A torn cell is the new bytes and then the old ones, or then nothing. `clean` is in order; `dropped` lacks a write
    that came before one that is there. `torn_every` is how many bytes lie between two tears; None tears nothing.
    """
    for epoch in epochs(steps):
        for length in range(len(epoch) + 1):
            for there in combinations(epoch, length):
                base = replace(image, cells=image.cells | {each.cell: each.data for each in there})
                yield "clean" if list(there) == epoch[:length] else "dropped", base
                for torn in epoch:
                    if torn_every is not None and torn not in there:
                        yield from (("torn", each) for each in _torn(base, torn, torn_every))
        image = replace(image, cells=image.cells | {each.cell: each.data for each in epoch})


def _torn(image: Image, write: Write, torn_every: int) -> Iterator[Image]:
    old = image.cells.get(write.cell, b"")
    for byte in range(1, len(write.data), torn_every):
        yield with_cell(image, write.cell, write.data[:byte])
        yield with_cell(image, write.cell, write.data[:byte] + old[byte:])


def brought(before: Pump, after: Pump) -> tuple[Image, tuple[Step, ...]]:
    """(the memory before, the writes that bring it to after)."""
    image = image_of(before)
    return image, writes(image, after)


def woken(image: Image, pump: Pump) -> Pump:
    """The pump that wakes with a memory at the other pump's instant."""
    return restart(image, now_ms=pump.now_ms)
