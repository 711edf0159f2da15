"""Virtual patients: the default set, and how people differ from it, drawn once for all.

    cohort = draw(200, "clinic-1")

Every number is named for its decision and keyed by the patient: patient 7's spinal clearance is the same whether ten or
ten thousand are drawn, and another varied parameter changes nobody. With z standard normal, a parameter is

    floor + (default − floor) e^(power · log_sd · z)

log-normal around the default set, which is the median patient. Correlations between parameters are none: nobody
measured them.
"""

import hashlib
from collections.abc import Mapping, Sequence

import numpy as np

from thecal.body.anatomy import Floats
from thecal.body.cohort import Cohort
from thecal.body.parameters import TWO_POOL, Parameters
from thecal.body.parameters.spread_2026 import SPREAD, Varied
from thecal.body.stature import Stature
from thecal.errors import OurFault

FLOORS: Mapping[str, float] = {"tolerance_chronic": 1.0}
"""What a parameter varies above: tolerance scales the half-effect concentration, and without any it is 1."""


def draw(n: int, key: str, parameters: Parameters = TWO_POOL, spread: Sequence[Varied] = SPREAD) -> Cohort:
    """The first `n` virtual patients of a key. The same key draws the same people, whatever `n` is."""
    return people(scores(n, key, spread), parameters, spread)


def scores(n: int, key: str, spread: Sequence[Varied] = SPREAD) -> Floats:
    """Standard normal z (n, varied): how far each patient stands from the median, in SDs of each varied parameter."""
    return np.stack([normal(n, key, varied.name) for varied in spread], axis=-1)


def people(scores: Floats, parameters: Parameters = TWO_POOL, spread: Sequence[Varied] = SPREAD) -> Cohort:
    """The patients who stand at `scores` (n, varied). OurFault for another number of varied parameters."""
    if scores.ndim != 2 or scores.shape[1] != len(spread):
        raise OurFault(f"{len(spread)} varied parameters want as many columns of scores, not {scores.shape}")
    values: dict[str, Floats] = {}
    for column, varied in enumerate(spread):
        factor = np.exp(varied.power * varied.log_sd.value * scores[:, column])
        for field in varied.fields:
            floor = FLOORS.get(field, 0.0)
            values[field] = floor + (getattr(parameters, field).value - floor) * factor
    return Cohort(parameters=parameters, values=values)


def varied_in(stature: Stature, spread: Sequence[Varied] = SPREAD) -> tuple[Varied, ...]:
    """How people of one build differ: a canal that somebody measured has no spread of its own."""
    return tuple(each for each in spread if stature.lumbar_ml is None or each.fields != ("area_scale",))


def standing(cohort: Cohort, spread: Sequence[Varied] = SPREAD) -> Floats:
    """The scores (patients, varied) at which the patients of a cohort stand: what `people` was given."""
    columns = [_standing(cohort, varied) for varied in spread]
    return np.stack(np.broadcast_arrays(*columns), axis=-1)


def _standing(cohort: Cohort, varied: Varied) -> Floats:
    """One column of the scores; zero for what this cohort does not vary."""
    field = varied.fields[0]
    floor, default = FLOORS.get(field, 0.0), getattr(cohort.parameters, field).value
    if field not in cohort.values:
        return np.zeros(1)
    return np.asarray(np.log((cohort.values[field] - floor) / (default - floor)) / varied.power / varied.log_sd.value)


def normal(n: int, key: str, decision: str) -> Floats:
    """Standard normal numbers (n,), one a patient: Box and Muller's, of two counted Philox words for each patient."""
    one, other = uniform(2 * n, key, decision).reshape(n, 2).T
    return np.asarray(np.sqrt(-2.0 * np.log(one)) * np.cos(2.0 * np.pi * other))


def uniform(n: int, key: str, decision: str) -> Floats:
    """Numbers (n,) evenly spread over (0, 1), the k-th always the same for a key and a decision."""
    digest = hashlib.sha256(f"{key}\0{decision}".encode()).digest()
    words = np.random.Philox(key=int.from_bytes(digest[:16], "big")).random_raw(n)
    return np.asarray(((words >> np.uint64(11)).astype(np.float64) + 0.5) * 2.0**-53)
