"""A life in episodes: a body under one regime after another, its state handed on from each to the next.

    episodes = [Episode(at_h=22.0, regime=REGIMES["lying"]), Episode(at_h=30.0, regime=USUAL)]
    course = course_through(body, state, edges_h, rates_mcg_per_h, times_h, episodes)

Until the first episode begins the body's own regime holds. Within each the operator is constant, so that nothing is
lost to a step size; what the drug's balance gains and loses adds up over all of them:

    held at the end = held at the beginning + delivered − eliminated − drained
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, replace
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from thecal.body.anatomy import Floats
from thecal.body.person import Body, checked
from thecal.body.regime import USUAL, Regime
from thecal.body.state import BodyState, Course
from thecal.body.transport import Whole
from thecal.errors import BadInput, OurFault


@dataclass(frozen=True, slots=True, kw_only=True)
class Episode:
    """From `at_h` on, until another begins, a regime holds."""

    at_h: float
    regime: Regime


def drainage(
    *, volume_ml: float, over_h: float, level: str = "L3", at_h: float, regime: Regime = USUAL
) -> tuple[Episode, Episode]:
    """Fluid taken through a needle, and the end of it; `regime` is what holds besides.

    After an overdose, 30 to 40 mL are taken (Lioresal Intrathecal, Canadian monograph of 2020, pdf.hres.ca). BadInput
    for a volume or a time that is none, or a level that does not exist.
    """
    for field, value, unit in (("volume_ml", volume_ml, "mL"), ("over_h", over_h, "h")):
        if not 0.0 < value < math.inf:
            raise BadInput(field, f"{value:g} {unit} cannot be drained", remedy="Give a number above 0.")
    draining = replace(regime, drain_level=level, drain_ml_per_h=volume_ml / over_h)
    return Episode(at_h=at_h, regime=draining), Episode(at_h=at_h + over_h, regime=regime)


def advance_through(
    body: Body, state: BodyState, edges_h: ArrayLike, rates_mcg_per_h: ArrayLike, episodes: Sequence[Episode]
) -> BodyState:
    """The state at `edges_h[-1]`, from the state at `edges_h[0]`, as `Body.advance` through every regime.

    OurFault for episodes out of order, besides what `Body` refuses.
    """
    for living, edges, rates in _stretches(body, edges_h, rates_mcg_per_h, episodes):
        state = living.advance(state, edges, rates)
    return state


def course_through(
    body: Body,
    state: BodyState,
    edges_h: ArrayLike,
    rates_mcg_per_h: ArrayLike,
    times_h: ArrayLike,
    episodes: Sequence[Episode],
) -> Course:
    """The body at each of `times_h` (times,), in any order, as `Body.course` through every regime.

    OurFault as in `advance_through`.
    """
    times = np.asarray(times_h, dtype=np.float64)
    order = np.argsort(times, kind="stable")
    courses, looked_at = [], 0
    for living, edges, rates in _stretches(body, edges_h, rates_mcg_per_h, episodes):
        after = int(np.searchsorted(times[order], edges[-1], side="right"))
        courses.append(living.course(state, edges, rates, times[order[looked_at:after]]))
        state, looked_at = living.advance(state, edges, rates), after
    if looked_at < len(times):
        raise OurFault("times must lie between the first and the last edge")
    return _joined(courses, np.argsort(order, kind="stable"))


def eliminated_mcg(
    body: Body, state: BodyState, edges_h: ArrayLike, rates_mcg_per_h: ArrayLike, episodes: Sequence[Episode]
) -> float:
    """The drug (mcg) that blood and brain take for good between the first and the last edge; exact.

    OurFault as in `advance_through`.
    """
    return sum(loss for loss, _ in _lost_mcg(body, state, edges_h, rates_mcg_per_h, episodes))


def drained_mcg(
    body: Body, state: BodyState, edges_h: ArrayLike, rates_mcg_per_h: ArrayLike, episodes: Sequence[Episode]
) -> float:
    """The drug (mcg) that leaves through needles between the first and the last edge; exact.

    OurFault as in `advance_through`.
    """
    return sum(drain for _, drain in _lost_mcg(body, state, edges_h, rates_mcg_per_h, episodes))


def _lost_mcg(
    body: Body, state: BodyState, edges_h: ArrayLike, rates_mcg_per_h: ArrayLike, episodes: Sequence[Episode]
) -> Iterator[tuple[float, float]]:
    """What is eliminated and what is drained in each stretch."""
    for living, edges, rates in _stretches(body, edges_h, rates_mcg_per_h, episodes):
        exposure = living.exposure(state, edges, rates)
        yield float(living.network.loss_ml_per_h @ exposure), float(living.network.drain_ml_per_h @ exposure)
        state = living.advance(state, edges, rates)


def _stretches(
    body: Body, edges_h: ArrayLike, rates_mcg_per_h: ArrayLike, episodes: Sequence[Episode]
) -> Iterator[tuple[Body, Floats, Floats]]:
    """The body under each regime that holds within the edges, and the delivery while it holds."""
    edges, rates = checked(edges_h, rates_mcg_per_h)
    begins = [episode.at_h for episode in episodes]
    if not (np.isfinite(begins).all() and all(one < other for one, other in pairwise(begins))):
        raise OurFault("episodes follow one another: each begins after the one before it")
    changes = [at_h for at_h in begins if edges[0] < at_h < edges[-1]]
    for start, end in pairwise([float(edges[0]), *changes, float(edges[-1])]) if rates.size else [(edges[0], edges[0])]:
        regime = next((each.regime for each in reversed(episodes) if each.at_h <= start), body.regime)
        stops = np.unique([start, *edges[(start < edges) & (edges < end)], end])
        living = body if regime == body.regime else body.under(regime)
        yield living, stops, rates[np.searchsorted(edges, stops[:-1], side="right") - 1]


def _joined(courses: Sequence[Course], order: Whole) -> Course:
    """Courses of one body one after another, their times put into another order."""
    by_time: dict[str, Any] = {}  # whatever a course holds over time: an array, or arrays by name
    for name in {field.name for field in fields(Course)} - {"z_cm"}:
        parts = [getattr(course, name) for course in courses]
        if isinstance(parts[0], dict):
            by_time[name] = {key: np.concatenate([part[key] for part in parts])[order] for key in parts[0]}
        else:
            by_time[name] = np.concatenate(parts)[order]
    return replace(courses[0], **by_time)
