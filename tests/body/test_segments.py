"""Where the segments of the cord lie, against vertebrae and muscles."""

import pytest

from thecal.body.anatomy import LEVELS, TARGETS, level_range_cm, target_range_cm
from thecal.body.segments import MUSCLE_SEGMENTS, SEGMENT_ENDS, SEGMENTS, segment_range_cm
from thecal.errors import BadInput


def middle_cm(segment: str) -> float:
    begins, ends = segment_range_cm(segment)
    return (begins + ends) / 2


def vertebrae_above(segment: str) -> int:
    """How many vertebrae a segment's middle lies above the vertebra of its name."""
    over = next(level for level in LEVELS if middle_cm(segment) < level_range_cm(level)[1])
    return LEVELS.index(segment) - LEVELS.index(over)


def test_there_are_thirty_segments_without_gap() -> None:
    """C1 to S5, eight cervical, each beginning where the one above ends, down to the conus at L1/2."""
    ranges = [segment_range_cm(segment) for segment in SEGMENTS]
    assert [sum(name.startswith(part) for name in SEGMENTS) for part in "CTLS"] == [8, 12, 5, 5]
    assert ranges[0][0] == 0.0
    assert [begins for begins, _ in ranges[1:]] == [ends for _, ends in ranges[:-1]]
    assert ranges[-1][1] == level_range_cm("L1")[1]
    assert all(begins < ends for begins, ends in ranges)


@pytest.mark.parametrize("segment", [f"T{n}" for n in range(3, 13)])
def test_thoracic_segments_lie_about_two_vertebrae_up(segment: str) -> None:
    """T4 to T12 two, T3 on its way there from the neck's one."""
    assert vertebrae_above(segment) == (1 if segment == "T3" else 2)


def test_segments_of_leg_and_bladder_lie_under_t11_to_l1() -> None:
    """All ten of them, and nothing else does."""
    lumbosacral = [segment for segment in SEGMENTS if segment[0] in "LS"]
    assert segment_range_cm(lumbosacral[0])[0] == level_range_cm("T11")[0]
    assert segment_range_cm(lumbosacral[-1])[1] == level_range_cm("L1")[1]
    assert len(lumbosacral) == 10


@pytest.mark.parametrize("muscle", TARGETS)
def test_a_muscles_segments_lie_within_its_vertebrae(muscle: str) -> None:
    """Soleus S1, quadriceps L3-4, flexor carpi radialis C6-7, biceps C5-6, each inside its target's levels."""
    begins, ends = target_range_cm(muscle)
    for segment in MUSCLE_SEGMENTS[muscle]:
        assert begins <= segment_range_cm(segment)[0]
        assert segment_range_cm(segment)[1] <= ends


def test_every_target_has_segments() -> None:
    """No muscle is served from nowhere, and no segment is listed for a muscle that is no target."""
    assert set(MUSCLE_SEGMENTS) == set(TARGETS)
    assert MUSCLE_SEGMENTS["soleus"] == ("S1",)
    assert MUSCLE_SEGMENTS["biceps"] == ("C5", "C6")


def test_nobody_measured_them() -> None:
    """All ends are called assumed."""
    assert {number.grade for number in SEGMENT_ENDS.values()} == {"assumed"}


@pytest.mark.parametrize("segment", ["", "C9", "T13", "L6", "S6", "c1", "Co1"])
def test_what_is_no_segment_is_refused(segment: str) -> None:
    """The answer says which there are."""
    with pytest.raises(BadInput) as caught:
        segment_range_cm(segment)
    assert "C1 to S5" in caught.value.remedy
