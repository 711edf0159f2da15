"""A population on a program for as long as anybody likes: levels, what is felt, tolerance and withdrawal.

    for stretch in treat(cohort, reduced, day_edges_h, day_rates, hours, cycles=365):
        highest[stretch.which] = np.maximum(highest[stretch.which], stretch.csf_mcg_per_ml.max(axis=1))

Patients come some at a time and time in stretches, so that what is being computed fits a processor's cache and memory
does not grow with either; the caller keeps what it wants of each stretch.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from thecal.body.adaptation import Adaptation, Adapted, Tolerance, integrate
from thecal.body.anatomy import TARGETS, Floats
from thecal.body.cohort import Cohort
from thecal.body.population import Amplitudes, Cycle, felt, rest
from thecal.body.reduced import Reduced
from thecal.errors import OurFault

PATIENTS_AT_ONCE = 256
HOURS_AT_ONCE = 720.0
STRIDE = 6
"""Samples to a step of tolerance. Hourly samples then leave an error of m below 2e-4: `integrate` can estimate it."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Stretch:
    """Patients `which` at `times_h` (times,): the first is the last one of the stretch before.

    `csf_mcg_per_ml` (patients, times − 1, outputs) begins with the second; `felt_ng_per_ml` (patients, times, felt), in
    the order of `kinetics.FELT`, and `adapted` have them all. Occupancy times `ashworth_largest` is the share of tone
    suppressed.
    """

    which: slice
    times_h: Floats
    csf_mcg_per_ml: Floats
    felt_ng_per_ml: Floats
    adapted: Adapted


def treat(
    cohort: Cohort,
    reduced: Reduced,
    edges_h: ArrayLike,
    rates_mcg_per_h: ArrayLike,
    times_h: ArrayLike,
    *,
    cycles: int,
    start: Amplitudes | None = None,
    used_to: Adaptation | None = None,
    stride: int = STRIDE,
) -> Iterator[Stretch]:
    """A cycle of delivery `cycles` times; `times_h` rise and end with the cycle, or OurFault.

    From rest unless there is a `start`; in people new to baclofen unless they are `used_to` it, (patients, targets).
    """
    edges, times = np.asarray(edges_h, dtype=np.float64), np.asarray(times_h, dtype=np.float64)
    if not (times.size and (np.diff(times, prepend=edges[0]) > 0.0).all() and times[-1] == edges[-1]):
        raise OurFault("times within a cycle rise from its beginning to its end, and the last of them is its end")
    rates = np.asarray(rates_mcg_per_h, dtype=np.float64)
    if len(cohort) != len(reduced):
        raise OurFault(f"a cohort of {len(cohort)} is not who was reduced: {len(reduced)} patients")
    begin, known = start or rest(reduced), used_to or Adaptation.naive(len(reduced), len(TARGETS))
    for first in range(0, len(reduced), PATIENTS_AT_ONCE):
        which = slice(first, min(first + PATIENTS_AT_ONCE, len(reduced)))
        own = rates[which] if rates.ndim > 1 else rates
        cycle = Cycle.of(reduced.some(which), edges, own, times)
        some = Adaptation(fast=known.fast[which], slow=known.slow[which], shortfall=known.shortfall[which])
        tolerance = Tolerance.of(cohort.some(which))
        yield from _lived(which, cycle, times, begin.some(which), some, tolerance, cycles, stride)


def _lived(
    which: slice,
    cycle: Cycle,
    times: Floats,
    state: Amplitudes,
    used_to: Adaptation,
    tolerance: Tolerance,
    cycles: int,
    stride: int,
) -> Iterator[Stretch]:
    """Some patients, stretch by stretch."""
    period_h = float(cycle.period_h[0])
    at_once = max(1, int(HOURS_AT_ONCE / period_h))
    last = felt(cycle.reduced.slow_share, state.pools)[:, None]
    for begun in range(0, cycles, at_once):
        number = min(at_once, cycles - begun)
        begins = cycle.begun(state, number)
        csf, after = cycle.seen(begins[:, :-1])
        since_h = (period_h * np.arange(begun, begun + number)[:, None] + times).reshape(-1)
        at_h = np.append(times[-1] - period_h + period_h * begun, since_h)
        all_felt = np.concatenate([last, after], axis=1)
        adapted = integrate(at_h, all_felt[..., : len(TARGETS)], used_to, tolerance, stride=stride, estimate=False)
        assert adapted.end is not None, "tolerance was not held constant"
        yield Stretch(which=which, times_h=at_h, csf_mcg_per_ml=csf, felt_ng_per_ml=all_felt, adapted=adapted)
        state, used_to, last = cycle.amplitudes(begins[:, -1]), adapted.end, all_felt[:, -1:]
