"""Other species, states and tracers: each a set of its own, named for its source, that shares what it does not know."""

import importlib
from dataclasses import fields

import numpy as np
import pytest

from thecal.body import Body
from thecal.body.parameters import DTPA, GADOBUTROL, PIG, SETS, TWO_POOL, Parameters

OTHERS = [name for name in SETS if SETS[name] is not TWO_POOL]


def own(name: str) -> dict[str, str]:
    """The fields of a set that are not the default's, and the names of their numbers."""
    found = {field.name: getattr(SETS[name], field.name) for field in fields(Parameters)}
    return {field: number.name for field, number in found.items() if number != getattr(TWO_POOL, field)}


@pytest.mark.parametrize("name", SETS)
def test_a_set_stands_in_the_module_of_its_name(name: str) -> None:
    """A reader who sees the name finds the page of code with its sources."""
    module = importlib.import_module(f"thecal.body.parameters.{name}")
    assert SETS[name] in vars(module).values()
    assert 1900 < int(name[-4:]) < 2100


@pytest.mark.parametrize("name", OTHERS)
def test_what_is_another_sets_own_has_a_name_of_its_own(name: str) -> None:
    """No two numbers of one name have two values; and every other set differs somewhere."""
    usual = set(TWO_POOL.numbers())
    assert own(name)
    assert not usual & set(own(name).values())


@pytest.mark.parametrize("name", OTHERS)
def test_nobodys_muscles_were_measured_with_another_set(name: str) -> None:
    """Species and tracers change transport and plasma alone."""
    effect = [field.name for field in fields(Parameters)]
    assert not set(own(name)) & set(effect[effect.index("fast_rate") :])


def after_eight_hours(parameters: Parameters) -> tuple[float, float]:
    """At 40 mcg/h: how far from a tip at T10 a tenth of the peak lies, and the share of drug in CSF within 5 cm."""
    body = Body.adult("T10", parameters)
    course = body.course(body.rest(), [0.0, 8.0], [40.0], [8.0])
    away_cm, csf = np.abs(course.z_cm - body.grid.level_cm("T10")), course.csf_mcg_per_ml[0]
    mass = csf * body.grid.csf_ml
    return away_cm[csf >= 0.1 * csf.max()].max(), mass[away_cm < 5.0].sum() / mass.sum()


def test_drug_stays_near_the_tip_in_a_pig() -> None:
    """Most of it lies within 5 cm after eight hours, as Bernards 2006 found."""
    tenth_cm, within = after_eight_hours(PIG)
    assert 3.0 < tenth_cm < 8.0
    assert within > 0.8


def test_it_does_not_in_awake_people() -> None:
    """Their dispersion carries a tenth of the peak tens of centimetres away."""
    tenth_cm, within = after_eight_hours(TWO_POOL)
    assert tenth_cm > 20.0
    assert within < 0.5


def test_a_chelate_stays_longer_in_fluid_than_baclofen() -> None:
    """A day after a lumbar puncture more of it is left."""
    left = []
    for parameters in (DTPA, TWO_POOL):
        body = Body.adult("L1", parameters)
        left.append(body.held_mcg(body.advance(body.injected(body.rest(), 1.0), [0.0, 24.0], [0.0])))
    assert left[0] > 2.0 * left[1]


def test_gadobutrol_differs_from_dtpa_in_blood_alone() -> None:
    """In fluid and cord one stands for the other, to the last bit."""
    bodies = [Body.adult("L1", parameters) for parameters in (DTPA, GADOBUTROL)]
    states = [body.steady(1.0).concentrations_mcg_per_ml for body in bodies]
    assert states[0] == states[1]
    assert GADOBUTROL.plasma_clearance != DTPA.plasma_clearance
