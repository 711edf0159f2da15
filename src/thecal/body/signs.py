"""Withdrawal in stages, drowsiness and breathing: what a forecast may warn of and can never rule out.

Withdrawal follows the shortfall of `adaptation`, the largest over the muscles: how far occupancy has fallen below what
the cord is used to, and for how long. Three thresholds divide it into stages, in the order in which the signs are
described: spasticity and itch within one to three days of a stop, the severe form over one to three days more. The
thresholds are placeholders, chosen by hand.

Drowsiness and the risk to breathing are Hill curves over the brainstem's pool,

    P = Cⁿ / ((m_b C50/s)ⁿ + Cⁿ)

with tolerance m_b the mean of the muscles' m, for want of anything measured. Only the order of such numbers is meant.
"""

from enum import IntEnum

import numpy as np
from numpy.typing import ArrayLike, NDArray

from thecal.body.adaptation import each, one_each
from thecal.body.anatomy import Floats
from thecal.body.cohort import Cohort
from thecal.body.parameters import TWO_POOL, Parameters
from thecal.errors import OurFault

Stages = NDArray[np.int8]

NOT_A_REASSURANCE = (
    "This number can warn and never reassure: whatever it says, watch the patient's wakefulness and breathing."
)
WITHDRAWAL_LABEL = "withdrawal by assumed thresholds: the order of the signs is meant, not their hour"


class Stage(IntEnum):
    """How far withdrawal has gone."""

    NONE = 0
    EARLY = 1
    SEVERE = 2
    GRAVE = 3

    @property
    def words(self) -> str:
        """What a clinician may find."""
        return WORDS[self]


WORDS = {
    Stage.NONE: "No sign of withdrawal is predicted. The patient's own signs decide, not this.",
    Stage.EARLY: (
        "Spasticity returns; itch without rash; tingling; light-headedness; fast pulse; "
        "blood pressure unsteady, low or high: measure it, the direction is not predicted."
    ),
    Stage.SEVERE: (
        "Fever, altered mental state, hallucinations, seizures, rigidity beyond the old spasticity; "
        "blood pressure in either direction."
    ),
    Stage.GRAVE: "Breakdown of muscle (rising CK), clotting disorder, failure of several organs; it can kill.",
}


def stages(shortfall: ArrayLike, *, whose: Parameters | Cohort = TWO_POOL) -> Stages:
    """The stage, as the number of a `Stage`, (..., times), for each muscle's `shortfall` (..., times, targets).

    OurFault for a shortfall that is no number.
    """
    worst = np.asarray(shortfall, dtype=np.float64).max(axis=-1)
    if np.isnan(worst).any():
        raise OurFault("a shortfall that is no number has no stage, least of all none")
    early, severe, grave = (each(f"withdrawal_{stage}", whose) for stage in ("early", "severe", "grave"))
    return np.asarray((worst >= early).astype(np.int8) + (worst >= severe) + (worst >= grave))


def drowsiness(
    brainstem_ng_per_ml: ArrayLike,
    tolerance: ArrayLike,
    sensitivity: ArrayLike = 1.0,
    *,
    whose: Parameters | Cohort = TWO_POOL,
) -> Floats:
    """The chance, 0 to 1, that the patient is drowsy, (..., times).

    `brainstem_ng_per_ml` (..., times); `tolerance` m_b () or (..., times); `sensitivity` () or (patients,). OurFault
    for a sensitivity that is not above zero.
    """
    return _chance("sedation_ec50", brainstem_ng_per_ml, tolerance, sensitivity, whose)


def breathing_risk(
    brainstem_ng_per_ml: ArrayLike,
    tolerance: ArrayLike,
    sensitivity: ArrayLike = 1.0,
    *,
    whose: Parameters | Cohort = TWO_POOL,
) -> Floats:
    """The chance, 0 to 1, of coma and failing breath, (..., times). Show it with `NOT_A_REASSURANCE`.

    `brainstem_ng_per_ml` (..., times); `tolerance` m_b () or (..., times); `sensitivity` () or (patients,). OurFault
    for a sensitivity that is not above zero.
    """
    return _chance("coma_ec50", brainstem_ng_per_ml, tolerance, sensitivity, whose)


def _chance(
    half: str, brainstem: ArrayLike, tolerance: ArrayLike, sensitivity: ArrayLike, whose: Parameters | Cohort
) -> Floats:
    felt = np.maximum(np.asarray(brainstem, dtype=np.float64), 0.0)
    half_ng_per_ml = each(half, whose) * np.asarray(tolerance, dtype=np.float64) / one_each(sensitivity)
    powered = (felt / half_ng_per_ml) ** each("sedation_slope", whose)
    return np.asarray(powered / (1.0 + powered))
