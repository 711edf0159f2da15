"""Where a band comes from."""

import numpy as np
import pytest

from thecal.body.blame import TOGETHER, blame, relative_weights
from thecal.body.variability import draw
from thecal.errors import OurFault


def test_what_alone_decides_takes_all_the_blame() -> None:
    """An outcome that follows one parameter, however bent, is that parameter's, but for what ranks lose."""
    cohort = draw(400, "one")
    (name, share), *rest = blame(cohort, np.tanh(np.log(cohort.values["spinal_clearance"])))
    assert name == "spinal clearance"
    assert share > 0.9
    assert rest[-1][0] == TOGETHER


def test_two_equal_causes_share_equally() -> None:
    """Two scores added with equal weights share the variance in halves, within four standard errors."""
    cohort = draw(4_000, "two")
    outcome = np.log(cohort.values["ashworth_ec50"]) / 0.6 + np.log(cohort.values["area_scale"]) / 0.25
    shares = dict(blame(cohort, outcome))
    assert shares["sensitivity"] == pytest.approx(0.48, abs=0.06)
    assert shares["canal area"] == pytest.approx(0.48, abs=0.06)


def test_shares_sum_to_one() -> None:
    """Named causes and what they do together are the whole variance."""
    cohort = draw(200, "sum")
    outcome = cohort.values["spinal_clearance"] * cohort.values["area_scale"] ** 2 / cohort.values["cord_exchange"]
    assert sum(share for _, share in blame(cohort, outcome)) == pytest.approx(1.0)


def test_correlated_scores_share_what_they_explain_together() -> None:
    """Shares sum to the R² of the regression, and two copies of one cause share it equally."""
    rng = np.random.default_rng(5)
    cause, noise = rng.normal(size=(2, 500))
    scores = np.stack([cause, cause + 0.01 * noise, rng.normal(size=500), np.zeros(500)], axis=1)
    outcome = cause + 0.5 * rng.normal(size=500)
    shares = relative_weights(scores, outcome)
    design = np.column_stack([scores[:, :3], np.ones(500)])
    residual = outcome - design @ np.linalg.lstsq(design, outcome, rcond=None)[0]
    assert shares.sum() == pytest.approx(1 - residual.var() / outcome.var(), rel=1e-6)
    assert shares[0] == pytest.approx(shares[1], rel=0.02)
    assert shares[3] == 0.0


def test_nothing_is_to_blame_for_no_difference() -> None:
    """Where all outcomes agree there is no band."""
    assert blame(draw(40, "none"), np.full(40, 3.0)) == ()


def test_a_few_patients_blame_nobody() -> None:
    """Fewer patients than a regression needs, or outcomes of others, are the caller's fault."""
    with pytest.raises(OurFault, match="outcomes"):
        blame(draw(10, "few"), np.arange(10.0))
    with pytest.raises(OurFault, match="outcomes"):
        blame(draw(40, "few"), np.arange(41.0))
