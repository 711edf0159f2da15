"""How far a reading lies from the truth: every size is assumed and printed as such.

A modified Ashworth grade is ordinal. An examiner who should find μ writes grade g with the probability that μ plus a
logistic error falls nearest to g (proportional odds); so nobody needs to believe that grades are evenly spaced lengths.
H/M ratios and concentrations err by a factor, log-normally.
"""

import math
from bisect import bisect
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike

from thecal.body.anatomy import Floats
from thecal.body.response import MAS_LABELS
from thecal.sources import OWN_CHOICE, Sourced

RATER_SD = Sourced(
    name="error of one Ashworth reading",
    value=0.5,
    unit="grades, SD",
    source=f"{OWN_CHOICE}: two examiners often differ by a grade",
    grade="assumed",
)
REFLEX_LOG_SD = Sourced(
    name="error of one H/M ratio",
    value=0.35,
    unit="log SD",
    source=f"{OWN_CHOICE}: H-reflexes vary within an hour",
    grade="assumed",
)
FLUID_LOG_SD = Sourced(
    name="error of one concentration in CSF",
    value=0.3,
    unit="log SD",
    source=f"{OWN_CHOICE}: assay, mixing within a level, and what the needle stirs",
    grade="assumed",
)
SMALLEST_RESIDUAL = Sourced(
    name="smallest H/M ratio told from none",
    value=0.02,
    unit="of the ratio without drug",
    source=f"{OWN_CHOICE}: the noise of an electromyogram",
    grade="assumed",
)

GRADES: tuple[str, ...] = tuple(label for label, _ in MAS_LABELS)
_EDGES = [(one + other) / 2 for (_, one), (_, other) in pairwise(MAS_LABELS)]


def grade_log_odds(expected_mas: ArrayLike) -> Floats:
    """Log-probability (..., grades) of each grade of `GRADES`, where `expected_mas` (...) should be found."""
    scale = RATER_SD.value * math.sqrt(3.0) / math.pi
    away = (np.array(_EDGES) - np.asarray(expected_mas, dtype=np.float64)[..., None]) / scale
    below = np.concatenate([np.zeros((*away.shape[:-1], 1)), _logistic(away), np.ones((*away.shape[:-1], 1))], axis=-1)
    return np.asarray(np.log(np.maximum(np.diff(below, axis=-1), 1e-12)))


def found_grade(expected_mas: float, chance: float) -> int:
    """Which of `GRADES` an examiner writes down: `chance` in (0, 1) says how far the reading is off."""
    scale = RATER_SD.value * math.sqrt(3.0) / math.pi
    return bisect(_EDGES, expected_mas + scale * math.log(chance / (1.0 - chance)))


def log_normal(found: ArrayLike, expected: ArrayLike, log_sd: float) -> Floats:
    """Log-density (...) of log `found` (...) around log `expected` (...), both above zero, in one unit."""
    away = (np.log(found) - np.log(expected)) / log_sd
    return np.asarray(-0.5 * away**2 - math.log(log_sd * math.sqrt(2.0 * math.pi)))


def _logistic(x: Floats) -> Floats:
    """1/(1 + e^(−x)), overflowing on neither side."""
    return np.asarray(0.5 * (1.0 + np.tanh(0.5 * x)))
