"""The map over time: columns that say what they stand for, steps that read in grey, levels in their order."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.figures.helpers import DAY_MS, HOUR_MS, T0_MS, drawings, extent, texts

from thecal.errors import OurFault
from thecal.figures import LEVELS, Figure, Mark, SpineTimeSeries, TimeAxis, spine_time_map
from thecal.figures.backbone import ROW_HEIGHTS
from thecal.figures.figure import NAMESPACE
from thecal.figures.spine_time import COLUMNS, ROWS_MAX, Column, ratio_bounds

LENGTHS_CM = {"C": 12.5, "T": 27.5, "L": 17.8}
"""Parts of an adult's canal, foramen magnum to L5 (Fick, in Rauber-Kopsch)."""


def series(row: list[float], *, column: Column = "highest", step_ms: int = HOUR_MS) -> SpineTimeSeries:
    """A map in which every level holds the same course."""
    times = [T0_MS + index * step_ms for index in range(len(row))]
    return SpineTimeSeries(
        concentration_mcg_per_ml=[row] * len(LEVELS), times_ms=times, until_ms=T0_MS + max(len(row), 1) * step_ms,
        tip_level="T10", column=column, axis=TimeAxis(since_ms=T0_MS),
    )  # fmt: skip


def heat(figure: Figure) -> list[tuple[float, float, int]]:
    """The cells of the wide drawing as `(y, x, class)`, row by row from the left."""
    drawing = next(drawings(figure))
    paths = [each for each in drawing.iter(f"{{{NAMESPACE}}}path") if "figure__heat" in each.get("class", "")]
    begun = [
        (cell.split("H")[0].split(" "), int(each.get("class", "")[-1]))
        for each in paths
        for cell in each.get("d", "").split("M")[1:]
    ]
    return sorted((float(y), float(x), step) for (x, y), step in begun)


def scale(figure: Figure) -> list[int]:
    """The classes of the scale's steps, from left to right."""
    drawing = next(drawings(figure))
    steps = [each for each in drawing.iter(f"{{{NAMESPACE}}}rect") if "figure__heat" in each.get("class", "")]
    return [int(each.get("class", "")[-1]) for each in sorted(steps, key=lambda each: float(each.get("x", "")))]


def test_rows_are_as_high_as_the_levels_are_long() -> None:
    """Within a twelfth of the published lengths of the three parts, on one scale."""
    unit = 12.5 / (7 * ROW_HEIGHTS["C"])
    for part, count in (("T", 12), ("L", 5)):
        assert ROW_HEIGHTS[part] * count * unit == pytest.approx(LENGTHS_CM[part], rel=1 / 12)


@given(
    values=st.lists(st.floats(0, 10), min_size=1, max_size=400),
    count=st.integers(1, 50),
)
@settings(max_examples=60, deadline=None)
def test_the_highest_column_is_the_highest_value(values: list[float], count: int) -> None:
    """No peak is lost however few columns there are, and none is made up."""
    starts, rows = series(values).columns(count)
    assert len(starts) == len(rows[0]) <= max(count, 1)
    assert max(rows[0]) == max(values)
    assert set(rows[0]) <= set(values)


@given(values=st.lists(st.floats(0, 10), min_size=2, max_size=300), count=st.integers(1, 40))
@settings(max_examples=60, deadline=None)
def test_columns_of_means_keep_the_mean(values: list[float], count: int) -> None:
    """The mean over all columns is the mean over time, since columns are equally long."""
    _, rows = series(values, column="mean", step_ms=840 * HOUR_MS // 7).columns(count)
    assert sum(rows[0]) / len(rows[0]) == pytest.approx(sum(values) / len(values), abs=1e-6)


def test_a_value_holds_until_the_next() -> None:
    """Three hours of 1 and one hour of 5 in two columns: 1, and the mean of 1 and 5."""
    uneven = SpineTimeSeries(
        concentration_mcg_per_ml=[[1.0, 5.0, 5.0]], times_ms=[T0_MS, T0_MS + 3 * HOUR_MS, T0_MS + 3 * HOUR_MS + 1],
        until_ms=T0_MS + 4 * HOUR_MS, tip_level="C1", levels=["C1"], column="mean",
    )  # fmt: skip
    assert uneven.columns(2)[1][0] == pytest.approx([1.0, 3.0])


@given(st.floats(0.05, 1e6))
def test_steps_of_ratios_are_seven_and_even(highest: float) -> None:
    """Each is twice or two and a half times the one below; the highest value lies in the last or last but one."""
    bounds = ratio_bounds(highest)
    assert len(bounds) == 7
    assert all(1.99 < above / below < 2.51 for below, above in pairwise(bounds))
    assert bounds[-1] <= highest * (1 + 1e-9) < 2.51 * bounds[-1]


def test_a_wide_range_takes_steps_of_ratios_and_says_so() -> None:
    """A bolus that falls by a thousand is readable at its end; a steady course takes equal steps."""
    bolus, steady = series([10.0 * 0.7**hour for hour in range(20)]), series([1.0] * 20)
    wide, even = spine_time_map(bolus), spine_time_map(steady)
    assert "two to two and a half times" in wide.caption
    assert "two and a half" not in even.caption
    assert [line.text for line in texts(next(drawings(wide)))].count("steps of ratios") == 1
    assert [line.text for line in texts(next(drawings(even)))].count("equal steps") == 1


def test_more_drug_is_darker_and_the_scale_shows_every_step() -> None:
    """Along a falling bolus classes never rise; below the map all eight steps stand in order."""
    figure = spine_time_map(series([10 * 0.8**hour for hour in range(30)]))
    cells = heat(figure)
    first_row = [step for y, _, step in cells if y == cells[0][0]]
    assert scale(figure) == list(range(8))
    assert first_row == sorted(first_row, reverse=True)
    assert len(set(first_row)) > 5


def test_every_level_is_drawn_over_the_whole_time() -> None:
    """As many rows as levels, each from the first instant on."""
    cells = heat(spine_time_map(series([float(hour % 3) for hour in range(30)])))
    begins = {y: min(x for other, x, _ in cells if other == y) for y, _, _ in cells}
    assert len(begins) == len(LEVELS)
    assert len(set(begins.values())) == 1


@pytest.mark.parametrize("column", ["highest", "mean"])
def test_what_a_column_shows_is_said_only_where_it_matters(column: Column) -> None:
    """A thousand hours do not fit: both the drawing and the caption say what was done; ten hours need no words."""
    many, few = spine_time_map(series([1.0] * 1000, column=column)), spine_time_map(series([1.0] * 10, column=column))
    for drawing in drawings(many):
        assert f"each column shows the {column} of the times it covers" in {line.text for line in texts(drawing)}
    assert f"a column shows their {column}" in many.caption
    assert "column" not in few.caption
    assert len(many.table.rows) == ROWS_MAX
    assert len(few.table.rows) == 10
    assert column in many.table.head[0]


def test_a_month_is_drawn_with_no_more_columns_than_can_be_seen() -> None:
    """Cells of one level never outnumber the columns of the sheet."""
    month = series([float(hour % 7) for hour in range(720)])
    figure = spine_time_map(month)
    assert len(heat(figure)) <= COLUMNS["wide"] * len(LEVELS)
    assert len(figure.html()) < 400_000


def test_levels_stand_from_the_neck_down_and_the_tip_is_marked() -> None:
    """All names in both drawings, in order, and the tip named as such."""
    for drawing in drawings(spine_time_map(series([1.0, 2.0]))):
        named = [(line.text or "").removeprefix("tip ") for line in texts(drawing)]
        assert [name for name in named if name in LEVELS] == list(LEVELS)
        assert "tip T10" in {line.text for line in texts(drawing)}


def test_marks_cross_the_map_with_their_words_above_it() -> None:
    """Bolus, drain and stop are named above the first row, under the title."""
    marks = [Mark(at_ms=T0_MS, says="bolus"), Mark(at_ms=T0_MS + HOUR_MS, says="CSF drained", kind="alarm")]
    base = series([1.0] * 10)
    figure = spine_time_map(
        SpineTimeSeries(
            concentration_mcg_per_ml=base.concentration_mcg_per_ml, times_ms=base.times_ms, until_ms=base.until_ms,
            tip_level="T10", marks=marks,
        )
    )  # fmt: skip
    for drawing in drawings(figure):
        rows = {line.text: extent(line)[2] for line in texts(drawing)}
        assert rows["bolus"] < rows["C1"]
        assert rows["CSF drained"] < rows["C1"]
        assert min(rows.values()) == next(extent(line)[2] for line in texts(drawing))


def test_an_empty_map_says_so() -> None:
    """No column is not a concentration of zero."""
    figure = spine_time_map(series([]))
    assert "no data" in {line.text for line in texts(next(drawings(figure)))}
    assert figure.table.rows == ()


@pytest.mark.parametrize(
    ("rows", "times", "tip", "levels"),
    [
        ([[1.0]], [T0_MS], "T10", ["T10", "T12"]),
        ([[1.0]], [T0_MS], "C1", ["T10"]),
        ([[1.0]], [T0_MS, T0_MS + 1], "T10", ["T10"]),
        ([[1.0, 1.0]], [T0_MS, T0_MS], "T10", ["T10"]),
        ([[-1.0]], [T0_MS], "T10", ["T10"]),
        ([[1.0]], [T0_MS + DAY_MS], "T10", ["T10"]),
    ],
    ids=["gap", "tip", "ragged", "same time", "below zero", "after the end"],
)
def test_impossible_maps_are_our_fault(rows: list[list[float]], times: list[int], tip: str, levels: list[str]) -> None:
    """Nothing of the kind is drawn."""
    with pytest.raises(OurFault):
        SpineTimeSeries(
            concentration_mcg_per_ml=rows, times_ms=times, until_ms=T0_MS + DAY_MS, tip_level=tip, levels=levels
        )
