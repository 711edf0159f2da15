"""Tolerance: what a cord gets used to, how fast, and how far the drug has fallen below it.

At each target muscle, with C the concentration it feels, C50 and n of the Hill curve on tone, and s the sensitivity:

    ρ  = Cⁿ / ((m C50/s)ⁿ + Cⁿ)          occupancy, 0 to 1
    m  = 1 + a_F F + a_S S                tolerance: the factor on C50
    F' = (ρ − F)/τ_F,  S' = (ρ − S)/τ_S   a fast part (receptors, days) and a slow one (months)
    D' = ((F − ρ) m − D)/τ_D              shortfall: how far below what it is used to, and for how long

A day that repeats leaves no shortfall, however uneven: its ebb and its flood make up for each other. F, S and D are
exact for an occupancy that runs in straight lines between the samples. A step spans `stride` samples: ρ is guessed
with m held as the step begins, which gives m as the step ends, and computed again with mⁿ in a straight line between
the two. The error of m is of second order in the step; `integrate` estimates it by doing the work again with twice
the spacing.

Tolerance and shortfall are Thecal's own arrangement of a few observations (see the parameters): the order of events is
meant, not their size.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from thecal.body.anatomy import Floats
from thecal.body.cohort import Cohort
from thecal.body.lags import Kernel, kernel_of
from thecal.body.parameters import TWO_POOL, Parameters
from thecal.errors import OurFault

HOURS_PER_DAY = 24.0
SOONEST_H = 1e-8
"""How close two times may be."""
SPACING_DECIMALS = 9
"""Spacings are told apart to a billionth of an hour, so that rounding makes no new ones to reckon with."""
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
    """Tolerance over time: `fast` F, `factor` m, `occupancy` ρ and `shortfall` D, each (..., times, targets).

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
    """A number by its field's name, () or (patients, ...): of a set, or of a cohort with `axes` ones at the end."""
    if isinstance(whose, Cohort):
        return one_each(whose.of(name), axes)
    return np.asarray(getattr(whose, name).value, dtype=np.float64)


def one_each(value: ArrayLike, axes: int = 1) -> Floats:
    """A factor (...) of one person or of each, from `value` (...), which gets `axes` ones at its end where it has axes.

    OurFault unless above zero and finite.
    """
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
    OurFault for times that do not rise, and for concentrations at other times.
    """
    times = _rising(times_h)
    run, powered = _prepared(effect_ng_per_ml, tolerance, len(times))
    begins = run.columns(start)
    path, ends = run.march(times, powered, begins, stride)
    error = run.error(times, powered, path, begins, stride) if estimate else None
    return run.adapted(path, ends, error)


def settled(times_h: ArrayLike, effect_ng_per_ml: ArrayLike, tolerance: Tolerance, *, stride: int = 1) -> Adaptation:
    """What somebody is used to, (..., targets), as a cycle begins that has always been the same.

    `times_h` (times,) spans the cycle, both ends included; `effect_ng_per_ml` (..., times, targets). First a guess by
    halving, with F and S at the mean occupancy; then Newton's steps, with the slope of that mean. OurFault where that
    does not settle, and as in `integrate`.
    """
    times = _rising(times_h)
    run, powered = _prepared(effect_ng_per_ml, tolerance, len(times))
    level = run.balance(times, powered)
    begins = np.array([level, level, np.zeros_like(level)])
    for _ in range(SWEEPS):
        path, ends = run.march(times, powered, begins, stride)
        off = run.off_cycle(times, ends - begins)
        if np.abs(off).max(initial=0.0) < SETTLED:
            return run.state(begins)
        begins = begins + run.nearer(times, path, off)
    raise OurFault("this tolerance does not settle on the cycle it was given")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Run:
    """Tolerance with everybody's muscles in one row, muscle by muscle: what lies together in memory is done together.

    `shape` is (targets, ...); `slope`, `fast`, `slow` (size,); `lags_h` τ_F, τ_S, τ_D.
    """

    shape: tuple[int, ...]
    slope: Floats
    fast: Floats
    slow: Floats
    lags_h: tuple[float, float, float]

    @staticmethod
    def of(shape: tuple[int, ...], tolerance: Tolerance) -> "_Run":
        """For people and muscles of `shape`, (..., targets)."""
        slope, fast, slow = (
            _row(np.broadcast_to(number, shape)) for number in (tolerance.slope, tolerance.fast, tolerance.slow)
        )
        lags_h = (tolerance.fast_h, tolerance.slow_h, tolerance.shortfall_h)
        return _Run(shape=(shape[-1], *shape[:-1]), slope=slope, fast=fast, slow=slow, lags_h=lags_h)

    def columns(self, state: Adaptation) -> Floats:
        """(3, size), from (..., targets)."""
        shape = (*self.shape[1:], self.shape[0])
        return np.array([_row(np.broadcast_to(part, shape)) for part in (state.fast, state.slow, state.shortfall)])

    def state(self, columns: Floats) -> Adaptation:
        """(..., targets), from (3, size)."""
        fast, slow, shortfall = (np.moveaxis(part.reshape(self.shape), 0, -1) for part in columns)
        return Adaptation(fast=fast, slow=slow, shortfall=shortfall)

    def factor(self, fast: Floats, slow: Floats) -> Floats:
        """The factor m, of any rows of (size,)."""
        return np.asarray(1.0 + self.fast * fast + self.slow * slow)

    def march(self, times: Floats, powered: Floats, begins: Floats, stride: int) -> tuple[Floats, Floats]:
        """F, m, ρ and D, (4, times, size); and F, S and D at the end, (3, size)."""
        assert stride >= 1, "a step spans a sample at least"
        path = np.empty((4, *powered.shape))
        path[0, 0], slow, path[3, 0] = begins
        path[1, 0] = self.factor(begins[0], begins[1])
        spacing_h = np.diff(times).round(SPACING_DECIMALS).tolist()
        for at in range(0, len(spacing_h), stride):
            step = tuple(spacing_h[at : at + stride])
            window = slice(at, at + len(step) + 1)
            slow = self._step(path[:, window], slow, powered[window], kernel_of(step, self.lags_h))
        return path, np.array([path[0, -1], slow, path[3, -1]])

    def _step(self, path: Floats, slow: Floats, powered: Floats, kernel: Kernel) -> Floats:
        """Fill in one step of a path, (4, samples + 1, size), from its first sample and S there; S at its end."""
        fast, factor, occupancy, shortfall = path
        halves = factor[0] ** self.slope
        guess = _occupancy(powered, halves)
        after = self.factor(kernel.end(0, fast[0], guess), kernel.end(1, slow, guess)) ** self.slope
        occupancy[:] = _occupancy(powered, halves + kernel.elapsed * (after - halves))
        fast[1:] = kernel.along(0, fast[0], occupancy)
        slow_along = kernel.along(1, slow, occupancy)
        factor[1:] = self.factor(fast[1:], slow_along)
        shortfall[1:] = kernel.along(2, shortfall[0], (fast - occupancy) * factor)
        return np.asarray(slow_along[-1])

    def error(self, times: Floats, powered: Floats, path: Floats, begins: Floats, stride: int) -> Floats:
        """The largest error of m, (..., targets): a third of what twice the spacing changes."""
        if len(times) < 3:
            raise OurFault("an error is estimated from three times or more")
        coarse, _ = self.march(times[::2], powered[::2], begins, stride)
        apart = np.abs(path[1, ::2] - coarse[1]).max(axis=0)
        return np.asarray(np.moveaxis(apart.reshape(self.shape), 0, -1) / 3.0)

    def balance(self, times: Floats, powered: Floats) -> Floats:
        """The level r (size,) at which r is the mean occupancy of somebody with F = S = r."""
        low, high = np.zeros(powered.shape[1]), np.ones(powered.shape[1])
        for _ in range(HALVINGS):
            middle = (low + high) / 2.0
            above = _mean(times, _occupancy(powered, self.factor(middle, middle) ** self.slope)) > middle
            low, high = np.where(above, middle, low), np.where(above, high, middle)
        return np.asarray((low + high) / 2.0)

    def off_cycle(self, times: Floats, change: Floats) -> Floats:
        """How far F, S and D are from what the cycle drives them to, (3, size), from what one cycle changes."""
        approach = -np.expm1(-(times[-1] - times[0]) / np.array(self.lags_h))
        return np.asarray(change / approach[:, None])

    def nearer(self, times: Floats, path: Floats, off: Floats) -> Floats:
        """One step of Newton's, (3, size), with dρ/dm = −ρ (1 − ρ) n/m along the path."""
        fall = _mean(times, path[2] * (1.0 - path[2]) * self.slope / path[1])
        rise = (self.fast * off[0] + self.slow * off[1]) / (1.0 + (self.fast + self.slow) * fall)
        return np.asarray(off - np.array([fall * rise, fall * rise, np.zeros_like(rise)]))

    def adapted(self, path: Floats, ends: Floats, error: Floats | None) -> Adapted:
        """Back to (..., times, targets)."""
        fast, factor, occupancy, shortfall = (
            np.moveaxis(rows.reshape(len(rows), *self.shape), (0, 1), (-2, -1)) for rows in path
        )
        return Adapted(
            fast=fast,
            factor=factor,
            occupancy=occupancy,
            shortfall=shortfall,
            end=self.state(ends),
            error=error,
        )


def checked(effect_ng_per_ml: ArrayLike, times: int) -> Floats:
    """What muscles feel, (..., times, targets), from `effect_ng_per_ml` (..., times, targets).

    OurFault for another number of times, and for what is no number: nobody knows the effect of such a concentration,
    and least of all is it no withdrawal.
    """
    felt = np.asarray(effect_ng_per_ml, dtype=np.float64)
    if felt.ndim < 2 or felt.shape[-2] != times:
        raise OurFault(f"concentrations of {felt.shape} are not (..., {times} times, targets)")
    if not np.isfinite(felt).all():
        raise OurFault("what a muscle feels is a finite concentration at every time")
    return felt


def _prepared(effect_ng_per_ml: ArrayLike, tolerance: Tolerance, times: int) -> tuple[_Run, Floats]:
    """A run, and (C s/C50)ⁿ (times, size) for it. A hair below zero, from rounding, is no drug."""
    felt = checked(effect_ng_per_ml, times)
    shape = (*felt.shape[:-2], felt.shape[-1])
    run = _Run.of(shape, tolerance)
    in_front = np.moveaxis(felt, (-2, -1), (0, 1)).reshape(times, -1)
    powered = in_front / _row(np.broadcast_to(tolerance.half_ng_per_ml, shape))
    np.maximum(powered, 0.0, out=powered)
    np.power(powered, run.slope, out=powered)
    return run, powered


def _row(values: Floats) -> Floats:
    """(..., targets) as one row, muscle by muscle."""
    return np.moveaxis(values, -1, 0).reshape(-1)


def _occupancy(powered: Floats, halves: Floats) -> Floats:
    return np.asarray(powered / (powered + halves))


def _mean(times: Floats, values: Floats) -> Floats:
    """The mean over time of straight lines between values (times, size)."""
    hours = np.diff(times)[:, None]
    return np.asarray((hours * (values[1:] + values[:-1])).sum(axis=0) / (2.0 * hours.sum()))


def _rising(times_h: ArrayLike) -> Floats:
    times = np.asarray(times_h, dtype=np.float64)
    if times.ndim != 1 or len(times) < 2 or not np.all(np.diff(times) > SOONEST_H):
        raise OurFault("times are two or more, each later than the one before")
    return times


def _common(name: str, whose: Parameters | Cohort) -> float:
    """A number that must be the same for everybody."""
    values = each(name, whose)
    if np.any(values != values.flat[0]):
        raise OurFault(f"{name} is the same for everybody; let the amounts differ instead")
    return float(values.flat[0])
