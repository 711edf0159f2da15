"""The same run lived by many: virtual patients, so that what is predicted for one person wears a band.

They are the same people in every run: two runs differ by what was done, and by nothing else. Each is a whole body in
coarse cells, since drains, punctures and postures change the operator on the way.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields

import numpy as np

from thecal.body import TARGETS, Body, BodyState, Course
from thecal.body.anatomy import Floats
from thecal.body.cohort import Cohort
from thecal.body.ensemble import KEY, PEOPLE
from thecal.body.variability import draw, varied_in
from thecal.twin.lived import Exposure, live

Start = Callable[[Body], BodyState]
"""The state that a body begins in."""
Seen = Callable[[int, int], None]
"""Told how many are done, of how many, as work goes on."""

PATIENTS = PEOPLE
CELL_CM = 2.0
"""Within a thousandth of what cells of half a centimetre make muscles feel: tests/twin/test_virtual.py."""
LOW, HIGH = 0.05, 0.95
BAND_SAYS = f"5 to 95 % of {PATIENTS} virtual patients"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Felt:
    """What was felt at each time, by one or by many.

    `csf_mcg_per_ml` (..., times, levels), `effect_ng_per_ml` (..., times, targets) in the order of
    `thecal.body.TARGETS`, `brainstem_ng_per_ml` (..., times).
    """

    csf_mcg_per_ml: Floats
    effect_ng_per_ml: Floats
    brainstem_ng_per_ml: Floats

    @staticmethod
    def of(course: Course, body: Body, levels: Sequence[str]) -> "Felt":
        """A course at levels and targets. A hair below zero is rounding in a body at rest: it is none."""
        csf = [course.csf_at(body.grid.level_cm(level)) for level in levels]
        return Felt(
            csf_mcg_per_ml=np.maximum(np.array(csf).reshape(len(levels), len(course.times_h)).T, 0.0),
            effect_ng_per_ml=np.stack([course.effect_ng_per_ml[target] for target in TARGETS], axis=-1),
            brainstem_ng_per_ml=course.brainstem_ng_per_ml,
        )


def unseen(done: int, of: int) -> None:
    """Nobody looks on."""
    del done, of


def people(typical: Body) -> Cohort:
    """The virtual patients of every story: the same people as in a forecast, and of the typical body's build."""
    return draw(PATIENTS, KEY, typical.parameters, varied_in(typical.stature))


def crowd(
    cohort: Cohort, typical: Body, start: Start, exposure: Exposure, *, levels: Sequence[str] = (), seen: Seen = unseen
) -> Felt:
    """What each of a cohort, of the typical body's build, feels through an exposure: a leading axis of patients."""
    felt = []
    for patient in range(len(cohort)):
        body = Body.of(
            typical.tip_level,
            stature=typical.stature,
            parameters=cohort.parameters_of(patient),
            cell_cm=CELL_CM,
        )
        course, _ = live(body, start(body), exposure)
        felt.append(Felt.of(course, body, levels))
        seen(patient + 1, len(cohort))
    return Felt(**{each.name: np.stack([getattr(one, each.name) for one in felt]) for each in fields(Felt)})


def spread(values: Floats) -> tuple[Floats, Floats]:
    """(lowest, highest) of the middle nine tenths of values (patients, ...)."""
    low, high = np.quantile(values, (LOW, HIGH), axis=0)
    return low, high
