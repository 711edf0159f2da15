"""Many patients through time: exact between events, as many outputs as are asked for.

    reduced = reduce(cohort, tip_level="T10")
    state = population.periodic(reduced, day_edges_h, day_rates)
    csf, pools = population.course(reduced, state, edges_h, rates_mcg_per_h, times_h)

Delivery is piecewise constant: `rates[..., i]` (mcg/h) holds over [edges[i], edges[i + 1]), the same for all patients
or (patients, stretches). Between events every amplitude decays and builds up in closed form (`thecal.body.eigenmodes`,
`thecal.body.kinetics`); the cost goes with patients and events, and with outputs, not with time.

A year of hourly outputs at five levels and of the pools is a megabyte for each patient: `chunks` cuts many into few.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from thecal.body.anatomy import TARGETS, Floats
from thecal.body.kinetics import FELT, FIRST_OF_KIND, KIND_OF_POOL
from thecal.body.reduced import Reduced
from thecal.body.scan import scan
from thecal.body.transport import Whole
from thecal.errors import OurFault

TIME_DECIMALS = 10
"""Offsets into a stretch are told apart to a tenth of a billionth of an hour, so that rounding makes no new ones."""
MOST_OFFSETS = 96
STRETCHES = 512
MOST_FLOATS = 2_000_000
CHUNK = 131_072
"""So many instants of patients at a time."""


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
    """The state just after a lumbar puncture's bolus of `mass_mcg`, () or (patients, 1).

    OurFault where `reduced` was made without a puncture, and for a mass that nobody can have been given.
    """
    masses = np.asarray(mass_mcg, dtype=np.float64)
    if not reduced.puncture.any():
        raise OurFault("these patients were reduced without a puncture: name its level to `reduce`")
    if not (np.isfinite(masses).all() and (masses >= 0.0).all()):
        raise OurFault(f"what is given must be finite and not negative, not {masses}")
    return Amplitudes(modes=state.modes + reduced.puncture * masses, pools=state.pools)


def advance(reduced: Reduced, state: Amplitudes, edges_h: ArrayLike, rates_mcg_per_h: ArrayLike) -> Amplitudes:
    """The state at the last edge, from the state at the first."""
    delivery = _Delivery.of(edges_h, rates_mcg_per_h, len(reduced))
    for part in delivery.parts():
        modes = part.modes(reduced, state.modes)
        state = Amplitudes(modes=modes[-1], pools=part.pools(reduced, state.pools, modes)[-1])
    return state


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
    delivery, offsets_h, looks = delivery.looked_at(times)
    modes = delivery.modes(reduced, start.modes)
    effects = delivery.pools(reduced, start.pools, modes)
    csf = np.empty((len(reduced), len(times), reduced.outputs.shape[1]))
    pools = np.empty((len(reduced), len(times), reduced.pool_shapes.shape[1]))
    for group in _groups(reduced, len(offsets_h)):
        since_h = offsets_h[group]
        fading, forced = _fading(reduced, since_h), _forced(reduced, since_h)
        lag, kept = _lag(reduced, since_h), _kept(reduced, since_h)
        lags, pushed = _lags(reduced, lag), _pushed(reduced, since_h, lag)
        for number, (which, steps) in enumerate(looks[group]):
            given, here = delivery.given(steps), _across(modes[steps])
            csf[:, which] = here @ fading[:, :, number] + given * forced[:, None, number]
            pulled = here @ lags[:, :, number] + given * pushed[:, None, number]
            pools[:, which] = pulled + kept[:, None, number] * _across(effects[steps])
    return csf, pools


def repeated(
    reduced: Reduced,
    start: Amplitudes,
    edges_h: ArrayLike,
    rates_mcg_per_h: ArrayLike,
    times_h: ArrayLike,
    cycles: int,
    *,
    effects: bool = True,
) -> tuple[Floats, Floats]:
    """A cycle over and over: CSF (patients, cycles * times, outputs) in mcg/mL, and what is felt.

    That is (patients, cycles * times, felt) or nothing (patients, cycles * times, 0) without `effects`, in ng/mL and in
    the order of `kinetics.FELT`.

    `times_h` are those of the first cycle; later cycles are looked at as far into them, and the axis of times is cycle
    after cycle.
    """
    cycle = Cycle.of(reduced, edges_h, rates_mcg_per_h, times_h, effects=effects)
    return cycle.seen(cycle.begun(start, cycles)[:, :-1])


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Cycle:
    """One cycle of delivery, of `period_h` (1,), as a linear map, found once for as many repetitions as anybody wants.

    Its coordinates are modes, pools and a one that stands for the delivery, side by side. `shown` (patients,
    coordinates, times * seen) is what is seen within the cycle of each; `end` is what a cycle's delivery leaves in a
    body at rest.
    """

    reduced: Reduced
    period_h: Floats
    end: Amplitudes
    shown: Floats
    effects: bool

    @staticmethod
    def of(
        reduced: Reduced,
        edges_h: ArrayLike,
        rates_mcg_per_h: ArrayLike,
        times_h: ArrayLike,
        *,
        effects: bool = True,
    ) -> "Cycle":
        """Looked at `times_h` (times,), within the edges. Without `effects` pools are left out."""
        edges, times = np.asarray(edges_h, dtype=np.float64), np.asarray(times_h, dtype=np.float64)
        csf, pools = course(reduced, rest(reduced), edges, rates_mcg_per_h, times)
        since_h, share = times - edges[0], reduced.slow_share
        of_modes, of_delivery = [_fading(reduced, since_h)], [csf[:, None]]
        of_pools = [np.zeros((*reduced.pool_rates_per_h.shape, *csf.shape[1:]))]
        if effects:
            of_modes.append(felt(share, _lags(reduced, _lag(reduced, since_h))))
            of_pools.append(felt(share, np.eye(pools.shape[2])[:, None] * _kept(reduced, since_h)[:, None]))
            of_delivery.append(felt(share, pools[:, None]))
        rows = [np.concatenate(each, axis=3) for each in (of_modes, of_pools, of_delivery)]
        shown = np.concatenate(rows if effects else [rows[0], rows[2]], axis=1)
        return Cycle(
            reduced=reduced,
            period_h=edges[-1:] - edges[:1],
            end=advance(reduced, rest(reduced), edges, rates_mcg_per_h),
            shown=shown.reshape(*shown.shape[:2], -1),
            effects=effects,
        )

    def begun(self, start: Amplitudes, cycles: int) -> Floats:
        """The coordinates as each cycle begins and as the last one ends, (patients, cycles + 1, coordinates)."""
        reduced, every = self.reduced, np.zeros(cycles, dtype=np.intp)
        forcing = np.broadcast_to(self.end.modes, (cycles, *self.end.modes.shape))
        modes = _across(scan(start.modes, np.exp(-reduced.rates_per_h * self.period_h)[None], forcing, every))
        parts = [modes, np.ones((len(reduced), cycles + 1, 1))]
        if self.effects:
            pulled = modes[:, :-1] @ _lags(reduced, _lag(reduced, self.period_h))[:, :, 0] + self.end.pools[:, None]
            kept = np.exp(-reduced.pool_rates_per_h * self.period_h)[None]
            parts.insert(1, _across(scan(start.pools, kept, _across(pulled), every)))
        return np.concatenate(parts, axis=2)

    def seen(self, begun: Floats) -> tuple[Floats, Floats]:
        """CSF (patients, times, outputs) in mcg/mL, and what is felt, over all cycles.

        That is (patients, times, felt) or nothing (patients, times, 0) without effects, in ng/mL, as in
        `kinetics.FELT`. `begun` (patients, cycles, coordinates) is how each cycle begins.
        """
        found = begun @ self.shown
        outputs = len(self.reduced.names)
        seen = outputs + (len(FELT) if self.effects else 0)
        found = found.reshape(len(self.reduced), -1, seen)
        return found[..., :outputs], found[..., outputs:]

    def amplitudes(self, begun: Floats) -> Amplitudes:
        """The state of everybody who has `begun` so, (patients, coordinates). OurFault where pools were left out."""
        if not self.effects:
            raise OurFault("a state has pools: prepare the cycle with effects")
        modes = self.reduced.drive.shape[1]
        return Amplitudes(modes=begun[:, :modes], pools=begun[:, modes:-1])


def felt(slow_share: Floats, pools: Floats) -> Floats:
    """What muscles feel, the brainstem's pool and plasma, (patients, ..., felt) as in `kinetics.FELT`, ng/mL.

    It comes from `pools` (patients, ..., pools) with `slow_share` (patients,) of the slow ones.
    """
    muscles = len(TARGETS)
    share = slow_share.reshape(-1, *(1 for _ in pools.shape[1:]))
    fast, slow = pools[..., :muscles], pools[..., muscles : 2 * muscles]
    return np.concatenate([(1.0 - share) * fast + share * slow, pools[..., 2 * muscles :]], axis=-1)


def chunks(patients: int, times: int) -> Iterator[slice]:
    """Patients some at a time, so that what `times` instants show of them stays within a processor's cache.

    For `Reduced.some` and `Amplitudes.some`.
    """
    size = max(1, CHUNK // max(times, 1))
    return (slice(begin, min(begin + size, patients)) for begin in range(0, patients, size))


Look = tuple[Whole, Whole]
"""Which of the times lie at one offset into stretches, and in which stretch each."""


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
        if not (rates.size and np.isfinite(edges).all() and (np.diff(edges).round(TIME_DECIMALS) > 0.0).all()):
            raise OurFault("edges must be two or more, finite, and rise by more than a ten-billionth of an hour")
        if not (np.isfinite(rates).all() and (rates >= 0.0).all()):
            raise OurFault("delivery rates must be finite and not negative")
        durations, kind = np.unique(np.diff(edges).round(TIME_DECIMALS), return_inverse=True)
        return _Delivery(edges=edges, rates=rates, durations_of=durations, kind=kind)

    def parts(self) -> Iterator["_Delivery"]:
        """The same cut into some stretches at a time, so that memory does not grow with their number."""
        for begin in range(0, len(self.kind), STRETCHES):
            which = slice(begin, begin + STRETCHES)
            yield _Delivery.of(self.edges[begin : begin + STRETCHES + 1], self.rates[:, which], len(self.rates))

    @property
    def durations(self) -> Floats:
        """How long each stretch lasts."""
        return self.durations_of[self.kind]

    def given(self, steps: Whole) -> Floats:
        """The rates of some stretches, (1 or patients, steps, 1)."""
        return self.rates[:, steps, None]

    def looked_at(self, times: Floats) -> tuple["_Delivery", Floats, list[Look]]:
        """Offsets (offsets,), h, and who lies at each. Too many different offsets are made edges instead."""
        if times.size and not (self.edges[0] <= times.min() and times.max() <= self.edges[-1]):
            raise OurFault(f"times must lie between the first and the last edge, {self.edges[0]}, {self.edges[-1]} h")
        offsets_h, looks = self.looks(times)
        if len(looks) <= MOST_OFFSETS:
            return self, offsets_h, looks
        times = times.round(TIME_DECIMALS)
        stops = np.unique(np.concatenate([self.edges.round(TIME_DECIMALS), times]))
        cut = self.rates[:, np.searchsorted(self.edges.round(TIME_DECIMALS), stops[:-1], side="right") - 1]
        finer = _Delivery.of(stops, cut, len(cut))
        return finer, *finer.looks(times)

    def looks(self, times: Floats) -> tuple[Floats, list[Look]]:
        """Times by their offset into their stretch."""
        steps = np.clip(np.searchsorted(self.edges, times, side="right") - 1, 0, max(len(self.kind) - 1, 0))
        offsets_h, of = np.unique((times - self.edges[steps]).round(TIME_DECIMALS), return_inverse=True)
        order = np.argsort(of, kind="stable")
        parts = np.split(order, np.searchsorted(of[order], np.arange(1, len(offsets_h))))
        return offsets_h, [(which, steps[which]) for which in parts]

    def modes(self, reduced: Reduced, start: Floats) -> Floats:
        """Amplitudes at every edge, (edges, patients, modes)."""
        keeps = np.exp(-reduced.rates_per_h * self.durations_of[:, None, None])
        gains = _built_up(reduced.rates_per_h, self.durations_of[:, None, None]) * reduced.drive
        return scan(start, keeps, gains[self.kind] * self.rates.T[:, :, None], self.kind)

    def pools(self, reduced: Reduced, start: Floats, modes: Floats) -> Floats:
        """Pools at every edge, (edges, patients, pools)."""
        keeps = np.exp(-reduced.pool_rates_per_h * self.durations_of[:, None, None])
        pulls = np.empty((len(self.kind), *start.shape))
        for group in _groups(reduced, len(self.durations_of)):
            lag = _lag(reduced, self.durations_of[group])
            lags, pushed = _lags(reduced, lag), _pushed(reduced, self.durations_of[group], lag)
            for number in range(lags.shape[2]):
                steps = np.flatnonzero(self.kind == group.start + number)
                pulled = _across(modes[steps]) @ lags[:, :, number] + self.given(steps) * pushed[:, None, number]
                pulls[steps] = _across(pulled)
        return scan(start, keeps, pulls, self.kind)


def _groups(reduced: Reduced, times: int) -> Iterator[slice]:
    """Times some at a time, so that what modes do to pools by then takes no more than `MOST_FLOATS`."""
    size = max(1, MOST_FLOATS // (reduced.drive.size * reduced.pool_shapes.shape[1]))
    return (slice(begin, begin + size) for begin in range(0, times, size))


def _across(steps: Floats) -> Floats:
    """(steps, patients, any) as (patients, steps, any)."""
    return steps.transpose(1, 0, 2)


def _built_up(rates_per_h: Floats, time_h: float | Floats) -> Floats:
    """∫₀^τ e^(−λs) ds."""
    return np.asarray(-np.expm1(-rates_per_h * time_h) / rates_per_h)


def _fading(reduced: Reduced, since_h: Floats) -> Floats:
    """What is left at each output of one unit of each amplitude, (patients, modes, times, outputs)."""
    fades = np.exp(-since_h[:, None] * reduced.rates_per_h[:, :, None, None])
    return np.asarray(fades * reduced.outputs.transpose(0, 2, 1)[:, :, None])


def _forced(reduced: Reduced, since_h: Floats) -> Floats:
    """Outputs of a body that was at rest, after so long at one mcg/h, (patients, times, outputs)."""
    amplitudes = _built_up(reduced.rates_per_h[:, None], since_h[:, None]) * reduced.drive[:, None]
    return np.asarray(amplitudes @ reduced.outputs.transpose(0, 2, 1))


def _lags(reduced: Reduced, lag: Floats) -> Floats:
    """What one unit of each amplitude has done to each pool, (patients, modes, times, pools), like `lag` g."""
    weights = (reduced.pool_rates_per_h[:, :, None] * reduced.pool_shapes).transpose(0, 2, 1)
    return np.asarray(lag * weights[:, :, None])


def _pushed(reduced: Reduced, since_h: Floats, lag: Floats) -> Floats:
    """Pools of a body that was at rest, after so long at one mcg/h, (patients, times, pools)."""
    rates, weights = reduced.pool_rates_per_h[:, None], reduced.pool_shapes * reduced.drive[:, None]
    alone = _built_up(rates, since_h[:, None])[:, None]
    lead = (alone - lag) / reduced.rates_per_h[:, :, None, None]
    return np.asarray(rates * (lead * weights.transpose(0, 2, 1)[:, :, None]).sum(axis=1))


def _kept(reduced: Reduced, since_h: Floats) -> Floats:
    """What is left of each pool by itself, (patients, times, pools)."""
    return np.exp(-since_h[:, None] * reduced.pool_rates_per_h[:, None])


def _lag(reduced: Reduced, since_h: Floats) -> Floats:
    """The lag g of `thecal.body.kinetics`, (patients, modes, times, pools); once for pools of one rate."""
    pool, mode = reduced.pool_rates_per_h[:, None, None, FIRST_OF_KIND], reduced.rates_per_h[:, :, None, None]
    time = since_h[:, None]
    apart = np.abs(pool - mode) * time
    near = apart == 0.0
    mean = np.where(near, 1.0, -np.expm1(-apart) / np.where(near, 1.0, apart))
    return np.asarray(np.exp(-np.minimum(pool, mode) * time) * time * mean)[..., KIND_OF_POOL]
