"""From the concentration a muscle feels to what an examiner finds.

Linear until here (decision 0005): Hill curves over C_e in ng/mL. Tolerance is one constant per patient; it scales the
half-effect concentration. Screens show tone as a fraction suppressed and as a Modified Ashworth score, which is the
fitted Ashworth scale of 1 to 5 less one; the scale's 1+ is drawn at 1.5.
"""

import math

import numpy as np
from numpy.typing import ArrayLike

from thecal.body.anatomy import Floats
from thecal.body.parameters import TWO_POOL, Parameters
from thecal.errors import OurFault

MAS_LABELS = (("0", 0.0), ("1", 1.0), ("1+", 1.5), ("2", 2.0), ("3", 3.0), ("4", 4.0))
MAS_LARGEST = 4.0
BAND_LABEL = "spread of sensitivity between people (one log-SD of the half-effect concentration); no other uncertainty"


def suppression(
    effect_ng_per_ml: ArrayLike, tolerance: float, sensitivity: float = 1.0, *, parameters: Parameters = TWO_POOL
) -> Floats:
    """The fraction of tone suppressed, 0 to 1. `sensitivity` 2 means that half the concentration does as much."""
    half_ng_per_ml = parameters.ashworth_ec50.value * _positive(tolerance) / _positive(sensitivity)
    return parameters.ashworth_largest.value * _hill(effect_ng_per_ml, half_ng_per_ml, parameters.ashworth_slope.value)


def band(effect_ng_per_ml: ArrayLike, tolerance: float, *, parameters: Parameters = TWO_POOL) -> tuple[Floats, Floats]:
    """Suppression (low, high) of a person one log-SD less and one more sensitive. `BAND_LABEL` says what it is not."""
    spread = math.exp(parameters.sensitivity_log_sd.value)
    low = suppression(effect_ng_per_ml, tolerance, 1.0 / spread, parameters=parameters)
    return low, suppression(effect_ng_per_ml, tolerance, spread, parameters=parameters)


def modified_ashworth(suppressed: ArrayLike, baseline_mas: float) -> Floats:
    """The score, 0 to 4, of someone who has `baseline_mas` without drug."""
    if not 0.0 <= baseline_mas <= MAS_LARGEST:
        raise OurFault(f"a Modified Ashworth score lies between 0 and 4, not at {baseline_mas}")
    return np.asarray(baseline_mas * (1.0 - np.asarray(suppressed, dtype=np.float64)))


def mas_label(value: float) -> str:
    """The nearest grade an examiner can write down; halfway goes to the higher one."""
    return min(MAS_LABELS, key=lambda grade: (abs(grade[1] - value), -grade[1]))[0]


def reflex_residual(effect_ng_per_ml: ArrayLike, tolerance: float, *, parameters: Parameters = TWO_POOL) -> Floats:
    """What is left of the H-reflex (H/M against none), 1 without drug; meant for the soleus."""
    half_ng_per_ml = parameters.reflex_ic50.value * _positive(tolerance)
    return 1.0 - _hill(effect_ng_per_ml, half_ng_per_ml, parameters.reflex_slope.value)


def _hill(concentration: ArrayLike, half: float, slope: float) -> Floats:
    """cⁿ/(halfⁿ + cⁿ). Rounding may leave a hair below zero in a body at rest: that is none."""
    relative = np.maximum(np.asarray(concentration, dtype=np.float64), 0.0) / half
    powered = relative**slope
    return np.asarray(powered / (1.0 + powered))


def _positive(factor: float) -> float:
    if not 0.0 < factor < math.inf:
        raise OurFault(f"a factor on the half-effect concentration is above zero, not {factor}")
    return factor
