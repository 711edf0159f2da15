"""Valves and seals: a reservoir that empties itself, a valve that shuts for good, fluid that runs back."""

from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise

import pytest
from tests.mechanism.helpers import CONCENTRATION, ML, PATH_NL, RATE, day_of, fluid, go, metal_of, moved_nl, rig_of

from thecal.mechanism import Metal, changes_ms, reset_valves, run
from thecal.mechanism.faults import Fault, FreeFlow, Overfill, ReverseLeak, SafetyValveShut, Stall
from thecal.units import DAY_MS, HOUR_MS, SECOND_MS


def test_free_flow_empties_the_reservoir_whatever_the_motor_does() -> None:
    """Half an hour in a magnet at 960 mL/day: all 20 mL, with the motor's power cut and the rotor held."""
    magnet = FreeFlow(start_ms=HOUR_MS, end_ms=HOUR_MS + HOUR_MS // 2, rate_nl_per_day=960 * ML)
    metal = metal_of(magnet, Stall(start_ms=0))
    assert moved_nl(metal, HOUR_MS, 2 * HOUR_MS, motor_cut=True) == 20 * ML
    assert moved_nl(metal, 0, HOUR_MS, motor_cut=True) == 0


def test_free_flow_cannot_take_what_cannot_be_delivered() -> None:
    """1.4 mL stay."""
    magnet = FreeFlow(start_ms=0, rate_nl_per_day=960 * ML)
    rig = go(rig_of(metal_of(magnet, undeliverable_nl=1_400_000)), DAY_MS)
    assert (rig.entered_nl, rig.metal.reservoir_nl) == (18_600_000, 1_400_000)


def test_free_flow_ends_with_the_magnet() -> None:
    """An hour at 24 mL/day is 1 mL beside the day's own 1 mL."""
    magnet = FreeFlow(start_ms=DAY_MS, end_ms=DAY_MS + HOUR_MS, rate_nl_per_day=24 * ML)
    assert [day_of(magnet, day=day) for day in (0, 1, 2)] == [RATE, 2 * ML, RATE]


@pytest.mark.parametrize(("concentration", "leaked_mcg"), [(25_000, 250), (2_000, 20)])
def test_a_safety_valve_leaks_ten_microlitres_and_shuts(concentration: int, leaked_mcg: int) -> None:
    """Of 25 mg/mL that is 0.25 mg, of 2000 mcg/mL 20 mcg; then nothing flows, for ever."""
    metal = Metal(reservoir=(fluid(20 * ML, concentration),), faults=(SafetyValveShut(start_ms=0),))
    rig = go(rig_of(metal), 30 * DAY_MS)
    assert rig.entered_nl == 10_000
    assert 20 * ML * concentration - rig.metal.reservoir_pg == leaked_mcg * 1_000_000


def test_the_valve_has_shut_within_a_second() -> None:
    """Half of the leak in half of it."""
    metal = metal_of(SafetyValveShut(start_ms=DAY_MS))
    assert moved_nl(metal, DAY_MS, DAY_MS + SECOND_MS // 2) == 5_000
    assert moved_nl(metal, DAY_MS, DAY_MS + SECOND_MS) == 10_000
    assert DAY_MS + SECOND_MS in set(changes_ms(metal))


def test_a_shut_valve_stops_free_flow_too() -> None:
    """That is what it is for."""
    magnet = FreeFlow(start_ms=0, end_ms=HOUR_MS, rate_nl_per_day=960 * ML)
    assert moved_nl(metal_of(magnet, SafetyValveShut(start_ms=0)), 0, HOUR_MS) == 10_000


def test_a_hand_resets_the_valve() -> None:
    """Shut for six of 24 hours: 0.75 mL and what leaked; a valve that is open, or shuts only now, is left alone."""
    shut = SafetyValveShut(start_ms=DAY_MS)
    rig = go(rig_of(metal_of(shut, Stall(start_ms=9 * DAY_MS))), DAY_MS + 6 * HOUR_MS)
    reset = replace(rig, metal=reset_valves(rig.metal, rig.now_ms))
    assert go(reset, 2 * DAY_MS).entered_nl - rig.entered_nl == 750_000
    assert reset.metal.faults == (
        SafetyValveShut(start_ms=DAY_MS, end_ms=DAY_MS + 6 * HOUR_MS),
        Stall(start_ms=9 * DAY_MS),
    )
    assert reset_valves(metal_of(shut), DAY_MS) == metal_of(shut)
    assert day_of(SafetyValveShut(start_ms=DAY_MS, end_ms=DAY_MS + 6 * HOUR_MS)) == 750_000 + 10_000


def test_a_reverse_leak_fills_the_reservoir_from_the_path() -> None:
    """1 mL/day for a day against a rotor that stands: the path's drug first, then 0.6642 mL of fluid without any."""
    leak = ReverseLeak(start_ms=DAY_MS, end_ms=2 * DAY_MS, rate_nl_per_day=ML)
    rig = go(rig_of(metal_of(leak, Stall(start_ms=0), volume_nl=10 * ML)), 3 * DAY_MS)
    assert rig.csf_nl == ML
    assert rig.metal.reservoir_nl == 11 * ML
    assert rig.metal.reservoir_pg == (10 * ML + PATH_NL) * CONCENTRATION
    assert sum(slug.mass_pg for slug in rig.path) == 0


def test_the_portions_of_a_leak_depend_on_its_length_and_not_on_its_onset() -> None:
    """A leak that begins on the ninth day runs back as one that begins on the first."""
    early, late = (ReverseLeak(start_ms=at, end_ms=at + DAY_MS, rate_nl_per_day=90 * ML) for at in (0, 9 * DAY_MS))
    assert early.portion_nl == late.portion_nl == 450_000
    assert [at_ms + 9 * DAY_MS for at_ms in early.changes_ms()] == list(late.changes_ms())


def test_a_reverse_leak_takes_from_what_the_rotor_moves() -> None:
    """Half a mL a day against 1 mL a day: the reservoir loses half as fast."""
    leak = ReverseLeak(start_ms=0, end_ms=2 * DAY_MS, rate_nl_per_day=ML // 2)
    assert go(rig_of(metal_of(leak)), 2 * DAY_MS).metal.reservoir_nl == 19 * ML


@pytest.mark.parametrize(
    ("rate", "portions", "largest_nl"), [(ML, 100, 10_000), (100 * ML, 200, 500_000), (9_999, 0, 9_999)]
)
def test_a_reverse_leak_runs_in_portions(rate: int, portions: int, largest_nl: int) -> None:
    """10 uL at a time and the rest at its end; a large one in two hundred."""
    leak = ReverseLeak(start_ms=0, end_ms=DAY_MS, rate_nl_per_day=rate)
    instants = sorted({0, *leak.changes_ms()})
    each = [leak.passed_nl(after) - leak.passed_nl(before) for before, after in pairwise(instants)]
    assert (sum(each), max(each)) == (rate, largest_nl)
    assert len(list(leak.changes_ms())) == portions + 2
    assert all(leak.passed_nl(at_ms - 1) < leak.passed_nl(at_ms) for at_ms in instants[1:])


def test_no_more_runs_back_than_there_is_room_for() -> None:
    """A reservoir of 20 mL that holds 19.5 takes half a mL, and none of it through a shut valve."""
    leak = ReverseLeak(start_ms=0, end_ms=DAY_MS, rate_nl_per_day=ML)
    metal = metal_of(leak, Stall(start_ms=0), volume_nl=19_500_000, capacity_nl=20 * ML)
    assert go(rig_of(metal), DAY_MS).metal.reservoir_nl == 20 * ML
    shut = metal_of(leak, SafetyValveShut(start_ms=0, leak_nl=0), volume_nl=ML)
    assert go(rig_of(shut), DAY_MS).metal.reservoir_nl == ML


def test_what_ran_back_is_told_at_the_end_of_its_stretch() -> None:
    """The first 10 uL of a leak of 1 mL/day, after 14.4 minutes."""
    leak = ReverseLeak(start_ms=0, end_ms=DAY_MS, rate_nl_per_day=ML)
    _, flows, back = run(metal_of(leak), (), 0, DAY_MS // 100)
    assert flows == ()
    assert back is not None
    assert (back.segment.end_ms, back.segment.volume_nl) == (DAY_MS // 100, 10_000)


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: FreeFlow(start_ms=0, rate_nl_per_day=0),
        lambda: ReverseLeak(start_ms=0, end_ms=1, rate_nl_per_day=0),
        lambda: ReverseLeak(start_ms=0, rate_nl_per_day=1),
        lambda: SafetyValveShut(start_ms=0, leak_nl=10_001),
        lambda: Overfill(at_ms=0, end_ms=0),
    ],
)
def test_a_plan_says_what_can_be(wrong: Callable[[], Fault]) -> None:
    """No flow, no end, a leak beyond the valve's own."""
    with pytest.raises(AssertionError):
        wrong()
