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

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from thecal.body.adaptation import Adaptation, Adapted, Tolerance, each, integrate, one_each
from thecal.body.anatomy import TARGETS, Floats
from thecal.body.cohort import Cohort
from thecal.body.parameters import TWO_POOL, Parameters
from thecal.body.placebo import Placebo
from thecal.body.signs import Stages, breathing_risk, drowsiness, stages
from thecal.body.spasms import penn
from thecal.errors import OurFault

MAS_LABELS = (("0", 0.0), ("1", 1.0), ("1+", 1.5), ("2", 2.0), ("3", 3.0), ("4", 4.0))
MAS_LARGEST = 4.0
BAND_LABEL = "spread of sensitivity between people (one log-SD of the half-effect concentration); no other uncertainty"
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


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Response:
    """What is found at each time.

    By muscle, (..., times, targets): `suppressed` share of tone; `rebound_mas` grades that rebound adds; `mas` the
    score by drug and rebound, without placebo; `weakness` share of useful tone lost; `tolerance` the factor m.

    Of the whole person, (..., times): `reflex_residual` H/M of the soleus; `penn` spasms, 0 to 4; `drowsiness` and
    `breathing_risk` chances, never shown without `signs.NOT_A_REASSURANCE`; `placebo_mas` (times,) grades that placebo
    takes off. `withdrawal` holds stages, and None where tolerance was held constant: then nobody looked for it.

    `end` is what the person is used to at the last time, `error` (..., targets) bounds m as `Adapted.error` does; None
    with constant tolerance, `error` also where it was not asked for.
    """

    suppressed: Floats
    rebound_mas: Floats
    mas: Floats
    weakness: Floats
    tolerance: Floats
    reflex_residual: Floats
    penn: Floats
    drowsiness: Floats
    breathing_risk: Floats
    placebo_mas: Floats
    withdrawal: Stages | None
    end: Adaptation | None
    error: Floats | None

    def examined_mas(self) -> Floats:
        """The score an examiner writes down, placebo taken off, (..., times, targets)."""
        return np.asarray(np.maximum(self.mas - self.placebo_mas[:, None], 0.0))


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
    along; OurFault unless it is one of the two.
    """
    effect = np.asarray(effect_ng_per_ml, dtype=np.float64)
    if (start is None) == (tolerance is None):
        raise OurFault("tolerance grows from a start, or is held at a number: give one of the two")
    if effect.shape[-1] != len(TARGETS):
        raise OurFault(f"a response is of {len(TARGETS)} muscles, in the order of TARGETS, not of {effect.shape[-1]}")
    if tolerance is not None:
        adapted = _held(effect, one_each(tolerance, 2), responder)
    else:
        assert start is not None, "it is one of the two"
        adapted = integrate(times_h, effect, start, responder.tolerance, stride=stride, estimate=estimate)
    return _response(np.asarray(times_h), effect, np.asarray(brainstem_ng_per_ml), responder, adapted)


def suppression(
    effect_ng_per_ml: ArrayLike,
    tolerance: ArrayLike,
    sensitivity: ArrayLike = 1.0,
    *,
    parameters: Parameters = TWO_POOL,
) -> Floats:
    """The share of tone suppressed, 0 to 1. `sensitivity` 2 means that half the concentration does as much."""
    half_ng_per_ml = parameters.ashworth_ec50.value * one_each(tolerance, 0) / one_each(sensitivity, 0)
    return np.asarray(
        parameters.ashworth_largest.value * _hill(effect_ng_per_ml, half_ng_per_ml, parameters.ashworth_slope.value)
    )


def band(effect_ng_per_ml: ArrayLike, tolerance: float, *, parameters: Parameters = TWO_POOL) -> tuple[Floats, Floats]:
    """Suppression (low, high) of a person one log-SD less and one more sensitive. `BAND_LABEL` says what it is not."""
    spread = math.exp(parameters.sensitivity_log_sd.value)
    low = suppression(effect_ng_per_ml, tolerance, 1.0 / spread, parameters=parameters)
    return low, suppression(effect_ng_per_ml, tolerance, spread, parameters=parameters)


def modified_ashworth(suppressed: ArrayLike, baseline_mas: ArrayLike, rebound_mas: ArrayLike = 0.0) -> Floats:
    """The score, 0 to 4, of someone who has `baseline_mas` without drug, with rebound on top."""
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
    """What is left of the H-reflex (H/M against none), 1 without drug; meant for the soleus."""
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


def _response(times: Floats, effect: Floats, brainstem: Floats, responder: Responder, adapted: Adapted) -> Response:
    """Everything that follows once tolerance is known."""
    whose, occupancy, factor = responder.whose, adapted.occupancy, adapted.factor
    suppressed = each("ashworth_largest", whose, 2) * occupancy
    rebound = each("rebound", whose, 2) * adapted.fast * (1.0 - suppressed)
    brain = factor.mean(axis=-1)
    return Response(
        suppressed=suppressed,
        rebound_mas=rebound,
        mas=modified_ashworth(suppressed, _by_muscle(responder.baseline_mas), rebound),
        weakness=_weakness(occupancy, whose),
        tolerance=factor,
        reflex_residual=_soleus_reflex(effect[..., SOLEUS], factor[..., SOLEUS], responder),
        penn=penn(suppressed, responder.baseline_penn, whose=whose),
        drowsiness=drowsiness(brainstem, brain, responder.sensitivity, whose=whose),
        breathing_risk=breathing_risk(brainstem, brain, responder.sensitivity, whose=whose),
        placebo_mas=np.zeros(len(times)) if responder.placebo is None else responder.placebo.relief_mas(times),
        withdrawal=None if adapted.end is None else stages(adapted.shortfall, whose=whose),
        end=adapted.end,
        error=adapted.error,
    )


def _by_muscle(baseline_mas: ArrayLike) -> Floats:
    """() or (targets,) as it is; (patients, targets) with an axis for time."""
    baseline = np.asarray(baseline_mas, dtype=np.float64)
    return baseline[..., None, :] if baseline.ndim > 1 else baseline


def _weakness(occupancy: Floats, whose: Parameters | Cohort) -> Floats:
    """The same curve at a half-effect concentration further up: (C/C50)ⁿ is ρ/(1 − ρ)."""
    further = each("weakness_factor", whose, 2) ** each("ashworth_slope", whose, 2)
    return np.asarray(occupancy / (occupancy + further * (1.0 - occupancy)))


def _soleus_reflex(effect: Floats, factor: Floats, responder: Responder) -> Floats:
    half_ng_per_ml = each("reflex_ic50", responder.whose) * factor / one_each(responder.sensitivity)
    return np.asarray(1.0 - _hill(effect, half_ng_per_ml, each("reflex_slope", responder.whose)))


def _hill(concentration: ArrayLike, half: ArrayLike, slope: ArrayLike) -> Floats:
    """cⁿ/(halfⁿ + cⁿ). Rounding may leave a hair below zero in a body at rest: that is none."""
    relative = np.maximum(np.asarray(concentration, dtype=np.float64), 0.0) / half
    powered = relative ** np.asarray(slope)
    return np.asarray(powered / (1.0 + powered))
