"""What each virtual patient would have shown at every reading of a case.

Tolerance is one factor an occasion: none in somebody new to baclofen, the patient's own chronic one later. Rebound
after a stop is left out: readings during withdrawal are no readings of sensitivity.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from thecal.body.anatomy import TARGETS, Floats
from thecal.body.calibration.likelihood import baseline_of
from thecal.body.calibration.observed import Ashworth, Case, Fluid, Given, Occasion, Reading, Reflex, levels_read
from thecal.body.cohort import Cohort
from thecal.body.ensemble import Ensemble, Exposure
from thecal.body.parameters.spread_2026 import Varied
from thecal.body.placebo import Placebo
from thecal.body.population import Amplitudes
from thecal.body.reduced import reducible
from thecal.body.response import Responder, Response, respond

BASELINE = "tone without drug, "
MODES, CELL_CM = 10, 1.0
"""Coarser than a forecast's: a thousandth of the peak is nothing beside an examiner's error."""
NOT_READ = frozenset({"sedation_ec50", "coma_ec50", "rebound", "plasma_clearance", "plasma_volume"})
"""Parameters that no reading depends on: they keep the prior."""


def dimensions(case: Case, spread: Sequence[Varied]) -> tuple[str, ...]:
    """What is not known of this person: every varied parameter, and the tone of each muscle without drug."""
    return (*(varied.name for varied in spread), *(f"{BASELINE}{muscle}" for muscle in case.muscles))


def matters(case: Case, spread: Sequence[Varied]) -> tuple[bool, ...]:
    """Which dimensions the readings of a case can depend on."""
    chronic = any(occasion.chronic for occasion in case.occasions)
    read = (
        not NOT_READ.issuperset(varied.fields) and (chronic or "tolerance_chronic" not in varied.fields)
        for varied in spread
    )
    return (*read, *(True for _ in case.muscles))


def baselines(case: Case, z: Floats, varied: int) -> Floats:
    """Tone without drug (draws, targets), in grades: the columns of `z` (draws, dimensions) after the varied ones.

    A muscle that nobody examined has 0: nothing is said of it.
    """
    tone = np.zeros((len(z), len(TARGETS)))
    for column, muscle in enumerate(case.muscles, start=varied):
        tone[:, tuple(TARGETS).index(muscle)] = baseline_of(z[:, column], case.baseline[muscle])
    return tone


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Bodies:
    """Virtual patients, and what the doses of a case do in them: one exposure for each occasion.

    `carried` (draws,) says whom modes can carry; whoever has too strong a flow is replaced by the usual person, and
    weighs nothing.
    """

    cohort: Cohort
    exposures: tuple[Exposure, ...]
    carried: NDArray[np.bool_]

    @staticmethod
    def of(case: Case, cohort: Cohort) -> "Bodies":
        """The costly part, which does not depend on what was found."""
        carried = reducible(cohort, stature=case.stature, cell_cm=CELL_CM)
        cohort = _usual_where(~carried, cohort)
        punctured = {each.given.puncture_level for each in case.occasions if each.given.puncture_mcg}
        levels: set[str | None] = {*punctured} or {None}
        prepared = {level: _prepared(case, cohort, level) for level in levels}
        some = next(iter(prepared.values()))
        return Bodies(
            cohort=cohort,
            carried=carried,
            exposures=tuple(
                exposed(prepared.get(each.given.puncture_level, some), each.given, each.times_h())
                for each in case.occasions
            ),
        )

    def expected(self, case: Case, tone: Floats) -> Floats:
        """What would be found (draws, readings): Ashworth grades, shares of H/M, mcg/mL.

        `tone` (draws, targets) is that without drug, in grades.
        """
        together = zip(case.occasions, self.exposures, strict=True)
        return np.concatenate([_on(occasion, exposure, self.cohort, tone) for occasion, exposure in together], axis=1)


def _usual_where(which: NDArray[np.bool_], cohort: Cohort) -> Cohort:
    """The cohort with the usual person in some places."""
    usual = {name: getattr(cohort.parameters, name).value for name in cohort.values}
    return replace(cohort, values={name: np.where(which, usual[name], own) for name, own in cohort.values.items()})


def begin(ensemble: Ensemble, given: Given) -> Amplitudes:
    """Where everybody stands at hour 0, a lumbar puncture's bolus just given."""
    start = ensemble.rest()
    if given.settled is not None:
        start = ensemble.settled(given.settled.edges_h, given.settled.rates_mcg_per_h)
    return ensemble.injected(start, given.puncture_mcg) if given.puncture_mcg else start


def exposed(ensemble: Ensemble, given: Given, times: Floats) -> Exposure:
    """What everybody's fluid and muscles hold at `times` (times,), h after the occasion's beginning."""
    edges, rates = given.infusion(float(times.max()))
    return ensemble.exposure(begin(ensemble, given), edges, rates, times)


def _prepared(case: Case, cohort: Cohort, puncture_level: str | None) -> Ensemble:
    return Ensemble.of(
        cohort,
        case.tip_level,
        stature=case.stature,
        levels=levels_read(case),
        puncture_level=puncture_level,
        modes=MODES,
        cell_cm=CELL_CM,
    )


def _on(occasion: Occasion, exposure: Exposure, cohort: Cohort, tone: Floats) -> Floats:
    """What would be found on one occasion (draws, readings)."""
    responder = Responder(
        baseline_mas=tone,
        baseline_penn=0.0,
        placebo=Placebo.after(0.0) if occasion.placebo else None,
        whose=cohort,
    )
    tolerance = cohort.of("tolerance_chronic" if occasion.chronic else "tolerance_naive")
    found = respond(
        exposure.times_h, exposure.effect_ng_per_ml, exposure.brainstem_ng_per_ml, responder, tolerance=tolerance
    )
    columns = [
        _found(reading, int(np.searchsorted(exposure.times_h, reading.at_h)), exposure, found)
        for reading in occasion.readings
    ]
    return np.stack(columns, axis=-1)


def _found(reading: Reading, at: int, exposure: Exposure, found: Response) -> Floats:
    """One reading as expected of each draw (draws,)."""
    match reading:
        case Ashworth():
            return found.examined_mas()[:, at, tuple(TARGETS).index(reading.muscle)]
        case Reflex():
            return found.reflex_residual[:, at]
        case Fluid():
            return exposure.csf_mcg_per_ml[:, at, exposure.levels.index(reading.level)]
