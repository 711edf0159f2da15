"""What holds the rotor, or turns it unbidden: nothing flows but what must, and the sensor tells late by its delay."""

import pytest
from tests.mechanism.helpers import ML, RATE, day_of, go, metal_of, moved_nl, rig_of

from thecal.mechanism import senses
from thecal.mechanism.faults import Fault, FeedThroughShort, MriStall, PowerCut, Runaway, SafetyValveShut, Stall
from thecal.units import DAY_MS, HOUR_MS, MINUTE_MS


def shown(fault: Fault, at_ms: int) -> bool:
    """Whether the sensor shows a rotor that stands."""
    return senses(metal_of(fault), at_ms).rotor_stalled


def test_a_sound_rotor_moves_what_it_is_told() -> None:
    """1 mL/day commanded is 1 mL a day, and the sensor shows nothing."""
    assert day_of() == RATE
    quiet = senses(metal_of(), 0)
    assert (quiet.rotor_stalled, quiet.rotor_unbidden) == (False, False)


def test_while_it_stalls_nothing_flows_and_afterwards_nothing_is_caught_up() -> None:
    """Six hours lost of a day at 1 mL/day leave three quarters, for good."""
    stall = Stall(start_ms=DAY_MS, end_ms=DAY_MS + 6 * HOUR_MS)
    assert day_of(stall) == 750_000
    assert day_of(stall, day=2) == RATE
    assert day_of(Stall(start_ms=DAY_MS), day=2000) == 0


def test_a_stall_is_sensed_late_and_so_is_its_end() -> None:
    """To the millisecond: twenty minutes after the rotor stopped, twenty minutes after it turned."""
    stall = Stall(start_ms=HOUR_MS, end_ms=2 * HOUR_MS, sensed_after_ms=20 * MINUTE_MS)
    instants = [HOUR_MS + 20 * MINUTE_MS, 2 * HOUR_MS + 20 * MINUTE_MS]
    assert [shown(stall, at_ms) for at_ms in (instants[0] - 1, instants[0])] == [False, True]
    assert [shown(stall, at_ms) for at_ms in (instants[1] - 1, instants[1])] == [True, False]
    metal = metal_of(stall)
    assert [metal.is_stalled(at_ms) for at_ms in (HOUR_MS - 1, HOUR_MS, 2 * HOUR_MS - 1, 2 * HOUR_MS)] == [
        False,
        True,
        True,
        False,
    ]


def test_a_plan_that_says_nothing_of_the_sensor() -> None:
    """A stall is sensed at once; a scan's, and the recovery from it, after the twenty minutes that are assumed."""
    assert [shown(Stall(start_ms=5), at_ms) for at_ms in (4, 5)] == [False, True]
    scan, ends_ms = MriStall(start_ms=0, exposure_ms=HOUR_MS), HOUR_MS + 20 * MINUTE_MS
    assert [shown(scan, at_ms) for at_ms in (20 * MINUTE_MS - 1, 20 * MINUTE_MS)] == [False, True]
    assert [shown(scan, at_ms) for at_ms in (ends_ms - 1, ends_ms)] == [True, False]


def test_since_when_it_stands_is_told_by_the_fault_that_came_first() -> None:
    """Two stalls that overlap are one standstill; where nothing holds the rotor there is no since."""
    metal = metal_of(Stall(start_ms=10, end_ms=30), Stall(start_ms=20, end_ms=40))
    assert [metal.stalled_since_ms(at_ms) for at_ms in (9, 10, 25, 35, 40)] == [None, 10, 10, 20, None]


def test_a_scan_stops_the_rotor_for_its_own_length_and_for_the_recovery() -> None:
    """An hour of MRI and five of bound gears: six hours of 1 mL/day are missing; the sensor is late both times."""
    scan = MriStall(
        start_ms=DAY_MS, exposure_ms=HOUR_MS, recovery_ms=5 * HOUR_MS,
        sensed_after_ms=30 * MINUTE_MS, recovery_sensed_after_ms=90 * MINUTE_MS,
    )  # fmt: skip
    assert day_of(scan) == 750_000
    ends_ms = DAY_MS + 6 * HOUR_MS
    assert [metal_of(scan).is_stalled(at_ms) for at_ms in (DAY_MS - 1, DAY_MS, ends_ms - 1, ends_ms)] == [
        False,
        True,
        True,
        False,
    ]
    sensed = [DAY_MS + 30 * MINUTE_MS, ends_ms + 90 * MINUTE_MS]
    assert [shown(scan, at_ms) for at_ms in (sensed[0] - 1, sensed[0])] == [False, True]
    assert [shown(scan, at_ms) for at_ms in (sensed[1] - 1, sensed[1])] == [True, False]


def test_a_scan_changes_the_metal_four_times() -> None:
    """The rotor stops, the sensor tells, the rotor turns, the sensor tells."""
    scan = MriStall(start_ms=1_000, exposure_ms=100, recovery_ms=10, sensed_after_ms=7, recovery_sensed_after_ms=3)
    assert list(scan.changes_ms()) == [1_000, 1_007, 1_110, 1_113]


def test_a_rotor_recovers_from_a_scan_within_a_day_and_usually_at_once() -> None:
    """Recovery was seen to take up to 24 h and no longer; where none is planned the rotor turns as the scan ends."""
    assert MriStall(start_ms=0, exposure_ms=1, recovery_ms=DAY_MS).end_ms == DAY_MS + 1
    assert MriStall(start_ms=7, exposure_ms=5).end_ms == 12
    with pytest.raises(AssertionError, match="within a day"):
        MriStall(start_ms=0, exposure_ms=1, recovery_ms=DAY_MS + 1)


def test_a_scan_whose_stall_is_sensed_too_late_is_never_sensed() -> None:
    """An hour's standstill that would show after two hours, and clear at once."""
    scan = MriStall(start_ms=0, exposure_ms=HOUR_MS, sensed_after_ms=2 * HOUR_MS, recovery_sensed_after_ms=0)
    assert not any(shown(scan, at_ms) for at_ms in range(0, 4 * HOUR_MS, MINUTE_MS))
    at_once = MriStall(start_ms=0, exposure_ms=HOUR_MS, sensed_after_ms=0)
    assert shown(at_once, 0)


def test_a_short_holds_the_rotor_or_leaves_it_alone() -> None:
    """A short that stalls is a stall, late sensor and all; one that resets moves nothing and stops nothing."""
    short = FeedThroughShort(start_ms=DAY_MS, sensed_after_ms=MINUTE_MS)
    assert day_of(short) == 0
    assert [shown(short, DAY_MS + MINUTE_MS + late_ms) for late_ms in (-1, 0)] == [False, True]
    resets = FeedThroughShort(start_ms=DAY_MS, resets=True)
    assert day_of(resets) == RATE
    assert not shown(resets, 2 * DAY_MS)


def test_a_runaway_flows_beside_what_is_commanded() -> None:
    """An hour at 24 mL/day is 1 mL beside the day's own 1 mL, and nothing after it has ended."""
    runaway = Runaway(start_ms=DAY_MS + HOUR_MS, end_ms=DAY_MS + 2 * HOUR_MS, rate_nl_per_day=24 * ML)
    assert day_of(runaway) == 2 * ML
    assert day_of(runaway, day=2) == RATE


def test_a_runaway_needs_a_motor_with_power_and_an_open_way() -> None:
    """Its power cut by the limiter, held by a stall, without a battery or behind a shut valve it moves nothing."""
    runaway = Runaway(start_ms=0, rate_nl_per_day=24 * ML)
    hour = (HOUR_MS, 2 * HOUR_MS)
    assert moved_nl(metal_of(runaway), *hour) == ML + 41_667
    assert moved_nl(metal_of(runaway), *hour, motor_cut=True) == 0
    for holds in (Stall(start_ms=0), PowerCut(start_ms=0), SafetyValveShut(start_ms=0)):
        assert moved_nl(metal_of(runaway, holds), *hour) == 0


def test_a_runaway_is_sensed_late() -> None:
    """The sensor shows a rotor that turns unbidden two seconds after it began, and two seconds after it ended."""
    metal = metal_of(Runaway(start_ms=10_000, end_ms=20_000, rate_nl_per_day=ML, sensed_after_ms=2_000))
    instants = (11_999, 12_000, 21_999, 22_000)
    assert [senses(metal, at_ms).rotor_unbidden for at_ms in instants] == [False, True, True, False]


def test_a_motor_without_power_moves_nothing_and_is_no_stall() -> None:
    """A cut of power is neither sensed as a stall nor caught up."""
    cut = PowerCut(start_ms=DAY_MS, end_ms=DAY_MS + 12 * HOUR_MS)
    assert day_of(cut) == 500_000
    assert not senses(metal_of(cut), DAY_MS).has_power
    assert senses(metal_of(cut), DAY_MS + 12 * HOUR_MS).has_power
    assert not shown(cut, DAY_MS)


def test_a_motor_that_was_cut_off_obeys_no_command() -> None:
    """What the pump still commands while its limiter holds the power does not flow."""
    assert moved_nl(metal_of(), 0, DAY_MS, motor_cut=True) == 0


def test_a_dry_reservoir_gives_what_it_has_and_the_flow_ends_early() -> None:
    """20 mL of which 1.4 cannot be reached, at 10 mL/day: 18.6 mL in all, over 1.86 days."""
    rig = go(rig_of(metal_of(undeliverable_nl=1_400_000)), 3 * DAY_MS, rate_nl_per_day=10 * ML)
    assert rig.entered_nl == 18_600_000
    assert rig.metal.reservoir_nl == 1_400_000
    assert go(rig, 4 * DAY_MS).entered_nl == 18_600_000
