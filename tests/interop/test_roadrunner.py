"""The whole model run by libroadrunner, an engine that nobody here wrote, from nothing but our SBML."""

from dataclasses import replace

import numpy as np
import pytest
from tests.body.helpers import flex, with_boluses
from tests.interop.engine import Floats, complaints, run

from thecal.body import TWO_POOL, Body, BodyState
from thecal.body.adaptation import Adaptation, Tolerance, integrate
from thecal.body.anatomy import TARGETS
from thecal.body.episodes import drainage
from thecal.body.kinetics import POOLS
from thecal.body.response import Responder, respond
from thecal.body.signs import Stage, stages
from thecal.interop import Subject, sbml
from thecal.interop.effect import MUSCLES
from thecal.interop.tree import node_names
from thecal.twin.lived import Dose, Exposure, live

AGREES = 1e-6
CELL_CM = 1.0
"""Coarser than what people see, for a quick engine: the equations are the same."""
TIMES = np.linspace(0.0, 48.0, 481)
FINE = 10
"""Between two of these times our integrator of tolerance takes so many steps, for an error below what is asked."""


def exposed(boluses_h: list[float], doses: tuple[Dose, ...] = ()) -> Exposure:
    """Two days of a flex schedule, with boluses by the pump, and by needle."""
    edges, rates = with_boluses(*flex(2), boluses_h)
    return Exposure(edges_h=edges, rates_mcg_per_h=rates, times_h=TIMES, doses=doses)


def adapted(body: Body, start: BodyState, exposure: Exposure, used_to: Adaptation, sensitivity: float) -> list[Floats]:
    """Tolerance, occupancy, fast part and shortfall by our integrator, each (times, targets)."""
    times = np.linspace(TIMES[0], TIMES[-1], FINE * (len(TIMES) - 1) + 1)
    course, _ = live(body, start, replace(exposure, times_h=times))
    felt = np.column_stack([course.effect_ng_per_ml[target] for target in TARGETS])
    found = integrate(times, felt, used_to, Tolerance.of(sensitivity=sensitivity), estimate=False)
    return [part[::FINE] for part in (found.factor, found.occupancy, found.fast, found.shortfall)]


def apart(one: Floats, other: Floats) -> float:
    """The largest difference of any column (times, columns) against that column's peak."""
    return float((np.abs(one - other).max(axis=0) / np.abs(other).max(axis=0)).max())


def ours(body: Body, start: BodyState, exposure: Exposure) -> Floats:
    """Fluid, cord with cells, cisterns and what each muscle feels, (times, columns)."""
    course, _ = live(body, start, exposure)
    cord = course.cord_mcg_per_ml[:, list(body.network.cord_of)]
    felt = np.column_stack([course.effect_ng_per_ml[target] for target in TARGETS])
    return np.hstack([course.csf_mcg_per_ml, cord, course.cisternal_mcg_per_ml[:, None], felt])


def theirs(body: Body, start: BodyState, exposure: Exposure) -> Floats:
    """The same columns by the engine."""
    columns = [f"[{name}]" for name in node_names(body)[:-1]] + [f"felt_{muscle}" for muscle in MUSCLES]
    return run(sbml(body, start, exposure, Subject()), exposure.times_h, columns)


def test_a_flex_schedule_with_boluses_is_confirmed() -> None:
    """Every cell of fluid and cord, the cisterns and every muscle, from rest, at each of 480 instants."""
    body, exposure = Body.adult("T10", cell_cm=CELL_CM), exposed([4.0, 30.0])
    assert apart(theirs(body, body.rest(), exposure), ours(body, body.rest(), exposure)) < AGREES


def test_lumbar_punctures_are_confirmed() -> None:
    """One at the beginning, of which the document begins; one later, which an event brings."""
    doses = (Dose(at_h=0.0, mass_mcg=50.0, level="L3"), Dose(at_h=20.05, mass_mcg=75.0, level="L4"))
    body = Body.adult("T10", cell_cm=CELL_CM)
    exposure = Exposure(edges_h=TIMES[[0, -1]], rates_mcg_per_h=np.zeros(1), times_h=TIMES, doses=doses)
    assert apart(theirs(body, body.rest(), exposure), ours(body, body.rest(), exposure)) < AGREES


def test_a_drain_in_someone_settled_is_confirmed() -> None:
    """A body that begins at its steady state, and whose links change while fluid runs through a needle."""
    body = Body.adult("T6", cell_cm=CELL_CM)
    episodes = drainage(volume_ml=35.0, over_h=2.05, at_h=3.05)
    exposure = Exposure(edges_h=TIMES[[0, -1]], rates_mcg_per_h=np.array([40.0]), times_h=TIMES, episodes=episodes)
    start = body.steady(30.0)
    assert apart(theirs(body, start, exposure), ours(body, start, exposure)) < AGREES


def test_tolerance_is_confirmed() -> None:
    """Tolerance that grows from none, of every muscle of somebody rather sensitive."""
    body, exposure, naive = Body.adult("T10", cell_cm=CELL_CM), exposed([4.0]), Adaptation.naive(len(TARGETS))
    text = sbml(body, body.rest(), exposure, Subject(sensitivity=1.3, tolerance=naive))
    names = [f"{what}_{muscle}" for what in ("tolerance", "occupancy", "fast") for muscle in MUSCLES]
    expected = adapted(body, body.rest(), exposure, naive, 1.3)
    assert apart(run(text, TIMES, names), np.hstack(expected[:3])) < AGREES


def test_withdrawal_is_confirmed() -> None:
    """The infusion stops: the shortfall grows below what somebody was used to, and tone rebounds."""
    body = Body.adult("T10", cell_cm=CELL_CM)
    exposure = Exposure(edges_h=TIMES[[0, -1]], rates_mcg_per_h=np.zeros(1), times_h=TIMES)
    used_to = Adaptation(fast=np.full(4, 0.8), slow=np.full(4, 0.5), shortfall=np.full(4, 0.01))
    text = sbml(body, body.steady(12.5), exposure, Subject(baseline_mas=2.5, tolerance=used_to))
    names = [f"{what}_{muscle}" for what in ("shortfall", "mas") for muscle in MUSCLES]
    _, occupancy, fast, shortfall = adapted(body, body.steady(12.5), exposure, used_to, 1.0)
    mas = (2.5 + TWO_POOL.rebound.value * fast) * (1.0 - TWO_POOL.ashworth_largest.value * occupancy)
    found = run(text, TIMES, [*names, "withdrawal"])
    assert apart(found[:, :-1], np.hstack([shortfall, mas])) < AGREES
    expected = stages(shortfall)
    assert expected.max() >= Stage.EARLY
    assert (found[:, -1] != expected).sum() <= expected.max(), "but for the instants at which a stage begins"


def test_constant_tolerance_is_confirmed() -> None:
    """Tone, reflex, weakness, drowsiness, breathing and spasms of somebody on chronic therapy."""
    body, exposure = Body.adult("T10", cell_cm=CELL_CM), exposed([])
    text = sbml(body, body.rest(), exposure, Subject(baseline_mas=3.0, sensitivity=1.3, tolerance=2.35))
    signs = ["reflex_lost_soleus", "drowsiness", "breathing_risk", "spasms_left"]
    found = run(text, TIMES, ["suppressed_soleus", "mas_soleus", "weakness_soleus", *signs])
    course, _ = live(body, body.rest(), exposure)
    felt = np.column_stack([course.effect_ng_per_ml[target] for target in TARGETS])
    responder = Responder(baseline_mas=3.0, baseline_penn=1.0, sensitivity=1.3)
    response = respond(TIMES, felt, course.brainstem_ng_per_ml, responder, tolerance=2.35)
    of_soleus = [part[:, 0] for part in (response.suppressed, response.mas, response.weakness)]
    expected = [*of_soleus, 1.0 - response.reflex_residual, response.drowsiness, response.breathing_risk, response.penn]
    assert apart(found, np.column_stack(expected)) < AGREES


def test_every_pool_is_confirmed() -> None:
    """Pools that no course shows by themselves, the brainstem's among them."""
    body, exposure = Body.adult("T10", cell_cm=CELL_CM), exposed([4.0])
    names = [pool.replace(",", "").replace(" ", "_") for pool in POOLS]
    found = run(sbml(body, body.rest(), exposure, Subject()), TIMES[[0, 240, 480]], names)
    for at, row in ((240, found[1]), (480, found[2])):
        edges = np.union1d(exposure.edges_h[exposure.edges_h < TIMES[at]], TIMES[at])
        state = body.advance(body.rest(), edges, exposure.rates_mcg_per_h[: len(edges) - 1])
        assert row == pytest.approx(state.effects_ng_per_ml, rel=AGREES)


def test_the_document_is_valid_down_to_its_units() -> None:
    """Nothing to say has libSBML, with its checks of units on; a spoiled unit it finds."""
    exposure = exposed([4.0], doses=(Dose(at_h=2.0, mass_mcg=50.0, level="L3"),))
    body = Body.adult("T10", cell_cm=2.0 * CELL_CM)
    for tolerance in (2.35, Adaptation.naive(len(TARGETS))):
        text = sbml(body, body.rest(), exposure, Subject(tolerance=tolerance))
        assert not complaints(text)
        assert complaints(text.replace('units="mL_per_h"', 'units="mL"'))


def test_the_same_life_gives_the_same_text() -> None:
    """The document is a function of what is exported: no date, no order of a set, no chance."""
    texts = {sbml(Body.adult("T10"), Body.adult("T10").rest(), exposed([4.0]), Subject()) for _ in range(2)}
    assert len(texts) == 1
