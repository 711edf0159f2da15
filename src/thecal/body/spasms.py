"""How often spasms come: the Penn score, 0 none to 4 more than ten an hour, as a number between the grades.

Nobody published a curve. In three studies spasms fell by about as great a share as the tone of the legs did (Penn 1989:
3.3 to 0.4; Coffey 1993: 3.1 to 1.0; Meythaler 2001), so the score is

    P = P_0 (1 − r E)          with E the mean suppression of tone in soleus and quadriceps, r `spasm_relief`

which is assumed. Rebound does not enter: a score above the one without drug is not predicted.
"""

import numpy as np
from numpy.typing import ArrayLike

from thecal.body.adaptation import each
from thecal.body.anatomy import TARGETS, Floats
from thecal.body.cohort import Cohort
from thecal.body.parameters import TWO_POOL, Parameters
from thecal.errors import OurFault

PENN_LARGEST = 4.0
LEGS = tuple(index for index, target in enumerate(TARGETS) if target in {"soleus", "quadriceps"})


def penn(suppressed: ArrayLike, baseline_penn: ArrayLike, *, whose: Parameters | Cohort = TWO_POOL) -> Floats:
    """The Penn score (..., times) where tone is `suppressed` by so much, (..., times, targets).

    `baseline_penn`, without drug, is () or (patients,). OurFault off the scale of 0 to 4.
    """
    baseline = np.asarray(baseline_penn, dtype=np.float64)
    if not np.all((baseline >= 0.0) & (baseline <= PENN_LARGEST)):
        raise OurFault(f"a Penn spasm score lies between 0 and 4, not at {baseline}")
    legs = np.asarray(suppressed, dtype=np.float64)[..., LEGS].mean(axis=-1)
    left = 1.0 - each("spasm_relief", whose) * legs
    return np.asarray((baseline[..., None] if baseline.ndim else baseline) * left)
