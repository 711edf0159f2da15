"""The adult canal: levels, volumes, and where muscles are served."""

import pytest

from thecal.body.anatomy import (
    CANAL_CM,
    LEVELS,
    TARGETS,
    canal_grid,
    level_at,
    level_cm,
    level_range_cm,
    target_range_cm,
)
from thecal.errors import BadInput, OurFault


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
