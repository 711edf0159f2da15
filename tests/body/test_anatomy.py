"""The canal: levels, volumes, where muscles are served, and how it differs between people."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from thecal.body.anatomy import (
    CANAL_CM,
    LEVELS,
    TARGETS,
    TIP_LEVELS,
    canal_grid,
    level_at,
    level_cm,
    level_range_cm,
    target_range_cm,
)
from thecal.body.stature import ADULT, Stature
from thecal.errors import BadInput, OurFault

T11_12 = 371
"""The first cell below the disc T11/12 at 37.1 cm, where the adult canal is cut into 623 cells of a millimetre."""


def test_levels_follow_one_another_without_gap() -> None:
    """Each begins where the one above ends, from the foramen magnum to the end of the sac at 62.3 cm."""
    ranges = [level_range_cm(level) for level in LEVELS]
    assert ranges[0][0] == 0.0
    assert ranges[-1][1] == CANAL_CM == 62.3
    assert [begins for begins, _ in ranges[1:]] == [ends for _, ends in ranges[:-1]]


@pytest.mark.parametrize("level", LEVELS)
def test_a_level_holds_its_own_middle_and_beginning(level: str) -> None:
    """Name → place → name is the identity; levels are [from, to)."""
    assert level_at(level_cm(level)) == level
    assert level_at(level_range_cm(level)[0]) == level


def test_sections_have_their_published_lengths() -> None:
    """Cervical 11–14, thoracic 27–30, lumbar 17–19 cm (Fick); cord to L1/2, 43–45 cm below the foramen magnum."""
    ends = {level: level_range_cm(level)[1] for level in LEVELS}
    assert 11.0 <= ends["C7"] <= 14.0
    assert 27.0 <= ends["T12"] - ends["C7"] <= 30.0
    assert 17.0 <= ends["L5"] - ends["T12"] <= 19.0
    assert 43.0 <= ends["L1"] <= 45.0


@pytest.mark.parametrize("cell_cm", [0.25, 0.5, 2.0])
def test_volumes_do_not_depend_on_the_cells(cell_cm: float) -> None:
    """98.0 mL of CSF with roots, 43.7 mL of it below T11/12 (Hogan 1996: 28–81), and 22.8 mL of cord."""
    grid = canal_grid(cell_cm)
    assert grid.csf_ml.sum() == pytest.approx(98.006, abs=0.001)
    assert grid.cord_ml.sum() == pytest.approx(22.829, abs=0.001)
    below = grid.csf_ml[grid.edges_cm[:-1] >= 37.1].sum()
    assert below == pytest.approx(43.7, abs=2.2 * cell_cm)
    assert canal_grid(cell_cm, area_scale=1.2).csf_ml.sum() == pytest.approx(1.2 * grid.csf_ml.sum())


def test_no_cell_is_empty_and_no_cord_runs_below_l2() -> None:
    """CSF everywhere; cord down to the end of L2 at 46.8 cm and nowhere below."""
    grid = canal_grid(0.5)
    assert grid.csf_ml.min() > 0.0
    assert (grid.cord_ml[grid.edges_cm[:-1] < 46.8] > 0.0).all()
    assert (grid.cord_ml[grid.edges_cm[:-1] >= 46.8] == 0.0).all()


@pytest.mark.parametrize("height_cm", [90.0, 115.0, 152.0, 199.0])
def test_no_cord_cell_where_there_is_no_cord_at_any_height(height_cm: float) -> None:
    """The cord ends with L2, at 46.8/62.3 of the canal, in short and tall."""
    grid = canal_grid(0.5, Stature(height_cm=height_cm))
    has_cord = grid.edges_cm[:-1] < 46.8 / 62.3 * grid.length_cm - 1e-9
    assert (grid.cord_ml[has_cord] > 0.0).all()
    assert (grid.cord_ml[~has_cord] == 0.0).all()


def test_a_child_of_115_cm_has_42_cm_and_30_ml() -> None:
    """Lengths with the height, volumes with its cube: about a third of the adult's 98 mL."""
    child = canal_grid(0.5, Stature(height_cm=115.0))
    assert child.length_cm == pytest.approx(42.0, abs=0.2)
    assert child.csf_ml.sum() == pytest.approx(30.0, abs=0.5)
    assert child.level_cm("T10") == pytest.approx(33.15 * 115.0 / 170.0, rel=1e-12)


@given(st.floats(90.0, 220.0))
def test_people_are_alike_at_every_height(height_cm: float) -> None:
    """Length, areas and volumes go with the first, second and third power of the height."""
    taller, person, adult = height_cm / 170.0, Stature(height_cm=height_cm), canal_grid(0.5)
    grid = canal_grid(0.5 * taller, person)
    assert grid.length_cm == pytest.approx(62.3 * taller, rel=1e-12)
    assert grid.face_cm2 == pytest.approx(adult.face_cm2 * taller**2, rel=1e-12)
    assert grid.csf_ml == pytest.approx(adult.csf_ml * taller**3, rel=1e-12)
    assert grid.cord_ml == pytest.approx(adult.cord_ml * taller**3, rel=1e-12)


@given(st.floats(10.0, 100.0), st.sampled_from([0.7, 1.0, 1.4]))
def test_measured_lumbar_fluid_is_there_to_the_drop(lumbar_ml: float, area_scale: float) -> None:
    """Below T11/12 is what was measured, however wide the rest is taken to be; above T9/10 nothing changes."""
    grid = canal_grid(0.1, Stature(lumbar_ml=lumbar_ml), area_scale)
    assert grid.csf_ml[T11_12:].sum() == pytest.approx(lumbar_ml, rel=1e-10)
    assert grid.csf_ml[:319] == pytest.approx(area_scale * canal_grid(0.1).csf_ml[:319], rel=1e-12)


def test_measured_lumbar_fluid_is_there_in_a_child_too() -> None:
    """20 mL below T11/12 at 140 cm, on cells of the same share of the canal."""
    grid = canal_grid(0.1 * 140.0 / 170.0, Stature(height_cm=140.0, lumbar_ml=20.0))
    assert grid.csf_ml[T11_12:].sum() == pytest.approx(20.0, rel=1e-10)


@pytest.mark.parametrize("lumbar_ml", [10.0, 100.0])
def test_the_canal_narrows_and_widens_without_a_step(lumbar_ml: float) -> None:
    """From one millimetre to the next the area changes by less than a tenth of a square centimetre, and stays open."""
    areas = canal_grid(0.1, Stature(lumbar_ml=lumbar_ml)).face_cm2
    assert np.abs(np.diff(areas)).max() < 0.1
    assert areas.min() > 0.1


def test_a_measurement_that_finds_the_usual_changes_nothing() -> None:
    """The lumbar volume of the adult, given as if it had been measured, gives the adult."""
    usual = canal_grid(0.1)
    again = canal_grid(0.1, Stature(lumbar_ml=float(usual.csf_ml[T11_12:].sum())))
    assert again.csf_ml == pytest.approx(usual.csf_ml, rel=1e-10)
    assert again.face_cm2 == pytest.approx(usual.face_cm2, rel=1e-10)


def test_many_canals_are_made_at_once() -> None:
    """An area scale of (patients, 1) gives volumes (patients, cells), each row what that scale gives alone."""
    scales, person = np.array([[0.8], [1.0], [1.3]]), Stature(height_cm=160.0, lumbar_ml=50.0)
    many = canal_grid(0.5, person, scales)
    cells = len(many.centres_cm)
    assert many.csf_ml.shape == many.cord_ml.shape == (3, cells)
    assert many.face_cm2.shape == (3, cells + 1)
    assert many.edges_cm.shape == (cells + 1,)
    for row, scale in enumerate(scales[:, 0]):
        alone = canal_grid(0.5, person, float(scale))
        assert many.csf_ml[row] == pytest.approx(alone.csf_ml, rel=1e-13)
        assert many.cord_ml[row] == pytest.approx(alone.cord_ml, rel=1e-13)
        assert many.face_cm2[row] == pytest.approx(alone.face_cm2, rel=1e-13)


def test_a_tip_lies_from_c1_to_s1() -> None:
    """A tip at S2, or at no level, is a person's slip that says the range; punctures and pictures may use S2."""
    grid = canal_grid(0.5)
    assert [grid.tip_cm(level) for level in TIP_LEVELS] == [level_cm(level) for level in LEVELS[:-1]]
    for wrong in ("S2", "T13", ""):
        with pytest.raises(BadInput, match="C1 to S1") as caught:
            grid.tip_cm(wrong)
        assert caught.value.field == "tip_level"
    assert grid.level_cm("S2") == level_cm("S2")


def test_nothing_said_is_the_adult_of_170_cm() -> None:
    """Without a stature the grid is the adult's, to the last bit."""
    assert (canal_grid(0.5).csf_ml == canal_grid(0.5, ADULT).csf_ml).all()
    assert canal_grid(0.5).stature is ADULT
    assert canal_grid(0.5).stretched == 1.0


def test_arms_are_served_from_the_neck_and_legs_from_the_conus() -> None:
    """Every target has cord along its whole length, legs below arms."""
    assert target_range_cm("soleus") == (37.1, 43.3)
    assert target_range_cm("biceps") == (5.7, 9.1)
    assert list(TARGETS) == ["soleus", "quadriceps", "flexor carpi radialis", "biceps"]


def test_what_lies_outside_is_refused() -> None:
    """A level that does not exist is a person's slip; a place outside the canal, or a cell longer than it, is ours."""
    with pytest.raises(BadInput, match="S9"):
        level_cm("S9")
    for outside in (-0.1, 62.4, float("nan")):
        with pytest.raises(OurFault):
            level_at(outside)
    for cell_cm in (0.0, -1.0, 100.0):
        with pytest.raises(OurFault):
            canal_grid(cell_cm)
