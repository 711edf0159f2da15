"""A dose that nobody studied is said to be one, wherever it is predicted."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.house.source import ROOT
from tests.twin.helpers import implanted
from tests.twin.test_forecast import LATER_MS, foreseen
from tests.twin.test_simulation import FOUR_STEPS

from thecal.scenario import read, tell
from thecal.twin import device as implant
from thecal.twin.lived import Dose, Exposure
from thecal.twin.studied import beyond, most_within
from thecal.units import DAY_MS, HOUR_MS


def exposure(edges_h: list[float], rates: list[float], *doses: float) -> Exposure:
    """Drug at the tip, and punctures at the beginning."""
    return Exposure(
        edges_h=np.array(edges_h),
        rates_mcg_per_h=np.array(rates),
        times_h=np.array([0.0]),
        doses=tuple(Dose(at_h=0.0, mass_mcg=mass, level="L3") for mass in doses),
    )


def test_what_was_studied_needs_no_words() -> None:
    """1200 mcg/day and a bolus of 135 mcg are in the label's table."""
    assert list(beyond(exposure([0.0, 72.0], [50.0], 135.0))) == []


def test_more_than_that_is_told() -> None:
    """A little more of either is told, each in its own sentence, with the bound."""
    assert ["1200" in says for says in beyond(exposure([0.0, 72.0], [50.1]))] == [True]
    assert ["135" in says for says in beyond(exposure([0.0, 72.0], [0.0], 136.0))] == [True]


def test_a_bolus_by_the_catheter_is_a_bolus() -> None:
    """140 mcg in ten minutes is more than was studied, though the day's dose is not."""
    assert ["135" in says for says in beyond(exposure([0.0, 1.0 / 6.0, 48.0], [840.0, 1.0]))] == [True]


def test_a_day_is_any_day() -> None:
    """1000 mcg late on one day and 1000 early on the next are 2000 within a day, whatever the calendar says."""
    split = exposure([0.0, 20.0, 24.0, 28.0, 48.0], [0.0, 250.0, 250.0, 0.0])
    assert most_within(split, 24.0) == pytest.approx(2_000.0)
    assert most_within(exposure([0.0, 6.0], [10.0]), 24.0) == pytest.approx(60.0)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.floats(0.1, 30.0), st.floats(0.0, 200.0)), min_size=1, max_size=8), st.floats(0.5, 40.0))
def test_no_span_holds_more(steps: list[tuple[float, float]], span_h: float) -> None:
    """Slid along in small steps, no span of that length holds more than the largest."""
    edges = np.concatenate([[0.0], np.cumsum([length for length, _ in steps])])
    rates = np.array([rate for _, rate in steps])
    given_mcg = np.concatenate([[0.0], np.cumsum(rates * np.diff(edges))])
    begins = np.linspace(0.0, max(0.0, edges[-1] - span_h), 200)
    held = np.interp(begins + span_h, edges, given_mcg) - np.interp(begins, edges, given_mcg)
    assert held.max() <= most_within(exposure(edges.tolist(), rates.tolist()), span_h) * (1.0 + 1e-9) + 1e-9


def test_a_forecast_within_what_was_studied_does_not_cry_wolf() -> None:
    """An ordinary program has no such sentence among its assumptions."""
    device, _ = implant.advance(implanted(FOUR_STEPS), LATER_MS)
    seen = foreseen(device, until_ms=LATER_MS + 2 * DAY_MS, every_ms=HOUR_MS)
    assert not [says for says in seen.assumptions if "extrapolates" in says]


def test_an_overdose_says_that_nobody_studied_it() -> None:
    """Ten times the screening dose, as the example has it."""
    story = tell(read(ROOT / "examples" / "14_overdose_drained.json"))
    assert [says for says in story.assumptions if "A bolus above 135" in says]
