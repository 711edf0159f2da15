"""What each fault falls back to, continued: each fault is sensed at a random moment of a random therapy.

It ends in exactly the state and the alarm of its row of docs/safety/hazards.md.
"""

from dataclasses import replace
from fractions import Fraction

from hypothesis import assume, given, settings
from hypothesis import strategies as st
from tests.hazards.happened.replay import kinds, sounding
from tests.pump.helpers import BOLUSES, MODES, NEW_YEAR_MS, RATES, days, new_pump, program, updated
from tests.twin.helpers import committed

from thecal.catheter import filled
from thecal.flow import Segment
from thecal.mechanism import Metal
from thecal.mechanism.faults import BitFlip, ClockLost, Fault, LowBatteryReset, Runaway, Stall
from thecal.pump import machine
from thecal.pump.alarms import Alarm
from thecal.pump.bolus import Bolus, BridgeBolus, Purge, SingleBolus
from thecal.pump.commands import ClockLostSensed, MotorRecoverySensed, MotorStallSensed, Stop, Update
from thecal.pump.events import LOG_LINES, EventKind, verify_chain
from thecal.pump.infusion import (
    FlexSchedule,
    InfusionMode,
    MinimumRate,
    PeriodicBolus,
    SimpleContinuous,
    StopPump,
    rates_of,
)
from thecal.pump.memory import Pump
from thecal.pump.reservoir import rate_now
from thecal.pump.states import State
from thecal.twin import device as implant
from thecal.twin import hands
from thecal.twin.device import Device
from thecal.units import DAY_MS, HOUR_MS

ML = 1_000_000
BANKS = (0, 1)
MOMENTS = st.integers(1, 5 * DAY_MS)
THERAPIES = MODES.filter(lambda mode: not isinstance(mode, PeriodicBolus) or mode.every_ms >= HOUR_MS)
FLEX = st.lists(days(), min_size=1, max_size=1).map(lambda drawn: FlexSchedule(days=tuple(drawn)))
DELIVERING = {State.INFUSING, State.MINIMUM_RATE, State.BRIDGING, State.PRIMING, State.PURGING, State.BOLUS}


def begun(mode: InfusionMode, bolus: Bolus | None, *faults: Fault) -> Device:
    """An implant with 20 mL that begins a therapy at New Year; a bolus that the program cannot end in is left out."""
    if isinstance(mode, StopPump | MinimumRate) and not isinstance(bolus, Purge):
        bolus = None
    device = implant.opened(pump=new_pump(), metal=Metal(faults=faults), catheter=filled(335_800, 500))
    device = hands.fill(device, volume_nl=20 * ML, concentration_pg_per_nl=500)
    return committed(device, Update(program=program(mode), reservoir_nl=20 * ML, bolus=bolus))


def at(device: Device, after_ms: int) -> Device:
    """The implant so long after New Year."""
    return implant.advance(device, NEW_YEAR_MS + after_ms)[0]


def critical(pump: Pump) -> set[Alarm]:
    """The critical alarms that stand."""
    return {alarm for alarm in sounding(pump) if alarm.is_critical}


def total(flow: tuple[Segment, ...]) -> int:
    """The volume of a flow, nL."""
    return sum(segment.volume_nl for segment in flow)


@settings(max_examples=30, deadline=None)
@given(mode=THERAPIES, bolus=BOLUSES, after_ms=MOMENTS, bank=st.sampled_from(BANKS), bit=st.integers(0, 20_000))
def test_one_damaged_bank_changes_no_delivery_and_beeps_once_an_hour(
    mode: InfusionMode, bolus: Bolus | None, after_ms: int, bank: int, bit: int
) -> None:
    """Whatever ran goes on to the nanolitre, from the good bank; one alarm more, not a critical one, and a line."""
    flip = BitFlip(at_ms=NEW_YEAR_MS + after_ms, cell=bank, bit=bit)
    ill, sound = at(begun(mode, bolus, flip), after_ms + 2 * HOUR_MS), at(begun(mode, bolus), after_ms + 2 * HOUR_MS)
    assert sounding(ill.pump) - sounding(sound.pump) == {Alarm.MEMORY_FALLBACK}
    assert not Alarm.MEMORY_FALLBACK.is_critical
    assert (ill.pump.state, ill.pump.program) == (sound.pump.state, sound.pump.program)
    until_ms = ill.now_ms + 3 * DAY_MS
    assert implant.advance(ill, until_ms)[1] == implant.advance(sound, until_ms)[1]
    assert kinds(ill.pump).count(EventKind.MEMORY_DAMAGED) == 1


@settings(max_examples=30, deadline=None)
@given(mode=THERAPIES, bolus=BOLUSES, after_ms=MOMENTS, bits=st.tuples(st.integers(0, 20_000), st.integers(0, 20_000)))
def test_no_bank_that_can_be_read_stops_the_pump(
    mode: InfusionMode, bolus: Bolus | None, after_ms: int, bits: tuple[int, int]
) -> None:
    """Within the hour of the self-test: stopped, the critical alarm, and no drug until somebody programs it."""
    flips = [BitFlip(at_ms=NEW_YEAR_MS + after_ms, cell=bank, bit=bit) for bank, bit in zip(BANKS, bits, strict=True)]
    ill = at(begun(mode, bolus, *flips), after_ms + HOUR_MS)
    assert (ill.pump.state, ill.pump.bolus) == (State.STOPPED, None)
    assert Alarm.NO_PROGRAM in critical(ill.pump)
    later, out = implant.advance(ill, ill.now_ms + 5 * DAY_MS)
    assert out == ()
    assert Alarm.NO_PROGRAM in critical(later.pump)


@settings(max_examples=30, deadline=None)
@given(
    mode=THERAPIES,
    bolus=BOLUSES,
    after_ms=MOMENTS,
    rate=st.integers(100_000, 20 * ML),
    sensed_ms=st.integers(0, 2 * HOUR_MS),
)
def test_a_motor_that_turns_unbidden_is_cut_when_it_is_sensed(
    mode: InfusionMode, bolus: Bolus | None, after_ms: int, rate: int, sensed_ms: int
) -> None:
    """Stopped with the most urgent alarm, and the motor's power gone: the runaway itself ends, not only the program."""
    ran = Runaway(start_ms=NEW_YEAR_MS + after_ms, rate_nl_per_day=rate, sensed_after_ms=sensed_ms)
    cut = at(begun(mode, bolus, ran), after_ms + sensed_ms)
    assert (cut.pump.state, cut.pump.bolus) == (State.STOPPED, None)
    assert Alarm.LIMITER_CUT in critical(cut.pump)
    assert EventKind.LIMITER_CUT in kinds(cut.pump)
    held_nl = cut.metal.reservoir_nl
    later, out = implant.advance(cut, cut.now_ms + 5 * DAY_MS)
    assert (out, later.metal.reservoir_nl) == ((), held_nl)


@settings(max_examples=40, deadline=None)
@given(mode=THERAPIES, after_ms=MOMENTS, rate=st.integers(1_200_000, 24 * ML))
def test_a_rate_that_nobody_ordered_is_cut_at_the_ceiling(mode: InfusionMode, after_ms: int, rate: int) -> None:
    """The program in working memory becomes another: no 24 h of it hold more than the ceiling and two pulses."""
    ceiling_nl = max([1_000_000, *rates_of(mode)])
    assume(ceiling_nl < rate)
    pump = updated(new_pump(), Update(program=program(mode, ceiling_nl_per_day=ceiling_nl), reservoir_nl=20 * ML))
    pump, _ = machine.advance(pump, NEW_YEAR_MS + after_ms)
    assert pump.program is not None
    wild = replace(pump.program, infusion_mode=SimpleContinuous(rate_nl_per_day=rate))
    corrupted = replace(pump, program=wild, state=State.INFUSING, bolus=None, bolus_left_nl=None)
    cut, flow = machine.advance(corrupted, pump.now_ms + DAY_MS)
    assert total(flow) <= ceiling_nl + 2
    assert cut.state is State.STOPPED
    assert Alarm.LIMITER_CUT in critical(cut)
    assert total(machine.advance(cut, cut.now_ms + 5 * DAY_MS)[1]) == 0


@settings(max_examples=30, deadline=None)
@given(mode=FLEX, after_ms=MOMENTS, single=st.booleans())
def test_without_the_time_of_day_the_pump_runs_flat_at_the_mean(
    mode: FlexSchedule, after_ms: int, single: bool
) -> None:
    """No steps, no dose that ran on, one alarm that is not critical; a day gives the day's own total."""
    dose = SingleBolus(volume_nl=400_000, rate_nl_per_day=50_000) if single else None
    lost = at(begun(mode, dose, ClockLost(at_ms=NEW_YEAR_MS + after_ms)), after_ms)
    pump = lost.pump
    assert (pump.state, pump.bolus, pump.clock_known) == (State.INFUSING, None, False)
    assert Alarm.CLOCK_UNKNOWN in sounding(pump)
    assert not Alarm.CLOCK_UNKNOWN.is_critical
    steps = mode.days[0].steps
    ends = [*(step.start_ms for step in steps[1:]), DAY_MS]
    area = sum(step.rate_nl_per_day * (end - step.start_ms) for step, end in zip(steps, ends, strict=True))
    assert rate_now(pump) == (area // DAY_MS, None)
    _, flow = machine.advance(pump, pump.now_ms + DAY_MS)
    assert abs(total(flow) - Fraction(area, DAY_MS)) <= 2


@settings(max_examples=30, deadline=None)
@given(mode=FLEX, volume_nl=st.integers(1_000, 400_000), rate=RATES, share=st.fractions(0, 1))
def test_a_bridge_is_finished_by_volume_when_the_clock_is_lost(
    mode: FlexSchedule, volume_nl: int, rate: int, share: Fraction
) -> None:
    """What it owes at its own rate, to the nanolitre, and then flat."""
    bridge = BridgeBolus(volume_nl=volume_nl, rate_nl_per_day=rate, concentration_pg_per_nl=500)
    pump = updated(new_pump(), Update(program=program(mode), reservoir_nl=20 * ML, bolus=bridge))
    lasts_ms = -(-volume_nl * DAY_MS // rate)
    pump, before = machine.advance(pump, NEW_YEAR_MS + int(share * (lasts_ms - 1)))
    lost = machine.sense(pump, ClockLostSensed())
    assert (lost.state, lost.bolus_left_nl) == (State.BRIDGING, volume_nl - total(before))
    done, rest = machine.advance(lost, NEW_YEAR_MS + lasts_ms)
    assert total(before) + total(rest) == volume_nl
    assert (done.state, rate_now(done)[1]) == (State.INFUSING, None)
    assert Alarm.CLOCK_UNKNOWN in sounding(done)


@settings(max_examples=30, deadline=None)
@given(mode=THERAPIES, bolus=BOLUSES, after_ms=MOMENTS, stops=st.booleans())
def test_a_reset_by_low_battery_runs_at_minimum_rate_and_keeps_the_program(
    mode: InfusionMode, bolus: Bolus | None, after_ms: int, stops: bool
) -> None:
    """Minimum rate and the critical alarm from whatever delivered, no bolus left; who was stopped stays stopped."""
    device = begun(mode, bolus, LowBatteryReset(at_ms=NEW_YEAR_MS + after_ms))
    if stops:
        answer = implant.command(device, Stop())
        assert isinstance(answer, Device)
        device = answer
    before = at(device, after_ms - 1).pump
    reset = at(device, after_ms).pump
    assert reset.state is (State.MINIMUM_RATE if before.state in DELIVERING else State.STOPPED)
    assert (reset.program, reset.bolus) == (before.program, None)
    assert Alarm.LOW_BATTERY_RESET in critical(reset)
    assert rate_now(reset)[0] == (6_000 if reset.state is State.MINIMUM_RATE else 0)
    restarted = updated(reset, Update(program=program(SimpleContinuous(rate_nl_per_day=600_000))), "t9")
    assert (restarted.state, Alarm.LOW_BATTERY_RESET in sounding(restarted)) == (State.INFUSING, False)


@settings(max_examples=10, deadline=None)
@given(faults=st.integers(1, LOG_LINES + 40), noise=st.integers(0, 200))
def test_the_log_asks_to_be_read_at_four_fifths_and_a_flood_erases_no_fault(faults: int, noise: int) -> None:
    """Every kept fault survives a flood of harmless lines; from 320 on the pump beeps, and delivers all the while."""
    pump = updated(new_pump(), Update(program=program(), reservoir_nl=20 * ML))
    for number in range(faults - 1):
        sensed = MotorStallSensed() if number % 2 == 0 else MotorRecoverySensed()
        pump = machine.sense(pump, sensed)
    before = sum(event.kind.is_fault for event in pump.log)
    for _ in range(noise):
        pump = machine.note_access_refused(pump, "noise")
    assert sum(event.kind.is_fault for event in pump.log) == before == min(faults, LOG_LINES)
    assert (Alarm.LOG_NEARLY_FULL in sounding(pump)) is (before >= LOG_LINES * 4 // 5)
    assert not Alarm.LOG_NEARLY_FULL.is_critical
    verify_chain(pump.log, head=pump.log_head)
    assert rate_now(pump)[0] == 600_000


@settings(max_examples=30, deadline=None)
@given(mode=THERAPIES, bolus=BOLUSES, after_ms=MOMENTS, sensed_ms=st.integers(0, 2 * HOUR_MS))
def test_a_stall_leaves_the_state_sounds_and_counts_nothing(
    mode: InfusionMode, bolus: Bolus | None, after_ms: int, sensed_ms: int
) -> None:
    """From when it is sensed: the state it was in, one critical alarm more, and a reservoir that stands still.

    Whether the rotor of a stopped pump would turn nobody can sense.
    """
    stall = Stall(start_ms=NEW_YEAR_MS + after_ms, sensed_after_ms=sensed_ms)
    sound, ill = at(begun(mode, bolus), after_ms + sensed_ms), at(begun(mode, bolus, stall), after_ms + sensed_ms)
    assert (ill.pump.state, ill.pump.bolus) == (sound.pump.state, sound.pump.bolus)
    turns = sound.pump.state is not State.STOPPED
    assert sounding(ill.pump) - sounding(sound.pump) == ({Alarm.MOTOR_STALL} if turns else set())
    assert Alarm.MOTOR_STALL.is_critical
    later, out = implant.advance(ill, ill.now_ms + 5 * DAY_MS)
    assert (out, later.pump.reservoir_nl, later.metal.reservoir_nl) == (
        (),
        ill.pump.reservoir_nl,
        ill.metal.reservoir_nl,
    )


@settings(max_examples=30, deadline=None)
@given(mode=FLEX, left_nl=st.integers(1, 200_000))
def test_a_count_that_reaches_zero_sounds_and_the_program_goes_on(mode: InfusionMode, left_nl: int) -> None:
    """Critical the moment the sum is zero, and days later the rate is what it would be of a full reservoir."""
    pumps = [
        updated(new_pump(), Update(program=program(mode), reservoir_nl=reservoir_nl))
        for reservoir_nl in (left_nl, 20 * ML)
    ]
    empty, full = (machine.advance(pump, NEW_YEAR_MS + 5 * DAY_MS)[0] for pump in pumps)
    assert (empty.reservoir_nl, empty.state) == (0, full.state)
    assert Alarm.EMPTY_RESERVOIR in critical(empty)
    assert rate_now(empty) == rate_now(full)
    assert empty.delivered_nl == full.delivered_nl
