"""The shapes that docstrings of the body state: all stated, and held by every array of two whole lives."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pytest
from tests.body.executed import Package, Seen, Subject, checked_function, executed
from tests.body.helpers import flex
from tests.body.shapes import Stated, stated

import thecal.body
from thecal.body import Body, Stature, adaptation, anatomy, population, response, transport, variability
from thecal.body.adaptation import Adaptation, Tolerance
from thecal.body.anatomy import TARGETS, Floats
from thecal.body.calibration.check import check
from thecal.body.calibration.errors import log_normal
from thecal.body.calibration.observed import Ashworth, Case, Dosing, Fluid, Given, Occasion, Reflex
from thecal.body.calibration.posterior import calibrate
from thecal.body.cohort import numbers_of
from thecal.body.ensemble import Ensemble, Exposure
from thecal.body.episodes import advance_through, course_through, drainage, drained_mcg, eliminated_mcg
from thecal.body.placebo import Placebo
from thecal.body.reduced import reduce, reducible
from thecal.body.regime import REGIMES
from thecal.body.response import Responder, Response
from thecal.body.stature import ADULT
from thecal.body.treated import treat
from thecal.body.validation import experiments

PACKAGE = Package(thecal.body)
UNSEEN = {"propagator.Propagator": "says what Modal and Dense do, and is neither"}
OF_ONE_SIZE = {
    ("anatomy.csf_knots", "result"): "the adult's canal is measured at so many places",
    ("anatomy.cord_knots", "result"): "the adult's cord is measured at so many places",
}
SIGNS = ("rebound_mas", "weakness", "reflex_residual", "penn", "drowsiness", "breathing_risk", "withdrawal", "error")


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """How large everything is; no two axes are equal."""

    patients: int
    modes: int
    times: int
    days: int
    cell_cm: float
    tip_level: str
    levels: tuple[str, ...]
    stature: Stature = ADULT


SETTINGS = (
    Setting(patients=37, modes=8, times=26, days=3, cell_cm=2.0, tip_level="T10", levels=("C5", "L1")),
    Setting(
        patients=31,
        modes=9,
        times=19,
        days=2,
        cell_cm=1.5,
        tip_level="L1",
        levels=("T4", "T10", "L1", "L3"),
        stature=Stature(height_cm=115.0),
    ),
)


def _one(of: Setting) -> None:
    """One person: both propagators, a drain, tolerance and what follows."""
    body = Body.of(of.tip_level, stature=of.stature, cell_cm=of.cell_cm)
    edges, rates = flex(of.days)
    times = np.linspace(0.0, edges[-1], of.times)
    for living in (body, body.under(REGIMES["anaesthetised"])):
        state = living.advance(living.periodic(edges, rates), edges, rates)
        living.exposure(living.injected(living.steady(3.0), 50.0), edges, rates)
        living.course(state, edges, rates, times).csf_at(10.0)
        living.eliminated_mcg(state, edges, rates)
    drain = drainage(volume_ml=30.0, over_h=2.0, at_h=5.0)
    for through in (advance_through, drained_mcg, eliminated_mcg):
        through(body, state, edges, rates, drain)
    course = course_through(body, state, edges, rates, times, drain)
    felt = np.stack([course.effect_ng_per_ml[target] for target in TARGETS], axis=-1)
    Tolerance.of().factor(adaptation.settled(times, felt, Tolerance.of()))
    for found in (response.suppression, response.reflex_residual):
        found(felt, np.ones((of.times, 1)), np.ones(len(TARGETS)))
    anatomy.csf_knots()
    anatomy.cord_knots()


def _many(of: Setting) -> None:
    """A cohort: its operator, its modes, a program that repeats, an ensemble."""
    cohort = variability.draw(of.patients, "shapes")
    numbers_of(cohort.some(np.arange(of.patients) % 2 == 0))
    variability.standing(cohort)
    grid = anatomy.canal_grid(of.cell_cm, of.stature, cohort.of("area_scale")[:, None])
    transport.canal(grid, cohort).exchange()
    transport.dispersion_cm2_per_h(grid, cohort)
    reducible(cohort, stature=of.stature, cell_cm=of.cell_cm)
    edges, rates = flex(of.days)
    times = np.linspace(0.0, edges[-1], of.times + 1)[1:]
    reduced = reduce(
        cohort,
        tip_level=of.tip_level,
        stature=of.stature,
        levels=of.levels,
        puncture_level="L3",
        modes=of.modes,
        cell_cm=of.cell_cm,
    )
    start = population.injected(reduced, population.rest(reduced), np.full((of.patients, 1), 50.0))
    population.repeated(reduced, start, edges, np.tile(rates, (of.patients, 1)), times, of.days)
    population.repeated(reduced, start, edges, rates, times, of.days, effects=False)
    for stretch in treat(cohort, reduced, edges, rates, times, cycles=of.days):
        assert stretch.adapted.end is not None
    _forecast(of)


def _forecast(of: Setting) -> None:
    """Bands and blame, with tolerance held and with tolerance that grows."""
    people = Ensemble.of(
        variability.draw(of.patients, "shapes"),
        of.tip_level,
        stature=of.stature,
        levels=of.levels,
        modes=of.modes,
        cell_cm=of.cell_cm,
    )
    edges, rates = flex(of.days)
    times = np.linspace(0.0, edges[-1], of.times)
    start = people.advance(people.settled(edges, rates), edges, rates)
    used_to = Adaptation.naive(of.patients, len(TARGETS))
    tones = np.full((of.patients, len(TARGETS)), 3.0)
    tolerances = people.held(chronic=True)
    for tone, tolerance in ((3.0, None), (tones[0], tolerances), (tones, None)):
        found = people.forecast(
            edges,
            rates,
            times,
            start=start,
            baseline_mas=tone,
            baseline_penn=np.full(of.patients, 2.0),
            placebo=Placebo.after(0.0),
            tolerance=tolerance,
            used_to=used_to if tolerance is None else None,
        )
        found.band("mas", muscle="biceps")
        found.blame("csf", level=of.levels[0], at=of.times - 1)
        found.blame("mas", muscle="soleus", at=of.times - 1)
    lived = found.exposure
    each = np.geomspace(0.5, 2.0, of.patients)
    responder = Responder(baseline_mas=tones, baseline_penn=2.0, sensitivity=each, whose=people.cohort)
    for stretch in (found.response, _responds(times, lived, responder, used_to)):
        for sign in SIGNS:
            getattr(stretch, sign)
        stretch.examined_mas()
    Tolerance.of(people.cohort).factor(used_to)


def _responds(times: Floats, lived: Exposure, responder: Responder, used_to: Adaptation) -> Response:
    return response.respond(
        times, lived.effect_ng_per_ml, lived.brainstem_ng_per_ml, responder, start=used_to, stride=2, estimate=True
    )


def _learned(of: Setting) -> None:
    """One person calibrated from readings, and the check of it."""
    readings = (Ashworth(muscle="soleus", at_h=4.0, grade="1"), Reflex(at_h=2.0, residual=0.5))
    first = Occasion(says="screening", given=Given(puncture_mcg=50.0), placebo=True, readings=readings)
    later = Occasion(
        says="visit",
        given=Given(settled=Dosing(edges_h=(0.0, 24.0), rates_mcg_per_h=(8.0,))),
        chronic=True,
        readings=(Fluid(level="L3", at_h=1.0, mcg_per_ml=0.5), Ashworth(muscle="biceps", at_h=1.0, grade="2"))[
            : of.days
        ],
    )
    muscles = ("soleus", "biceps")
    case = Case(
        tip_level=of.tip_level,
        baseline=dict.fromkeys(muscles, ("3",)),
        occasions=(first, later)[: of.days - 1],
        stature=of.stature,
    )
    found = calibrate(case, "shapes")
    found.learned()
    found.fitted()
    found.tone(of.patients)
    found.found.quantile(found.expected[:, 0], np.linspace(0.0, 1.0, of.times).tolist())
    found.ahead(Given(puncture_mcg=75.0), np.linspace(0.0, 12.0, of.times), chronic=False)
    log_normal(np.ones(of.times), 2.0, 0.3)
    check(case, later, 4 - of.days, "shapes")


def _published(of: Setting) -> None:
    """Some of the experiments of the validation."""
    subject = experiments.Subject(cell_cm=of.cell_cm)
    times = np.linspace(0.5, 12.0, of.times)
    experiments.reflex_after_puncture(subject, times)
    experiments.reflex_after_pump_bolus(subject, times)
    experiments.tone_after_puncture(subject, 4.0)
    course = experiments.from_the_start(subject, of.tip_level, 300.0, times)
    experiments.first(times, subject.tone_lost(course, 1.0), 0.1)


@pytest.fixture(scope="module")
def seen() -> Iterator[Seen]:
    """Everything that two settings went through."""
    with executed(PACKAGE) as seen:
        for setting in SETTINGS:
            for part in (_one, _many, _learned, _published):
                part(setting)
        yield seen


def test_every_array_has_its_shape_in_a_docstring() -> None:
    """Of every public field, argument and result that is an array somebody can read which axes it has."""
    assert PACKAGE.missing() == {}


def test_every_stated_shape_was_held_by_arrays_of_two_sizes(seen: Seen) -> None:
    """What is written was looked at, in arrays large and small; shapes that disagreed have stopped the run already."""
    says = {which: choices for which, choices in PACKAGE.says().items() if not which[0].startswith(tuple(UNSEEN))}
    assert len(says) > 300
    assert seen.once(says) == OF_ONE_SIZE.keys()


def test_axes_in_another_order_would_have_been_noticed(seen: Seen) -> None:
    """Where there are several axes they were once of different lengths, each from each."""
    assert seen.alike() == set()


@pytest.mark.parametrize(
    ("docstring", "of", "results"),
    [
        ("All `a` and `b` (times,), that is `c` (..., cells + 1).", "abc", 0),
        ("As `a`, () or (patients, 1). Then (times,) and more.", "a", 1),
        ("One `a` (), (targets,), or (patients, targets); `b` (n,).", "ab", 0),
        ("Times `a` in [0, 1) as (low, high). Nothing of it (h) is a shape of `b`.", "", 0),
        ("Some (times, cells) and (pools,) of `a`.", "", 2),
    ],
)
def test_shapes_are_read_as_they_are_written(docstring: str, of: str, results: int) -> None:
    """Names before a shape in its sentence own it, alternatives stay together, and prose is no shape."""
    found = stated(docstring, frozenset("abc"))
    assert found.of.keys() == set(of)
    assert len(found.results) == results


def test_alternatives_are_read_one_by_one() -> None:
    """What is joined by "or" belongs to one name."""
    found = stated("One `a` (), (targets,), or (patients, targets).", frozenset("a"))
    assert found.of["a"] == ((), ("targets",), ("patients", "targets"))


@pytest.mark.parametrize("docstring", ["It is (thing,).", "It is (patients, thing)."])
def test_an_axis_that_nobody_knows_is_a_mistake(docstring: str) -> None:
    """A new word for an axis is told apart from prose, and refused."""
    with pytest.raises(AssertionError, match="names an axis that is none"):
        stated(docstring, frozenset())


@pytest.mark.parametrize(
    ("says", "shape"),
    [
        ("It is (times, patients) for `a` (patients, times).", (3, 5)),
        ("It is (times,) for `a` (patients, times).", (3, 5)),
        ("It is (patients, times + 1) for `a` (patients, times).", (3, 5)),
        ("It is (patients, targets) for `a` (patients, times).", (3, 5)),
        ("It is (..., times) for `a` (times,).", (3, 5)),
        ("It is (patients, times) for `a` () or (times, patients).", (3, 5)),
    ],
)
def test_a_shape_that_does_not_hold_is_noticed(says: str, shape: tuple[int, ...]) -> None:
    """A function that hands back what it gets does nothing of what these sentences say."""
    assert _hands_back(says, shape) == "noticed"


def test_a_shape_that_holds_is_let_pass() -> None:
    """The same function, truly described."""
    for says in ("It is (patients, times) for `a` (patients, times).", "It is (..., n) for `a` (times, n) or ()."):
        assert _hands_back(says, (3, 5)) == "fine"


def _hands_back(says: str, shape: tuple[int, ...]) -> str:
    """What becomes of a function that hands back what it gets, described so."""

    def same(a: Floats) -> Floats:
        return a

    arrays = frozenset("a")
    subject = Subject(name="same", says=stated(says, arrays), arrays=arrays, returns=True)
    try:
        checked_function(same, subject, Seen(usual=Stated(of={}, results=()), classes={}))(np.zeros(shape))
    except AssertionError:
        return "noticed"
    return "fine"
