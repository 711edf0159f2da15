"""Ours: one patient from parameters to result, a crowd in one process, a forecast while somebody edits, cost curves."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from body_problem import TIP, Floats, Schedule

from thecal.body import TWO_POOL, Body, population
from thecal.body.adaptation import Adaptation, each
from thecal.body.anatomy import TARGETS
from thecal.body.cohort import Cohort
from thecal.body.ensemble import Ensemble
from thecal.body.parameters import Parameters
from thecal.body.reduced import LEVELS, Reduced, reduce
from thecal.body.response import modified_ashworth
from thecal.body.signs import stages
from thecal.body.treated import treat
from thecal.body.variability import draw

DAY = Schedule.of(1)
KEY = "benchmark"
BASELINE_MAS = 3.0
FLUID = "concentrations at five levels and the cisterns"
DOZEN = 12
CELLS_CM = (0.5, 1.0)
FINE_MODES, FINE_CM, JUDGED, JUDGED_DAYS = 30, 0.125, 50, 20
"""What a crowd's modes and cells are held against, for so many of its patients and days."""
AT_ONCE, MONTH_DAYS = 256, 30
"""Patients and days whose hours fit a processor's cache together."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Timed:
    """Outputs (hours, outputs) as the peers give them, and the fastest of some runs."""

    values: Floats
    run_s: float


def fastest(compute: Callable[[int], Floats], runs: int) -> Timed:
    """The fastest run; each gets its number, so that none finds what another has left in a cache."""
    spent = []
    for run in range(runs):
        begin = time.perf_counter()
        values = compute(run)
        spent.append(time.perf_counter() - begin)
    return Timed(values=values, run_s=min(spent))


def by_all_modes(schedule: Schedule) -> Callable[[int], Floats]:
    """Every eigenmode of the whole tree: a new person each run."""

    def compute(run: int) -> Floats:
        body = Body.adult(TIP, newcomer(run))
        course = body.course(body.rest(), schedule.edges_h, schedule.rates_mcg_per_h, schedule.hours)
        levels = [course.csf_at(body.grid.level_cm(level)) for level in LEVELS]
        return np.column_stack([*levels, *(course.effect_ng_per_ml[target] for target in TARGETS)])

    return compute


def newcomer(run: int) -> Parameters:
    """Somebody whom no cache has seen; what differs is beyond what anybody could measure."""
    floor = TWO_POOL.dispersion_floor
    return replace(TWO_POOL, dispersion_floor=replace(floor, value=floor.value * (1.0 + run * 1e-14)))


def by_events(schedule: Schedule) -> Callable[[int], Floats]:
    """A dozen modes, every stretch of the year on its own."""

    def compute(_: int) -> Floats:
        reduced = typical()
        edges, rates = schedule.edges_h, schedule.rates_mcg_per_h
        csf, pools = population.course(reduced, population.rest(reduced), edges, rates, schedule.hours)
        return looked_at(csf, population.felt(reduced.slow_share, pools))

    return compute


def by_days(schedule: Schedule) -> Callable[[int], Floats]:
    """A dozen modes, and one day over and over; the last instant is the first of one day more."""

    def compute(_: int) -> Floats:
        reduced, hours = typical(), DAY.hours[:-1]
        start, days = population.rest(reduced), schedule.days + 1
        found = population.repeated(reduced, start, DAY.edges_h, DAY.rates_mcg_per_h, hours, days)
        return looked_at(*found)[: len(schedule.hours)]

    return compute


def typical() -> Reduced:
    """One typical patient, from parameters."""
    return reduce(Cohort(values={"area_scale": np.array([TWO_POOL.area_scale.value])}), tip_level=TIP)


def looked_at(csf: Floats, felt: Floats) -> Floats:
    """What the peers are asked for: the levels, and what each muscle feels."""
    return np.hstack([csf[0, :, : len(LEVELS)], felt[0, :, : len(TARGETS)]])


@dataclass(frozen=True, kw_only=True)
class Crowd:
    """What many patients cost: CPU time of this one process; `bytes_kept` is the size of all that was computed.

    `error` is the largest difference of any level and hour from many modes in fine cells, against a patient's peak.
    """

    patients: int
    days: int
    says: str
    setup_s: float
    run_s: float
    bytes_kept: int
    error: float

    @property
    def patient_years_per_s(self) -> float:
        """Of one core, setting up included."""
        return self.patients * self.days / 365.0 / (self.setup_s + self.run_s)

    @property
    def bytes_per_s(self) -> float:
        """What is written to memory while it runs."""
        return self.bytes_kept / self.run_s


def crowd(patients: int, days: int, *, effect: bool, cell_cm: float) -> Crowd:
    """So many virtual patients from drawn parameters to a year's outputs, hour by hour, a few at a time."""
    cohort = draw(patients, KEY)
    begin = time.process_time()
    reduced = reduce(cohort, tip_level=TIP, modes=DOZEN, cell_cm=cell_cm)
    begun = time.process_time()
    kept = sum(responding(cohort, reduced, days) if effect else flowing(reduced, days))
    return Crowd(
        patients=patients,
        days=days,
        says=f"{'with effect, tolerance and withdrawal' if effect else FLUID}; cells of {cell_cm:g} cm",
        setup_s=begun - begin,
        run_s=time.process_time() - begun,
        bytes_kept=kept,
        error=off_by(cohort.some(slice(0, JUDGED)), cell_cm),
    )


def off_by(cohort: Cohort, cell_cm: float) -> float:
    """How far a dozen modes in such cells are from many in fine ones, over the first days."""
    found = first_days(reduce(cohort, tip_level=TIP, modes=DOZEN, cell_cm=cell_cm))
    fine = first_days(reduce(cohort, tip_level=TIP, modes=FINE_MODES, cell_cm=FINE_CM))
    return float((np.abs(found - fine).max(axis=(1, 2)) / fine.max(axis=(1, 2))).max())


def first_days(reduced: Reduced) -> Floats:
    """Concentrations (patients, hours, levels) from rest."""
    start, hours = population.rest(reduced), DAY.hours[1:]
    return population.repeated(reduced, start, DAY.edges_h, DAY.rates_mcg_per_h, hours, JUDGED_DAYS)[0]


def flowing(reduced: Reduced, days: int) -> Iterator[int]:
    """Concentrations alone, a month of some patients at a time; how many bytes they take."""
    for first in range(0, len(reduced), AT_ONCE):
        some = reduced.some(slice(first, first + AT_ONCE))
        cycle = population.Cycle.of(some, DAY.edges_h, DAY.rates_mcg_per_h, DAY.hours[1:], effects=False)
        begins = cycle.begun(population.rest(some), days)
        for day in range(0, days, MONTH_DAYS):
            csf, _ = cycle.seen(begins[:, day : min(day + MONTH_DAYS, days)])
            yield csf.nbytes


def responding(cohort: Cohort, reduced: Reduced, days: int) -> Iterator[int]:
    """Concentrations, what is felt, tone, tolerance, rebound and withdrawal's stages; how many bytes they take."""
    for stretch in treat(cohort, reduced, DAY.edges_h, DAY.rates_mcg_per_h, DAY.hours[1:], cycles=days):
        some, adapted = cohort.some(stretch.which), stretch.adapted
        suppressed = each("ashworth_largest", some, 2) * adapted.occupancy
        rebound = each("rebound", some, 2) * adapted.fast * (1.0 - suppressed)
        mas = modified_ashworth(suppressed, BASELINE_MAS, rebound)
        stage = stages(adapted.shortfall, whose=some)
        kept = (stretch.csf_mcg_per_ml, stretch.felt_ng_per_ml, adapted.factor, suppressed, rebound, mas, stage)
        yield sum(part.nbytes for part in kept)


def bandwidth_bytes_per_s(elements: int = 10_000_000, runs: int = 5) -> float:
    """What one core moves through memory: a = b + s c over arrays far larger than any cache, the fastest run."""
    one, other, into = np.ones(elements), np.ones(elements), np.empty(elements)
    spent = []
    for _ in range(runs):
        begin = time.process_time()
        np.multiply(other, 3.0, out=into)
        np.add(into, one, out=into)
        spent.append(time.process_time() - begin)
    return 5 * one.nbytes / min(spent)


@dataclass(frozen=True, kw_only=True)
class Edited:
    """From an edited program to a forecast with its band, the patients being ready: on the wall, and of one core."""

    patients: int
    days: int
    says: str
    fastest_ms: float
    median_ms: float
    cpu_ms: float


def edited(days: int = 30, runs: int = 15, *, grows: bool) -> Edited:
    """Bands of tone in every muscle and of CSF at the tip, after a change to what people were settled on."""
    people = Ensemble.people(TIP)
    schedule, start = Schedule.of(days), people.settled(DAY.edges_h, DAY.rates_mcg_per_h)
    used_to = Adaptation.naive(len(people.cohort), len(TARGETS)) if grows else None
    spent, worked = [], []
    for run in range(runs):
        begin, began = time.perf_counter(), time.process_time()
        found = people.forecast(
            schedule.edges_h,
            schedule.rates_mcg_per_h * (1.1 + 0.01 * run),
            schedule.hours,
            start=start,
            baseline_mas=BASELINE_MAS,
            used_to=used_to,
            tolerance=None if grows else people.held(chronic=True),
        )
        for muscle in TARGETS:
            found.band("mas", muscle=muscle)
        found.band("csf", level=TIP)
        spent.append((time.perf_counter() - begin) * 1e3)
        worked.append((time.process_time() - began) * 1e3)
    return Edited(
        patients=len(people.cohort),
        days=days,
        says="tolerance that grows and fades" if grows else "tolerance held",
        fastest_ms=min(spent),
        median_ms=float(np.median(spent)),
        cpu_ms=float(np.median(worked)),
    )


Points = list[tuple[float, float]]


def against_patients(counts: tuple[int, ...], days: int = 30) -> Points:
    """(patients, seconds): from parameters to hourly concentrations and pools."""

    def compute(count: int) -> None:
        reduced = reduce(draw(count, KEY), tip_level=TIP)
        for which in population.chunks(count, len(DAY.hours) * days):
            some = reduced.some(which)
            population.repeated(some, population.rest(some), DAY.edges_h, DAY.rates_mcg_per_h, DAY.hours[:-1], days)

    return [(float(count), best_s(partial(compute, count))) for count in counts]


def against_events(counts: tuple[int, ...], patients: int = 50) -> Points:
    """(changes of rate, seconds): the state after so many, for some patients."""
    reduced = reduce(draw(patients, KEY), tip_level=TIP)
    return [(float(count), best_s(partial(march, reduced, count, 5.0))) for count in counts]


def against_time(gaps_h: tuple[float, ...], patients: int = 50, events: int = 1000) -> Points:
    """(hours between changes, seconds): a thousand changes, closer or further apart."""
    reduced = reduce(draw(patients, KEY), tip_level=TIP)
    return [(gap_h, best_s(partial(march, reduced, events, gap_h))) for gap_h in gaps_h]


def march(reduced: Reduced, events: int, gap_h: float) -> None:
    edges = gap_h * np.arange(events + 1.0)
    population.advance(reduced, population.rest(reduced), edges, np.resize(DAY.rates_mcg_per_h, events))


def best_s(compute: Callable[[], None], runs: int = 3) -> float:
    """The fastest of three."""
    spent = []
    for _ in range(runs):
        begin = time.perf_counter()
        compute()
        spent.append(time.perf_counter() - begin)
    return min(spent)
