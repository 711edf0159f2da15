"""Time axes and axes of ratios: round where people count, and true to the numbers."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.figures.helpers import DAY_MS, HOUR_MS, T0_MS

from thecal.errors import OurFault
from thecal.figures import TimeAxis
from thecal.figures.scales import LogScale, decade_ticks
from thecal.units import MINUTE_MS


@pytest.mark.parametrize(
    ("span_ms", "labels"),
    [
        (30 * MINUTE_MS, ["0 min", "5 min", "10 min", "15 min", "20 min", "25 min", "30 min"]),
        (24 * HOUR_MS, ["0 h", "3 h", "6 h", "9 h", "12 h", "15 h", "18 h", "21 h", "24 h"]),
        (72 * HOUR_MS, ["0 h", "12 h", "24 h", "36 h", "48 h", "60 h", "72 h"]),
        (28 * DAY_MS, ["0 d", "7 d", "14 d", "21 d", "28 d"]),
    ],
)
def test_hours_and_days_since_are_round(span_ms: int, labels: list[str]) -> None:
    """From minutes to weeks, at most eight steps."""
    shown = [tick.label for tick in TimeAxis(since_ms=T0_MS).ticker(T0_MS, T0_MS + span_ms, 8)]
    assert shown == [label.replace(" ", "\u00a0") for label in labels]


@given(st.integers(1, 400 * DAY_MS), st.integers(0, 400 * DAY_MS), st.integers(1, 12))
def test_ticks_lie_within_the_axis_and_are_not_too_many(span_ms: int, since_ms: int, count: int) -> None:
    """Wherever the axis begins, before or after what it counts from."""
    first = T0_MS + 200 * DAY_MS
    ticks = TimeAxis(since_ms=T0_MS + since_ms).ticker(first, first + span_ms, count)
    assert len(ticks) <= count + 1
    assert all(first <= tick.at <= first + span_ms for tick in ticks)


def test_an_instant_is_written_as_the_axis_counts() -> None:
    """A date at the offset, or a duration since."""
    assert TimeAxis(utc_offset_min=60).show(T0_MS) == "3\u00a0Mar\u00a02027 10:40"
    assert TimeAxis(since_ms=T0_MS).show(T0_MS + 26 * HOUR_MS) == "26\u00a0h\u00a000\u00a0min"


def test_an_axis_that_begins_at_no_time_is_our_fault() -> None:
    """Microseconds taken for milliseconds."""
    with pytest.raises(OurFault):
        TimeAxis(since_ms=T0_MS * 1000)


@given(st.lists(st.floats(1e-6, 1e6), min_size=1, max_size=8))
def test_decades_enclose_what_they_measure(values: list[float]) -> None:
    """They rise, begin and end at powers of ten, and reach no farther down than four decades below the highest."""
    ticks = decade_ticks(values)
    assert all(above > below for below, above in pairwise(ticks))
    assert ticks[-1] >= max(values) * (1 - 1e-8)
    assert ticks[0] <= max(min(values), max(values) * 1e-4) * (1 + 1e-8)
    assert ticks[0] >= max(values) * 1e-4 / 10.001


def test_equal_ratios_take_equal_room() -> None:
    """From 1 to 10 as far as from 10 to 100; what is below the foot lies on it."""
    scale = LogScale(1, 100, 200, 0)
    assert [scale(value) for value in (1, 10, 100)] == pytest.approx([200, 100, 0])
    assert scale(0) == scale(0.5) == 200


@pytest.mark.parametrize(("low", "high"), [(0, 1), (-1, 1), (2, 2)])
def test_ratios_to_nothing_are_our_fault(low: float, high: float) -> None:
    """An axis of ratios has no zero."""
    with pytest.raises(OurFault):
        LogScale(low, high, 0, 1)
