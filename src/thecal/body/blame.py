"""Where a band comes from: each varied parameter's share in how differently people respond.

Outcomes bend with parameters but mostly rise or fall with them, so ranks are regressed on scores. Drawn patients differ
independently; posterior draws do not, and then a plain regression would share the variance by chance. Johnson's
relative weights (2000, Multivariate Behav Res 35:1) share it fairly: with R = V D² Vᵀ the correlation of the scores x
and r their correlation with the outcome, Λ = V D Vᵀ is the nearest uncorrelated stand-in,

    share_j = Σ_k Λ_jk² (Λ⁻¹ r)_k²        Σ_j share_j = R² of the regression

which for uncorrelated scores is r_j². What is left to one comes from parameters acting together.
"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

import numpy as np

from thecal.body.anatomy import Floats
from thecal.body.cohort import Cohort
from thecal.body.parameters.spread_2026 import SPREAD, Varied
from thecal.body.variability import standing
from thecal.errors import OurFault

FEWEST = 30
CHANCE = 4.0
"""Chance alone gives a parameter that does nothing a share of one over the number of patients; seldom four times it."""
TOGETHER = "several together"


def blame(
    cohort: Cohort,
    outcome: Floats,
    spread: Sequence[Varied] = SPREAD,
    also: Mapping[str, Floats] = MappingProxyType({}),
) -> tuple[tuple[str, float], ...]:
    """(parameter, share of the variance of the ranks of `outcome` (patients,)), largest first; they sum to one.

    `also`, by name, are other things in which the patients differ, (patients,) each: tone without drug, say.

    Shares no larger than chance gives (`CHANCE` over the number of patients) are left out and counted in `TOGETHER`,
    which stands last. Nothing is to blame where every outcome is the same. OurFault for fewer than `FEWEST`
    patients, or as many outcomes as there are not patients.
    """
    scores = np.column_stack([standing(cohort, spread), *also.values()])
    names = (*(varied.name for varied in spread), *also)
    if outcome.shape != scores.shape[:1] or len(outcome) < FEWEST:
        raise OurFault(f"{len(scores)} patients want as many outcomes, at least {FEWEST}, not {outcome.shape}")
    if np.ptp(outcome) <= 1e-12 * np.abs(outcome).max():
        return ()
    shares = relative_weights(scores, _ranks(outcome))
    largest = sorted(zip(names, shares.tolist(), strict=True), key=lambda each: -each[1])
    named = tuple((name, share) for name, share in largest if share > CHANCE / len(outcome))
    return (*named, (TOGETHER, 1.0 - sum(share for _, share in named)))


def relative_weights(scores: Floats, outcome: Floats) -> Floats:
    """Johnson's shares (varied,) of R², of `scores` (n, varied) in an `outcome` (n,). Zero where nobody differs."""
    varied = np.ptp(scores, axis=0) > 0.0
    x = _standardised(scores[:, varied])
    squares, vectors = np.linalg.eigh(x.T @ x / len(x))
    root = np.sqrt(np.maximum(squares, 1e-12))
    nearest = (vectors * root) @ vectors.T
    slopes = (vectors / root) @ vectors.T @ (x.T @ _standardised(outcome) / len(x))
    shares = np.zeros(scores.shape[1])
    shares[varied] = nearest**2 @ slopes**2
    return shares


def _standardised(values: Floats) -> Floats:
    return np.asarray((values - values.mean(axis=0)) / values.std(axis=0))


def _ranks(values: Floats) -> Floats:
    """Ranks (n,), equal values sharing theirs."""
    _, which, counts = np.unique(values, return_inverse=True, return_counts=True)
    ends = np.cumsum(counts)
    return np.asarray((ends - (counts - 1) / 2.0)[which])
