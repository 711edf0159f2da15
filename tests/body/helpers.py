"""Deliveries that the body's tests share, and what to compare."""

import numpy as np
from hypothesis import strategies as st

from thecal.body import BodyState
from thecal.body.anatomy import Floats

FLEX_STARTS_H = (0.0, 6.0, 9.0, 21.0)
FLEX_RATES = (8.0, 20.0, 12.0, 16.0)
BOLUS_H = 10.0 / 60.0


def flex(days: int) -> tuple[Floats, Floats]:
    """A flex schedule of four steps a day: edges (h) and rates (mcg/h)."""
    starts = [24.0 * day + start for day in range(days) for start in FLEX_STARTS_H]
    return np.array([*starts, 24.0 * days]), np.array(FLEX_RATES * days)


def with_boluses(edges: Floats, rates: Floats, at_h: list[float]) -> tuple[Floats, Floats]:
    """The same with 25 mcg over ten minutes on top at each of `at_h`."""
    stops = np.union1d(edges, [*at_h, *(start + BOLUS_H for start in at_h)])
    beneath = rates[np.searchsorted(edges, stops[:-1], side="right") - 1]
    extra = [25.0 / BOLUS_H if any(start <= stop < start + BOLUS_H for start in at_h) else 0.0 for stop in stops[:-1]]
    return stops, beneath + np.array(extra)


def floats(state: BodyState) -> Floats:
    """A state as an array, so that states can be scaled and added."""
    return np.array(state.to_floats())


def relative_difference(one: BodyState, other: BodyState) -> float:
    """The largest difference, concentrations and effects each against their own largest value."""
    return max(
        _apart(one.concentrations_mcg_per_ml, other.concentrations_mcg_per_ml),
        _apart(one.effects_ng_per_ml, other.effects_ng_per_ml),
    )


def _apart(one: tuple[float, ...], other: tuple[float, ...]) -> float:
    largest = max(np.abs(one).max(), np.abs(other).max())
    # Numbers below the tiniest normal one have lost their digits: nothing is relative to them.
    return float(np.abs(np.subtract(one, other)).max() / max(largest, 1e12 * np.finfo(float).tiny))


@st.composite
def deliveries(draw: st.DrawFn) -> tuple[Floats, Floats]:
    """Up to eight stretches, from a second to weeks, of up to 500 mcg/h."""
    durations = draw(st.lists(st.floats(1.0 / 3600.0, 500.0), min_size=1, max_size=8))
    rates = draw(st.lists(st.floats(0.0, 500.0), min_size=len(durations), max_size=len(durations)))
    return np.concatenate([[0.0], np.cumsum(durations)]), np.array(rates)
