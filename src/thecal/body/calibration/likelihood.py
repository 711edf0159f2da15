"""How likely the readings are of somebody of whom others were expected; and readings as they might have been.

Readings err independently of each other, given the person.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from thecal.body.anatomy import Floats
from thecal.body.calibration.errors import (
    FLUID_LOG_SD,
    GRADES,
    REFLEX_LOG_SD,
    SMALLEST_RESIDUAL,
    found_grade,
    grade_log_odds,
    log_normal,
)
from thecal.body.calibration.observed import MOST_MCG_PER_ML, MOST_RESIDUAL, Ashworth, Fluid, Reading, Reflex
from thecal.body.response import MAS_LARGEST
from thecal.body.variability import normal, uniform

POINTS = 401
SMALLEST_FLUID = 1e-9
"""Less than any assay finds (mcg/mL): keeps a logarithm finite where no drug has come yet."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Odds:
    """How likely any readings of a case are of each of many draws, the costly part worked out once.

    `expected` (draws, readings); `grades` (draws, readings, grades) are log-probabilities, read only
    where the reading is a grade.
    """

    expected: Floats
    grades: Floats

    @staticmethod
    def of(expected: Floats) -> "Odds":
        """From what is `expected` of each draw at each reading, (draws, readings)."""
        return Odds(expected=expected, grades=grade_log_odds(expected))

    def log_likelihood(self, readings: Sequence[Reading]) -> Floats:
        """Log-likelihood (draws,) of these readings."""
        return np.asarray(sum(self._one(column, reading) for column, reading in enumerate(readings)))

    def _one(self, column: int, reading: Reading) -> Floats:
        expected = self.expected[:, column]
        match reading:
            case Ashworth():
                return np.asarray(self.grades[:, column, GRADES.index(reading.grade)])
            case Reflex():
                least = SMALLEST_RESIDUAL.value
                return log_normal(max(reading.residual, least), np.maximum(expected, least), REFLEX_LOG_SD.value)
            case Fluid():
                return log_normal(reading.mcg_per_ml, np.maximum(expected, SMALLEST_FLUID), FLUID_LOG_SD.value)


def imagined(readings: Sequence[Reading], expected: Floats, key: str) -> tuple[Reading, ...]:
    """Other readings at the same times: as they might have been in somebody of whom `expected` (readings,) holds."""
    chances, away = uniform(len(readings), key, "examiner"), normal(len(readings), key, "instrument")
    together = zip(readings, expected.tolist(), chances.tolist(), away.tolist(), strict=True)
    return tuple(_imagined(*each) for each in together)


def baseline_of(z: Floats, grades: Sequence[str]) -> Floats:
    """Tone without drug (draws,), in grades, of whoever was read so: any from 0 to 4 was as likely before.

    `z` (draws,) are standard normal; the readings' own error is in it.
    """
    true = np.linspace(0.0, MAS_LARGEST, POINTS)
    log_odds = grade_log_odds(true)[:, [GRADES.index(grade) for grade in grades]].sum(axis=1)
    below = np.cumsum(np.exp(log_odds - log_odds.max()))
    share = np.array([0.5 * (1.0 + math.erf(each / math.sqrt(2.0))) for each in z])
    return np.asarray(np.interp(share, (below - below[0]) / (below[-1] - below[0]), true))


def _imagined(reading: Reading, mean: float, chance: float, away: float) -> Reading:
    match reading:
        case Ashworth():
            return replace(reading, grade=GRADES[found_grade(mean, chance)])
        case Reflex():
            residual = max(mean, SMALLEST_RESIDUAL.value) * math.exp(REFLEX_LOG_SD.value * away)
            return replace(reading, residual=min(residual, MOST_RESIDUAL))
        case Fluid():
            found = max(mean, SMALLEST_FLUID) * math.exp(FLUID_LOG_SD.value * away)
            return replace(reading, mcg_per_ml=min(found, MOST_MCG_PER_ML))
