"""Ticks and numbers."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.figures.helpers import DAY_MS, HOUR_MS, T0_MS

from thecal.figures.layout import Box, flags, spread
from thecal.figures.scales import LATEST_MS, clock_ticks, nice_ticks, show_number, time_ticks
from thecal.figures.svg import fit, text_width, wrap


@given(st.floats(-1e15, 1e15), st.floats(-1e15, 1e15), st.integers(2, 9))
def test_ticks_enclose_what_they_measure(one: float, other: float, count: int) -> None:
    """The first is at most the lowest, the last at least the highest, and there are few."""
    low, high = sorted((one, other))
    ticks = nice_ticks(low, high, count)
    room = (ticks[-1] - ticks[0]) * 1e-6
    assert ticks[0] <= low + room
    assert ticks[-1] >= high - room
    assert 2 <= len(ticks) <= count + 3
    assert all(before < after for before, after in itertools.pairwise(ticks))


@pytest.mark.parametrize(
    ("value", "says"),
    [
        (0, "0"), (0.5, "0.5"), (-5, "−5"), (9999, "9999"), (10_000, "10\u00a0000"), (1_234_567, "1\u00a0234\u00a0567"),
        (0.3358, "0.3358"), (2.50, "2.5"), (1e-9, "1\u00a0×\u00a010⁻⁹"), (99_999.99, "100\u00a0000"), (18.75, "18.75"),
    ],
)  # fmt: skip
def test_numbers_are_written_as_people_read_them(value: float, says: str) -> None:
    """Leading zero, no trailing zero, no-break spaces above 9 999, a real minus."""
    assert show_number(value) == says


@given(st.integers(0, LATEST_MS - 2), st.integers(1, 200 * 365 * DAY_MS), st.integers(-720, 840), st.integers(3, 12))
def test_time_ticks_are_few_and_lie_within(from_ms: int, span_ms: int, offset_min: int, count: int) -> None:
    """Whatever the span, from a millisecond to centuries."""
    until_ms = min(from_ms + span_ms, LATEST_MS - 1)
    ticks = time_ticks(offset_min)(from_ms, until_ms, count)
    assert len(ticks) <= count + 1
    assert all(from_ms <= tick.at <= until_ms for tick in ticks)
    assert all(before.at < after.at for before, after in itertools.pairwise(ticks))


@pytest.mark.parametrize(
    ("span_ms", "labels"),
    [
        (3 * HOUR_MS, ["10:00", "10:30", "11:00", "11:30", "12:00", "12:30"]),
        (3 * DAY_MS, ["12:00", "00:00", "12:00", "00:00", "12:00", "00:00"]),
        (
            7 * DAY_MS,
            ["4\u00a0Mar", "5\u00a0Mar", "6\u00a0Mar", "7\u00a0Mar", "8\u00a0Mar", "9\u00a0Mar", "10\u00a0Mar"],
        ),
        (180 * DAY_MS, ["Apr", "May", "Jun", "Jul", "Aug"]),
        (5 * 365 * DAY_MS, ["2028", "2029", "2030", "2031", "2032"]),
    ],
)
def test_time_ticks_fall_on_round_local_times(span_ms: int, labels: list[str]) -> None:
    """T0 is 3 March 2027, 09:40 UTC; ticks are round where the clock on the wall is round."""
    assert [tick.label for tick in time_ticks(0)(T0_MS, T0_MS + span_ms, 8)] == labels


def test_a_day_ends_at_24() -> None:
    """Not at 00:00 again."""
    assert [tick.label for tick in clock_ticks(0, DAY_MS, 5)] == ["00:00", "06:00", "12:00", "18:00", "24:00"]


@given(st.lists(st.floats(0, 100), max_size=6))
def test_spread_labels_do_not_overlap(places: list[float]) -> None:
    """Six labels of 15 fit into 100, apart and in their order."""
    heights = [15.0] * len(places)
    moved = spread(places, heights, 0, 100)
    assert all(7.4 <= place <= 92.6 for place in moved)
    assert all(after - before >= 15 - 1e-6 for before, after in itertools.pairwise(sorted(moved)))
    by_place = sorted(range(len(places)), key=lambda index: (places[index], index))
    assert by_place == sorted(range(len(places)), key=lambda index: moved[index])


PLACES = st.lists(st.tuples(st.floats(0, 300), st.floats(5, 200)), max_size=8)


@given(PLACES)
def test_flags_share_no_room(places: list[tuple[float, float]]) -> None:
    """Words of one row stay apart, and none leaves the drawing."""
    placed = flags(sorted(places), 0, 300)
    assert all(flag.left >= 0 and flag.right <= 300.001 and flag.row >= 0 for flag in placed)
    for one, other in itertools.combinations(placed, 2):
        assert one.row != other.row or one.right <= other.left or other.right <= one.left


@given(PLACES)
def test_no_line_crosses_words_that_fit_beside_theirs(places: list[tuple[float, float]]) -> None:
    """Where words have room to the right, a line down from a higher row passes beside the words below it."""
    for one, other in itertools.permutations(flags(sorted(places), 0, 600), 2):
        if one.row < other.row:
            assert not other.left < one.x < other.right


def test_a_box_knows_what_crosses_it() -> None:
    """Strokes through, beside and along its edge."""
    box = Box(10, 10, 20, 20)
    assert box.crossed_by((0, 15), (30, 15))
    assert box.crossed_by((12, 0), (18, 30))
    assert not box.crossed_by((0, 5), (30, 5))
    assert not box.crossed_by((0, 10), (30, 10))
    assert not box.crossed_by((0, 15), (9, 15))


@given(st.text(max_size=60), st.floats(40, 200))
def test_wrapped_lines_fit(says: str, width: float) -> None:
    """No line is wider than its room, and there are at most three."""
    lines = wrap(says, width, 12)
    assert len(lines) <= 3
    assert all(text_width(line, 12) <= width for line in lines)
    assert text_width(fit(says, width, 12), 12) <= width


def test_a_dose_is_broken_before_it_is_cut() -> None:
    """A no-break space gives way where the line would lose its unit otherwise."""
    assert wrap("current 292.5\u00a0mcg/day", 85, 12) == ("current 292.5", "mcg/day")
