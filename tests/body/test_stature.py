"""What is known of a person's build, and what is refused."""

from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from thecal.body.stature import ADULT, MEDIAN_HEIGHTS, Stature
from thecal.errors import BadInput

heights = st.floats(90.0, 220.0)
ages = st.floats(4.0, 120.0)


def test_the_adult_of_the_measurements_changes_nothing() -> None:
    """At 170 cm every factor is exactly 1, and the weight is the usual one."""
    assert (ADULT.taller, ADULT.stroke_factor, ADULT.mass_kg) == (1.0, 1.0, 70.0)


def test_strokes_fade_with_age_as_measured() -> None:
    """3.1 mm/s of 45 mm/s are lost in ten years, at whatever adult age; at 45 years nothing is."""
    assert Stature(age_years=45.0).stroke_factor == 1.0
    for age in (25.0, 45.0, 70.0):
        lost = Stature(age_years=age).stroke_factor - Stature(age_years=age + 10.0).stroke_factor
        assert lost == pytest.approx(3.1 / 45.0, rel=1e-12)


def test_children_move_as_much_for_their_size_as_the_young() -> None:
    """Below twenty years nothing is extrapolated; a stroke is a volume and goes with the cube of the height."""
    child, young = Stature(age_years=6.0, height_cm=115.0), Stature(age_years=20.0, height_cm=170.0)
    assert child.stroke_factor == pytest.approx(young.stroke_factor * (115.0 / 170.0) ** 3, rel=1e-12)


@given(ages, heights)
def test_something_always_moves(age: float, height: float) -> None:
    """At every age and height the strokes stay above zero."""
    assert Stature(age_years=age, height_cm=height).stroke_factor > 0.0


def test_a_weight_that_is_known_is_taken() -> None:
    """Else isometry makes 21.7 kg of 115 cm."""
    assert Stature(height_cm=115.0, weight_kg=19.0).mass_kg == 19.0
    assert Stature(height_cm=115.0).mass_kg == pytest.approx(21.7, abs=0.05)


def test_an_age_stands_for_a_height() -> None:
    """A girl of six is 115 cm tall, a man of any age 176 cm; of unknown sex is the mean of both; between, a line."""
    assert Stature.of(age_years=6.0, sex="female") == Stature(height_cm=115.0, age_years=6.0, sex="female")
    assert Stature.of(age_years=18.0, sex="male").height_cm == Stature.of(age_years=80.0, sex="male").height_cm == 176.0
    assert Stature.of(age_years=6.0).height_cm == 115.5
    assert Stature.of(age_years=5.0, sex="male").height_cm == 109.0


def test_a_height_that_is_known_is_taken() -> None:
    """The median is for those whom nobody measured; everything else is kept as it was given."""
    asked = Stature.of(age_years=30.0, sex="male", height_cm=160.0, weight_kg=60.0, lumbar_ml=30.0)
    assert asked == Stature(height_cm=160.0, sex="male", age_years=30.0, weight_kg=60.0, lumbar_ml=30.0)


@pytest.mark.parametrize("sex", ["female", "male"])
def test_medians_rise_until_they_are_level(sex: Literal["female", "male"]) -> None:
    """Nobody shrinks while growing up, and every median is called assumed."""
    medians = list(MEDIAN_HEIGHTS[sex].values())
    assert [number.value for number in medians] == sorted({number.value for number in medians})
    assert {number.grade for number in medians} == {"assumed"}


@pytest.mark.parametrize(
    ("field", "low", "high"),
    [
        ("height_cm", 90.0, 220.0),
        ("age_years", 4.0, 120.0),
        ("weight_kg", 8.0, 350.0),
        ("lumbar_ml", 10.0, 100.0),
    ],
)
def test_what_the_model_does_not_know_is_refused(field: str, low: float, high: float) -> None:
    """Both ends are taken; beyond them, or with no number at all, the field is named and its range said."""
    for taken in (low, high):
        assert getattr(Stature(**{field: taken}), field) == taken  # type: ignore[arg-type]  # a field by name
    for refused in (0.99 * low, 1.01 * high, -low, float("nan"), float("inf")):
        with pytest.raises(BadInput) as caught:
            Stature(**{field: refused})  # type: ignore[arg-type]  # a field by name
        assert caught.value.field == field
        assert f"{low:g} to {high:g}" in caught.value.remedy


def test_a_childs_lumbar_fluid_has_a_childs_range() -> None:
    """8 mL is too little for an adult and a usual volume at 95 cm."""
    assert Stature(height_cm=95.0, lumbar_ml=8.0).lumbar_ml == 8.0
    with pytest.raises(BadInput):
        Stature(lumbar_ml=8.0)


def test_nobody_under_four_is_looked_up() -> None:
    """An age outside the medians is refused before anything is made of it."""
    for age in (3.0, 130.0, float("nan")):
        with pytest.raises(BadInput, match="age_years"):
            Stature.of(age_years=age)
