"""The calculated reservoir: what is commanded in each state, and when it will have run low, against plain counting."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.pump.helpers import BOLUSES, MODES, new_pump, program, running, updated

from thecal.pump import machine
from thecal.pump.alarms import Alarm
from thecal.pump.bolus import Bolus, PrimingBolus, Purge, SingleBolus
from thecal.pump.commands import ClockLostSensed, MotorStallSensed, SetClock, Stop, Update
from thecal.pump.devices import PROMETRA_20, REFERENCE_20, SYNCHROMED_20, SYNCHROMED_EL
from thecal.pump.infusion import FlexDay, FlexSchedule, FlexStep, InfusionMode, MinimumRate, SimpleContinuous, StopPump
from thecal.pump.memory import Pump, limiter_for
from thecal.pump.reservoir import first_ms, program_rate, rate_now, reached_ms
from thecal.pump.running import FAR_MS, next_event_ms
from thecal.pump.states import State
from thecal.units import DAY_MS, HOUR_MS, MINUTE_MS

ML = 1_000_000
FLEX = FlexSchedule(
    days=(
        FlexDay(
            steps=(
                FlexStep(start_ms=0, rate_nl_per_day=240_000),
                FlexStep(start_ms=12 * HOUR_MS, rate_nl_per_day=720_000),
            )
        ),
    )
)
SILENT = [State.STOPPED, State.HELD, State.END_OF_SERVICE]


def stop(pump: Pump) -> Pump:
    """The pump after a stop."""
    after = machine.handle(pump, Stop())
    assert isinstance(after, Pump)
    return after


@pytest.mark.parametrize("state", State)
def test_what_is_commanded_follows_the_state(state: State) -> None:
    """Nothing where delivery has ended, the slowest rate in its state, else the program's; nothing without power."""
    pump = replace(running(), state=state)
    expected = 0 if state in SILENT else 6_000 if state is State.MINIMUM_RATE else 600_000
    assert rate_now(pump) == (expected, None)
    assert rate_now(replace(pump, powered=False)) == (0, None)
    dosed = replace(pump, bolus=SingleBolus(volume_nl=9, rate_nl_per_day=77_000), bolus_left_nl=9)
    assert rate_now(dosed)[0] == {0: 0, 6_000: 6_000, 600_000: 77_000}[expected]
    assert (machine.dose_pg_per_day(pump), machine.read_skin(pump).dose_pg_per_day) == (expected * 500, expected * 500)


@pytest.mark.parametrize(
    ("mode", "expected"),
    [(StopPump(), 0), (MinimumRate(), 6_000), (SimpleContinuous(rate_nl_per_day=700_000), 700_000)],
)
def test_a_program_without_a_schedule_has_one_rate(mode: InfusionMode, expected: int) -> None:
    """It never changes by itself."""
    pump = running()
    assert pump.program is not None
    pump = replace(pump, program=replace(pump.program, infusion_mode=mode))
    assert program_rate(pump, 0) == (expected, None)


def test_a_schedule_follows_the_time_of_day_that_the_pump_believes_in() -> None:
    """At noon of its own clock, an hour early where that is an hour ahead; what it says is when to ask again."""
    pump = running(FLEX)
    noon_ms = pump.now_ms + 12 * HOUR_MS
    assert rate_now(pump) == (240_000, noon_ms)
    assert rate_now(pump, noon_ms) == (720_000, noon_ms + 12 * HOUR_MS)
    ahead = machine.handle(pump, SetClock(clock_ms=pump.now_ms + HOUR_MS))
    assert isinstance(ahead, Pump)
    assert rate_now(ahead) == (240_000, noon_ms - HOUR_MS)
    assert rate_now(ahead, noon_ms - HOUR_MS) == (720_000, noon_ms + 11 * HOUR_MS)
    assert rate_now(machine.sense(pump, ClockLostSensed())) == (480_000, None)


@settings(max_examples=40, deadline=None)
@given(
    mode=MODES, bolus=BOLUSES, gone_ms=st.integers(0, 2 * DAY_MS), wanted_nl=st.integers(1, 3 * ML), held=st.booleans()
)
def test_what_is_foreseen_is_what_counting_shows(
    mode: InfusionMode, bolus: Bolus | None, gone_ms: int, wanted_nl: int, held: bool
) -> None:
    """To the millisecond, in the middle of a bolus, of a schedule, stopped or held; None where it does not come."""
    if isinstance(mode, StopPump | MinimumRate) and not isinstance(bolus, Purge):
        bolus = None
    update = Update(program=program(mode, ceiling_nl_per_day=10**9), reservoir_nl=3 * ML, bolus=bolus)
    pump, _ = machine.advance(updated(new_pump(), update), new_pump().now_ms + gone_ms)
    pump = replace(pump, reservoir_nl=3 * ML, state=State.HELD if held else pump.state)
    foreseen = reached_ms(pump, 3 * ML - wanted_nl)
    far_ms = pump.now_ms + 5 * DAY_MS
    if foreseen is None or foreseen > far_ms:
        assert machine.advance(pump, far_ms)[0].reservoir_nl > 3 * ML - wanted_nl
        return
    before, _ = machine.advance(pump, foreseen - 1)
    after, _ = machine.advance(before, foreseen)
    assert after.reservoir_nl <= 3 * ML - wanted_nl < before.reservoir_nl


@pytest.mark.parametrize("gone_ms", [1, 7, 43, 86, 399])
def test_what_is_foreseen_from_within_a_bolus_counts_the_part_of_a_nanolitre(gone_ms: int) -> None:
    """The slow end of a fast bolus, to the millisecond: a carry that is forgotten would show here."""
    prime = PrimingBolus(volume_nl=50, rate_nl_per_day=7_000_001)
    slow = program(SimpleContinuous(rate_nl_per_day=48_001))
    start = updated(new_pump(), Update(program=slow, reservoir_nl=3 * ML, bolus=prime))
    pump, _ = machine.advance(start, start.now_ms + gone_ms)
    assert pump.bolus is not None
    assert pump.carry_nl_ms_per_day
    for wanted_nl in (49, 50, 51, 60):
        foreseen = reached_ms(pump, 3 * ML - wanted_nl)
        assert foreseen is not None
        before, after = (machine.advance(pump, foreseen - late_ms)[0] for late_ms in (1, 0))
        assert after.reservoir_nl <= 3 * ML - wanted_nl < before.reservoir_nl


def test_a_limit_that_is_reached_already_is_now_and_one_that_never_is_none() -> None:
    """Full is not low; a stopped pump, the shelf, and rates of nothing reach nothing."""
    pump = running(reservoir_nl=3 * ML)
    assert reached_ms(pump, 3 * ML) == pump.now_ms
    assert reached_ms(pump, 4 * ML) == pump.now_ms
    assert reached_ms(pump, 3 * ML - 1) == pump.now_ms + 144
    for idle in (stop(pump), replace(pump, powered=False), running(StopPump())):
        assert reached_ms(idle, 0) is None
    assert reached_ms(new_pump(), 0) == new_pump().now_ms, "the shelf is empty"
    assert first_ms(replace(new_pump(), state=State.INFUSING), lambda _, volume_nl: volume_nl > 0) is None


def test_no_forecast_looks_further_than_two_hundred_years() -> None:
    """A rate so slow that it does not get there by then does not get there."""
    pump = running(MinimumRate())
    years = 200 * 53 * 7
    assert first_ms(pump, lambda ms, _: ms >= years * DAY_MS) == pump.now_ms + years * DAY_MS
    assert first_ms(pump, lambda ms, _: ms > years * DAY_MS) is None


def test_the_count_stops_at_nothing() -> None:
    """Empty is empty; the pump goes on, and sounds, and a told refill begins anew."""
    start = running(reservoir_nl=100_000)
    empty, _ = machine.advance(start, start.now_ms + 4 * HOUR_MS)
    assert (empty.reservoir_nl, empty.alarms[-1].alarm) == (0, Alarm.EMPTY_RESERVOIR)
    assert empty.alarms[-1].since_ms == start.now_ms + 4 * HOUR_MS
    later, _ = machine.advance(empty, empty.now_ms + DAY_MS)
    assert (later.reservoir_nl, later.delivered_nl) == (0, 700_000)
    assert updated(later, Update(program=program(), reservoir_nl=0)).reservoir_nl == 0
    assert updated(later, Update(program=program(), reservoir_nl=5)).reservoir_nl == 5
    assert updated(later, Update(program=program())).reservoir_nl == 0, "not told, not changed"


@pytest.mark.parametrize("model", [REFERENCE_20, SYNCHROMED_20, PROMETRA_20], ids=lambda model: model.name)
def test_pulses_are_whole_and_what_is_owed_is_less_than_one(model: object) -> None:
    """The schedule counts nanolitres, the metal moves pulses: the difference is always less than a pulse."""
    pump = updated(
        new_pump(pump_model=model),  # type: ignore[arg-type] # one of the three
        Update(program=program(SimpleContinuous(rate_nl_per_day=123_457)), reservoir_nl=18 * ML),
    )
    pulse_nl = {"Thecal": 1, "SynchroMed": 50, "Prometra": 2_000}[pump.pump_model.split()[0]]
    for _ in range(40):
        pump, flow = machine.advance(pump, pump.now_ms + 17 * MINUTE_MS + 123)
        assert all(segment.volume_nl % pulse_nl == 0 for segment in flow)
        assert pump.delivered_nl % pulse_nl == 0
        assert 0 <= pump.owed_nl < pulse_nl
        exact_nl = 123_457 * (pump.now_ms - pump.made_ms) // DAY_MS
        assert pump.delivered_nl + pump.owed_nl == exact_nl == 18 * ML - pump.reservoir_nl


def events(pump: Pump) -> list[int]:
    """When something happens, as told, until nothing does within a year."""
    found: list[int] = []
    while (at_ms := next_event_ms(pump)) < pump.now_ms + FAR_MS and len(found) < 20:
        found.append(at_ms - pump.made_ms)
        pump, _ = machine.advance(pump, at_ms)
    return found


def test_a_host_is_told_when_to_look_next() -> None:
    """The end of a bolus, low, empty; the next is never now, nor later than a year."""
    bolus = PrimingBolus(volume_nl=100_000, rate_nl_per_day=2_400_000)
    pump = updated(new_pump(), Update(program=program(), reservoir_nl=3 * ML, bolus=bolus))
    assert events(pump)[:3] == [HOUR_MS, HOUR_MS + 900_000 * 144, HOUR_MS + 2_900_000 * 144]
    shelf, _ = machine.advance(new_pump(), new_pump().now_ms + 48 * HOUR_MS)
    assert next_event_ms(shelf) == shelf.now_ms + FAR_MS
    stopped = stop(running())
    assert next_event_ms(stopped) == stopped.now_ms + 48 * HOUR_MS
    stalled = machine.sense(running(reservoir_nl=3 * ML), MotorStallSensed())
    assert next_event_ms(stalled) == stalled.now_ms + FAR_MS, "nothing is counted while the rotor stands"


@settings(max_examples=40, deadline=None)
@given(mode=MODES, bolus=BOLUSES, reservoir_nl=st.integers(0, 6 * ML))
def test_nothing_happens_before_the_host_was_told(mode: InfusionMode, bolus: Bolus | None, reservoir_nl: int) -> None:
    """Up to the millisecond before, no line is written and no alarm comes or goes."""
    if bolus is not None and (isinstance(mode, StopPump | MinimumRate) or bolus.volume_nl > reservoir_nl):
        bolus = None
    pump = updated(new_pump(), Update(program=program(mode), reservoir_nl=reservoir_nl, bolus=bolus))
    for _ in range(5):
        told_ms = next_event_ms(pump)
        assert told_ms > pump.now_ms
        at_ms = min(told_ms, pump.now_ms + 7 * DAY_MS)
        before, _ = machine.advance(pump, at_ms - 1)
        assert (before.log, before.alarms, before.state) == (pump.log, pump.alarms, pump.state)
        pump, _ = machine.advance(before, at_ms)


@pytest.mark.parametrize("model", [REFERENCE_20, SYNCHROMED_EL], ids=lambda model: model.name)
def test_after_a_single_bolus_the_program_goes_on_but_for_one_old_class(model: object) -> None:
    """That class stopped, silently for two days: the hazard that it was."""
    made = new_pump(pump_model=model)  # type: ignore[arg-type] # one of the two
    dose = SingleBolus(volume_nl=100_000, rate_nl_per_day=2_400_000)
    pump = updated(made, Update(program=program(), reservoir_nl=18 * ML, bolus=dose))
    ended, _ = machine.advance(pump, pump.now_ms + HOUR_MS)
    if model is REFERENCE_20:
        assert (ended.state, ended.alarms, rate_now(ended)[0]) == (State.INFUSING, (), 600_000)
        return
    assert (ended.state, ended.alarms, rate_now(ended)[0]) == (State.STOPPED, (), 0)
    silent, _ = machine.advance(ended, ended.now_ms + 48 * HOUR_MS - 1)
    nags, _ = machine.advance(ended, ended.now_ms + 48 * HOUR_MS)
    assert (silent.alarms, [each.alarm for each in nags.alarms]) == ((), [Alarm.STOPPED_TOO_LONG])


@pytest.mark.parametrize(
    ("mode", "state"), [(StopPump(), State.STOPPED), (MinimumRate(), State.MINIMUM_RATE), (None, State.INFUSING)]
)
def test_a_purge_leaves_the_pump_as_its_program_says(mode: InfusionMode | None, state: State) -> None:
    """In the operating room the program may well be a stop."""
    drops = Purge(volume_nl=10_000, rate_nl_per_day=2_400_000)
    pump = updated(new_pump(), Update(program=program(mode), reservoir_nl=18 * ML, bolus=drops))
    assert (pump.state, pump.limiter) == (State.PURGING, limiter_for(pump.program, drops, 10_000, 1))
    ended, _ = machine.advance(pump, pump.now_ms + HOUR_MS // 10)
    assert (ended.state, ended.bolus, ended.bolus_left_nl, ended.delivered_nl) == (state, None, None, 10_000)
    assert ended.log[-1].detail == "Purge"
