"""What must hold for any delivery: the laws of a linear body that conserves drug."""

import json
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.body.helpers import deliveries, flex, floats, relative_difference

from thecal.body import Body, BodyState, level_cm
from thecal.body.anatomy import Floats
from thecal.body.response import suppression
from thecal.errors import BadInput, OurFault, TheirFault

Delivery = tuple[Floats, Floats]
tips = st.sampled_from(["C2", "C5", "T2", "T10", "L1", "L3"])
few = settings(max_examples=40, deadline=None)


def test_at_rest_without_drug_nothing_happens() -> None:
    """A body at rest that is given nothing stays exactly at rest."""
    body = Body.adult()
    assert body.advance(body.rest(), [0.0, 1000.0], [0.0]) == body.rest()


def test_the_body_needs_no_scipy() -> None:
    """Importing and building it loads numpy alone: web processes start fast."""
    script = "import sys; from thecal.body import Body; Body.adult(); sys.exit('scipy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0


@few
@given(deliveries(), st.floats(0.0, 1.0), tips)
def test_where_a_stretch_is_cut_does_not_matter(delivery: Delivery, share: float, tip: str) -> None:
    """advance(a→c) is advance(a→b→c), to 1e-12, for any b."""
    body, (edges, rates) = Body.adult(tip), delivery
    begin = body.steady(20.0)
    cut = edges[0] + share * (edges[-1] - edges[0])
    whole = body.advance(begin, edges, rates)
    early, late = edges[edges < cut], edges[edges > cut]
    if not early.size or not late.size:
        return
    middle = body.advance(begin, [*early, cut], rates[: len(early)])
    halves = body.advance(middle, [cut, *late], rates[len(rates) - len(late) :])
    assert relative_difference(whole, halves) < 1e-12


@few
@given(deliveries(), st.floats(0.0, 10.0), st.floats(0.0, 200.0))
def test_courses_of_delivery_add_up(delivery: Delivery, factor: float, steady: float) -> None:
    """The state after (state + delivery) is the sum of the two alone; twice the delivery is twice the state."""
    body, (edges, rates) = Body.adult(), delivery
    together = body.advance(body.steady(steady), edges, factor * rates)
    alone = factor * floats(body.advance(body.rest(), edges, rates))
    washed_out = floats(body.advance(body.steady(steady), edges, 0.0 * rates))
    assert relative_difference(together, BodyState.from_floats((alone + washed_out).tolist())) < 1e-12


@few
@given(deliveries(), st.integers(-100_000, 500_000))
def test_when_it_happens_does_not_matter(delivery: Delivery, shift_h: int) -> None:
    """The same delivery later gives the same state, but for the rounding of the hours themselves."""
    body, (edges, rates) = Body.adult(), (np.round(delivery[0] * 64 + np.arange(len(delivery[0]))) / 64, delivery[1])
    assert body.advance(body.rest(), edges + shift_h, rates) == body.advance(body.rest(), edges, rates)


@few
@given(deliveries(), st.floats(0.0, 200.0), tips)
def test_drug_in_is_drug_held_and_drug_eliminated(delivery: Delivery, steady: float, tip: str) -> None:
    """Nothing is made, nothing vanishes, to 1e-10: the slowest eigenmode's rate is known to some 1e-11 of itself."""
    body, (edges, rates) = Body.adult(tip), delivery
    begin = body.steady(steady)
    given_mcg = body.held_mcg(begin) + float(rates @ np.diff(edges))
    end_mcg = body.held_mcg(body.advance(begin, edges, rates)) + body.eliminated_mcg(begin, edges, rates)
    assert end_mcg == pytest.approx(given_mcg, rel=1e-10, abs=1e-12)


@few
@given(deliveries(), tips)
def test_no_concentration_is_negative(delivery: Delivery, tip: str) -> None:
    """Neither drug nor effect falls below zero, but for rounding of the highest concentration anywhere."""
    body, (edges, rates) = Body.adult(tip), delivery
    course = body.course(body.rest(), edges, rates, np.linspace(edges[0], edges[-1], 50))
    hair = max(1e-13 * course.csf_mcg_per_ml.max(), np.finfo(float).tiny)  # below it, nothing is relative
    assert min(course.csf_mcg_per_ml.min(), course.cord_mcg_per_ml.min()) >= -hair
    assert min(felt.min() for felt in course.effect_ng_per_ml.values()) >= -1000.0 * hair


@few
@given(deliveries(), st.lists(st.floats(0.0, 1.0), max_size=6))
def test_looking_changes_nothing(delivery: Delivery, shares: list[float]) -> None:
    """A course at any times, in any order, passes through the states that advance finds."""
    body, (edges, rates) = Body.adult(), delivery
    times = edges[0] + np.array([*shares, 1.0]) * (edges[-1] - edges[0])
    course = body.course(body.rest(), edges, rates, np.minimum(times, edges[-1]))
    end = body.advance(body.rest(), edges, rates)
    csf = np.array(end.concentrations_mcg_per_ml[: len(course.z_cm)])
    assert np.abs(course.csf_mcg_per_ml[-1] - csf).max() <= 1e-12 * csf.max()


def test_endless_infusion_tends_to_the_fixed_point() -> None:
    """Forty days at 300 mcg/day from nothing end where `steady` says, and stay there."""
    body = Body.adult()
    arrived = body.advance(body.rest(), [0.0, 960.0], [12.5])
    assert relative_difference(arrived, body.steady(12.5)) < 1e-12
    assert relative_difference(body.advance(body.steady(12.5), [0.0, 7.0], [12.5]), body.steady(12.5)) < 1e-12


def test_ten_years_in_one_step_end_at_the_fixed_point() -> None:
    """No step is too long: nothing overflows, and the end is the fixed point to the last few bits."""
    body = Body.adult()
    assert relative_difference(body.advance(body.rest(), [0.0, 87_600.0], [12.5]), body.steady(12.5)) < 1e-12


def test_no_time_changes_nothing() -> None:
    """One edge and no stretch: the state comes back, and a course can look at it."""
    body = Body.adult()
    state = body.steady(12.5)
    assert relative_difference(body.advance(state, [5.0], []), state) < 1e-12
    assert body.course(state, [5.0], [], [5.0]).csf_at(34.0)[0] > 0.0


def test_a_repeated_day_tends_to_its_cycle() -> None:
    """Forty days of a flex schedule from nothing end where `periodic` says, and one more day returns there."""
    body, day = Body.adult(), flex(1)
    assert relative_difference(body.advance(body.rest(), *flex(40)), body.periodic(*day)) < 1e-12
    assert relative_difference(body.advance(body.periodic(*day), *day), body.periodic(*day)) < 1e-12


def test_a_steady_day_is_a_cycle_too() -> None:
    """The cycle of one constant step is the fixed point at that rate."""
    body = Body.adult()
    assert relative_difference(body.periodic([0.0, 24.0], [12.5]), body.steady(12.5)) < 1e-12


def test_a_short_bolus_is_not_missed() -> None:
    """One second of a bolus in a month of nothing leaves as much drug as the same mass as an impulse would."""
    body = Body.adult()
    second_h = 1.0 / 3600.0
    begin, edges = body.rest(), [0.0, 1.0, 1.0 + second_h, 1.5]
    end = body.advance(begin, edges, [0.0, 50.0 / second_h, 0.0])
    gone = body.eliminated_mcg(begin, edges, [0.0, 50.0 / second_h, 0.0])
    assert body.held_mcg(end) + gone == pytest.approx(50.0, rel=1e-10)
    assert body.held_mcg(end) > 40.0


def test_a_lumbar_injection_adds_its_mass_and_leaves_effects_to_time() -> None:
    """The drug is held at once, none of it felt yet."""
    body = Body.adult()
    injected = body.injected(body.steady(5.0), 50.0, "L3")
    assert body.held_mcg(injected) == pytest.approx(body.held_mcg(body.steady(5.0)) + 50.0, rel=1e-12)
    assert injected.effects_ng_per_ml == body.steady(5.0).effects_ng_per_ml


def test_a_lumbar_injection_spreads_three_centimetres() -> None:
    """Its mass lies around the middle of L3 at 48.6 cm with a standard deviation of 3 cm."""
    body = Body.adult()
    injected = np.array(body.injected(body.rest(), 1.0, "L3").concentrations_mcg_per_ml)[: body.network.cells]
    mass, z_cm = injected * body.grid.csf_ml, body.grid.centres_cm
    assert mass @ z_cm == pytest.approx(48.6, abs=0.01)
    assert np.sqrt(mass @ (z_cm - 48.6) ** 2) == pytest.approx(3.0, abs=0.02)


def test_a_state_survives_json_to_the_last_bit() -> None:
    """Written to text and read back it is the same state, and goes on the same way."""
    body = Body.adult()
    state = body.advance(body.steady(11.1), [0.0, 0.1, 5.0], [77.0, 3.3])
    again = BodyState.from_floats(json.loads(json.dumps(state.to_floats())))
    assert again == state
    assert body.advance(again, [0.0, 9.0], [1.0]) == body.advance(state, [0.0, 9.0], [1.0])


@pytest.mark.parametrize("floats", [[], [0.0] * 8, [0.0] * 20 + [float("nan")], ["1.0"] * 20, [True] * 20])
def test_what_is_no_state_is_their_fault(floats: list[float]) -> None:
    """A list too short, or with something other than finite numbers, is refused."""
    with pytest.raises(TheirFault):
        BodyState.from_floats(floats)


def test_a_state_of_another_grid_is_refused() -> None:
    """A coarse body's state cannot be advanced in a fine one."""
    coarse = Body.adult(cell_cm=2.0).rest()
    with pytest.raises(OurFault, match="another body"):
        Body.adult().advance(coarse, [0.0, 1.0], [0.0])


@pytest.mark.parametrize(
    ("edges", "rates"),
    [
        ([0.0, 1.0], [1.0, 2.0]),
        ([0.0, 0.0], [1.0]),
        ([1.0, 0.0], [1.0]),
        ([0.0, float("nan")], [1.0]),
        ([0.0, 1.0], [-1.0]),
        ([0.0, 1.0], [float("inf")]),
        ([], []),
    ],
)
def test_a_delivery_that_is_none_is_refused(edges: list[float], rates: list[float]) -> None:
    """Edges must rise, one rate between each two, none of them negative or missing."""
    body = Body.adult()
    with pytest.raises(OurFault):
        body.advance(body.rest(), edges, rates)


@pytest.mark.parametrize("amount", [-1.0, float("nan"), float("inf")])
def test_an_amount_that_cannot_be_given_is_refused(amount: float) -> None:
    """Neither a steady rate nor an injection is negative, endless or missing."""
    body = Body.adult()
    with pytest.raises(OurFault):
        body.steady(amount)
    with pytest.raises(OurFault):
        body.injected(body.rest(), amount)


def test_a_cycle_without_length_is_refused() -> None:
    """One edge repeats nothing."""
    with pytest.raises(OurFault, match="a cycle lasts"):
        Body.adult().periodic([0.0], [])


def test_a_time_outside_the_edges_is_refused() -> None:
    """Nothing is extrapolated."""
    body = Body.adult()
    with pytest.raises(OurFault, match="between the first and the last edge"):
        body.course(body.rest(), [0.0, 1.0], [1.0], [1.5])


def test_an_unknown_level_is_bad_input() -> None:
    """A tip at T13 is a person's slip, answered with what would be right."""
    with pytest.raises(BadInput, match="T13"):
        Body.adult("T13")


def test_a_tip_nearer_the_arms_does_more_for_them() -> None:
    """Moving the tip from T10 to C5 raises what the biceps feels and lowers what the soleus feels."""
    low, high = Body.adult("T10").steady(12.5), Body.adult("C5").steady(12.5)
    soleus, biceps = 0, 3
    assert high.effects_ng_per_ml[biceps] > low.effects_ng_per_ml[biceps]
    assert high.effects_ng_per_ml[soleus] < low.effects_ng_per_ml[soleus]


def test_moving_the_tip_keeps_the_state() -> None:
    """What is in the canal stays there: a revised catheter's body goes on from the old one's state."""
    state = Body.adult("T10").steady(12.5)
    assert Body.adult("T4").held_mcg(state) == Body.adult("T10").held_mcg(state)
    assert Body.adult("T4").advance(state, [0.0, 1.0], [0.0]) == Body.adult("T10").advance(state, [0.0, 1.0], [0.0])


def test_csf_between_two_cells_lies_between_their_concentrations() -> None:
    """At a cell's middle it is that cell's; beyond the canal's ends it is the last cell's."""
    body = Body.adult()
    course = body.course(body.steady(12.5), [0.0, 1.0], [12.5], [0.0])
    assert course.csf_at(course.z_cm[40])[0] == course.csf_mcg_per_ml[0, 40]
    assert course.csf_at(0.0)[0] == course.csf_mcg_per_ml[0, 0]
    assert course.csf_at(62.3)[0] == course.csf_mcg_per_ml[0, -1]
    assert course.csf_at(level_cm("T10"))[0] == pytest.approx(course.csf_mcg_per_ml[0].max(), rel=0.01)


def test_a_sensitive_person_is_a_factor_not_another_body() -> None:
    """Suppression of a course is computed from C_e alone; the body holds no tolerance."""
    body = Body.adult()
    felt = body.course(body.steady(4.0), [0.0, 1.0], [4.0], [0.0]).effect_ng_per_ml["soleus"]
    assert suppression(felt, 2.35)[0] < suppression(felt, 1.0)[0] < suppression(felt, 1.0, 2.0)[0]
