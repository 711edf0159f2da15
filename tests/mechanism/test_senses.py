"""What the metal reports of the pump's own electronics: states that hold, and happenings of one instant."""

import pytest
from tests.mechanism.helpers import metal_of

from thecal.mechanism import BatteryLevel, Metal, changes_ms, clock_drift_per_million, happenings_at, senses
from thecal.mechanism.faults import (
    BatteryFilm,
    BitFlip,
    ClockDrift,
    ClockLost,
    Fault,
    FeedThroughShort,
    LowBatteryReset,
    TelemetryField,
)

GOOD, LOW, SPENT = BatteryLevel.GOOD, BatteryLevel.LOW, BatteryLevel.SPENT


def levels(metal: Metal, *instants: int) -> list[BatteryLevel]:
    """What the battery shows at each."""
    return [senses(metal, at_ms).battery for at_ms in instants]


def test_a_film_lets_the_battery_look_low_and_then_spent() -> None:
    """Good, low from the onset, spent from the end on and for good."""
    assert levels(metal_of(), 0, 10**12) == [GOOD, GOOD]
    assert levels(metal_of(BatteryFilm(start_ms=10, end_ms=20)), 9, 10, 19, 20, 10**12) == [
        GOOD,
        LOW,
        LOW,
        SPENT,
        SPENT,
    ]
    assert levels(metal_of(BatteryFilm(start_ms=10)), 9, 10, 10**12) == [GOOD, LOW, LOW]


def test_of_two_films_the_lower_voltage_shows() -> None:
    """One is low while the other is already spent."""
    metal = metal_of(BatteryFilm(start_ms=0), BatteryFilm(start_ms=5, end_ms=10))
    assert levels(metal, 4, 9, 10) == [LOW, LOW, SPENT]


def test_a_field_is_there_while_it_lasts() -> None:
    """From its first millisecond to its last."""
    metal = metal_of(TelemetryField(start_ms=10, end_ms=20))
    assert [senses(metal, at_ms).telemetry_field for at_ms in (9, 10, 19, 20)] == [False, True, True, False]


def test_drifts_of_the_clock_add_while_they_last() -> None:
    """50 in a million fast and 20 slow, each in its time."""
    metal = metal_of(ClockDrift(start_ms=10, per_million=50), ClockDrift(start_ms=20, end_ms=30, per_million=-20))
    assert [clock_drift_per_million(metal, at_ms) for at_ms in (9, 10, 20, 30)] == [0, 50, 30, 50]
    with pytest.raises(AssertionError, match="backwards"):
        ClockDrift(start_ms=0, per_million=-1_000_000)


def test_a_happening_is_told_at_its_own_millisecond() -> None:
    """In the plan's order, and at no other instant; everybody has to stop there."""
    flip, lost, reset = BitFlip(at_ms=10, cell=3, bit=7), ClockLost(at_ms=10), LowBatteryReset(at_ms=20)
    metal = metal_of(flip, TelemetryField(start_ms=10), reset, lost)
    assert [happenings_at(metal, at_ms) for at_ms in (9, 10, 11, 20)] == [(), (flip, lost), (), (reset,)]
    assert {10, 20} <= set(changes_ms(metal))


def test_a_short_that_resets_happens_as_a_reset() -> None:
    """At its onset, once; a short that stalls is no happening."""
    metal = metal_of(FeedThroughShort(start_ms=10, resets=True), FeedThroughShort(start_ms=10))
    assert [happenings_at(metal, at_ms) for at_ms in (10, 11)] == [(LowBatteryReset(at_ms=10),), ()]


@pytest.mark.parametrize("fault", [BatteryFilm(start_ms=1), TelemetryField(start_ms=1), LowBatteryReset(at_ms=1)])
def test_what_only_the_pump_feels_holds_no_rotor(fault: Fault) -> None:
    """The metal reports it and goes on."""
    assert not metal_of(fault).is_stalled(1)
    assert senses(metal_of(fault), 1).has_power
