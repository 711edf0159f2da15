"""The limiter against a grid of milliseconds that was written from its contract, and against sums done by hand."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.pump.helpers import new_pump, program, running, updated

from thecal.pump import limiter as watchdog
from thecal.pump import machine
from thecal.pump.alarms import Alarm
from thecal.pump.bolus import BridgeBolus, PrimingBolus, Purge, SingleBolus
from thecal.pump.commands import SetClock, Update
from thecal.pump.events import EventKind
from thecal.pump.infusion import SimpleContinuous
from thecal.pump.journal import settle
from thecal.pump.limiter import Limiter, armed, until, watch
from thecal.pump.memory import Pump, limiter_for
from thecal.pump.states import State
from thecal.units import DAY_MS, HOUR_MS

SHORT_MS = 12
"""A window short enough to count every millisecond of it."""

Drive = tuple[int, int, int]


@st.composite
def drives(draw: st.DrawFn) -> list[Drive]:
    """Stretches of drive in order, some after a rest, some of rate zero."""
    made, at_ms = [], draw(st.integers(-5, 5))
    for _ in range(draw(st.integers(1, 6))):
        at_ms += draw(st.sampled_from((0, 0, 1, 3, SHORT_MS, SHORT_MS + 1)))
        lasts_ms = draw(st.integers(1, 3 * SHORT_MS))
        made.append((at_ms, at_ms + lasts_ms, draw(st.integers(0, 9))))
        at_ms += lasts_ms
    return made


def grid_cut_ms(made: Sequence[Drive], most: int, allowance: int) -> int | None:
    """The first millisecond that may not be driven: one by one, each with the window that ends with it."""
    drove: dict[int, int] = {}
    for start_ms, end_ms, rate in made:
        for ms in range(start_ms, end_ms):
            if rate <= allowance:
                allowance -= rate
            else:
                drove[ms] = rate
                if sum(drove.get(ms - back, 0) for back in range(SHORT_MS)) > most:
                    return ms
    return None


def watched(limiter: Limiter, made: Sequence[Drive]) -> tuple[Limiter, int | None]:
    """(the limiter after all of it, when it cut)."""
    cut_ms: int | None = None
    for start_ms, end_ms, rate in made:
        before = limiter.is_cut
        limiter, until_ms = watch(limiter, start_ms, end_ms, rate)
        assert until_ms == end_ms or limiter.is_cut
        if limiter.is_cut and not before:
            cut_ms = until_ms
        if before and rate:
            assert until_ms == start_ms, "a cut stays"
    return limiter, cut_ms


@settings(max_examples=300, deadline=None)
@given(made=drives(), ceiling=st.integers(0, 6), allowance=st.integers(0, 8), pulse=st.integers(0, 2))
def test_it_cuts_at_the_very_millisecond(made: list[Drive], ceiling: int, allowance: int, pulse: int) -> None:
    """The first that would bring any window above ceiling and one pulse, once the allowance is used up."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(watchdog, "WINDOW_MS", SHORT_MS)
        _, cut_ms = watched(armed(ceiling_nl=ceiling, allowance_nl=allowance, pulse_nl=pulse), made)
    assert cut_ms == grid_cut_ms(made, (ceiling + pulse) * SHORT_MS, allowance * SHORT_MS)


@settings(max_examples=100, deadline=None)
@given(made=drives(), ceiling=st.integers(0, 6), allowance=st.integers(0, 8), cuts=st.sets(st.integers(-5, 200)))
def test_a_stretch_may_be_cut_anywhere(made: list[Drive], ceiling: int, allowance: int, cuts: set[int]) -> None:
    """However the drive is handed over, piece by piece or whole, the limiter ends the same."""
    pieces = []
    for start_ms, end_ms, rate in made:
        edges = [start_ms, *sorted(cut for cut in cuts if start_ms < cut < end_ms), end_ms]
        pieces += [(left, right, rate) for left, right in pairwise(edges)]
    start = armed(ceiling_nl=ceiling, allowance_nl=allowance, pulse_nl=1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(watchdog, "WINDOW_MS", SHORT_MS)
        assert watched(start, pieces) == watched(start, made)


def test_a_whole_day_of_the_ceiling_passes_for_ever() -> None:
    """The ceiling itself is allowed, window after window, with a memory that does not grow."""
    limiter = armed(ceiling_nl=600_000, allowance_nl=0, pulse_nl=1)
    for day in range(30):
        limiter, until_ms = watch(limiter, day * DAY_MS, (day + 1) * DAY_MS, 600_000)
        assert until_ms == (day + 1) * DAY_MS
    assert not limiter.is_cut
    assert len(limiter.window) == 1


@pytest.mark.parametrize(("pulse_nl", "cut_ms"), [(1, 43_200_072), (50, 43_203_600), (2_000, 43_344_000)])
def test_twice_the_ceilings_rate_is_cut_after_half_a_day_and_a_pulse(pulse_nl: int, cut_ms: int) -> None:
    """At 1.2 mL/day, 0.6 mL and a pulse take 12 h and (pulse / 1.2 mL) of a day; a second may have waited before."""
    limiter, until_ms = watch(armed(ceiling_nl=600_000, allowance_nl=0, pulse_nl=pulse_nl), 0, DAY_MS, 1_200_000)
    assert (until_ms, limiter.is_cut) == (cut_ms, True)


def test_what_left_the_window_is_forgotten_and_nothing_before() -> None:
    """Half the ceiling in the first hour; a second half just within 24 h of it fits, a third only as the first goes."""
    limiter = armed(ceiling_nl=100_000, allowance_nl=0, pulse_nl=0)
    for start_ms in (0, 12 * HOUR_MS):
        limiter, until_ms = watch(limiter, start_ms, start_ms + HOUR_MS, 1_200_000)
        assert until_ms == start_ms + HOUR_MS
    kept, until_ms = watch(limiter, 24 * HOUR_MS, 25 * HOUR_MS, 1_200_000)
    assert (until_ms, kept.is_cut) == (25 * HOUR_MS, False)
    early, until_ms = watch(limiter, 24 * HOUR_MS - 1, 25 * HOUR_MS, 1_200_000)
    assert (until_ms, early.is_cut) == (24 * HOUR_MS - 1, True)


def test_the_allowance_passes_once_and_before_the_ceiling() -> None:
    """A volume beside the ceiling, at any rate; what is left of it is not given back by time."""
    start = armed(ceiling_nl=100_000, allowance_nl=50_000, pulse_nl=0)
    limiter, until_ms = watch(start, 0, HOUR_MS, 1_200_000)
    assert (until_ms, limiter.allowance_nl_ms_per_day, limiter.window) == (HOUR_MS, 0, ())
    limiter, until_ms = watch(limiter, HOUR_MS, 10 * HOUR_MS, 1_200_000)
    assert (until_ms, limiter.is_cut) == (3 * HOUR_MS, True)
    later = watch(start, 0, HOUR_MS, 1_200_000)[0]
    later, until_ms = watch(later, 10 * DAY_MS, 11 * DAY_MS, 1_200_000)
    assert (until_ms, later.is_cut) == (10 * DAY_MS + 2 * HOUR_MS, True)


def test_a_cut_stays_until_it_is_armed_anew() -> None:
    """No rest is long enough; rate zero asks for nothing and is never refused."""
    limiter, _ = watch(armed(ceiling_nl=0, allowance_nl=0, pulse_nl=0), 0, HOUR_MS, 48_000)
    assert limiter.is_cut
    assert watch(limiter, 100 * DAY_MS, 101 * DAY_MS, 48_000) == (limiter, 100 * DAY_MS)
    assert watch(limiter, 100 * DAY_MS, 101 * DAY_MS, 0) == (limiter, 101 * DAY_MS)


@pytest.mark.parametrize(
    ("kwargs", "drive"),
    [
        ({"ceiling_nl": -1}, (0, 1, 1)),
        ({"allowance_nl": -1}, (0, 1, 1)),
        ({}, (0, 0, 1)),
        ({}, (1, 0, 1)),
        ({}, (0, 1, -1)),
    ],
)
def test_nonsense_is_not_watched(kwargs: dict[str, int], drive: Drive) -> None:
    """A volume below nothing, a stretch that does not last, a flow backwards: refused; the least of each is not."""
    assert watch(armed(ceiling_nl=0, allowance_nl=0, pulse_nl=0), 0, 1, 0)[1] == 1
    with pytest.raises(AssertionError):
        watch(armed(**{"ceiling_nl": 0, "allowance_nl": 0, "pulse_nl": 0, **kwargs}), *drive)


@pytest.mark.parametrize("kind", [BridgeBolus, PrimingBolus, Purge])
def test_what_fills_or_empties_the_path_passes_beside_the_ceiling(kind: type) -> None:
    """What is left of a bridge, a prime, a purge; never a dose, and nothing without a program."""
    more = {"concentration_pg_per_nl": 500} if kind is BridgeBolus else {}
    path = kind(volume_nl=9_000, rate_nl_per_day=600_000, **more)
    made = limiter_for(program(), path, 7_000, 50)
    assert made == armed(ceiling_nl=24_000_000, allowance_nl=7_000, pulse_nl=50)
    dose = SingleBolus(volume_nl=9_000, rate_nl_per_day=600_000)
    assert limiter_for(program(), dose, 7_000, 50) == armed(ceiling_nl=24_000_000, allowance_nl=0, pulse_nl=50)
    assert limiter_for(program(), None, None, 50) == armed(ceiling_nl=24_000_000, allowance_nl=0, pulse_nl=50)
    assert limiter_for(None, path, 7_000, 50) is None


def overdriven() -> Pump:
    """A pump whose rate is twice what its order allows, as no review would let it."""
    return updated(running(), Update(program=program(ceiling_nl_per_day=600_000)))


def test_the_pump_stops_critically_where_the_limiter_cuts_and_an_update_arms_it_anew() -> None:
    """One line, one alarm, no flow after; the alarm stands until the next update, and then it flows again."""
    start = overdriven()
    assert start.program is not None
    wrong = start.program.infusion_mode
    assert wrong == SimpleContinuous(rate_nl_per_day=600_000)
    fast = replace(
        start,
        program=replace(start.program, infusion_mode=SimpleContinuous(rate_nl_per_day=1_200_000)),
    )
    before, _ = machine.advance(fast, fast.now_ms + 43_200_072 - 1)
    assert (before.state, before.alarms) == (State.INFUSING, ())
    cut, _ = machine.advance(before, fast.now_ms + 10 * DAY_MS)
    assert cut.state is State.STOPPED
    assert cut.state_since_ms == fast.now_ms + 43_200_072
    assert Alarm.LIMITER_CUT in {each.alarm for each in cut.alarms}
    assert Alarm.LIMITER_CUT.is_critical
    assert [event.kind for event in cut.log].count(EventKind.LIMITER_CUT) == 1
    assert cut.delivered_nl - fast.delivered_nl == 600_001
    again = updated(cut, Update(program=program(ceiling_nl_per_day=600_000)))
    assert (again.state, again.alarms) == (State.INFUSING, ())
    assert again.limiter == armed(ceiling_nl=600_000, allowance_nl=0, pulse_nl=1)
    assert sum(each.volume_nl for each in machine.advance(again, again.now_ms + 10 * DAY_MS)[1]) == 6_000_000


def test_where_nothing_may_pass_nothing_does_and_time_goes_on() -> None:
    """A limiter that was armed for nothing cuts in the very millisecond of the start."""
    start = replace(running(), limiter=armed(ceiling_nl=0, allowance_nl=0, pulse_nl=0))
    after, flow = machine.advance(start, start.now_ms + DAY_MS)
    assert (after.state, after.state_since_ms, after.delivered_nl, flow) == (State.STOPPED, start.now_ms, 0, ())
    assert after.now_ms == start.now_ms + DAY_MS


@pytest.mark.parametrize("state", [State.INFUSING, State.BOLUS, State.MINIMUM_RATE])
def test_a_memory_that_says_it_delivers_is_stopped_again_while_the_current_is_cut(state: State) -> None:
    """Whatever else became of the memory: stopped, sounding once, with a line."""
    start = overdriven()
    assert start.limiter is not None
    cut = settle(replace(start, limiter=replace(start.limiter, is_cut=True)))
    again = settle(replace(cut, state=state))
    assert (again.state, again.standing, again.alarms) == (State.STOPPED, cut.standing, cut.alarms)
    assert [event.kind for event in again.log[len(cut.log) :]] == [EventKind.LIMITER_CUT]
    assert settle(again) == again
    ended = replace(cut, state=State.END_OF_SERVICE)
    assert settle(ended).state is State.END_OF_SERVICE


def test_what_was_counted_ahead_is_taken_back() -> None:
    """After an instant nothing was driven: later stretches go, one that runs on ends there, earlier ones stay."""
    limiter = armed(ceiling_nl=1_000_000, allowance_nl=0, pulse_nl=1)
    for start_ms, rate in ((0, 48_000), (10, 96_000), (20, 48_000)):
        limiter, _ = watch(limiter, start_ms, start_ms + 10, rate)
    first, second, third = limiter.window
    assert until(limiter, 31) == until(limiter, 30) == limiter
    assert until(limiter, 29).window == (first, second, replace(third, end_ms=29))
    assert until(limiter, 21).window == (first, second, replace(third, end_ms=21))
    assert until(limiter, 20).window == (first, second)
    assert until(limiter, 0).window == ()
    cut = replace(limiter, is_cut=True)
    assert until(cut, 15) == replace(cut, window=(first, replace(second, end_ms=15)))


def test_setting_the_clock_begins_a_new_day_and_mends_no_cut() -> None:
    """An hour of the schedule may come twice; what was cut stays cut."""
    start, _ = machine.advance(overdriven(), overdriven().now_ms + DAY_MS)
    assert start.limiter is not None
    assert start.limiter.window
    moved = machine.handle(start, SetClock(clock_ms=start.now_ms + HOUR_MS))
    assert isinstance(moved, Pump)
    assert moved.limiter == armed(ceiling_nl=600_000, allowance_nl=0, pulse_nl=1)
    cut = settle(replace(start, limiter=replace(start.limiter, is_cut=True)))
    moved = machine.handle(cut, SetClock(clock_ms=start.now_ms + HOUR_MS))
    assert isinstance(moved, Pump)
    assert moved.limiter is not None
    assert (moved.limiter.is_cut, moved.limiter.window) == (True, ())
    assert machine.advance(moved, moved.now_ms + DAY_MS)[0].state is State.STOPPED
    lost = replace(cut, program=None)
    moved = machine.handle(lost, SetClock(clock_ms=lost.now_ms + HOUR_MS))
    assert isinstance(moved, Pump)
    assert moved.limiter == cut.limiter, "a memory that lost its program keeps the cut"
    shelf = machine.handle(new_pump(), SetClock(clock_ms=new_pump().now_ms + HOUR_MS))
    assert isinstance(shelf, Pump)
    assert shelf.limiter is None
