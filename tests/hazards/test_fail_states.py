"""What each fault falls back to, row by row of docs/safety/hazards.md: the rows that exist in this version."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.pump.helpers import BOLUSES, MODES, NEW_YEAR_MS, new_pump, program, running, updated
from tests.rehearsal.helpers import SMALLER
from tests.rehearsal.test_implant import CREDENTIALS
from tests.rehearsal.test_implant import implanted as implanted_pump
from tests.twin.helpers import implanted, with_stalls

from thecal.mechanism import Stall
from thecal.programmer.exchange import Confirmed, open_session
from thecal.programmer.links.memory import MemoryLink
from thecal.pump import machine
from thecal.pump.alarms import Alarm
from thecal.pump.bolus import Bolus, Purge, SingleBolus
from thecal.pump.commands import Update
from thecal.pump.events import LOG_LINES, verify_chain
from thecal.pump.infusion import InfusionMode, MinimumRate, PeriodicBolus, SimpleContinuous, StopPump
from thecal.pump.memory import Pump
from thecal.pump.reservoir import rate_now
from thecal.pump.service import end_of_service_ms
from thecal.pump.states import State
from thecal.pump.telemetry import budget_nj
from thecal.twin import device as implant
from thecal.units import DAY_MS, HOUR_MS, MINUTE_MS

RATE = 600_000
QUIET_MODES = MODES.filter(lambda mode: not isinstance(mode, PeriodicBolus) or mode.every_ms >= 8 * HOUR_MS)
"""Few steps a day, for therapies of years."""


def sounding(pump: Pump) -> set[Alarm]:
    """The alarms that sound."""
    return {active.alarm for active in pump.alarms}


def flowed(pump: Pump, until_ms: int) -> int:
    """What the pump commands until then, nL."""
    return sum(segment.volume_nl for segment in machine.advance(pump, until_ms)[1])


def test_calculated_empty_keeps_running_and_sounds() -> None:
    """The count reaches zero: the critical alarm sounds, and the commanded rate stays what it was."""
    empty, _ = machine.advance(running(reservoir_nl=RATE), NEW_YEAR_MS + DAY_MS)
    assert empty.reservoir_nl == 0
    assert Alarm.EMPTY_RESERVOIR in sounding(empty)
    assert Alarm.EMPTY_RESERVOIR.is_critical
    assert empty.state is State.INFUSING
    assert flowed(empty, empty.now_ms + 10 * DAY_MS) == 10 * RATE
    later, _ = machine.advance(empty, empty.now_ms + 10 * DAY_MS)
    assert (later.reservoir_nl, later.state) == (0, State.INFUSING)
    assert Alarm.EMPTY_RESERVOIR in sounding(later)


@settings(max_examples=40, deadline=None)
@given(
    starts_ms=st.integers(0, 5 * DAY_MS),
    lasts_ms=st.integers(MINUTE_MS, 30 * DAY_MS),
    sensed_ms=st.integers(0, 2 * HOUR_MS),
)
def test_a_stall_of_any_length_is_never_caught_up(starts_ms: int, lasts_ms: int, sensed_ms: int) -> None:
    """From one minute to thirty days: what flows is the schedule less the stall, and never a nanolitre more."""
    stall = Stall(
        start_ms=NEW_YEAR_MS + starts_ms, end_ms=NEW_YEAR_MS + starts_ms + lasts_ms, sensed_after_ms=sensed_ms
    )
    healthy, ill = implanted(), with_stalls(implanted(), stall)
    end_ms = NEW_YEAR_MS + starts_ms + lasts_ms + sensed_ms + DAY_MS
    until_ms = min(end_ms, NEW_YEAR_MS + 33 * DAY_MS)
    whole, _ = implant.advance(healthy, until_ms)
    less, _ = implant.advance(ill, until_ms)
    stood_ms = max(0, min(lasts_ms, until_ms - NEW_YEAR_MS - starts_ms))
    expected_nl = RATE * (until_ms - NEW_YEAR_MS - stood_ms) // DAY_MS
    used_nl = 20_000_000 - less.metal.reservoir_nl
    assert less.metal.reservoir_nl >= whole.metal.reservoir_nl
    assert abs(used_nl - expected_nl) <= 2
    assert rate_now(less.pump)[0] == RATE
    assert (Alarm.MOTOR_STALL in sounding(less.pump)) is (until_ms < end_ms - DAY_MS)


@settings(max_examples=8, deadline=None)
@given(mode=QUIET_MODES, bolus=BOLUSES)
def test_the_end_of_the_battery_stops_whatever_runs(mode: InfusionMode, bolus: Bolus | None) -> None:
    """At most ninety days after the indicator delivery ends for good, critically, whatever the pump was at."""
    pump = updated(new_pump(), Update(program=program(mode), reservoir_nl=20_000_000, bolus=_takes(mode, bolus)))
    spent, _ = machine.advance(pump, pump.made_ms + 7 * 365 * DAY_MS)
    since_ms = spent.battery.indicator_since_ms
    assert since_ms is not None
    assert since_ms < spent.state_since_ms <= since_ms + 90 * DAY_MS
    assert (spent.state, spent.bolus) == (State.END_OF_SERVICE, None)
    assert {Alarm.REPLACEMENT_INDICATOR, Alarm.END_OF_SERVICE} <= sounding(spent)
    assert Alarm.END_OF_SERVICE.is_critical
    assert flowed(spent, spent.now_ms + 365 * DAY_MS) == 0


def _takes(mode: InfusionMode, bolus: Bolus | None) -> Bolus | None:
    """The bolus, where the program is one that a bolus can end in."""
    idle = isinstance(mode, StopPump | MinimumRate)
    return None if idle and not isinstance(bolus, Purge) else bolus


def test_a_bolus_at_the_very_end_is_cut_off() -> None:
    """A bolus that runs when the battery ends is not finished."""
    slow = running(SimpleContinuous(rate_nl_per_day=100_000))
    fresh = replace(slow, battery=replace(slow.battery, used_nj=-(10**15)))
    pump, _ = machine.advance(fresh, end_of_service_ms(fresh) - HOUR_MS)
    last = SingleBolus(volume_nl=400_000, rate_nl_per_day=4_800_000)
    pump = updated(pump, Update(program=program(), reservoir_nl=20_000_000, bolus=last))
    assert pump.state is State.BOLUS
    assert flowed(pump, pump.now_ms + DAY_MS) == 200_000


def recorded_update() -> list[bytes]:
    """The programmer's frames of a genuine update, as somebody nearby could have recorded them."""
    _, who, respond = implanted_pump()
    frames: list[bytes] = []

    def overheard(frame: bytes) -> bytes:
        frames.append(frame)
        return respond(frame)

    session = open_session(MemoryLink(overheard), CREDENTIALS["prescriber"], who.credential.public())
    assert isinstance(session.update(SMALLER, 1, "t2", SMALLER.digest()), Confirmed)
    return frames


RECORDED = st.sampled_from(recorded_update())
GARBAGE = st.binary(max_size=80) | RECORDED | st.tuples(RECORDED, st.integers(0, 60)).map(lambda cut: cut[0][: cut[1]])


@settings(max_examples=40, deadline=None)
@given(noise=st.lists(GARBAGE, max_size=8))
def test_garbage_on_the_link_changes_no_delivery(noise: list[bytes]) -> None:
    """Noise, and frames recorded elsewhere, whole or cut: an answer each, and the same implant but for its battery."""
    memory, _, respond = implanted_pump()
    before = memory.kept
    assert all(respond(data) for data in noise)
    alone, _ = implant.advance(before, memory.kept.now_ms)
    heard = memory.kept.pump
    assert replace(memory.kept, pump=replace(heard, battery=alone.pump.battery)) == alone
    assert heard.battery.used_nj - alone.pump.battery.used_nj <= budget_nj(heard)
    until_ms = before.pump.now_ms + 3 * DAY_MS
    assert implant.advance(memory.kept, until_ms)[1] == implant.advance(alone, until_ms)[1]


def test_an_access_that_was_refused_is_a_line_and_nothing_else() -> None:
    """The log is longer by one; every nanolitre is as before."""
    pump = running()
    noted = machine.note_access_refused(pump, "nurse: Stage")
    assert len(noted.log) == len(pump.log) + 1
    assert machine.advance(noted, NEW_YEAR_MS + DAY_MS)[1] == machine.advance(pump, NEW_YEAR_MS + DAY_MS)[1]
    assert (noted.state, noted.program, noted.revision, noted.alarms) == (
        pump.state,
        pump.program,
        pump.revision,
        pump.alarms,
    )


def test_a_full_log_keeps_its_chain_and_blocks_no_therapy() -> None:
    """Lines beyond the memory's size push out the oldest; the head still holds, and updates and delivery go on."""
    pump = running()
    for _ in range(2 * LOG_LINES):
        pump = machine.note_access_refused(pump, "wrong emergency key")
    assert len(pump.log) == LOG_LINES
    verify_chain(pump.log, head=pump.log_head)
    assert flowed(pump, pump.now_ms + DAY_MS) == RATE
    after = updated(pump, Update(program=program(SimpleContinuous(rate_nl_per_day=RATE // 2))))
    verify_chain(after.log, head=after.log_head)
    assert flowed(after, after.now_ms + DAY_MS) == RATE // 2
