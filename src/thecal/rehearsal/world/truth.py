"""The truth of one patient, for the one teaching view that may show it (decision 0002)."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from thecal.body import Course
from thecal.flow import Delivery
from thecal.rehearsal.world.life import NG_PER_MCG, deliveries_between, glimpse
from thecal.rehearsal.world.patient import Floats, Moment, Person
from thecal.twin.device import Device
from thecal.twin.effect import hours, stretches
from thecal.units import DAY_MS, HOUR_MS, MINUTE_MS

SHOWN_MS = 48 * HOUR_MS
EVERY_MS = 15 * MINUTE_MS


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Truth:
    """What is simulated to be so at `at_ms`, and over the last 48 h as far back as the patient goes.

    `slugs` are (volume_nl, mass_pg), the tip's end first. `times_ms` (times,) in order, the last one is now;
    `tip_pg_per_day` (times,) is the flow of drug from the tip just before each; `suppressed` by muscle group (times,);
    `csf_ng_per_ml` (cells,) along `z_cm` is now. Without an implant volumes are 0 and `slugs` is empty.
    """

    at_ms: int
    reservoir_nl: int
    reservoir_pg: int
    motor_stalled: bool
    slugs: tuple[tuple[int, int], ...]
    times_ms: NDArray[np.int64]
    tip_pg_per_day: Floats
    effect_ng_per_ml: dict[str, Floats]
    suppressed: dict[str, Floats]
    mas: dict[str, float]
    z_cm: Floats
    csf_ng_per_ml: Floats
    cisternal_ng_per_ml: float


def truth(person: Person, seed: int, moments: Sequence[Moment], now_ms: int) -> Truth:
    """The truth at `now_ms`, from the moments kept of the last days, oldest first."""
    now = glimpse(person, moments[-1], now_ms)
    times_ms = _times(max(moments[0].at_ms, now_ms - SHOWN_MS), now_ms)
    delivered: list[Delivery] = []
    courses: list[Course] = []
    for begins, end_ms in _stretches(moments, now_ms):
        out = deliveries_between(person, seed, begins, end_ms)
        delivered += out
        if inside := [at_ms for at_ms in times_ms.tolist() if begins.at_ms < at_ms <= end_ms]:
            courses.append(_course(person, begins, out, end_ms, inside))
    present = _course(person, now, (), now_ms + 1, [now_ms])
    return _assemble(person, now, times_ms, delivered, courses or [present], present)


def _assemble(
    person: Person,
    now: Moment,
    times_ms: NDArray[np.int64],
    delivered: list[Delivery],
    courses: list[Course],
    present: Course,
) -> Truth:
    effects = {
        muscle: np.concatenate([course.effect_ng_per_ml[muscle] for course in courses])
        for muscle, _ in person.baseline_mas
    }
    reservoir_nl, reservoir_pg, stalled, slugs = _implant(now.device)
    return Truth(
        at_ms=now.at_ms,
        reservoir_nl=reservoir_nl,
        reservoir_pg=reservoir_pg,
        motor_stalled=stalled,
        slugs=slugs,
        times_ms=times_ms,
        tip_pg_per_day=_tip(times_ms, delivered),
        effect_ng_per_ml=effects,
        suppressed={muscle: person.suppressed(felt) for muscle, felt in effects.items()},
        mas=person.ashworth({muscle: float(felt[-1]) for muscle, felt in effects.items()}),
        z_cm=present.z_cm,
        csf_ng_per_ml=present.csf_mcg_per_ml[0] * NG_PER_MCG,
        cisternal_ng_per_ml=float(present.cisternal_mcg_per_ml[0]) * NG_PER_MCG,
    )


def _times(from_ms: int, now_ms: int) -> NDArray[np.int64]:
    """Every quarter of an hour in (from_ms, now_ms], counted back from now; now alone where there is no past."""
    quarters = max(1, -(-(now_ms - from_ms) // EVERY_MS))
    return now_ms - EVERY_MS * np.arange(quarters - 1, -1, -1, dtype=np.int64)


def _stretches(moments: Sequence[Moment], now_ms: int) -> list[tuple[Moment, int]]:
    """Each moment with the time at which the next one takes over."""
    ends = [(begins, later.at_ms) for begins, later in pairwise(moments)]
    return [(begins, end_ms) for begins, end_ms in [*ends, (moments[-1], now_ms)] if begins.at_ms < end_ms]


def _course(person: Person, begins: Moment, drug: Sequence[Delivery], end_ms: int, times_ms: list[int]) -> Course:
    edges, rates = stretches(drug, begins.at_ms, end_ms)
    times_h = np.minimum([hours(at_ms, begins.at_ms) for at_ms in times_ms], edges[-1])
    return person.body().course(begins.body, edges, rates, times_h)


def _tip(times_ms: NDArray[np.int64], delivered: list[Delivery]) -> Floats:
    """The flow of drug in the delivery that holds the instant just before each time."""
    flow = np.zeros(len(times_ms))
    for delivery in delivered:
        inside = (delivery.start_ms < times_ms) & (times_ms <= delivery.end_ms)
        flow[inside] = delivery.mass_pg * DAY_MS / (delivery.end_ms - delivery.start_ms)
    return flow


def _implant(device: Device | None) -> tuple[int, int, bool, tuple[tuple[int, int], ...]]:
    """(reservoir volume, its drug, whether the rotor stands, the path's slugs)."""
    if device is None:
        return 0, 0, False, ()
    slugs = tuple((slug.volume_nl, slug.mass_pg) for slug in device.catheter.slugs)
    metal = device.metal
    return metal.reservoir_nl, metal.reservoir_pg, metal.is_stalled(device.now_ms), slugs
