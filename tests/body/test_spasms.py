"""The Penn score from how far the tone of the legs is down."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from thecal.body import TWO_POOL
from thecal.body.cohort import Cohort
from thecal.body.spasms import penn
from thecal.errors import OurFault

shares = st.floats(0.0, 1.0)


def test_without_drug_the_score_is_what_it_was() -> None:
    """Nothing suppressed, nothing gained."""
    assert penn([[0.0, 0.0, 0.0, 0.0]], 3.3).tolist() == [3.3]


def test_only_the_legs_count() -> None:
    """The mean of soleus and quadriceps, 0.5: 3 (1 − 0.98 · 0.5) = 1.53, whatever the arms do."""
    assert penn([[0.4, 0.6, 0.0, 0.0], [0.4, 0.6, 1.0, 1.0]], 3.0) == pytest.approx([1.53, 1.53])


def test_published_scores_lie_near() -> None:
    """Where Ashworth falls from 4.0 to 1.2 of 5, 3.3 falls near 0.4 (Penn 1989); 3.9 to 1.7, 3.1 near 1.0 (Coffey)."""
    for before, after, baseline, published in ((4.0, 1.2, 3.3, 0.4), (3.9, 1.7, 3.1, 1.0)):
        suppressed = np.full((1, 4), (before - after) / (before - 1.0))
        assert penn(suppressed, baseline)[0] == pytest.approx(published, abs=0.3)


@given(shares, shares, st.floats(0.0, 4.0))
def test_more_suppression_never_brings_more_spasms(one: float, other: float, baseline: float) -> None:
    """The score stays on its scale and falls with suppression."""
    low, high = sorted((one, other))
    less, more = penn([[low] * 4, [high] * 4], baseline)
    assert 0.0 <= more <= less <= baseline


def test_many_patients_each_have_their_own_baseline() -> None:
    """(patients, times, targets) and (patients,) give (patients, times); a cohort's own relief counts."""
    suppressed = np.full((3, 5, 4), 0.5)
    assert penn(suppressed, [1.0, 2.0, 4.0])[:, 0] == pytest.approx([0.51, 1.02, 2.04])
    cohort = Cohort(values={"spasm_relief": np.array([0.5, 0.8, 1.0])})
    assert penn(suppressed, 4.0, whose=cohort).shape == (3, 5)
    assert penn(suppressed, 4.0, whose=cohort)[:, 0] == pytest.approx([3.0, 2.4, 2.0])


def test_a_score_off_the_scale_is_refused() -> None:
    """There is no 5, and nothing below none."""
    for baseline in (5.0, -1.0, float("nan")):
        with pytest.raises(OurFault):
            penn([[0.0] * 4], baseline)


def test_the_form_is_called_assumed() -> None:
    """Nobody published a curve."""
    assert TWO_POOL.spasm_relief.grade == "assumed"
