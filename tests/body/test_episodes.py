"""A life in episodes: nothing is lost where one regime ends and another begins, and a needle takes what it takes."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.body.helpers import deliveries, flex, relative_difference

from thecal.body import Body
from thecal.body.anatomy import Floats
from thecal.body.episodes import (
    Episode,
    advance_through,
    course_through,
    drainage,
    drained_mcg,
    eliminated_mcg,
)
from thecal.body.kinetics import POOLS
from thecal.body.regime import REGIMES, USUAL, Regime
from thecal.body.stature import Stature
from thecal.errors import BadInput, OurFault

DRAINING = Regime(drain_level="L3", drain_ml_per_h=70.0)
few = settings(max_examples=25, deadline=None)


@st.composite
def lives(draw: st.DrawFn) -> list[Episode]:
    """Up to five episodes within a fortnight, some of them drained; all stir enough for eigenmodes to be exact."""
    begins = sorted(draw(st.sets(st.floats(-10.0, 300.0), max_size=5)))
    lying, walking = REGIMES["lying"], REGIMES["walking"]
    regimes = st.sampled_from([USUAL, lying, walking, DRAINING, replace(lying, drain_level="C7", drain_ml_per_h=5.0)])
    return [Episode(at_h=at_h, regime=draw(regimes)) for at_h in begins]


def body() -> Body:
    """An adult on cells of a centimetre, which builds fast."""
    return Body.adult("T10", cell_cm=1.0)


@few
@given(deliveries(), lives())
def test_what_was_given_is_held_or_gone(delivery: tuple[Floats, Floats], episodes: list[Episode]) -> None:
    """Through any life drug in = held + eliminated + drained, to 1e-10."""
    edges, rates = delivery
    begin = body().steady(10.0)
    end = advance_through(body(), begin, edges, rates, episodes)
    gone = eliminated_mcg(body(), begin, edges, rates, episodes) + drained_mcg(body(), begin, edges, rates, episodes)
    given_mcg = body().held_mcg(begin) + np.diff(edges) @ rates
    assert body().held_mcg(end) + gone == pytest.approx(given_mcg, rel=1e-10)


@few
@given(deliveries(), lives(), st.floats(0.0, 1.0))
def test_where_a_life_is_cut_does_not_matter(
    delivery: tuple[Floats, Floats], episodes: list[Episode], share: float
) -> None:
    """advance(a→c) is advance(a→b→c), to 1e-12, for any b within or between episodes; drained masses add up."""
    edges, rates = delivery
    begin = body().steady(10.0)
    cut = edges[0] + share * (edges[-1] - edges[0])
    early, late = edges[edges < cut], edges[edges > cut]
    if not early.size or not late.size:
        return
    first = ([*early, cut], rates[: len(early)])
    second = ([cut, *late], rates[len(rates) - len(late) :])
    middle = advance_through(body(), begin, *first, episodes)
    whole = advance_through(body(), begin, edges, rates, episodes)
    assert relative_difference(whole, advance_through(body(), middle, *second, episodes)) < 1e-12
    halves = drained_mcg(body(), begin, *first, episodes) + drained_mcg(body(), middle, *second, episodes)
    assert drained_mcg(body(), begin, edges, rates, episodes) == pytest.approx(halves, rel=1e-9, abs=1e-9)


@few
@given(deliveries(), lives(), st.lists(st.floats(0.0, 1.0), min_size=1, max_size=6))
def test_a_course_is_what_advancing_finds(
    delivery: tuple[Floats, Floats], episodes: list[Episode], shares: list[float]
) -> None:
    """At every time, in the order that was asked for, CSF, cisterns and effects are those of the state there."""
    edges, rates = delivery
    times = edges[0] + np.array(shares) * (edges[-1] - edges[0])
    course = course_through(body(), body().steady(10.0), edges, rates, times, episodes)
    assert list(course.times_h) == list(times)
    for row, time in enumerate(times):
        until = [*edges[edges < time], time] if time > edges[0] else [time]
        there = advance_through(body(), body().steady(10.0), until, rates[: len(until) - 1], episodes)
        csf = np.array(there.concentrations_mcg_per_ml[: len(course.z_cm)])
        assert course.csf_mcg_per_ml[row] == pytest.approx(csf, rel=1e-9, abs=1e-12)
        assert course.brainstem_ng_per_ml[row] == pytest.approx(
            there.effects_ng_per_ml[POOLS.index("brainstem")], rel=1e-9, abs=1e-9
        )
        assert set(course.effect_ng_per_ml) == {"soleus", "quadriceps", "flexor carpi radialis", "biceps"}


def test_a_life_without_episodes_is_the_bodys_own() -> None:
    """No episode, or one of the regime that holds anyway, changes nothing."""
    edges, rates = flex(2)
    alone = body().advance(body().rest(), edges, rates)
    assert advance_through(body(), body().rest(), edges, rates, []) == alone
    usual = [Episode(at_h=7.0, regime=USUAL)]
    assert relative_difference(advance_through(body(), body().rest(), edges, rates, usual), alone) < 1e-12
    assert drained_mcg(body(), body().rest(), edges, rates, usual) == 0.0


def test_an_episode_that_began_earlier_holds_from_the_start() -> None:
    """Of two that lie behind, the later one; one that lies ahead of the end does not count."""
    edges, rates = flex(1)
    walking = body().under(REGIMES["walking"]).advance(body().rest(), edges, rates)
    episodes = [
        Episode(at_h=-9.0, regime=REGIMES["lying"]),
        Episode(at_h=0.0, regime=REGIMES["walking"]),
        Episode(at_h=24.0, regime=REGIMES["lying"]),
    ]
    assert relative_difference(advance_through(body(), body().rest(), edges, rates, episodes), walking) < 1e-12


def test_who_lies_keeps_more_drug_near_the_tip() -> None:
    """Less stirring leaves more at the tip and sends less to the cisterns: twelve hours of lying against walking."""
    at_tip, at_head = [], []
    for name in ("anaesthetised", "lying", "upright", "walking"):
        episodes = [Episode(at_h=0.0, regime=REGIMES[name])]
        course = course_through(body(), body().rest(), [0.0, 12.0], [12.5], [12.0], episodes)
        at_tip.append(course.csf_at(body().grid.level_cm("T10"))[0])
        at_head.append(course.cisternal_mcg_per_ml[0])
    assert at_tip == sorted(at_tip, reverse=True)
    assert at_head == sorted(at_head)


def test_a_drain_takes_its_volume_at_the_needles_concentration() -> None:
    """What leaves in a very short while is the flow times the concentration at the needle."""
    state = body().steady(12.5)
    edges, episodes = [0.0, 1e-6], [Episode(at_h=0.0, regime=DRAINING)]
    needle = int(body().grid.level_cm("L3") // body().grid.cell_cm)
    expected = 70e-6 * state.concentrations_mcg_per_ml[needle]
    assert drained_mcg(body(), state, edges, [12.5], episodes) == pytest.approx(expected, rel=1e-3)


@pytest.mark.parametrize("volume_ml", [30.0, 40.0])
def test_draining_after_an_overdose_spares_the_head(volume_ml: float) -> None:
    """Two hours after 1 mg went in at T10, 30 to 40 mL from L3 carry off drug, and the cisterns see less of it."""
    edges, rates, times = [0.0, 0.1, 2.0, 24.0], [10_000.0, 0.0, 0.0], np.linspace(2.0, 24.0, 45)
    episodes = drainage(volume_ml=volume_ml, over_h=0.5, level="L3", at_h=2.0)
    left = course_through(body(), body().rest(), edges, rates, times, [])
    drained = course_through(body(), body().rest(), edges, rates, times, episodes)
    assert drained_mcg(body(), body().rest(), edges, rates, episodes) > 50.0
    assert drained.cisternal_mcg_per_ml[0] == pytest.approx(left.cisternal_mcg_per_ml[0], rel=1e-9)
    assert (drained.cisternal_mcg_per_ml[1:] < left.cisternal_mcg_per_ml[1:]).all()
    assert np.trapezoid(drained.brainstem_ng_per_ml, times) < 0.9 * np.trapezoid(left.brainstem_ng_per_ml, times)


def test_more_fluid_takes_more_drug() -> None:
    """Drained mass grows with the volume."""
    state, edges = body().steady(50.0), [0.0, 3.0]
    taken = [
        drained_mcg(body(), state, edges, [0.0], drainage(volume_ml=volume, over_h=0.5, at_h=1.0))
        for volume in (5.0, 10.0, 20.0, 40.0)
    ]
    assert taken == sorted(set(taken))
    assert taken[0] > 0.0


def test_a_drainage_is_a_drain_and_its_end() -> None:
    """35 mL over half an hour are 70 mL/h from L3, after which the regime is what it was besides."""
    drain, end = drainage(volume_ml=35.0, over_h=0.5, at_h=3.0, regime=REGIMES["lying"])
    assert drain == Episode(at_h=3.0, regime=Regime(stirring=0.7, drain_level="L3", drain_ml_per_h=70.0))
    assert end == Episode(at_h=3.5, regime=REGIMES["lying"])


@pytest.mark.parametrize("wrong", [0.0, -1.0, float("nan"), float("inf")])
def test_a_drainage_that_is_none_is_refused(wrong: float) -> None:
    """Volume and time are above zero; the level exists."""
    with pytest.raises(BadInput, match="volume_ml"):
        drainage(volume_ml=wrong, over_h=0.5, at_h=0.0)
    with pytest.raises(BadInput, match="over_h"):
        drainage(volume_ml=35.0, over_h=wrong, at_h=0.0)
    with pytest.raises(BadInput, match="L9"):
        drainage(volume_ml=35.0, over_h=0.5, level="L9", at_h=0.0)


def test_episodes_out_of_order_are_refused() -> None:
    """Two at one moment, one before the other, or one at no time at all."""
    for begins in ([5.0, 5.0], [5.0, 4.0], [float("nan")]):
        episodes = [Episode(at_h=at_h, regime=USUAL) for at_h in begins]
        with pytest.raises(OurFault, match="follow one another"):
            advance_through(body(), body().rest(), [0.0, 10.0], [1.0], episodes)


@pytest.mark.parametrize("time", [-0.1, 10.1, float("nan")])
def test_a_time_outside_a_life_is_refused(time: float) -> None:
    """Nothing is extrapolated, before or after, whatever else is asked for."""
    with pytest.raises(OurFault, match="between the first and the last edge"):
        course_through(body(), body().rest(), [0.0, 10.0], [1.0], [5.0, time], [Episode(at_h=5.0, regime=DRAINING)])


def test_a_delivery_out_of_order_is_refused() -> None:
    """Cutting it at an episode does not put its edges in order."""
    with pytest.raises(OurFault, match="rise"):
        advance_through(body(), body().rest(), [0.0, 5.0, 3.0, 10.0], [1.0] * 3, [Episode(at_h=4.0, regime=DRAINING)])


def test_a_childs_needle_stands_at_the_same_vertebra() -> None:
    """Under another regime tip and stature stay those of the body; L3 of 115 cm is where L3 of 115 cm is."""
    child = Body.of("L1", stature=Stature(height_cm=115.0), cell_cm=0.5).under(DRAINING)
    assert (child.tip_level, child.stature.height_cm) == ("L1", 115.0)
    assert child.network.drain_ml_per_h.sum() == 70.0
    assert child.network.drain_ml_per_h.argmax() == int(48.6 * 115.0 / 170.0 // child.grid.cell_cm)
