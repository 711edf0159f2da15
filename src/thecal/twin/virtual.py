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
CELL_CM = 1.0
"""In an adult of 170 cm; cells shrink with the canal. It is within two thousandths of the peak of a quarter of it."""
FAINT = 1e-6
"""The share of a line's largest value below which nothing is compared with it."""
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
    cohort: Cohort,
    typical: Body,
    start: Start,
    exposures: Sequence[Exposure],
    *,
    levels: Sequence[str] = (),
    seen: Seen = unseen,
) -> tuple[Felt, ...]:
    """What each of a cohort, of the typical body's build, feels through each exposure: a leading axis of patients."""
    felt: list[list[Felt]] = []
    for patient in range(len(cohort)):
        body = Body.of(
            typical.tip_level,
            stature=typical.stature,
            parameters=cohort.parameters_of(patient),
            cell_cm=CELL_CM * typical.stature.taller,
        )
        state = start(body)
        felt.append([Felt.of(live(body, state, exposure)[0], body, levels) for exposure in exposures])
        seen(patient + 1, len(cohort))
    return tuple(_stacked(each) for each in zip(*felt, strict=True))


def _stacked(felt: Sequence[Felt]) -> Felt:
    """What each of many felt, with an axis of patients in front."""
    return Felt(**{each.name: np.stack([getattr(one, each.name) for one in felt]) for each in fields(Felt)})


def spread(values: Floats) -> tuple[Floats, Floats]:
    """(lowest, highest), (...) each, of the middle nine tenths of `values` (patients, ...)."""
    ordered = np.sort(values, axis=0)
    return _between(ordered, LOW), _between(ordered, HIGH)


def _between(ordered: Floats, share: float) -> Floats:
    """The quantile of values in order: on the straight line between two neighbours."""
    place = share * (len(ordered) - 1)
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return np.asarray(ordered[below] + (place - below) * (ordered[above] - ordered[below]))


def band(times_h: Floats, looks_h: Floats, many: Floats) -> tuple[Floats, Floats]:
    """(lowest, highest), (times,) each, of `many` (patients, looks): straight between two looks, for slow changes.

    `times_h` (times,) and `looks_h` (looks,) rise.
    """
    low, high = (np.interp(times_h, looks_h, end) for end in spread(many))
    return low, high


def band_along(times_h: Floats, looks_h: Floats, line: Floats, many: Floats) -> tuple[Floats, Floats]:
    """The same, (times,) each, around a `line` (times,) that may jump: the ratio to it runs straight between two looks.

    So a bolus that falls between two looks lifts the band of `many` (patients, looks) as it lifts the line. `times_h`
    (times,) and `looks_h` (looks,) rise.
    """
    faint = FAINT * line.max() or 1.0
    at_looks = np.interp(looks_h, times_h, line) + faint
    ratios = (np.interp(times_h, looks_h, (end + faint) / at_looks) for end in spread(many))
    low, high = (np.maximum(ratio * (line + faint) - faint, 0.0) for ratio in ratios)
    return low, high
