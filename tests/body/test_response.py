"""Concentration to what is found: Hill curves, the score and its label, and everything together over time."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from thecal.body import TWO_POOL
from thecal.body.adaptation import Adaptation, settled
from thecal.body.anatomy import Floats
from thecal.body.cohort import Cohort
from thecal.body.parameters import Parameters
from thecal.body.placebo import Placebo
from thecal.body.response import (
    MAS_LABELS,
    Responder,
    Response,
    mas_label,
    modified_ashworth,
    reflex_residual,
    respond,
    suppression,
)
from thecal.body.signs import Stage, breathing_risk, drowsiness
from thecal.errors import OurFault

effects = st.floats(0.0, 5_000.0)
factors = st.floats(0.2, 5.0)
DAY = np.arange(25.0)


def by_hand(**values: float) -> Parameters:
    """The default set with round numbers of our own, to reckon with whatever the default says."""
    named = {name: replace(getattr(TWO_POOL, name), value=value) for name, value in values.items()}
    return replace(TWO_POOL, **named)


HAND = by_hand(
    ashworth_ec50=66.0, ashworth_slope=2.26, ashworth_largest=1.0, reflex_ic50=32.0, reflex_slope=1.58,
    fast_tolerance=0.6, slow_tolerance=2.4, rebound=0.5, weakness_factor=4.0,
)  # fmt: skip
PERSON = Responder(baseline_mas=3.0, baseline_penn=2.0, whose=HAND)


def at_rest(times: Floats) -> Floats:
    """No drug, (times, 4)."""
    return np.zeros((len(times), 4))


def held(effect_ng_per_ml: float, person: Responder = PERSON) -> Response:
    """A day at one concentration in every muscle and the brainstem, without tolerance."""
    return respond(DAY, np.full((25, 4), effect_ng_per_ml), np.full(25, effect_ng_per_ml), person, tolerance=1.0)


def test_no_drug_suppresses_nothing() -> None:
    """Zero concentration is zero effect, and leaves the reflex and the score as they were."""
    assert suppression(0.0, 1.0) == 0.0
    assert reflex_residual(0.0, 1.0) == 1.0
    assert modified_ashworth(0.0, 3.0) == 3.0


def test_the_half_effect_concentration_halves_tone() -> None:
    """66 ng/mL halves tone in a naive person; with tolerance 2.35 it takes 155.1 ng/mL."""
    assert suppression(66.0, 1.0, parameters=HAND) == pytest.approx(0.5)
    assert suppression(155.1, 2.35, parameters=HAND) == pytest.approx(0.5)
    assert reflex_residual(32.0, 1.0, parameters=HAND) == pytest.approx(0.5)


def test_twice_the_half_effect_concentration_is_on_the_fitted_slopes() -> None:
    """Worked by hand: 2^2.26 = 4.790 gives 4.790/5.790 on tone; 2^1.58 = 2.990 leaves 1/3.990 of the reflex."""
    assert suppression(132.0, 1.0, parameters=HAND) == pytest.approx(0.8273, abs=1e-4)
    assert reflex_residual(64.0, 1.0, parameters=HAND) == pytest.approx(0.2506, abs=1e-4)


def test_a_rounding_error_below_zero_is_no_drug() -> None:
    """A hair below zero gives zero, not a missing number."""
    assert suppression(-1e-15, 1.0) == 0.0


@given(effects, effects, factors)
def test_more_drug_never_suppresses_less(one: float, other: float, tolerance: float) -> None:
    """Suppression rises with concentration and stays within 0 and 1."""
    low, high = suppression([min(one, other), max(one, other)], tolerance)
    assert 0.0 <= low <= high <= 1.0


@given(effects, factors, factors)
def test_tolerance_and_sensitivity_undo_each_other(effect: float, factor: float, tolerance: float) -> None:
    """Twice as tolerant and twice as sensitive is neither."""
    once = suppression(effect, tolerance)
    assert suppression(effect, tolerance * factor, factor) == pytest.approx(float(once), abs=1e-12)


@given(st.floats(0.0, 1.0), st.floats(0.0, 4.0))
def test_the_score_stays_on_its_scale(suppressed: float, baseline: float) -> None:
    """Never below 0, never above where it began."""
    assert 0.0 <= modified_ashworth(suppressed, baseline) <= baseline


def test_the_score_is_the_fitted_scale_less_one() -> None:
    """Ashworth 4.0 of 5, 64 % suppressed: 4 − 3 · 0.64 = 2.08, shown as 1.08."""
    assert modified_ashworth(0.64, 3.0) == pytest.approx(2.08 - 1.0)


@pytest.mark.parametrize(("label", "drawn_at"), MAS_LABELS)
def test_a_grade_is_labelled_where_it_is_drawn(label: str, drawn_at: float) -> None:
    """Every grade's own height gives its name; 1+ is drawn at 1.5."""
    assert mas_label(drawn_at) == label
    assert dict(MAS_LABELS)["1+"] == 1.5


@pytest.mark.parametrize(
    ("value", "label"),
    [(0.49, "0"), (0.5, "1"), (1.24, "1"), (1.26, "1+"), (1.74, "1+"), (1.76, "2"), (2.49, "2"), (3.5, "4")],
)
def test_between_two_grades_the_nearer_one_is_named(value: float, label: str) -> None:
    """Halfway goes up."""
    assert mas_label(value) == label


def test_factors_and_scores_off_their_scale_are_refused() -> None:
    """A tolerance of zero, a negative sensitivity and a score of 5 are the caller's fault."""
    for tolerance, sensitivity in ((0.0, 1.0), (-1.0, 1.0), (1.0, 0.0), (float("nan"), 1.0), (1.0, float("inf"))):
        with pytest.raises(OurFault):
            suppression(50.0, tolerance, sensitivity)
    with pytest.raises(OurFault):
        modified_ashworth(0.5, 5.0)


def test_people_in_a_row_have_factors_of_their_own() -> None:
    """Arrays of tolerance and sensitivity go with arrays of concentrations, element by element."""
    together = suppression([100.0, 200.0], [1.0, 2.0], [1.0, 0.5])
    assert together[1] == suppression(200.0, 2.0, 0.5)
    assert reflex_residual([100.0, 200.0], 1.0, [1.0, 0.5])[1] == pytest.approx(
        reflex_residual(200.0, 1.0, 0.5), rel=1e-14
    )


def test_nothing_given_nothing_found() -> None:
    """A week without drug in a naive person leaves every sign where it was, and no stage of withdrawal."""
    week = np.arange(169.0)
    found = respond(week, at_rest(week), np.zeros(169), PERSON, start=Adaptation.naive(4))
    assert np.all(found.mas == 3.0)
    assert np.all(found.penn == 2.0)
    assert np.all(found.reflex_residual == 1.0)
    assert np.all(found.tolerance == 1.0)
    for sign in (found.suppressed, found.rebound_mas, found.weakness, found.drowsiness, found.breathing_risk):
        assert not sign.any()
    assert found.withdrawal is not None
    assert np.all(found.withdrawal == Stage.NONE)


def test_held_tolerance_is_the_plain_curves() -> None:
    """At a constant factor the score, the reflex and the tone are what the single functions say."""
    effect = np.linspace(0.0, 500.0, 100).reshape(25, 4)
    found = respond(DAY, effect, np.zeros(25), PERSON, tolerance=2.35)
    plain = suppression(effect, 2.35, parameters=HAND)
    assert found.suppressed == pytest.approx(plain, abs=1e-15)
    assert found.mas == pytest.approx(modified_ashworth(plain, 3.0), abs=1e-15)
    assert found.reflex_residual == pytest.approx(reflex_residual(effect[:, 0], 2.35, parameters=HAND), abs=1e-15)
    assert np.all(found.tolerance == 2.35)


def test_held_tolerance_does_not_look_for_withdrawal() -> None:
    """It knows no rebound, and says None instead of a stage."""
    found = held(300.0)
    assert found.withdrawal is None
    assert found.end is None
    assert found.error is None
    assert not found.rebound_mas.any()


def test_rebound_by_hand() -> None:
    """Used to 165 ng/mL, F = 1/2; the moment that the drug is gone, 0.5 · 1/2 · 1 grade comes on top of 3."""
    used_to = settled(DAY, np.full((25, 4), 165.0), PERSON.tolerance)
    found = respond(DAY, at_rest(DAY), np.zeros(25), PERSON, start=used_to)
    assert found.rebound_mas[0] == pytest.approx([0.25] * 4, abs=1e-6)
    assert found.mas[0] == pytest.approx([3.25] * 4, abs=1e-6)
    assert np.all(found.mas[-1] < found.mas[0])


def test_rebound_hides_behind_the_drug() -> None:
    """Used to 165 ng/mL and still on it: half of the tone is suppressed, and half of the quarter grade shows."""
    effect = np.full((25, 4), 165.0)
    found = respond(DAY, effect, effect[:, 0], PERSON, start=settled(DAY, effect, PERSON.tolerance))
    assert found.rebound_mas[12] == pytest.approx([0.125] * 4, abs=1e-6)
    assert found.mas[12] == pytest.approx([1.625] * 4, abs=1e-6)


def test_the_reflex_goes_with_the_calf_and_the_brain_with_them_all() -> None:
    """Muscles with tolerances of 1.6, 1, 1 and 2.2: H/M takes the soleus's, drowsiness and breathing the mean, 1.45."""
    fast = np.array([1.0, 0.0, 0.0, 2.0])
    uneven = Adaptation(fast=fast, slow=np.zeros(4), shortfall=np.zeros(4))
    found = respond(DAY, np.full((25, 4), 90.0), np.full(25, 300.0), PERSON, start=uneven)
    assert found.tolerance[0] == pytest.approx([1.6, 1.0, 1.0, 2.2])
    assert found.reflex_residual[0] == pytest.approx(float(reflex_residual(90.0, 1.6, parameters=HAND)))
    assert found.drowsiness[0] == pytest.approx(float(drowsiness(300.0, 1.45, whose=HAND)))
    assert found.breathing_risk[0] == pytest.approx(float(breathing_risk(300.0, 1.45, whose=HAND)))


def test_rebound_stays_on_the_scale() -> None:
    """Nobody scores above 4."""
    worst = Responder(baseline_mas=4.0, baseline_penn=2.0, whose=HAND)
    found = respond(
        DAY, at_rest(DAY), np.zeros(25), worst, start=settled(DAY, np.full((25, 4), 900.0), worst.tolerance)
    )
    assert found.rebound_mas.max() > 0.2
    assert found.mas.max() == 4.0


def test_weakness_by_hand() -> None:
    """At four times the half-effect concentration half of the useful tone is lost, and at that one 1/(1 + 4^2.26)."""
    assert held(4.0 * 66.0).weakness[0, 0] == pytest.approx(0.5)
    assert held(66.0).weakness[0, 0] == pytest.approx(1.0 / (1.0 + 4.0**2.26))


@settings(deadline=None, max_examples=30)
@given(effects, effects, factors, factors)
def test_more_drug_and_more_sensitivity_do_more(one: float, other: float, some: float, others: float) -> None:
    """Every sign moves one way, in the drug and in the sensitivity, with tolerance that grows."""
    low, high = sorted((one, other))
    dull, keen = sorted((some, others))
    effect = np.broadcast_to(np.array([low, high, low, high])[:, None, None], (4, 25, 4))
    people = Responder(baseline_mas=3.0, baseline_penn=3.0, sensitivity=[dull, dull, keen, keen])
    found = respond(DAY, effect, effect[..., 0], people, start=Adaptation.naive(4, 4))
    for less, more in ((0, 1), (2, 3), (0, 2), (1, 3)):
        for rising in (found.suppressed, found.weakness, found.drowsiness, found.breathing_risk):
            assert np.all(rising[less] <= rising[more] + 1e-12)
        for falling in (found.mas, found.penn, found.reflex_residual):
            assert np.all(falling[less] >= falling[more] - 1e-12)


def test_each_muscle_begins_at_its_own_score() -> None:
    """A score for every muscle, and one for every muscle of every patient, stay with theirs."""
    scores = np.array([3.0, 2.0, 1.0, 0.0])
    alone = respond(DAY, at_rest(DAY), np.zeros(25), replace(PERSON, baseline_mas=scores), tolerance=1.0)
    assert alone.mas[7].tolist() == scores.tolist()
    both = np.array([scores, scores[::-1]])
    found = respond(DAY, np.zeros((2, 25, 4)), np.zeros((2, 25)), replace(PERSON, baseline_mas=both), tolerance=1.0)
    assert found.mas[:, 7].tolist() == both.tolist()


def test_shapes_are_what_the_docstrings_say() -> None:
    """(patients, times, targets) by muscle, (patients, times) of the whole person, (times,) of placebo."""
    effect = np.full((3, 25, 4), 120.0)
    people = Responder(baseline_mas=3.0, baseline_penn=[1.0, 2.0, 3.0], placebo=Placebo.after(2.0))
    found = respond(DAY, effect, effect[..., 0], people, start=Adaptation.naive(3, 4), stride=6, estimate=True)
    by_muscle = (found.suppressed, found.rebound_mas, found.mas, found.weakness, found.tolerance, found.examined_mas())
    assert {sign.shape for sign in by_muscle} == {(3, 25, 4)}
    of_a_person = (found.reflex_residual, found.penn, found.drowsiness, found.breathing_risk)
    assert {sign.shape for sign in of_a_person} == {(3, 25)}
    assert found.withdrawal is not None
    assert found.withdrawal.shape == (3, 25)
    assert found.placebo_mas.shape == (25,)
    assert found.error is not None
    assert found.end is not None
    assert found.error.shape == found.end.fast.shape == (3, 4)


def test_many_patients_are_each_as_they_are_alone() -> None:
    """A cohort's numbers reach every sign: each patient as alone with a set of their own."""
    names = ("ashworth_ec50", "ashworth_slope", "reflex_ic50", "sedation_ec50", "rebound", "weakness_factor")
    rng = np.random.default_rng(11)
    cohort = Cohort(values={name: getattr(TWO_POOL, name).value * rng.uniform(0.5, 2.0, 3) for name in names})
    effect = np.cumsum(rng.uniform(0.0, 30.0, (3, 25, 4)), axis=1)
    sensitivity = np.array([0.5, 1.0, 2.0])
    people = Responder(baseline_mas=3.0, baseline_penn=3.0, sensitivity=sensitivity, whose=cohort)
    many = respond(DAY, effect, effect[..., 0], people, start=Adaptation.naive(3, 4))
    for patient in range(3):
        person = replace(people, sensitivity=sensitivity[patient], whose=cohort.parameters_of(patient))
        alone = respond(DAY, effect[patient], effect[patient, :, 0], person, start=Adaptation.naive(4))
        for sign in ("mas", "weakness", "reflex_residual", "penn", "drowsiness", "breathing_risk", "tolerance"):
            assert getattr(many, sign)[patient] == pytest.approx(getattr(alone, sign), abs=1e-12)


def test_a_course_may_be_cut_in_two() -> None:
    """What is found after noon is the same when the person is picked up at noon."""
    effect = np.cumsum(np.full((25, 4), 10.0), axis=0)
    whole = respond(DAY, effect, effect[:, 0], PERSON, start=Adaptation.naive(4))
    morning = respond(DAY[:13], effect[:13], effect[:13, 0], PERSON, start=Adaptation.naive(4))
    afternoon = respond(DAY[12:], effect[12:], effect[12:, 0], PERSON, start=morning.end)
    assert afternoon.mas == pytest.approx(whole.mas[12:], abs=1e-13)
    assert afternoon.adapted.shortfall == pytest.approx(whole.adapted.shortfall[12:], abs=1e-13)


def test_placebo_stands_apart_and_only_where_it_is_asked_for() -> None:
    """The drug's score never holds it; the examined score does, and never falls below nothing."""
    plain, hoping = held(80.0), held(80.0, replace(PERSON, placebo=Placebo.after(2.0)))
    assert not plain.placebo_mas.any()
    assert plain.examined_mas().tolist() == plain.mas.tolist() == hoping.mas.tolist()
    taken_off = hoping.mas - hoping.examined_mas()
    assert taken_off == pytest.approx(np.broadcast_to(hoping.placebo_mas[:, None], (25, 4)))
    assert taken_off.max() > 0.2
    assert held(2_000.0, replace(PERSON, placebo=Placebo.after(2.0))).examined_mas().min() == 0.0


def test_a_response_takes_one_kind_of_tolerance_and_all_muscles() -> None:
    """Neither or both kinds, or fewer muscles, are the caller's fault; so is a score off its scale."""
    effect = np.zeros((25, 4))
    for start, tolerance in ((None, None), (Adaptation.naive(4), 1.0)):
        with pytest.raises(OurFault, match="one of the two"):
            respond(DAY, effect, effect[:, 0], PERSON, start=start, tolerance=tolerance)
    with pytest.raises(OurFault, match="4 muscles"):
        respond(DAY, effect[:, :3], effect[:, 0], PERSON, tolerance=1.0)
    with pytest.raises(OurFault, match="between 0 and 4"):
        _ = held(10.0, replace(PERSON, baseline_mas=4.5)).mas
