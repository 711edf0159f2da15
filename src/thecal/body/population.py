"""Many patients through time: exact between events, as many outputs as are asked for.

    reduced = reduce(cohort, tip_level="T10")
    state = population.periodic(reduced, day_edges_h, day_rates)
    csf, pools = population.course(reduced, state, edges_h, rates_mcg_per_h, times_h)

Delivery is piecewise constant: `rates[..., i]` (mcg/h) holds over [edges[i], edges[i + 1]), the same for all patients
or (patients, stretches). Between events every amplitude decays and builds up in closed form (`thecal.body.eigenmodes`,
`thecal.body.kinetics`); the cost goes with patients and events, and with outputs, not with time.

Sizes: a year of hourly outputs at five levels and the pools is a megabyte for each patient: `chunks` hands patients on
by the hundred.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from thecal.body.anatomy import Floats
from thecal.body.reduced import Reduced
from thecal.body.transport import Whole
from thecal.errors import OurFault

TIME_DECIMALS = 10
"""Offsets into a stretch are told apart to a tenth of a billionth of an hour, so that rounding makes no new ones."""
MOST_OFFSETS = 96
LONG_ENOUGH = 4096
CHUNK = 128


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Amplitudes:
    """Where patients stand: `modes` (patients, modes), `pools` (patients, pools) in ng/mL."""

    modes: Floats
    pools: Floats

    def some(self, which: slice) -> "Amplitudes":
        """Some of the patients."""
        return Amplitudes(modes=self.modes[which], pools=self.pools[which])


def rest(reduced: Reduced) -> Amplitudes:
    """No drug anywhere."""
    return Amplitudes(modes=np.zeros_like(reduced.drive), pools=np.zeros_like(reduced.pool_rates_per_h))


def injected(reduced: Reduced, state: Amplitudes, mass_mcg: ArrayLike) -> Amplitudes:
    """The state just after a lumbar puncture's bolus, one mass or (patients, 1)."""
    return Amplitudes(modes=state.modes + reduced.puncture * np.asarray(mass_mcg), pools=state.pools)


def advance(reduced: Reduced, state: Amplitudes, edges_h: ArrayLike, rates_mcg_per_h: ArrayLike) -> Amplitudes:
    """The state at the last edge, from the state at the first."""
    delivery = _Delivery.of(edges_h, rates_mcg_per_h, len(reduced))
    modes = delivery.modes(reduced, state.modes)
    return Amplitudes(modes=modes[-1], pools=delivery.pools(reduced, state.pools, modes)[-1])


def periodic(reduced: Reduced, edges_h: ArrayLike, rates_mcg_per_h: ArrayLike) -> Amplitudes:
    """The fixed point of a cycle that repeats for ever, at the cycle's beginning; in closed form."""
    delivery = _Delivery.of(edges_h, rates_mcg_per_h, len(reduced))
    period_h = float(delivery.durations.sum())
    forced = delivery.modes(reduced, np.zeros_like(reduced.drive))[-1]
    begin = forced / -np.expm1(-reduced.rates_per_h * period_h)
    modes = delivery.modes(reduced, begin)
    pulled = delivery.pools(reduced, np.zeros_like(reduced.pool_rates_per_h), modes)[-1]
    return Amplitudes(modes=begin, pools=pulled / -np.expm1(-reduced.pool_rates_per_h * period_h))


def course(
    reduced: Reduced,
    start: Amplitudes,
    edges_h: ArrayLike,
    rates_mcg_per_h: ArrayLike,
    times_h: ArrayLike,
) -> tuple[Floats, Floats]:
    """CSF (patients, times, outputs) in mcg/mL and pools (patients, times, pools) in ng/mL at `times_h` (times,).

    Times lie within the edges, in any order; the state `start` is that at the first edge.
    """
    delivery, times = _Delivery.of(edges_h, rates_mcg_per_h, len(reduced)), np.asarray(times_h, dtype=np.float64)
    delivery, looks = delivery.looked_at(times)
    modes = delivery.modes(reduced, start.modes)
    effects = delivery.pools(reduced, start.pools, modes)
    csf = np.empty((len(reduced), len(times), reduced.outputs.shape[1]))
    pools = np.empty((len(reduced), len(times), reduced.pool_shapes.shape[1]))
    for offset_h, which, steps in looks:
        given = delivery.given(steps)
        here = modes[steps].transpose(1, 0, 2)
        csf[:, which] = _after(reduced, offset_h, reduced.outputs, here, given)
        pools[:, which] = _pools_after(reduced, offset_h, here, effects[steps].transpose(1, 0, 2), given)
    return csf, pools


def chunks(
    reduced: Reduced,
    start: Amplitudes,
    edges_h: ArrayLike,
    rates_mcg_per_h: ArrayLike,
    times_h: ArrayLike,
    *,
    size: int = CHUNK,
) -> Iterator[tuple[slice, Floats, Floats]]:
    """The same, some patients at a time: (which patients, CSF, pools)."""
    rates = np.asarray(rates_mcg_per_h, dtype=np.float64)
    for begin in range(0, len(reduced), size):
        which = slice(begin, min(begin + size, len(reduced)))
        own = rates[which] if rates.ndim == 2 else rates
        yield which, *course(reduced.some(which), start.some(which), edges_h, own, times_h)


Look = tuple[float, Whole, Whole]
"""An offset into stretches (h); which of the times lie at it; and in which stretch each."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Delivery:
    """`edges` (edges,), `rates` (1 or patients, stretches), `durations` (kinds,) and `kind` (stretches,) of each."""

    edges: Floats
    rates: Floats
    durations_of: Floats
    kind: Whole

    @staticmethod
    def of(edges_h: ArrayLike, rates_mcg_per_h: ArrayLike, patients: int) -> "_Delivery":
        edges = np.asarray(edges_h, dtype=np.float64)
        rates = np.atleast_2d(np.asarray(rates_mcg_per_h, dtype=np.float64))
        if edges.ndim != 1 or rates.shape not in {(1, len(edges) - 1), (patients, len(edges) - 1)}:
            raise OurFault(f"{edges.size} edges want one rate fewer for all or for each patient, not {rates.shape}")
        if not (np.isfinite(edges).all() and (np.diff(edges) > 0.0).all()):
            raise OurFault("edges must be finite and rise")
        if not (np.isfinite(rates).all() and (rates >= 0.0).all()):
            raise OurFault("delivery rates must be finite and not negative")
        durations, kind = np.unique(np.diff(edges).round(TIME_DECIMALS), return_inverse=True)
        return _Delivery(edges=edges, rates=rates, durations_of=durations, kind=kind)

    @property
    def durations(self) -> Floats:
        """How long each stretch lasts."""
        return self.durations_of[self.kind]

    def given(self, steps: Whole) -> Floats:
        """The rates of some stretches, (1 or patients, steps, 1)."""
        return self.rates[:, steps, None]

    def looked_at(self, times: Floats) -> tuple["_Delivery", list[Look]]:
        """Where the times lie. Too many different offsets are made edges instead."""
        if times.size and not (self.edges[0] <= times.min() and times.max() <= self.edges[-1]):
            raise OurFault(f"times must lie between the first and the last edge, {self.edges[0]}, {self.edges[-1]} h")
        looks = self.looks(times)
        if len(looks) <= MOST_OFFSETS:
            return self, looks
        stops = np.union1d(self.edges, times)
        cut = self.rates[:, np.searchsorted(self.edges, stops[:-1], side="right") - 1]
        finer = _Delivery.of(stops, cut, len(cut))
        return finer, finer.looks(times)

    def looks(self, times: Floats) -> list[Look]:
        """Times by their offset into their stretch."""
        steps = np.clip(np.searchsorted(self.edges, times, side="right") - 1, 0, max(len(self.kind) - 1, 0))
        offsets, of = np.unique((times - self.edges[steps]).round(TIME_DECIMALS), return_inverse=True)
        order = np.argsort(of, kind="stable")
        parts = np.split(order, np.searchsorted(of[order], np.arange(1, len(offsets))))
        return [(float(offset), which, steps[which]) for offset, which in zip(offsets, parts, strict=True)]

    def modes(self, reduced: Reduced, start: Floats) -> Floats:
        """Amplitudes at every edge, (edges, patients, modes)."""
        keeps = np.exp(-reduced.rates_per_h * self.durations_of[:, None, None])
        gains = _built_up(reduced.rates_per_h, self.durations_of[:, None, None]) * reduced.drive
        return _scan(start, keeps, gains[self.kind] * self.rates.T[:, :, None], self.kind)

    def pools(self, reduced: Reduced, start: Floats, modes: Floats) -> Floats:
        """Pools at every edge, (edges, patients, pools)."""
        keeps = np.exp(-reduced.pool_rates_per_h * self.durations_of[:, None, None])
        pulls = np.empty((len(self.kind), *start.shape))
        for kind, duration_h in enumerate(self.durations_of):
            steps = np.flatnonzero(self.kind == kind)
            here = modes[steps].transpose(1, 0, 2)
            pulls[steps] = _pulled(reduced, float(duration_h), here, self.given(steps)).transpose(1, 0, 2)
        return _scan(start, keeps, pulls, self.kind)


def _built_up(rates_per_h: Floats, time_h: float | Floats) -> Floats:
    """∫₀^τ e^(−λs) ds."""
    return np.asarray(-np.expm1(-rates_per_h * time_h) / rates_per_h)


def _after(reduced: Reduced, offset_h: float, shapes: Floats, modes: Floats, given: Floats) -> Floats:
    """What `shapes` (patients, any, modes) see some time into stretches, from `modes` (patients, steps, modes)."""
    fading = (shapes * np.exp(-reduced.rates_per_h * offset_h)[:, None, :]).transpose(0, 2, 1)
    forced = np.einsum("por,pr->po", shapes, _built_up(reduced.rates_per_h, offset_h) * reduced.drive)
    return np.asarray(modes @ fading + given * forced[:, None, :])


def _pulled(reduced: Reduced, offset_h: float, modes: Floats, given: Floats) -> Floats:
    """What the modes do to each pool within some time, (patients, steps, pools)."""
    rates, pool_rates = reduced.rates_per_h[:, None, :], reduced.pool_rates_per_h[:, :, None]
    lag = _lag(rates, pool_rates, offset_h)
    weights = pool_rates * reduced.pool_shapes
    lead = (_built_up(pool_rates, offset_h) - lag) / rates
    forced = np.einsum("por,pr->po", weights * lead, reduced.drive)
    return np.asarray(modes @ (weights * lag).transpose(0, 2, 1) + given * forced[:, None, :])


def _pools_after(reduced: Reduced, offset_h: float, modes: Floats, pools: Floats, given: Floats) -> Floats:
    """The pools some time into stretches, from modes and pools (patients, steps, pools) at their beginnings."""
    kept = np.exp(-reduced.pool_rates_per_h * offset_h)[:, None, :] * pools
    return np.asarray(kept + _pulled(reduced, offset_h, modes, given))


def _lag(rates_per_h: Floats, pool_rates_per_h: Floats, time_h: float) -> Floats:
    """The lag g of `thecal.body.kinetics` for one time, over whatever shape both rates have together."""
    apart = np.abs(pool_rates_per_h - rates_per_h) * time_h
    near = apart == 0.0
    mean = np.where(near, 1.0, -np.expm1(-apart) / np.where(near, 1.0, apart))
    return np.asarray(np.exp(-np.minimum(rates_per_h, pool_rates_per_h) * time_h) * time_h * mean)


def _scan(start: Floats, keeps: Floats, adds: Floats, kind: Whole) -> Floats:
    """x[k + 1] = keeps[kind[k]] x[k] + adds[k] from x[0] = start, all of them: (steps + 1, *start.shape).

    Where a step is small, the steps are cut into blocks that go side by side, each from zero, and what a block begins
    with is added last: the same sums with fewer and wider operations.
    """
    steps = len(kind)
    blocks = 1 if start.size >= LONG_ENOUGH else max(1, int(np.sqrt(steps)))
    length = -(-steps // blocks)
    padded = np.concatenate([kind, np.full(blocks * length - steps, len(keeps), dtype=np.intp)])
    by_step = padded.reshape(blocks, length).T
    factors = np.concatenate([keeps, np.ones((1, *start.shape))])
    found = np.empty((steps + 1, *start.shape))
    found[0] = start
    if blocks == 1:
        for step in range(steps):
            np.multiply(factors[kind[step]], found[step], out=found[step + 1])
            found[step + 1] += adds[step]
        return found
    added = np.concatenate([adds, np.zeros((blocks * length - steps, *start.shape))])
    local = np.ascontiguousarray(added.reshape(blocks, length, *start.shape).swapaxes(0, 1))
    kept = factors[by_step]
    for step in range(1, length):
        local[step] += kept[step] * local[step - 1]
        kept[step] *= kept[step - 1]
    begins = np.empty((blocks, *start.shape))
    begins[0] = start
    for block in range(1, blocks):
        begins[block] = kept[-1, block - 1] * begins[block - 1] + local[-1, block - 1]
    local += kept * begins
    found[1:] = local.swapaxes(0, 1).reshape(-1, *start.shape)[:steps]
    return found
