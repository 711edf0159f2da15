"""From the concentration a muscle feels to what an examiner finds.

Linear until here (decision 0005): Hill curves over C_e in ng/mL. With C50 and n of the curve, m the tolerance and s the
person's sensitivity,

    E   = E_max Cⁿ / ((m C50/s)ⁿ + Cⁿ)                     share of spastic tone suppressed, 0 to 1
    MAS = MAS_0 (1 − E) + W,   W = β F (1 − E)             modified Ashworth, 0 to 4; W is rebound, F fast tolerance
    H/M = 1 / (1 + (C s/(m IC50))ⁿ)                        what is left of the H-reflex in the soleus, 1 without drug
    weakness: the curve of E at a larger C50, `weakness_factor` times

m is one constant, or grows and fades as in `adaptation`. Screens show tone as a share suppressed and as a modified
Ashworth score, which is the fitted Ashworth scale of 1 to 5 less one; the scale's 1+ is drawn at 1.5.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike

from thecal.body.adaptation import Adaptation, Adapted, Tolerance, checked, each, integrate, one_each
from thecal.body.anatomy import TARGETS, Floats
from thecal.body.cohort import Cohort
from thecal.body.parameters import TWO_POOL, Parameters
from thecal.body.placebo import Placebo
from thecal.body.signs import Stages, breathing_risk, drowsiness, stages
from thecal.body.spasms import penn
from thecal.errors import OurFault

MAS_LABELS = (("0", 0.0), ("1", 1.0), ("1+", 1.5), ("2", 2.0), ("3", 3.0), ("4", 4.0))
MAS_LARGEST = 4.0
SOLEUS = tuple(TARGETS).index("soleus")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Responder:
    """Who responds: one person, or each of a cohort.

    `sensitivity` 2 means that half the concentration does as much, () or (patients,); `baseline_mas` without drug, (),
    (targets,), or (patients, targets); `baseline_penn`, () or (patients,). `placebo` is left out unless it is named.
    """

    baseline_mas: ArrayLike
    baseline_penn: ArrayLike
    sensitivity: ArrayLike = 1.0
    placebo: Placebo | None = None
    whose: Parameters | Cohort = TWO_POOL

    @property
    def tolerance(self) -> Tolerance:
        """How this person's tolerance grows."""
        return Tolerance.of(self.whose, self.sensitivity)


@dataclass(frozen=True, kw_only=True, eq=False)
class Response:
    """What is found at each of `times_h` (times,). A sign is worked out when it is first asked for, and then kept.

    It comes from what muscles feel, `effect_ng_per_ml` (..., times, targets), what the brainstem feels,
    `brainstem_ng_per_ml` (..., times), and `adapted`, what the person is used to.
    """

    # No slots: what has been worked out is kept beside the fields.

    times_h: Floats
    effect_ng_per_ml: Floats
    brainstem_ng_per_ml: Floats
    responder: Responder
    adapted: Adapted

    @property
    def tolerance(self) -> Floats:
        """The factor m on the half-effect concentration, (..., times, targets)."""
        return self.adapted.factor

    @property
    def end(self) -> Adaptation | None:
        """What the person is used to at the last time; None with constant tolerance."""
        return self.adapted.end

    @property
    def error(self) -> Floats | None:
        """The estimated largest error of m, (..., targets), where it was asked for."""
        return self.adapted.error

    @cached_property
    def suppressed(self) -> Floats:
        """The share of spastic tone suppressed, 0 to 1, (..., times, targets)."""
        return np.asarray(each("ashworth_largest", self._whose, 2) * self.adapted.occupancy)

    @cached_property
    def rebound_mas(self) -> Floats:
        """Ashworth grades that rebound adds, (..., times, targets); 0 with constant tolerance, which knows none."""
        return np.asarray(each("rebound", self._whose, 2) * self.adapted.fast * (1.0 - self.suppressed))

    @cached_property
    def mas(self) -> Floats:
        """The modified Ashworth score by drug and rebound, without placebo, (..., times, targets)."""
        baseline = np.asarray(self.responder.baseline_mas, dtype=np.float64)
        by_muscle = baseline[..., None, :] if baseline.ndim > 1 else baseline
        return modified_ashworth(self.suppressed, by_muscle, self.rebound_mas)

    @cached_property
    def placebo_mas(self) -> Floats:
        """Ashworth grades that placebo takes off, (times,); 0 without placebo."""
        placebo = self.responder.placebo
        return np.zeros(len(self.times_h)) if placebo is None else placebo.relief_mas(self.times_h)

    def examined_mas(self) -> Floats:
        """The score that an examiner writes down, placebo taken off, (..., times, targets)."""
        return np.asarray(np.maximum(self.mas - self.placebo_mas[:, None], 0.0))

    @cached_property
    def weakness(self) -> Floats:
        """The share of useful tone lost, 0 to 1, (..., times, targets): (C/C50)ⁿ is ρ/(1 − ρ)."""
        further = each("weakness_factor", self._whose, 2) ** each("ashworth_slope", self._whose, 2)
        occupancy = self.adapted.occupancy
        return np.asarray(occupancy / (occupancy + further * (1.0 - occupancy)))

    @cached_property
    def reflex_residual(self) -> Floats:
        """H/M of the soleus against that without drug, (..., times)."""
        ic50_ng_per_ml = each("reflex_ic50", self._whose) / one_each(self.responder.sensitivity)
        half_ng_per_ml = ic50_ng_per_ml * self.tolerance[..., SOLEUS]
        return 1.0 - _hill(self.effect_ng_per_ml[..., SOLEUS], half_ng_per_ml, each("reflex_slope", self._whose))

    @cached_property
    def penn(self) -> Floats:
        """The Penn score of spasms, 0 to 4, (..., times)."""
        return penn(self.suppressed, self.responder.baseline_penn, whose=self._whose)

    @cached_property
    def drowsiness(self) -> Floats:
        """The chance of drowsiness, 0 to 1, (..., times). Shown with `signs.NOT_A_REASSURANCE`."""
        return drowsiness(self.brainstem_ng_per_ml, self._brain, self.responder.sensitivity, whose=self._whose)

    @cached_property
    def breathing_risk(self) -> Floats:
        """The chance of coma and failing breath, 0 to 1, (..., times). Shown with `signs.NOT_A_REASSURANCE`."""
        return breathing_risk(self.brainstem_ng_per_ml, self._brain, self.responder.sensitivity, whose=self._whose)

    @cached_property
    def withdrawal(self) -> Stages | None:
        """Numbers of `signs.Stage`, (..., times); None with constant tolerance: then nobody looked for it."""
        return None if self.end is None else stages(self.adapted.shortfall, whose=self._whose)

    @property
    def _whose(self) -> Parameters | Cohort:
        return self.responder.whose

    @cached_property
    def _brain(self) -> Floats:
        """The brain's tolerance: the mean over the muscles."""
        return np.asarray(self.tolerance.mean(axis=-1))


def respond(
    times_h: ArrayLike,
    effect_ng_per_ml: ArrayLike,
    brainstem_ng_per_ml: ArrayLike,
    responder: Responder,
    *,
    start: Adaptation | None = None,
    tolerance: ArrayLike | None = None,
    stride: int = 1,
    estimate: bool = False,
) -> Response:
    """What is found at each of `times_h` (times,).

    `effect_ng_per_ml` (..., times, targets) is what the muscles feel, `brainstem_ng_per_ml` (..., times). Tolerance
    either grows and fades from `start`, by steps of `stride` times, or is `tolerance`, () or (patients,), all
    along. OurFault unless it is one of the two, and for concentrations that are no numbers or at other times.
    """
    times, effect = np.asarray(times_h, dtype=np.float64), checked(effect_ng_per_ml, np.size(times_h))
    brainstem = np.asarray(brainstem_ng_per_ml, dtype=np.float64)
    if (start is None) == (tolerance is None):
        raise OurFault("tolerance grows from a start, or is held at a number: give one of the two")
    if effect.shape[-1] != len(TARGETS):
        raise OurFault(f"a response is of {len(TARGETS)} muscles, in the order of TARGETS, not of {effect.shape[-1]}")
    if brainstem.shape != effect.shape[:-1] or not np.isfinite(brainstem).all():
        raise OurFault(f"the brainstem feels a finite concentration at {effect.shape[:-1]}, not at {brainstem.shape}")
    if tolerance is not None:
        adapted = _held(effect, one_each(tolerance, 2), responder)
    else:
        assert start is not None, "it is one of the two"
        adapted = integrate(times, effect, start, responder.tolerance, stride=stride, estimate=estimate)
    return Response(
        times_h=times,
        effect_ng_per_ml=effect,
        brainstem_ng_per_ml=brainstem,
        responder=responder,
        adapted=adapted,
    )


def suppression(
    effect_ng_per_ml: ArrayLike,
    tolerance: ArrayLike,
    sensitivity: ArrayLike = 1.0,
    *,
    parameters: Parameters = TWO_POOL,
) -> Floats:
    """The share of tone suppressed, 0 to 1, (...), at one muscle or any.

    `effect_ng_per_ml`, `tolerance` and `sensitivity`, (...) each, broadcast; a sensitivity of 2 means that half the
    concentration does as much. OurFault for a tolerance or sensitivity that is not above zero.
    """
    half_ng_per_ml = parameters.ashworth_ec50.value * one_each(tolerance, 0) / one_each(sensitivity, 0)
    return np.asarray(
        parameters.ashworth_largest.value * _hill(effect_ng_per_ml, half_ng_per_ml, parameters.ashworth_slope.value)
    )


def modified_ashworth(suppressed: ArrayLike, baseline_mas: ArrayLike, rebound_mas: ArrayLike = 0.0) -> Floats:
    """The score, 0 to 4, (...), with rebound on top.

    `suppressed`, `baseline_mas` without drug and `rebound_mas`, (...) each, broadcast. OurFault for a baseline off the
    scale.
    """
    baseline = np.asarray(baseline_mas, dtype=np.float64)
    if not np.all((baseline >= 0.0) & (baseline <= MAS_LARGEST)):
        raise OurFault(f"a Modified Ashworth score lies between 0 and 4, not at {baseline}")
    left = baseline * (1.0 - np.asarray(suppressed, dtype=np.float64))
    return np.asarray(np.minimum(left + np.asarray(rebound_mas, dtype=np.float64), MAS_LARGEST))


def mas_label(value: float) -> str:
    """The nearest grade an examiner can write down; halfway goes to the higher one."""
    return min(MAS_LABELS, key=lambda grade: (abs(grade[1] - value), -grade[1]))[0]


def reflex_residual(
    effect_ng_per_ml: ArrayLike,
    tolerance: ArrayLike,
    sensitivity: ArrayLike = 1.0,
    *,
    parameters: Parameters = TWO_POOL,
) -> Floats:
    """What is left of the H-reflex (H/M against none), 1 without drug, (...); meant for the soleus.

    `effect_ng_per_ml`, `tolerance` and `sensitivity`, (...) each, broadcast. OurFault as in `suppression`.
    """
    half_ng_per_ml = parameters.reflex_ic50.value * one_each(tolerance, 0) / one_each(sensitivity, 0)
    return np.asarray(1.0 - _hill(effect_ng_per_ml, half_ng_per_ml, parameters.reflex_slope.value))


def _held(effect: Floats, tolerance: Floats, responder: Responder) -> Adapted:
    """Constant tolerance; without fast tolerance or shortfall, which it says nothing about."""
    whose = responder.whose
    half_ng_per_ml = each("ashworth_ec50", whose, 2) * tolerance / one_each(responder.sensitivity, 2)
    nothing = np.zeros(effect.shape)
    return Adapted(
        fast=nothing,
        factor=np.broadcast_to(tolerance, effect.shape),
        occupancy=_hill(effect, half_ng_per_ml, each("ashworth_slope", whose, 2)),
        shortfall=nothing,
        end=None,
        error=None,
    )


def _hill(concentration: ArrayLike, half: Floats, slope: float | Floats) -> Floats:
    """The curve cⁿ/(halfⁿ + cⁿ). Rounding may leave a hair below zero in a body at rest: that is none."""
    powered = (np.maximum(np.asarray(concentration, dtype=np.float64), 0.0) / half) ** slope
    return np.asarray(powered / (1.0 + powered))
