"""Published experiments, repeated on a body: dose, route, level and sampling times as the study had them.

Every function takes a `Subject` and returns one number in the unit of its target. Kinetics: tip at L1, puncture and
samples at L3 (no study gave its levels; assumed). Effects: tip at T10, puncture at L3. A puncture finds a person who
never had baclofen; a pump's bolus comes on top of chronic therapy, where the study says so.

Onset and duration need a threshold that no study states: suppression of `FELT` of tone, `SEEN` of a reflex (assumed).
A screening bolus counts as `POSITIVE` where it takes half of the tone (assumed).
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from functools import lru_cache
from statistics import NormalDist

import numpy as np

from thecal.body.anatomy import Floats, level_cm, level_range_cm
from thecal.body.parameters import TWO_POOL, Parameters
from thecal.body.person import CELL_CM, Body
from thecal.body.response import reflex_residual, suppression
from thecal.body.state import Course
from thecal.sources import Sourced

PUNCTURE = "L3"
PUNCTURE_CM = level_cm(PUNCTURE)
BETWEEN_L3_AND_L4_CM = level_range_cm("L3")[1]
KINETIC_TIP, EFFECT_TIP = "L1", "T10"
MUSCLE = "soleus"
FELT, SEEN, POSITIVE = 0.3, 0.25, 0.5
PEOPLE = 400
MINUTE_H = 1.0 / 60.0
ONE_HOUR = np.array([1.0])
ONE_TO_SIX_H = np.linspace(1.0, 6.0, 26)
BOLUS_TIMES_H = np.linspace(0.0, 36.0, 721)


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """An adult of 170 cm with one parameter set, cut into cells of `cell_cm`."""

    parameters: Parameters = TWO_POOL
    cell_cm: float = CELL_CM

    def with_tip(self, level: str) -> Body:
        """The subject's body with a catheter's tip at a vertebral level."""
        return Body.adult(level, self.parameters, self.cell_cm)

    def given(self, other: Parameters) -> "Subject":
        """The same subject with what makes another tracer, state or species: where `other` departs from the default."""
        own = {name: value for name, value in _each(other) if value != getattr(TWO_POOL, name)}
        return replace(self, parameters=replace(self.parameters, **own))

    @property
    def naive(self) -> float:
        """Tolerance before any baclofen."""
        return self.parameters.tolerance_naive.value

    @property
    def chronic(self) -> float:
        """Tolerance after months of therapy."""
        return self.parameters.tolerance_chronic.value

    def tone_lost(self, course: Course, tolerance: float, muscle: str = MUSCLE) -> Floats:
        """The fraction of tone suppressed (times,)."""
        return suppression(course.effect_ng_per_ml[muscle], tolerance, parameters=self.parameters)

    def reflex_left(self, course: Course, tolerance: float, muscle: str = MUSCLE) -> Floats:
        """What is left of a stretch reflex (times,): the H-reflex's curve, whatever the muscle."""
        return reflex_residual(course.effect_ng_per_ml[muscle], tolerance, parameters=self.parameters)


def after_puncture(subject: Subject, mass_mcg: float, times_h: Floats) -> Course:
    """The course (times,) after a lumbar puncture's bolus in somebody without any drug."""
    body = subject.with_tip(EFFECT_TIP)
    return body.course(body.injected(body.rest(), mass_mcg, PUNCTURE), [0.0, times_h[-1]], [0.0], times_h)


def steadily(subject: Subject, tip: str, dose_mcg_per_day: float) -> Course:
    """One look at the steady state of a constant infusion."""
    body, rate = subject.with_tip(tip), dose_mcg_per_day / 24.0
    return body.course(body.steady(rate), [0.0, 1.0], [rate], [0.0])


def from_the_start(subject: Subject, tip: str, dose_mcg_per_day: float, times_h: Floats) -> Course:
    """The course (times,) of a constant infusion that begins in somebody without any drug."""
    body = subject.with_tip(tip)
    return body.course(body.rest(), [0.0, times_h[-1]], [dose_mcg_per_day / 24.0], times_h)


# Fluid


def half_life_h(subject: Subject, mass_mcg: float = 75.0) -> float:
    """From a line through ln concentration over the first four hours, sampled where the bolus went in."""
    return math.log(2.0) / -_first_hours(subject, mass_mcg)[0]


def elimination_half_life_h(subject: Subject) -> float:
    """From a line through ln concentration at the place of a bolus from two to eight hours (window assumed)."""
    times = np.linspace(2.0, 8.0, 25)
    csf = after_puncture(subject, 75.0, times).csf_at(PUNCTURE_CM)
    return math.log(2.0) / -float(np.polyfit(times, np.log(csf), 1)[0])


def volume_ml(subject: Subject, mass_mcg: float = 75.0) -> float:
    """Dose over the concentration that the same line gives at the beginning."""
    return mass_mcg / math.exp(_first_hours(subject, mass_mcg)[1])


def clearance_of_bolus_ml_per_h(subject: Subject, mass_mcg: float = 75.0) -> float:
    """Dose over the area under the curve at the place of the bolus, to its very end."""
    times = np.concatenate([np.linspace(0.0, 12.0, 601), np.linspace(12.0, 240.0, 457)[1:]])
    csf = after_puncture(subject, mass_mcg, times).csf_at(PUNCTURE_CM)
    return float(mass_mcg / np.trapezoid(csf, times))


def clearance_of_infusion_ml_per_h(subject: Subject, dose_mcg_per_day: float) -> float:
    """Rate over the steady concentration between L3 and L4. Linear: one dose stands for all."""
    at_sample = steadily(subject, KINETIC_TIP, dose_mcg_per_day).csf_at(BETWEEN_L3_AND_L4_CM)[0]
    return float(dose_mcg_per_day / 24.0 / at_sample)


def lumbar_to_cisternal(subject: Subject) -> float:
    """The steady concentration between L3 and L4 over that in the cisterns."""
    course = steadily(subject, KINETIC_TIP, 300.0)
    return float(course.csf_at(BETWEEN_L3_AND_L4_CM)[0] / course.cisternal_mcg_per_ml[0])


def fluid_settles_h(subject: Subject, share: float = 0.97) -> float:
    """When a new infusion has brought the lumbar fluid to a share of its steady concentration."""
    times = np.linspace(0.0, 120.0, 481)
    lumbar = from_the_start(subject, KINETIC_TIP, 300.0, times).csf_at(BETWEEN_L3_AND_L4_CM)
    final = steadily(subject, KINETIC_TIP, 300.0).csf_at(BETWEEN_L3_AND_L4_CM)[0]
    return first(times, lumbar, share * final)


# Reflex


def reflex_after_puncture(subject: Subject, times_h: Floats, mass_mcg: float = 50.0, muscle: str = MUSCLE) -> float:
    """The mean H/M residual at `times_h` (times,) after a puncture."""
    return float(subject.reflex_left(after_puncture(subject, mass_mcg, times_h), subject.naive, muscle).mean())


def reflex_after_pump_bolus(subject: Subject, times_h: Floats) -> float:
    """The mean H/M residual at `times_h` (times,) after 50 mcg in ten minutes by a pump that goes on with its dose.

    Stokic 2012: on top of a simple continuous dose of 25 to 100 mcg/day; its middle, 62.5, in a chronic patient.
    """
    body, rate = subject.with_tip(EFFECT_TIP), 62.5 / 24.0
    edges = [0.0, 10.0 * MINUTE_H, times_h[-1]]
    course = body.course(body.steady(rate), edges, [rate + 50.0 / (10.0 * MINUTE_H), rate], times_h)
    return float(subject.reflex_left(course, subject.chronic).mean())


def puncture_against_pump(subject: Subject) -> float:
    """The residual one to six hours after a puncture over that after a pump's bolus."""
    return reflex_after_puncture(subject, ONE_TO_SIX_H) / reflex_after_pump_bolus(subject, ONE_TO_SIX_H)


def reflex_in_therapy(subject: Subject, dose_mcg_per_day: float) -> float:
    """The H/M residual under a constant dose after months."""
    return float(subject.reflex_left(steadily(subject, EFFECT_TIP, dose_mcg_per_day), subject.chronic)[0])


def dose_that_leaves(subject: Subject, residual: float) -> float:
    """The chronic dose (mcg/day) with this H/M residual: fluid is linear in the dose, the curve is inverted."""
    per_mcg_per_day = steadily(subject, EFFECT_TIP, 1.0).effect_ng_per_ml[MUSCLE][0]
    half = subject.parameters.reflex_ic50.value * subject.chronic
    wanted = half * (1.0 / residual - 1.0) ** (1.0 / subject.parameters.reflex_slope.value)
    return float(wanted / per_mcg_per_day)


def reflex_of_brainstem(subject: Subject, course: Course) -> float:
    """What is left at the end of a course of a reflex through the brainstem, by the H-reflex's curve."""
    return float(reflex_residual(course.brainstem_ng_per_ml, subject.naive, parameters=subject.parameters)[-1])


def reflex_falls_h(subject: Subject, muscle: str) -> float:
    """When a puncture of 50 mcg has first taken `SEEN` of a muscle's reflex."""
    felt = 50.0 * _after_one_mcg(subject).effect_ng_per_ml[muscle]
    return first(BOLUS_TIMES_H, -reflex_residual(felt, subject.naive, parameters=subject.parameters), SEEN - 1.0)


def least_reflex(subject: Subject, muscle: str, within_h: float = 3.0) -> float:
    """The smallest residual of a muscle's reflex in the three hours after a puncture of 50 mcg."""
    felt = 50.0 * _after_one_mcg(subject).effect_ng_per_ml[muscle][within_h >= BOLUS_TIMES_H]
    return float(reflex_residual(felt, subject.naive, parameters=subject.parameters).min())


# Tone


def tone_after_puncture(subject: Subject, hour_h: float, mass_mcg: float = 50.0, muscle: str = MUSCLE) -> float:
    """The fraction of tone suppressed at one hour after a puncture."""
    course = after_puncture(subject, mass_mcg, np.array([hour_h, hour_h + 1.0]))
    return float(subject.tone_lost(course, subject.naive, muscle)[0])


def onset_h(subject: Subject, mass_mcg: float) -> float:
    """When a puncture's bolus first suppresses `FELT` of tone; infinite where it never does."""
    times, suppressed = _bolus(subject, mass_mcg)
    return first(times, suppressed, FELT)


def peak_h(subject: Subject, mass_mcg: float) -> float:
    """When a puncture's bolus suppresses most: the top of a parabola through the three highest samples."""
    times, suppressed = _bolus(subject, mass_mcg)
    top = int(suppressed.argmax())
    before, at, after = suppressed[top - 1 : top + 2]
    return float(times[top] + (times[1] - times[0]) * 0.5 * (before - after) / (before - 2.0 * at + after))


def duration_h(subject: Subject, mass_mcg: float) -> float:
    """For how long a puncture's bolus suppresses `FELT` of tone or more; none is 0."""
    times, suppressed = _bolus(subject, mass_mcg)
    if suppressed.max() < FELT:
        return 0.0
    from_its_end = first(-times[::-1], suppressed[::-1], FELT)
    return -from_its_end - first(times, suppressed, FELT)


def duration_if_needed_h(subject: Subject, mass_mcg: float, before_mcg: float) -> float:
    """The median duration in those to whom a screening goes up: this bolus reaches `POSITIVE`, the last did not.

    People differ in sensitivity alone here; twice as sensitive is as twice the dose.
    """
    at = NormalDist(0.0, subject.parameters.sensitivity_log_sd.value)
    sensitivities = [math.exp(at.inv_cdf((k + 0.5) / PEOPLE)) for k in range(PEOPLE)]
    lasts = [
        duration_h(subject, each * mass_mcg)
        for each in sensitivities
        if _bolus(subject, each * before_mcg)[1].max() < POSITIVE <= _bolus(subject, each * mass_mcg)[1].max()
    ]
    return float(np.median(lasts))


def infusion_onset_h(subject: Subject, dose_mcg_per_day: float) -> float:
    """When a first infusion, at twice a screening dose of 50 mcg a day, suppresses `FELT` of tone."""
    times, suppressed, _ = _infusion(subject, dose_mcg_per_day)
    return first(times, suppressed, FELT)


def infusion_settles_h(subject: Subject, dose_mcg_per_day: float) -> float:
    """When it has 95 % of its final effect on tone, tolerance apart."""
    times, suppressed, final = _infusion(subject, dose_mcg_per_day)
    return first(times, suppressed, 0.95 * final)


def tone_in_therapy(subject: Subject, dose_mcg_per_day: float) -> float:
    """The fraction of tone suppressed under a constant dose after months."""
    return float(subject.tone_lost(steadily(subject, EFFECT_TIP, dose_mcg_per_day), subject.chronic)[0])


def spasticity_back_h(subject: Subject, dose_mcg_per_day: float) -> float:
    """When, after a constant dose of months has stopped, less than `FELT` of tone is suppressed; tolerance held."""
    body, times = subject.with_tip(EFFECT_TIP), np.linspace(0.0, 240.0, 961)
    course = body.course(body.steady(dose_mcg_per_day / 24.0), [0.0, times[-1]], [0.0], times)
    return first(times, -subject.tone_lost(course, subject.chronic), -FELT)


def _infusion(subject: Subject, dose_mcg_per_day: float) -> tuple[Floats, Floats, float]:
    """Times, the fraction of tone suppressed (times,) in somebody naive, and what it tends to."""
    times = np.linspace(0.0, 120.0, 481)
    suppressed = subject.tone_lost(from_the_start(subject, EFFECT_TIP, dose_mcg_per_day, times), subject.naive)
    return (
        times,
        suppressed,
        float(subject.tone_lost(steadily(subject, EFFECT_TIP, dose_mcg_per_day), subject.naive)[0]),
    )


def _bolus(subject: Subject, mass_mcg: float) -> tuple[Floats, Floats]:
    """Times and the fraction of tone suppressed (times,), by linearity from a bolus of one mcg."""
    per_mcg = _after_one_mcg(subject).effect_ng_per_ml[MUSCLE]
    return BOLUS_TIMES_H, suppression(mass_mcg * per_mcg, subject.naive, parameters=subject.parameters)


@lru_cache(maxsize=4)
def _after_one_mcg(subject: Subject) -> Course:
    return after_puncture(subject, 1.0, BOLUS_TIMES_H)


def _first_hours(subject: Subject, mass_mcg: float) -> tuple[float, float]:
    """Slope (1/h) and intercept of ln concentration (mcg/mL) over four hours."""
    times = np.linspace(0.0, 4.0, 81)
    csf = after_puncture(subject, mass_mcg, times).csf_at(PUNCTURE_CM)
    slope, intercept = np.polyfit(times, np.log(csf), 1)
    return float(slope), float(intercept)


def _each(parameters: Parameters) -> Iterator[tuple[str, Sourced]]:
    return ((field.name, getattr(parameters, field.name)) for field in fields(parameters))


def first(times: Floats, values: Floats, wanted: float) -> float:
    """When, of `times` (times,), `values` (times,) first rise to `wanted`, by straight lines; infinite where never."""
    reached = values >= wanted
    if not reached.any():
        return math.inf
    after = int(reached.argmax())
    if not after:
        return float(times[0])
    share = (wanted - values[after - 1]) / (values[after] - values[after - 1])
    return float(times[after - 1] + share * (times[after] - times[after - 1]))
