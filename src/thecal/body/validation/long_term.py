"""Months and accidents, repeated on a body: doses that drift, therapy that stops, too much drug, other tracers, pigs.

Tolerance is dynamic here: it grows from nothing, or is settled on a dose of years, as `thecal.body.adaptation` has it.
"""

import math
from functools import lru_cache

import numpy as np

from thecal.body.adaptation import HOURS_PER_DAY, Adaptation, settled
from thecal.body.anatomy import TARGETS, Floats, level_cm
from thecal.body.response import Responder, Response, respond
from thecal.body.signs import Stage, drowsiness
from thecal.body.state import Course
from thecal.body.validation.experiments import (
    EFFECT_TIP,
    FELT,
    MUSCLE,
    PUNCTURE,
    Subject,
    elimination_half_life_h,
    first,
    reflex_of_brainstem,
    steadily,
)
from thecal.body.variability import draw

VIRTUAL = 200
KEY = "validation"
COARSE_CM = 1.5
"""Cells for virtual people: half-lives differ by less than a hundredth from those of finer cells."""
GROUPS, GROUP = 9, 11
"""Groups of as many virtual people as there are behind the published half-lives, 4 and 7."""


def held_dose(subject: Subject, first_mcg_per_day: float, days: float) -> float:
    """The dose (mcg/day) that after `days` does what the first one did to somebody naive.

    A dose titrated to one effect keeps occupancy ρ where it was, so that F and S have closed forms; spinal fluid
    follows within a day or two and is taken as steady.
    """
    occupancy = float(subject.tone_lost(steadily(subject, EFFECT_TIP, first_mcg_per_day), subject.naive)[0])
    numbers = subject.parameters
    fast = numbers.fast_tolerance.value * -math.expm1(-days / numbers.fast_tolerance_time.value)
    slow = numbers.slow_tolerance.value * -math.expm1(-days / numbers.slow_tolerance_time.value)
    return first_mcg_per_day * (1.0 + occupancy * (fast + slow))


def rise_mcg_per_day(subject: Subject, first_mcg_per_day: float, from_day: float, to_day: float) -> float:
    """How much that dose rises between two days."""
    return held_dose(subject, first_mcg_per_day, to_day) - held_dose(subject, first_mcg_per_day, from_day)


def share_still_rising(subject: Subject) -> float:
    """The share of virtual people whose dose rises by more than 100 mcg/day from month 18 to month 30.

    Each holds the effect that 83 mcg/day has on the median; the more sensitive need less, in proportion.
    """
    people = draw(VIRTUAL, KEY, subject.parameters)
    rise = rise_mcg_per_day(subject, 83.0, 548.0, 913.0)
    grown = people.of("slow_tolerance") / subject.parameters.slow_tolerance.value
    needed = people.of("ashworth_ec50") / subject.parameters.ashworth_ec50.value
    return float((rise * grown * needed > 100.0).mean())


def effect_gone_h(subject: Subject) -> float:
    """When, after 450 mcg/day of years has stopped, less than `FELT` of tone is suppressed at the muscle."""
    times, response = _stopped(subject, 450.0)
    return first(times, -response.suppressed[:, list(TARGETS).index(MUSCLE)], -FELT)


def stage_h(subject: Subject, stage: Stage) -> float:
    """When, after 450 mcg/day of years has stopped, withdrawal reaches a stage."""
    times, response = _stopped(subject, 450.0)
    assert response.withdrawal is not None, "tolerance was dynamic"
    return first(times, response.withdrawal.astype(np.float64), float(stage))


def spasticity_before_severe(subject: Subject) -> float:
    """When spasticity is back over when withdrawal is severe: below 1 it comes first."""
    return effect_gone_h(subject) / stage_h(subject, Stage.SEVERE)


def drowsy_after_puncture(subject: Subject, mass_mcg: float) -> float:
    """The largest predicted chance of drowsiness in a day after a puncture, in somebody naive."""
    body = subject.with_tip(EFFECT_TIP)
    times = np.linspace(0.0, 24.0, 97)
    return _drowsiest(body.course(body.injected(body.rest(), mass_mcg, PUNCTURE), [0.0, 24.0], [0.0], times), subject)


def drowsy_in_therapy(subject: Subject, dose_mcg_per_day: float) -> float:
    """The predicted chance of drowsiness under a constant dose, in somebody used to 300 mcg/day."""
    tolerance = _responder(subject).tolerance.factor(_used_to(subject, 300.0))
    return _drowsiest(steadily(subject, EFFECT_TIP, dose_mcg_per_day), subject, float(tolerance.mean()))


def drowsy_after_holiday(subject: Subject, rate_mcg_per_h: float) -> float:
    """The predicted chance of drowsiness six hours into an infusion, in somebody whose tolerance is lost."""
    body = subject.with_tip(EFFECT_TIP)
    return _drowsiest(body.course(body.rest(), [0.0, 6.0], [rate_mcg_per_h], [6.0]), subject)


def brainstem_reflex(subject: Subject, hour_h: float) -> float:
    """What is left of a reflex through the brainstem after 50 mcg by puncture, by the H-reflex's curve."""
    body = subject.with_tip(EFFECT_TIP)
    course = body.course(body.injected(body.rest(), 50.0, PUNCTURE), [0.0, hour_h], [0.0], [hour_h])
    return reflex_of_brainstem(subject, course)


def shortest_half_life_h(subject: Subject) -> float:
    """The shortest of `GROUP` virtual people, in the median over groups."""
    return float(np.median(_groups(subject).min(axis=1)))


def longest_half_life_h(subject: Subject) -> float:
    """The longest of `GROUP` virtual people, in the median over groups."""
    return float(np.median(_groups(subject).max(axis=1)))


def tracer_t2_to_t12(subject: Subject) -> float:
    """Fluid at T2 over fluid at T12 after 72 hours of infusion at L1."""
    body = subject.with_tip("L1")
    course = body.course(body.rest(), [0.0, 72.0], [1.0], [72.0])
    return float(course.csf_at(level_cm("T2"))[0] / course.csf_at(level_cm("T12"))[0])


def reach_of_a_tenth_cm(subject: Subject) -> float:
    """How far from the tip fluid falls to a tenth of its peak after eight hours of infusion, upwards."""
    body = subject.with_tip("T10")
    course = body.course(body.rest(), [0.0, 8.0], [1.0], [8.0])
    z_cm = np.linspace(body.grid.tip_cm("T10"), 0.0, 1001)
    fluid = np.array([course.csf_at(float(each))[0] for each in z_cm])
    return first(z_cm[0] - z_cm, -fluid, -fluid.max() / 10.0)


def near_the_tip(subject: Subject, within_cm: float = 5.0) -> float:
    """The share of the drug in fluid that lies within so many centimetres of the tip after eight hours."""
    body = subject.with_tip("T10")
    course = body.course(body.rest(), [0.0, 8.0], [1.0], [8.0])
    held = course.csf_mcg_per_ml[0] * body.grid.csf_ml
    return float(held[np.abs(course.z_cm - body.grid.tip_cm("T10")) <= within_cm].sum() / held.sum())


def fluid_at_tip_mcg_per_ml(subject: Subject, dose_mcg_per_day: float) -> float:
    """The steady concentration in the section of the canal that holds the tip."""
    return float(steadily(subject, EFFECT_TIP, dose_mcg_per_day).csf_at(level_cm(EFFECT_TIP))[0])


def blood_peaks_h(subject: Subject) -> float:
    """When a tracer given by puncture stands highest in plasma."""
    body, times = subject.with_tip(EFFECT_TIP), np.linspace(0.0, 72.0, 289)
    course = body.course(body.injected(body.rest(), 1.0, PUNCTURE), [0.0, 72.0], [0.0], times)
    return float(times[course.plasma_ng_per_ml.argmax()])


def _effects(course: Course) -> Floats:
    """What the muscles feel (times, targets)."""
    return np.stack([course.effect_ng_per_ml[target] for target in TARGETS], axis=-1)


def _responder(subject: Subject) -> Responder:
    """Somebody with the most tone and spasms there are."""
    return Responder(baseline_mas=4.0, baseline_penn=4.0, whose=subject.parameters)


def _used_to(subject: Subject, dose_mcg_per_day: float) -> Adaptation:
    """What years of a constant dose leave a person used to."""
    steady = np.repeat(_effects(steadily(subject, EFFECT_TIP, dose_mcg_per_day)), 2, axis=0)
    return settled([0.0, HOURS_PER_DAY], steady, _responder(subject).tolerance)


@lru_cache(maxsize=4)
def _stopped(subject: Subject, dose_mcg_per_day: float) -> tuple[Floats, Response]:
    """Ten days after a constant dose of years has stopped, every quarter of an hour."""
    body, times = subject.with_tip(EFFECT_TIP), np.linspace(0.0, 240.0, 961)
    course = body.course(body.steady(dose_mcg_per_day / 24.0), [0.0, times[-1]], [0.0], times)
    start = _used_to(subject, dose_mcg_per_day)
    return times, respond(times, _effects(course), course.brainstem_ng_per_ml, _responder(subject), start=start)


def _drowsiest(course: Course, subject: Subject, tolerance: float = 1.0) -> float:
    return float(drowsiness(course.brainstem_ng_per_ml, tolerance, whose=subject.parameters).max())


@lru_cache(maxsize=4)
def _groups(subject: Subject) -> Floats:
    """Half-lives in groups of people (groups, people)."""
    people = draw(VIRTUAL, KEY, subject.parameters)
    half_lives = [
        elimination_half_life_h(Subject(parameters=people.parameters_of(each), cell_cm=COARSE_CM))
        for each in range(len(people))
    ]
    return np.array(half_lives[: VIRTUAL // GROUP * GROUP]).reshape(-1, GROUP)
