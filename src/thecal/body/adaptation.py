"""Tolerance: what a cord gets used to, how fast, and how far the drug has fallen below it.

At each target muscle, with C the concentration it feels, C50 and n of the Hill curve on tone, and s the sensitivity:

    ρ  = Cⁿ / ((m C50/s)ⁿ + Cⁿ)          occupancy, 0 to 1
    m  = 1 + a_F F + a_S S                tolerance: the factor on C50
    F' = (ρ − F)/τ_F,  S' = (ρ − S)/τ_S   a fast part (receptors, days) and a slow one (months)
    D' = (max(0, F − ρ) m − D)/τ_D        shortfall: how far below what it is used to, and for how long

F, S and D are exact for an occupancy that runs in straight lines between the samples. A step spans `stride` samples:
ρ is guessed with m held as the step begins and computed once more with the m that follows, which makes the error of m
of second order in the step. `integrate` estimates it by doing the work again with twice the spacing.

Tolerance and shortfall are Thecal's own arrangement of a few observations (see the parameters): the order of events is
meant, not their size.
"""

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike

from thecal.body.anatomy import Floats
from thecal.body.cohort import Cohort
from thecal.body.parameters import TWO_POOL, Parameters
from thecal.errors import OurFault

HOURS_PER_DAY = 24.0
HALVINGS = 20
SWEEPS = 40
SETTLED = 1e-11
"""How far from repeating itself, in F, S or D, a cycle may still be when it counts as settled."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Adaptation:
    """What a person is used to, at one moment: `fast` F, `slow` S and `shortfall` D, each (..., targets)."""

    fast: Floats
    slow: Floats
    shortfall: Floats

    @staticmethod
    def naive(*shape: int) -> "Adaptation":
        """Somebody who never had baclofen; `shape` is (..., targets)."""
        return Adaptation(fast=np.zeros(shape), slow=np.zeros(shape), shortfall=np.zeros(shape))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Tolerance:
    """How tolerance grows. `half_ng_per_ml` C50/s, `slope` n, `fast` a_F, `slow` a_S: each () or (..., 1).

    The three times (h) are the same for everybody, so that many people step together.
    """

    half_ng_per_ml: Floats
    slope: Floats
    fast: Floats
    slow: Floats
    fast_h: float
    slow_h: float
    shortfall_h: float

    @staticmethod
    def of(whose: Parameters | Cohort = TWO_POOL, sensitivity: ArrayLike = 1.0) -> "Tolerance":
        """Of one person, or of each in a cohort; `sensitivity` () or (patients,). OurFault if the times differ."""
        return Tolerance(
            half_ng_per_ml=each("ashworth_ec50", whose) / one_each(sensitivity),
            slope=each("ashworth_slope", whose),
            fast=each("fast_tolerance", whose),
            slow=each("slow_tolerance", whose),
            fast_h=HOURS_PER_DAY * _common("fast_tolerance_time", whose),
            slow_h=HOURS_PER_DAY * _common("slow_tolerance_time", whose),
            shortfall_h=_common("withdrawal_time", whose),
        )

    def factor(self, state: Adaptation) -> Floats:
        """The factor m (..., targets) of somebody who is used to that much."""
        return np.asarray(1.0 + self.fast * state.fast + self.slow * state.slow)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Adapted:
    """Tolerance over time, each (..., times, targets): `fast` F, `factor` m, `occupancy` ρ, `shortfall` D.

    `end` is the state at the last time; None where tolerance was held constant. `error` (..., targets) is the estimate
    of the largest error of m; None where it was not asked for.
    """

    fast: Floats
    factor: Floats
    occupancy: Floats
    shortfall: Floats
    end: Adaptation | None
    error: Floats | None


def each(name: str, whose: Parameters | Cohort, axes: int = 1) -> Floats:
    """A number by its field's name: () of a set, (patients, 1, ...) of a cohort, with `axes` ones at the end."""
    if isinstance(whose, Cohort):
        return one_each(whose.of(name), axes)
    return np.asarray(getattr(whose, name).value, dtype=np.float64)


def one_each(value: ArrayLike, axes: int = 1) -> Floats:
    """A factor of one person, (), or of each, (..., 1, ...). OurFault unless above zero and finite."""
    factors = np.asarray(value, dtype=np.float64)
    if not np.all((factors > 0.0) & (factors < math.inf)):
        raise OurFault(f"a factor on the half-effect concentration is above zero, not {factors}")
    return factors.reshape(factors.shape + (1,) * axes) if factors.ndim else factors


def integrate(
    times_h: ArrayLike,
    effect_ng_per_ml: ArrayLike,
    start: Adaptation,
    tolerance: Tolerance,
    *,
    stride: int = 1,
    estimate: bool = True,
) -> Adapted:
    """Tolerance at each of `times_h` (times,), rising; `effect_ng_per_ml` (..., times, targets), `start` at the first.

    `stride` samples make a step. `estimate` asks for `Adapted.error`: half as much work again; it needs three times.
    """
    times = _rising(times_h)
    powered = _powered(effect_ng_per_ml, tolerance, len(times))
    run = _Run.of(powered.shape[1:], tolerance)
    flat = powered.reshape(len(times), -1)
    path = run.march(times, flat, run.columns(start), stride)
    error = run.error(times, flat, path, stride) if estimate else None
    return run.adapted(path, error)


def settled(times_h: ArrayLike, effect_ng_per_ml: ArrayLike, tolerance: Tolerance, *, stride: int = 1) -> Adaptation:
    """What somebody is used to, (..., targets), as a cycle begins that has always been the same.

    `times_h` (times,) spans the cycle, both ends included; `effect_ng_per_ml` (..., times, targets). First a guess by
    halving, with F and S at the mean occupancy; then Newton's steps, with the slope of that mean.
    """
    times = _rising(times_h)
    powered = _powered(effect_ng_per_ml, tolerance, len(times))
    run = _Run.of(powered.shape[1:], tolerance)
    flat = powered.reshape(len(times), -1)
    level = run.balance(times, flat)
    state = np.array([level, level, np.zeros_like(level)])
    for _ in range(SWEEPS):
        path = run.march(times, flat, state, stride)
        off = run.off_cycle(times, path)
        if np.abs(off).max(initial=0.0) < SETTLED:
            return run.state(state)
        state = run.nearer(times, path, off)
    raise OurFault("this tolerance does not settle on the cycle it was given")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Run:
    """Tolerance with everybody's muscles in one row: `slope`, `fast`, `slow` (size,); `lags_h` τ_F, τ_S, τ_D."""

    shape: tuple[int, ...]
    slope: Floats
    fast: Floats
    slow: Floats
    lags_h: tuple[float, float, float]

    @staticmethod
    def of(shape: tuple[int, ...], tolerance: Tolerance) -> "_Run":
        slope, fast, slow = (
            np.broadcast_to(number, shape).reshape(-1) for number in (tolerance.slope, tolerance.fast, tolerance.slow)
        )
        lags_h = (tolerance.fast_h, tolerance.slow_h, tolerance.shortfall_h)
        return _Run(shape=shape, slope=slope, fast=fast, slow=slow, lags_h=lags_h)

    def columns(self, state: Adaptation) -> Floats:
        """(3, size), from (..., targets)."""
        parts = (state.fast, state.slow, state.shortfall)
        return np.array([np.broadcast_to(part, self.shape).reshape(-1) for part in parts])

    def state(self, columns: Floats) -> Adaptation:
        """(..., targets), from (3, size)."""
        fast, slow, shortfall = (part.reshape(self.shape) for part in columns)
        return Adaptation(fast=fast, slow=slow, shortfall=shortfall)

    def factor(self, fast: Floats, slow: Floats) -> Floats:
        """m, of any rows of (size,)."""
        return np.asarray(1.0 + self.fast * fast + self.slow * slow)

    def march(self, times: Floats, powered: Floats, start: Floats, stride: int) -> Floats:
        """F, S, D and ρ, (4, times, size)."""
        path = np.empty((4, *powered.shape))
        path[:3, 0] = start
        last = len(times) - 1
        for at in range(0, last, stride):
            window = slice(at, min(at + stride, last) + 1)
            spacing = tuple(np.diff(times[window]).round(9).tolist())
            self._step(path[:, window], powered[window], *_kernels(spacing, self.lags_h))
        return path

    def _step(self, path: Floats, powered: Floats, decays: Floats, weights: Floats) -> None:
        """Fill in what follows a step's first sample. Within the step mⁿ is Taylor's series, to the second power."""
        fast, slow, shortfall, occupancy = path
        before = self.factor(fast[0], slow[0])
        halves = before**self.slope
        occupancy[:] = _occupancy(powered, halves)
        for _ in range(2):
            fast[1:] = decays[0] * fast[0] + weights[0] @ occupancy
            slow[1:] = decays[1] * slow[0] + weights[1] @ occupancy
            factor = self.factor(fast[1:], slow[1:])
            grown = self.slope * (factor / before - 1.0)
            grown += grown * (grown - factor / before + 1.0) / 2.0
            occupancy[1:] = _occupancy(powered[1:], halves * (1.0 + grown))
        fallen = np.maximum(fast - occupancy, 0.0)
        fallen[0] *= before
        fallen[1:] *= factor
        shortfall[1:] = decays[2] * shortfall[0] + weights[2] @ fallen

    def error(self, times: Floats, powered: Floats, path: Floats, stride: int) -> Floats:
        """The largest error of m, (...): a third of what twice the spacing changes."""
        if len(times) < 3:
            raise OurFault("an error is estimated from three times or more")
        coarse = self.march(times[::2], powered[::2], path[:3, 0], stride)
        apart = np.abs(self.factor(path[0, ::2], path[1, ::2]) - self.factor(coarse[0], coarse[1]))
        return np.asarray(apart.max(axis=0).reshape(self.shape) / 3.0)

    def balance(self, times: Floats, powered: Floats) -> Floats:
        """The level r (size,) at which r is the mean occupancy of somebody with F = S = r."""
        low, high = np.zeros(powered.shape[1]), np.ones(powered.shape[1])
        for _ in range(HALVINGS):
            middle = (low + high) / 2.0
            above = _mean(times, _occupancy(powered, self.factor(middle, middle) ** self.slope)) > middle
            low, high = np.where(above, middle, low), np.where(above, high, middle)
        return np.asarray((low + high) / 2.0)

    def off_cycle(self, times: Floats, path: Floats) -> Floats:
        """How far F, S and D are from what the cycle drives them to, (3, size)."""
        approach = -np.expm1(-(times[-1] - times[0]) / np.array(self.lags_h))
        return np.asarray((path[:3, -1] - path[:3, 0]) / approach[:, None])

    def nearer(self, times: Floats, path: Floats, off: Floats) -> Floats:
        """One step of Newton's from the start of a path, with dρ/dm = −ρ (1 − ρ) n/m."""
        factor, occupancy = self.factor(path[0], path[1]), path[3]
        fall = _mean(times, occupancy * (1.0 - occupancy) * self.slope / factor)
        rise = (self.fast * off[0] + self.slow * off[1]) / (1.0 + (self.fast + self.slow) * fall)
        return np.asarray(path[:3, 0] + off - np.array([fall * rise, fall * rise, np.zeros_like(rise)]))

    def adapted(self, path: Floats, error: Floats | None) -> Adapted:
        """Back to (..., times, targets)."""
        factor = self.factor(path[0], path[1])
        fast, factors, occupancy, shortfall = (
            np.moveaxis(rows.reshape(len(rows), *self.shape), 0, -2) for rows in (path[0], factor, path[3], path[2])
        )
        return Adapted(
            fast=fast,
            factor=factors,
            occupancy=occupancy,
            shortfall=shortfall,
            end=self.state(path[:3, -1].copy()),
            error=error,
        )


@lru_cache(maxsize=256)
def _kernels(spacing_h: tuple[float, ...], lags_h: tuple[float, ...]) -> tuple[Floats, Floats]:
    """What a first-order lag does over samples so far apart, for an input in straight lines between them.

    Decays (lags, samples, 1) of what was there, weights (lags, samples, samples + 1) of the input.
    """
    decays = np.ones((len(lags_h), len(spacing_h), 1))
    weights = np.zeros((len(lags_h), len(spacing_h), len(spacing_h) + 1))
    for lag, lag_h in enumerate(lags_h):
        kept, held = 1.0, np.zeros(len(spacing_h) + 1)
        for sample, hours in enumerate(spacing_h):
            left = math.exp(-hours / lag_h)
            approach = -math.expm1(-hours / lag_h)
            newest = 1.0 - approach * lag_h / hours
            kept, held = left * kept, left * held
            held[sample] += approach - newest
            held[sample + 1] += newest
            decays[lag, sample, 0], weights[lag, sample] = kept, held
    return decays, weights


def _powered(effect_ng_per_ml: ArrayLike, tolerance: Tolerance, times: int) -> Floats:
    """(C s/C50)ⁿ, (times, ..., targets) with time in front. A hair below zero, from rounding, is no drug."""
    felt = np.asarray(effect_ng_per_ml, dtype=np.float64)
    if felt.ndim < 2 or felt.shape[-2] != times:
        raise OurFault(f"concentrations of {felt.shape} are not (..., {times} times, targets)")
    in_front = np.moveaxis(felt, -2, 0)
    powered = np.divide(in_front, tolerance.half_ng_per_ml, out=np.empty(in_front.shape))
    np.maximum(powered, 0.0, out=powered)
    return np.asarray(np.power(powered, tolerance.slope, out=powered))


def _occupancy(powered: Floats, halves: Floats) -> Floats:
    return np.asarray(powered / (powered + halves))


def _mean(times: Floats, values: Floats) -> Floats:
    """The mean over time of straight lines between values (times, size)."""
    hours = np.diff(times)[:, None]
    return np.asarray((hours * (values[1:] + values[:-1])).sum(axis=0) / (2.0 * hours.sum()))


def _rising(times_h: ArrayLike) -> Floats:
    times = np.asarray(times_h, dtype=np.float64)
    if times.ndim != 1 or len(times) < 2 or not np.all(np.diff(times) > 0.0):
        raise OurFault("times are two or more, each later than the one before")
    return times


def _common(name: str, whose: Parameters | Cohort) -> float:
    """A number that must be the same for everybody."""
    values = each(name, whose)
    if np.any(values != values.flat[0]):
        raise OurFault(f"{name} is the same for everybody; let the amounts differ instead")
    return float(values.flat[0])
