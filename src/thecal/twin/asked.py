"""What is asked of the body freely: a program, a bolus or nothing, and of whom; as drug at the tip over time.

The dose at the tip is taken as asked from the first moment on: the concentration stays, so that only the rate changes,
and a changed rate arrives at once. Before it lies the program that was read out.
"""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from thecal.body import TIP_LEVELS, Stature
from thecal.body.anatomy import Floats
from thecal.body.stature import Sex
from thecal.pump.memory import Interrogation
from thecal.sources import OWN_CHOICE, Sourced
from thecal.twin.effect import hours
from thecal.twin.forecast import begun, cycle, silent_since
from thecal.units import DAY_MS, HOUR_MS, MINUTE_MS, PG_PER_MCG, floor_div

BOLUS_OVER = Sourced(
    name="time over which a bolus by catheter leaves the tip",
    value=5,
    unit="min",
    source=f"{OWN_CHOICE}: a slow push by hand",
    grade="assumed",
)
TIPS = TIP_LEVELS
"""Where a catheter may end, top to bottom."""
FEWEST_DAYS, MOST_DAYS = 1, 30
PAST_MS = 90 * DAY_MS
"""What was longer ago counts as for ever ago: spinal fluid has forgotten it, and fast tolerance too."""
HOURS_PER_DAY = DAY_MS // HOUR_MS
Delivery = tuple[Floats, Floats]
"""Edges (edges,), h, and the rates between them (edges − 1,), mcg/h."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Continuous:
    """One constant rate."""

    dose_pg_per_day: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Flex:
    """(beginning in ms after local midnight, dose per day while it lasts), in order; the last runs past midnight."""

    steps: tuple[tuple[int, int], ...]

    def __post_init__(self) -> None:
        starts = [start for start, _ in self.steps]
        assert starts, "a pattern has a step"
        assert all(0 <= start < DAY_MS for start in starts), "a step begins within the day"
        assert all(one < two for one, two in pairwise(starts)), "the steps of a pattern are in order"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bolus:
    """A single dose at the first moment, by puncture or at the tip, on top of the program that was read out."""

    mass_pg: int
    by_puncture: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """Nothing more."""


What = Continuous | Flex | Bolus | Stop


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is asked, and of whom. `read` is the latest read-out, if there is one; None of the body is not known."""

    what: What
    days: int
    now_ms: int
    utc_offset_min: int
    tip_level: str
    age_years: float | None = None
    sex: Sex | None = None
    height_cm: float | None = None
    baseline_mas: float | None = None
    read: Interrogation | None = None

    def __post_init__(self) -> None:
        assert FEWEST_DAYS <= self.days <= MOST_DAYS, "a view has an end"

    @property
    def hours(self) -> float:
        """How long it is looked at (h)."""
        return float(self.days * HOURS_PER_DAY)

    @property
    def end_ms(self) -> int:
        """The last moment that is looked at."""
        return self.now_ms + self.days * DAY_MS

    def stature(self) -> Stature:
        """The build. BadInput for somebody whom the model does not know."""
        if self.age_years is not None:
            return Stature.of(age_years=self.age_years, sex=self.sex, height_cm=self.height_cm)
        known = Stature(sex=self.sex)
        return known if self.height_cm is None else Stature(height_cm=self.height_cm, sex=self.sex)

    def current(self) -> Delivery | None:
        """The program that was read out as it goes on, in hours from now; None where none was read."""
        if self.read is None or self.read.program is None or not self.read.revision:
            return None
        if silent_since(self.read) is not None:
            return _constant(0.0, self.hours)
        edges, rates = cycle(self.read, self.read.program, self.now_ms, self.end_ms)
        return np.array(edges), np.array(rates)

    def pending(self) -> Delivery:
        """What is asked, at the tip, in hours from now; a puncture leaves the tip as it was."""
        match self.what:
            case Continuous(dose_pg_per_day=dose):
                return _constant(rate_mcg_per_h(dose), self.hours)
            case Flex(steps=steps):
                return self._flex(steps)
            case Stop():
                return _constant(0.0, self.hours)
            case Bolus(mass_pg=mass, by_puncture=by_puncture):
                current = self.current() or _constant(0.0, self.hours)
                return current if by_puncture else _on_top(current, mass / PG_PER_MCG)

    def _flex(self, steps: tuple[tuple[int, int], ...]) -> Delivery:
        """The pattern from the step that now lies in."""
        local_ms = self.now_ms + self.utc_offset_min * MINUTE_MS
        midnight_ms = floor_div(local_ms, DAY_MS) * DAY_MS - self.utc_offset_min * MINUTE_MS
        begins = [
            (midnight_ms + day * DAY_MS + start, rate_mcg_per_h(dose))
            for day in range(-1, self.days + 1)
            for start, dose in steps
        ]
        running = max(index for index, (at_ms, _) in enumerate(begins) if at_ms <= self.now_ms)
        held = [(at_ms, rate) for at_ms, rate in begins[running:] if at_ms < self.end_ms]
        edges = [0.0, *(hours(at_ms, self.now_ms) for at_ms, _ in held[1:]), self.hours]
        return np.array(edges), np.array([rate for _, rate in held])


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """What is taken to have been given before now: `edges_h` from `hours` before now to 0 with the rates between.

    `habit` is the cycle that the body had settled on as it begins, None for somebody who had had no drug. `silent` says
    that nothing is known to flow now.
    """

    hours: float
    delivery: Delivery | None
    habit: Delivery | None
    silent: bool


def past(question: Question) -> Past:
    """From the read-out: settled on its program, or begun with it; less what is known to have been missed since."""
    read, now_ms = question.read, question.now_ms
    if read is None or read.program is None or not read.revision:
        return Past(hours=0.0, delivery=None, habit=None, silent=False)
    since_ms = silent_since(read)
    reached_ms = now_ms if since_ms is None else min(since_ms, now_ms)
    begun_ms = begun(read) if read.revision == 1 else None
    if reached_ms <= now_ms - PAST_MS:
        return Past(hours=0.0, delivery=None, habit=None, silent=True)
    if begun_ms is not None and now_ms - PAST_MS < begun_ms < reached_ms:
        edges, rates = cycle(read, read.program, begun_ms, reached_ms)
        origin_ms, habit = begun_ms, None
    else:
        edges, rates = [0.0], []
        origin_ms, habit = reached_ms, _habit(question, reached_ms)
    if reached_ms < now_ms:
        edges, rates = [*edges, hours(now_ms, origin_ms)], [*rates, 0.0]
    ago = hours(now_ms, origin_ms)
    delivery = (np.array(edges) - ago, np.array(rates)) if rates else None
    return Past(hours=ago, delivery=delivery, habit=habit, silent=since_ms is not None)


def _habit(question: Question, from_ms: int) -> Delivery:
    """A week of the program that was read: its days may differ."""
    assert question.read is not None, "a habit is read from a pump"
    assert question.read.program is not None, "a pump without a program makes no habit"
    edges, rates = cycle(question.read, question.read.program, from_ms, from_ms + 7 * DAY_MS)
    return np.array(edges), np.array(rates)


def rate_mcg_per_h(dose_pg_per_day: int) -> float:
    """A daily dose as the body takes it."""
    return dose_pg_per_day / PG_PER_MCG / HOURS_PER_DAY


def _constant(rate_mcg_per_h: float, until_h: float) -> Delivery:
    return np.array([0.0, until_h]), np.array([rate_mcg_per_h])


def _on_top(delivery: Delivery, mass_mcg: float) -> Delivery:
    """A delivery with a dose more, spread over its first minutes."""
    edges, rates = delivery
    over_h = BOLUS_OVER.value * MINUTE_MS / HOUR_MS
    both = np.union1d(edges, [over_h])
    under = rates[np.searchsorted(edges, both[:-1], side="right") - 1]
    return both, under + np.where(both[:-1] < over_h, mass_mcg / over_h, 0.0)
