"""What makes the rotor move more or less than it is told, with the volumes that the plan asks for."""

from fractions import Fraction

import pytest
from tests.mechanism.helpers import ML, RATE, day_of, go, metal_of, moved_nl, rig_of

from thecal.mechanism.faults import Altitude, HighPressure, OverDelivery, Temperature, UnderDelivery
from thecal.units import DAY_MS, HOUR_MS


def line_nl(fault: OverDelivery, end_ms: int) -> Fraction:
    """What a straight line delivers from its start to an instant within it, at 1 mL/day commanded: the integral."""
    elapsed, whole = Fraction(end_ms - fault.start_ms), Fraction(fault.full_ms - fault.start_ms)
    more = Fraction(fault.per_mille, 1_000) * elapsed * elapsed / (2 * whole)
    return (elapsed + more) * RATE / DAY_MS


@pytest.mark.parametrize("per_mille", [1, 7, 99, 145, 500])
@pytest.mark.parametrize("days", [3, 10])
def test_over_delivery_grows_in_a_straight_line(per_mille: int, days: int) -> None:
    """From nothing at its start to the whole at its full: below the line by less than one step of it, never above."""
    fault = OverDelivery(start_ms=DAY_MS, full_ms=DAY_MS + 10 * DAY_MS, per_mille=per_mille)
    end_ms = fault.start_ms + days * DAY_MS
    exact_nl = line_nl(fault, end_ms)
    step_nl = Fraction(RATE * days * per_mille, 1_000 * min(per_mille, 100))
    got_nl = moved_nl(metal_of(fault, volume_nl=90 * ML), fault.start_ms, end_ms)
    assert exact_nl - step_nl - 2 <= got_nl <= exact_nl + 1


def test_over_delivery_stays_at_its_full() -> None:
    """Half as much again, from the day it is full; nothing more before it began."""
    fault = OverDelivery(start_ms=DAY_MS, full_ms=3 * DAY_MS, per_mille=500)
    assert [day_of(fault, day=day) for day in (0, 3, 4)] == [RATE, 1_500_000, 1_500_000]


def test_the_steps_of_a_slow_onset_are_known_beforehand() -> None:
    """At most a hundred of them, the last one at the full; at each the share is the line's own."""
    fault = OverDelivery(start_ms=0, full_ms=1_000_000, per_mille=500)
    steps = list(fault.changes_ms())
    assert (len(steps), steps[-1]) == (100, 1_000_000)
    assert [fault.change_per_mille(at_ms) for at_ms in steps] == [5 * step for step in range(1, 101)]
    assert [fault.change_per_mille(at_ms - 1) for at_ms in steps] == [5 * step for step in range(100)]
    assert len(list(OverDelivery(start_ms=0, full_ms=DAY_MS, per_mille=3).changes_ms())) == 3


def test_under_delivery_is_a_share_less() -> None:
    """A quarter less of 1 mL/day, all of it less, and as before when it has ended."""
    assert day_of(UnderDelivery(start_ms=DAY_MS, end_ms=2 * DAY_MS, per_mille=250)) == 750_000
    assert day_of(UnderDelivery(start_ms=DAY_MS, per_mille=1_000)) == 0
    assert day_of(UnderDelivery(start_ms=0, end_ms=DAY_MS, per_mille=250)) == RATE


def test_thin_air_raises_the_flow_by_what_the_maker_says_at_most() -> None:
    """14.5 % more for twelve hours of a day: 1.0725 mL."""
    assert day_of(Altitude(start_ms=DAY_MS)) == 1_145_000
    assert day_of(Altitude(start_ms=DAY_MS, end_ms=DAY_MS + 12 * HOUR_MS)) == 1_072_500


def test_high_pressure_lowers_it() -> None:
    """20 % less in a chamber for six hours of a day: 0.95 mL."""
    assert day_of(HighPressure(start_ms=DAY_MS, end_ms=DAY_MS + 6 * HOUR_MS, per_mille=200)) == 950_000


def test_warmth_raises_it_and_cold_lowers_it() -> None:
    """1.2 % for each tenth of a kelvin: a degree of fever 12 % more, two degrees of cold 24 % less."""
    assert day_of(Temperature(start_ms=DAY_MS, warmer_dk=10)) == 1_120_000
    assert day_of(Temperature(start_ms=DAY_MS, end_ms=2 * DAY_MS, warmer_dk=-20)) == 760_000
    assert day_of(Temperature(start_ms=0, end_ms=DAY_MS, warmer_dk=10)) == RATE


def test_shares_add_and_the_flow_is_never_less_than_nothing() -> None:
    """14.5 % more and 14.5 % less is as commanded; 60 % less twice is nothing, not backwards."""
    less = UnderDelivery(start_ms=0, per_mille=145)
    assert day_of(Altitude(start_ms=0), less) == RATE
    most = UnderDelivery(start_ms=0, per_mille=600)
    assert day_of(most, most) == 0


def test_no_thousandth_is_lost_in_ten_years() -> None:
    """0.1 % more of 7 nL a day, looked at every day: 25 nL more after ten years, to the nanolitre."""
    days = 3_650
    fault = OverDelivery(start_ms=0, full_ms=1, per_mille=1)
    cuts = tuple(day * DAY_MS for day in range(1, days))
    rig = go(rig_of(metal_of(fault)), days * DAY_MS, rate_nl_per_day=7, cuts=cuts)
    assert rig.entered_nl == 7 * days * 1_001 // 1_000
    assert rig.entered_nl == 7 * days + 25


def test_a_new_metal_owes_nothing() -> None:
    """0.1 % less of a thousand single nanolitres: the first is late until a thousandth of a nanolitre is owed more."""
    less = UnderDelivery(start_ms=0, per_mille=1)
    assert moved_by(less, 1) == 0
    assert moved_by(less, 2) == 1
    assert moved_by(less, 1_000) == 999
    assert moved_by(less, 1_001) == 999


def moved_by(fault: UnderDelivery, commanded_nl: int) -> int:
    """What truly moved of single nanolitres, one a day."""
    return go(rig_of(metal_of(fault)), commanded_nl * DAY_MS, rate_nl_per_day=1).entered_nl
