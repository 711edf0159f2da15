"""A body through everything that a run does to it: drug at the tip, punctures, drains, posture."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, replace
from itertools import pairwise
from typing import Any

import numpy as np

from thecal.body import Body, BodyState, Course
from thecal.body.episodes import Episode, advance_through, course_through, drained_mcg
from thecal.twin.effect import Hours, hours
from thecal.twin.given import Given
from thecal.units import PG_PER_MCG


@dataclass(frozen=True, slots=True, kw_only=True)
class Dose:
    """`mass_mcg` by puncture at `level`, `at_h` after the beginning."""

    at_h: float
    mass_mcg: float
    level: str


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Exposure:
    """What a body is given and when it is looked at, in hours after the beginning, which is `edges_h[0]`, 0.

    `edges_h` (edges,), `rates_mcg_per_h` (edges − 1,) at the tip; `times_h` (times,) in order, within them.
    """

    edges_h: Hours
    rates_mcg_per_h: Hours
    times_h: Hours
    doses: tuple[Dose, ...] = ()
    episodes: tuple[Episode, ...] = ()

    @staticmethod
    def of(given: Given, edges_h: Hours, rates_mcg_per_h: Hours, times_h: Hours, start_ms: int) -> "Exposure":
        """What a person is given by hand beside what left the tip.

        `edges_h` (edges,), `rates_mcg_per_h` (edges − 1,), `times_h` (times,), in hours after `start_ms`.
        """
        return Exposure(
            edges_h=edges_h,
            rates_mcg_per_h=rates_mcg_per_h,
            times_h=times_h,
            doses=tuple(
                Dose(at_h=hours(each.at_ms, start_ms), mass_mcg=each.mass_pg / PG_PER_MCG, level=each.level)
                for each in sorted(given.punctures, key=lambda puncture: puncture.at_ms)
            ),
            episodes=given.episodes(start_ms),
        )

    def parts(self) -> Iterator[tuple[Hours, Hours, tuple[Dose, ...]]]:
        """Edges, rates and the doses at the beginning of each part, from one puncture to the next."""
        given = sorted({float(self.edges_h[0]), *(dose.at_h for dose in self.doses)})
        for start_h, end_h in pairwise([*given, float(self.edges_h[-1])]):
            inside = (self.edges_h > start_h) & (self.edges_h < end_h)
            edges = np.concatenate([[start_h], self.edges_h[inside], [end_h]])
            rates = self.rates_mcg_per_h[np.searchsorted(self.edges_h, edges[:-1], side="right") - 1]
            yield edges, rates, tuple(dose for dose in self.doses if dose.at_h == start_h)

    def looked_at(self, most: int) -> "Exposure":
        """The same, looked at no more than `most` times, evenly among those that there are, both ends included."""
        if len(self.times_h) <= most:
            return self
        kept = np.unique(np.linspace(0, len(self.times_h) - 1, most).round().astype(np.intp))
        return replace(self, times_h=self.times_h[kept])


def live(body: Body, state: BodyState, exposure: Exposure) -> tuple[Course, BodyState]:
    """(the body at the exposure's times, its state at the end), from the state at the beginning.

    At the instant of a puncture the course shows the body just after it.
    """
    courses, ends_h = [], float(exposure.edges_h[-1])
    for edges, rates, doses in exposure.parts():
        for dose in doses:
            state = body.injected(state, dose.mass_mcg, dose.level)
        now = (exposure.times_h >= edges[0]) & ((exposure.times_h < edges[-1]) | (edges[-1] == ends_h))
        courses.append(course_through(body, state, edges, rates, exposure.times_h[now], exposure.episodes))
        state = advance_through(body, state, edges, rates, exposure.episodes)
    return joined(courses), state


def drained(body: Body, state: BodyState, exposure: Exposure) -> float:
    """The drug (mcg) that leaves through needles over an exposure."""
    mass_mcg = 0.0
    for edges, rates, doses in exposure.parts():
        for dose in doses:
            state = body.injected(state, dose.mass_mcg, dose.level)
        mass_mcg += drained_mcg(body, state, edges, rates, exposure.episodes)
        state = advance_through(body, state, edges, rates, exposure.episodes)
    return mass_mcg


def joined(courses: Sequence[Course]) -> Course:
    """Courses of one body one after the other, as one."""
    first = courses[0]
    values: dict[str, Any] = {}
    for field in fields(Course):
        each = [getattr(course, field.name) for course in courses]
        if field.name == "z_cm":
            values[field.name] = first.z_cm
        elif isinstance(each[0], dict):
            values[field.name] = {name: np.concatenate([value[name] for value in each]) for name in each[0]}
        else:
            values[field.name] = np.concatenate(each)
    return Course(**values)
