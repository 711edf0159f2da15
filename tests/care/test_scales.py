"""Scales: their order, what they average to, and the score of goals."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from thecal.canonical import from_plain, to_plain
from thecal.care.scales import (
    ARMS,
    LEGS,
    Ashworth,
    GasLevel,
    MuscleGroup,
    PennFrequency,
    PennSeverity,
    Side,
    Tone,
    gas_t_tenths,
    mean_hundredths,
)

GOALS = st.lists(st.tuples(st.sampled_from(GasLevel), st.integers(1, 9)), min_size=1, max_size=8)
TONES = st.lists(
    st.builds(
        Tone,
        group=st.sampled_from(MuscleGroup),
        side=st.sampled_from(Side),
        grade=st.none() | st.sampled_from(Ashworth),
    ),
    max_size=18,
)


def test_the_six_grades_are_in_order_and_1_plus_lies_between_1_and_2() -> None:
    """0, 1, 1+, 2, 3, 4: ranks 0 to 5, and strictly rising where they are drawn."""
    assert [grade.label for grade in sorted(Ashworth)] == ["0", "1", "1+", "2", "3", "4"]
    assert [grade.value for grade in Ashworth] == [0, 1, 2, 3, 4, 5]
    tenths = [grade.tenths for grade in Ashworth]
    assert tenths == sorted(set(tenths))
    assert [tenth for tenth in tenths if tenth % 10] == [Ashworth.GRADE_1_PLUS.tenths]


def test_arms_and_legs_are_every_group_once() -> None:
    """No group is both, and none is neither."""
    assert set(MuscleGroup) == ARMS | LEGS
    assert not ARMS & LEGS


def test_the_penn_scale_has_five_frequencies_and_three_severities() -> None:
    """Frequency 0 to 4, severity 1 to 3: there is no severity 0."""
    assert [int(each) for each in PennFrequency] == [0, 1, 2, 3, 4]
    assert [int(each) for each in PennSeverity] == [1, 2, 3]


@given(tones=TONES)
def test_a_mean_lies_between_the_least_and_the_greatest_and_leaves_out_the_unknown(tones: list[Tone]) -> None:
    """What was not examined moves no mean; where nothing was, there is none."""
    graded = [tone for tone in tones if tone.grade is not None]
    mean = mean_hundredths(tones)
    assert mean == mean_hundredths(graded)
    legs = [tone.grade.tenths * 10 for tone in graded if tone.grade is not None and tone.group in LEGS]
    assert (mean is None) == (not legs)
    assert mean is None or min(legs) <= mean <= max(legs)


@pytest.mark.parametrize("tone", [Tone(group=group, side=side) for group in MuscleGroup for side in Side])
def test_a_grade_is_read_back_as_it_was_written(tone: Tone) -> None:
    """From plain data and back, unknown included."""
    assert from_plain(Tone, to_plain(tone)) == tone


@pytest.mark.parametrize(
    ("goals", "tenths"),
    [
        # The published worked values: three equal goals at −1 are 36.3, and the same below and above are symmetric.
        ([(-1, 1), (-1, 1), (-1, 1)], 363),
        ([(1, 1), (1, 1), (1, 1)], 637),
        ([(0, 1), (0, 2), (0, 3)], 500),
        ([(-2, 1)], 300),
        ([(-1, 4)], 400),
        ([(2, 1)], 700),
        ([(1, 1), (-1, 1)], 500),
        ([(1, 1), (1, 1)], 624),
    ],
)
def test_the_score_of_goals_is_the_published_one(goals: list[tuple[int, int]], tenths: int) -> None:
    """By hand from the published formula."""
    assert gas_t_tenths([(GasLevel(level), weight) for level, weight in goals]) == tenths


@given(goals=GOALS)
def test_a_goal_better_reached_never_lowers_the_score(goals: list[tuple[GasLevel, int]]) -> None:
    """And all as expected is 50, whatever the weights."""
    before = gas_t_tenths(goals)
    level, weight = goals[0]
    better = [(GasLevel(min(2, level + 1)), weight), *goals[1:]]
    after = gas_t_tenths(better)
    assert before is not None
    assert after is not None
    assert after >= before
    assert gas_t_tenths([(GasLevel.AS_EXPECTED, weight) for _, weight in goals]) == 500


@given(goals=GOALS, factor=st.integers(2, 5))
def test_weights_matter_only_against_each_other(goals: list[tuple[GasLevel, int]], factor: int) -> None:
    """Every weight doubled is the same score."""
    assert gas_t_tenths(goals) == gas_t_tenths([(level, weight * factor) for level, weight in goals])


def test_a_goal_that_weighs_nothing_is_no_goal() -> None:
    """A weight of zero is a slip of the caller."""
    with pytest.raises(AssertionError):
        gas_t_tenths([(GasLevel.MORE, 0)])
