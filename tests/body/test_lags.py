"""Lags that follow straight lines: exact by hand, whole, and the same however a step is cut."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from thecal.body.lags import kernel_of

hours = st.floats(0.01, 200.0)


def test_a_ramp_by_hand() -> None:
    """From 0 towards u = t with τ = 2 h, after 3 h: y = t − τ (1 − e^(−t/τ)) = 3 − 2 (1 − e^(−3/2)) = 1.4463."""
    kernel = kernel_of((1.0, 2.0), (2.0,))
    followed = kernel.along(0, np.zeros(1), np.array([[0.0], [1.0], [3.0]]))
    assert followed[:, 0] == pytest.approx([1.0 - 2.0 * (1.0 - math.exp(-0.5)), 1.4463], abs=1e-4)
    assert kernel.elapsed[:, 0] == pytest.approx([0.0, 1.0 / 3.0, 1.0])


@given(st.lists(hours, min_size=1, max_size=6), hours)
def test_what_has_arrived_stays(spacing: list[float], lag_h: float) -> None:
    """A lag that is where its input is stays there: decays and weights add up to one."""
    kernel = kernel_of(tuple(spacing), (lag_h,))
    stays = kernel.along(0, np.ones(2), np.ones((len(spacing) + 1, 2)))
    assert stays == pytest.approx(np.ones((len(spacing), 2)), abs=1e-12)


@given(st.lists(hours, min_size=2, max_size=6), hours, st.integers(0, 5))
def test_a_step_may_be_cut_at_a_sample(spacing: list[float], lag_h: float, cut: int) -> None:
    """Two steps, the second from where the first ends, give what one does."""
    at = 1 + cut % (len(spacing) - 1)
    driven = np.cos(np.arange(len(spacing) + 1.0))[:, None]
    whole = kernel_of(tuple(spacing), (lag_h,)).end(0, np.full(1, 0.3), driven)
    first = kernel_of(tuple(spacing[:at]), (lag_h,)).end(0, np.full(1, 0.3), driven[: at + 1])
    second = kernel_of(tuple(spacing[at:]), (lag_h,)).end(0, first, driven[at:])
    assert second == pytest.approx(whole, abs=1e-11)
