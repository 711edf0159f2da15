"""Virtual patients prepared once, so that a program's forecast comes with its band while somebody is still editing.

    people = Ensemble.people("T10")                               200 of them; built once
    start = people.settled(day_edges_h, day_rates)                in balance with today's program
    found = people.forecast(edges_h, rates_mcg_per_h, times_h, start=start, baseline_mas=3.0, tolerance=2.35)
    found.band("mas", muscle="soleus").high                       19 of 20 are below this, at each time
    found.blame("mas", muscle="soleus", at=24)                    which parameter the band comes from

A band is the middle 90 % of virtual patients (and the middle half), at each time on its own: no single patient runs
along its edge. Everything linear is exact within the modes' bound (`thecal.body.reduced`); the ends of a band
of `PEOPLE` lie within 2 to 4 % of its width (RMS) of those of ten thousand, the worst of 36 bands within 12 %.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, get_args

import numpy as np
from numpy.typing import ArrayLike

from thecal.body import population
from thecal.body.adaptation import Adaptation
from thecal.body.anatomy import TARGETS, Floats
from thecal.body.blame import blame
from thecal.body.cohort import Cohort
from thecal.body.kinetics import BRAINSTEM
from thecal.body.parameters import TWO_POOL, Parameters
from thecal.body.placebo import Placebo
from thecal.body.population import Amplitudes
from thecal.body.reduced import CELL_CM, LEVELS, MODES, Reduced, reduce
from thecal.body.response import Responder, Response, respond
from thecal.body.stature import ADULT, Stature
from thecal.body.variability import draw, varied_in
from thecal.errors import OurFault

PEOPLE = 200
KEY = "people"
SHARES = (0.05, 0.25, 0.5, 0.75, 0.95)
STRIDE = 6
"""Samples to a step of tolerance: six hours where samples are hourly."""

ByMuscle = Literal["mas", "suppressed", "weakness", "felt"]
OfPerson = Literal["reflex_residual", "penn", "drowsiness", "breathing_risk", "brainstem"]
Quantity = ByMuscle | OfPerson | Literal["csf"]
TONE = "tone without drug"
BY_MUSCLE = get_args(ByMuscle)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Band:
    """Of many patients at each time: `median`, middle half and middle nine tenths.

    The half lies from `quarter` to `three_quarters`, nine tenths from `low` to `high`; `median` too, (times,) each.
    """

    low: Floats
    quarter: Floats
    median: Floats
    three_quarters: Floats
    high: Floats


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Exposure:
    """What each patient's fluid and muscles hold at `times_h` (times,).

    `csf_mcg_per_ml` (patients, times, levels) at `levels`, the last being the cisterns; `effect_ng_per_ml` (patients,
    times, targets) is C_e in the order of `TARGETS`; `brainstem_ng_per_ml` (patients, times).
    """

    times_h: Floats
    levels: tuple[str, ...]
    csf_mcg_per_ml: Floats
    effect_ng_per_ml: Floats
    brainstem_ng_per_ml: Floats


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Forecast:
    """What the patients of an ensemble go through, and the bands of it."""

    cohort: Cohort
    exposure: Exposure
    response: Response

    def band(self, quantity: Quantity, *, muscle: str | None = None, level: str | None = None) -> Band:
        """The band of a quantity: of a muscle, of CSF at a level (or the cisterns), or of the whole person."""
        return band(self.of(quantity, muscle=muscle, level=level))

    def blame(
        self, quantity: Quantity, *, at: int, muscle: str | None = None, level: str | None = None
    ) -> tuple[tuple[str, float], ...]:
        """Which parameters the band at the `at`-th time comes from, tone without drug too: see `thecal.body.blame`.

        OurFault for a muscle or level that is not followed.
        """
        tone = np.asarray(self.response.responder.baseline_mas, dtype=np.float64)
        own = {TONE: tone[:, _index(muscle, tuple(TARGETS))]} if muscle is not None and tone.ndim > 1 else {}
        return blame(self.cohort, self.of(quantity, muscle=muscle, level=level)[:, at], also=own)

    def of(self, quantity: Quantity, *, muscle: str | None = None, level: str | None = None) -> Floats:
        """Every patient's own course (patients, times). OurFault for a muscle or level that is not followed."""
        if quantity == "csf":
            return self.exposure.csf_mcg_per_ml[:, :, _index(level, self.exposure.levels)]
        if quantity == "brainstem":
            return self.exposure.brainstem_ng_per_ml
        if quantity == "felt":
            return self.exposure.effect_ng_per_ml[:, :, _index(muscle, tuple(TARGETS))]
        found: Floats = getattr(self.response, quantity)
        return found[:, :, _index(muscle, tuple(TARGETS))] if quantity in BY_MUSCLE else found


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Ensemble:
    """Patients with one tip and one stature, reduced to their modes. Build one with `of` or `people`."""

    cohort: Cohort
    reduced: Reduced

    @staticmethod
    def of(
        cohort: Cohort,
        tip_level: str,
        *,
        stature: Stature = ADULT,
        levels: Sequence[str] = LEVELS,
        puncture_level: str | None = None,
        modes: int = MODES,
        cell_cm: float = CELL_CM,
    ) -> "Ensemble":
        """Any patients: drawn from people in general, or from one person's posterior.

        `puncture_level` where a lumbar puncture will be asked for; it takes twice as long. BadInput for a level that is
        none.
        """
        reduced = reduce(
            cohort,
            tip_level=tip_level,
            stature=stature,
            levels=tuple(levels),
            puncture_level=puncture_level,
            modes=modes,
            cell_cm=cell_cm,
        )
        return Ensemble(cohort=cohort, reduced=reduced)

    @staticmethod
    def people(
        tip_level: str,
        *,
        n: int = PEOPLE,
        key: str = KEY,
        stature: Stature = ADULT,
        parameters: Parameters = TWO_POOL,
        levels: Sequence[str] = LEVELS,
        puncture_level: str | None = None,
    ) -> "Ensemble":
        """The first `n` virtual patients of a key. The last few ensembles asked for are kept."""
        return _people(tip_level, n, key, stature, parameters, tuple(levels), puncture_level)

    def rest(self) -> Amplitudes:
        """Nobody has had drug."""
        return population.rest(self.reduced)

    def settled(self, edges_h: ArrayLike, rates_mcg_per_h: ArrayLike) -> Amplitudes:
        """Everybody in balance with a cycle that has been running for ever, at its beginning."""
        return population.periodic(self.reduced, edges_h, rates_mcg_per_h)

    def advance(self, start: Amplitudes, edges_h: ArrayLike, rates_mcg_per_h: ArrayLike) -> Amplitudes:
        """Everybody at the last edge."""
        return population.advance(self.reduced, start, edges_h, rates_mcg_per_h)

    def injected(self, start: Amplitudes, mass_mcg: float) -> Amplitudes:
        """Everybody just after a lumbar puncture's bolus. OurFault where the ensemble was not built for one."""
        return population.injected(self.reduced, start, mass_mcg)

    def exposure(
        self, start: Amplitudes, edges_h: ArrayLike, rates_mcg_per_h: ArrayLike, times_h: ArrayLike
    ) -> Exposure:
        """What everybody's fluid and muscles hold at `times_h`, from `start` at the first edge."""
        times = np.asarray(times_h, dtype=np.float64)
        csf, pools = population.course(self.reduced, start, edges_h, rates_mcg_per_h, times)
        slow = self.cohort.of("slow_share")[:, None, None]
        targets = len(TARGETS)
        return Exposure(
            times_h=times,
            levels=self.reduced.names,
            csf_mcg_per_ml=csf,
            effect_ng_per_ml=(1.0 - slow) * pools[..., :targets] + slow * pools[..., targets : 2 * targets],
            brainstem_ng_per_ml=pools[..., BRAINSTEM],
        )

    def forecast(
        self,
        edges_h: ArrayLike,
        rates_mcg_per_h: ArrayLike,
        times_h: ArrayLike,
        *,
        start: Amplitudes | None = None,
        baseline_mas: ArrayLike,
        baseline_penn: ArrayLike | None = None,
        placebo: Placebo | None = None,
        used_to: Adaptation | None = None,
        tolerance: ArrayLike | None = None,
        stride: int = STRIDE,
    ) -> Forecast:
        """Everybody's course under a program, from `start` (rest unless told) at the first edge.

        `baseline_mas` is (), (targets,), or (patients, targets); `baseline_penn` () or (patients,).
        Tolerance grows and fades from `used_to`, by steps of `stride` times, or is held at `tolerance`, one factor for
        all or (patients,): `held()` has everybody's own chronic one. Spasms can be asked for where `baseline_penn` is
        known.
        """
        exposure = self.exposure(self.rest() if start is None else start, edges_h, rates_mcg_per_h, times_h)
        responder = Responder(
            baseline_mas=baseline_mas,
            baseline_penn=math.nan if baseline_penn is None else baseline_penn,
            placebo=placebo,
            whose=self.cohort,
        )
        response = respond(
            exposure.times_h,
            exposure.effect_ng_per_ml,
            exposure.brainstem_ng_per_ml,
            responder,
            start=used_to,
            tolerance=tolerance,
            stride=stride,
        )
        return Forecast(cohort=self.cohort, exposure=exposure, response=response)

    def held(self, *, chronic: bool) -> Floats:
        """Everybody's tolerance (patients,) where it is held: on chronic therapy, or before any baclofen."""
        return self.cohort.of("tolerance_chronic" if chronic else "tolerance_naive")


def band(courses: Floats) -> Band:
    """The band of `courses` (patients, times): quantiles between neighbours in order, by straight lines."""
    ordered = np.sort(courses, axis=0)
    places = np.array(SHARES) * (len(ordered) - 1)
    below = np.floor(places).astype(np.intp)
    above = np.minimum(below + 1, len(ordered) - 1)
    share = (places - below)[:, None]
    low, quarter, median, three_quarters, high = (1.0 - share) * ordered[below] + share * ordered[above]
    return Band(low=low, quarter=quarter, median=median, three_quarters=three_quarters, high=high)


def _index(name: str | None, names: tuple[str, ...]) -> int:
    if name not in names:
        raise OurFault(f"{name!r} is not followed; followed are {', '.join(names)}")
    return names.index(name)


@lru_cache(maxsize=32)
def _people(
    tip_level: str,
    n: int,
    key: str,
    stature: Stature,
    parameters: Parameters,
    levels: tuple[str, ...],
    puncture_level: str | None,
) -> Ensemble:
    cohort = draw(n, key, parameters, varied_in(stature))
    return Ensemble.of(cohort, tip_level, stature=stature, levels=levels, puncture_level=puncture_level)
