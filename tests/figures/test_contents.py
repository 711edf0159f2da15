"""What each chart says, against numbers known beforehand."""

import itertools

import pytest
from tests.figures.helpers import (
    DAY_MS,
    HOUR_MS,
    T0_MS,
    classes,
    drawings,
    effect,
    lines,
    reservoir,
    spine,
    strip,
    texts,
)

from thecal.errors import OurFault
from thecal.figures import (
    BAND_SAYS,
    LEVELS,
    DayProgram,
    Figure,
    Happening,
    Line,
    MuscleGroup,
    Panel,
    ReservoirSeries,
    SpineSeries,
    StorySeries,
    TipSeries,
    day_strip,
    effect_chart,
    flat_stylesheet,
    line_chart,
    reservoir_chart,
    story_chart,
    stretches,
    tip_chart,
)
from thecal.figures.effect import EffectScale
from thecal.figures.spine import class_bounds


def said(figure: Figure) -> list[str]:
    """The words of the wide drawing, no-break spaces plain."""
    return [(line.text or "").replace("\u00a0", " ") for line in texts(next(drawings(figure)))]


def test_day_strip_totals_are_exact() -> None:
    """6 h at 0.12, 2 h at 0.225 and 16 h at 0.15 mL/day of 2000 mcg/mL are 297.5 mcg."""
    steps = [(0, 120_000), (6 * HOUR_MS, 225_000), (8 * HOUR_MS, 150_000)]
    assert DayProgram(steps=steps, concentration_pg_per_nl=2000).total_pg() == 297_500_000


def test_a_day_that_starts_late_begins_with_its_last_step() -> None:
    """A first step at 05:00 leaves the night to the last step of the day before."""
    program = DayProgram(steps=[(5 * HOUR_MS, 240_000), (9 * HOUR_MS, 120_000)], concentration_pg_per_nl=1000)
    assert program.from_midnight()[0] == (0, 120_000)
    assert program.total_pg() == 140_000_000


def test_day_strip_has_pending_dashed_and_current_solid() -> None:
    """The two programs differ in class, and only pending is dashed."""
    assert {"figure__line--current", "figure__line--pending"} <= classes(strip())
    rules = {rule.partition("{")[0]: rule for rule in flat_stylesheet().splitlines()}
    assert "stroke-dasharray" in rules[".figure__line--pending"]
    assert "stroke-dasharray" not in rules[".figure__line--current"]


def test_day_strip_names_total_and_peak() -> None:
    """Totals stand at the lines, the pending peak at the peak, the unit in the title."""
    words = said(strip())
    assert "297.5 mcg/day" in " ".join(words)
    assert "peak 21.67 mcg/h, 05:00–09:00" in words
    assert "Dose rate, mcg/h" in words


def test_a_constant_program_has_no_peak() -> None:
    """A flat day says its rate once."""
    words = said(day_strip(DayProgram(steps=[(0, 150_000)], concentration_pg_per_nl=2000)))
    assert "12.5 mcg/h all day" in words
    assert not any("peak" in word for word in words)


def test_no_program_is_drawn_as_none() -> None:
    """Without a program the strip says so, and draws no line at zero."""
    figure = day_strip(None)
    assert "no data" in said(figure)
    assert figure.table.rows == ()
    assert not any(name.startswith("figure__line--") for name in classes(figure))


@pytest.mark.parametrize("steps", [[(0, 1), (0, 2)], [(5, 1), (2, 1)], [(DAY_MS, 1)], [(0, -1)]])
def test_impossible_days_are_our_fault(steps: list[tuple[int, int]]) -> None:
    """Two steps at one time, steps out of order or after midnight, and rates below zero are refused."""
    with pytest.raises(OurFault):
        DayProgram(steps=steps, concentration_pg_per_nl=500)


def test_the_day_table_ends_with_the_total() -> None:
    """Every step of either program is a row, and the last row is the total of both."""
    rows = strip().table.rows
    assert [row[0] for row in rows] == ["00:00", "05:00", "06:00", "08:00", "09:00", "24-hour total"]
    assert rows[2][1:3] == ("0.225", "18.75")
    assert rows[-1][2] == "297.5\u00a0mcg/day"


def test_belief_and_truth_never_share_a_line_style() -> None:
    """They differ in class, and the classes differ in more than colour."""
    figure = reservoir([(T0_MS, 18e6), (T0_MS + 90 * DAY_MS, 4e6)])
    assert {"figure__line--belief", "figure__line--truth"} <= classes(figure)
    rules = {rule.partition("{")[0]: rule for rule in flat_stylesheet().splitlines()}
    assert "dasharray" in rules[".figure__line--truth"]
    assert "dasharray" not in rules[".figure__line--belief"]


def test_truth_is_drawn_only_where_it_is_handed_in() -> None:
    """The ordinary reservoir knows nothing of it."""
    plain = reservoir_chart(ReservoirSeries(calculated_nl=[(T0_MS, 18e6)], alarm_volume_nl=2e6, utc_offset_min=0))
    assert not any("truth" in name for name in classes(plain))
    assert "actual" not in plain.html()


def test_reservoir_names_read_out_book_by_and_alarm() -> None:
    """The read-out at local time, the date to book by, the alarm's volume."""
    words = said(reservoir([(T0_MS, 18e6), (T0_MS + 100 * DAY_MS, 3e6)]))
    assert "read 3 Mar 2027 10:40" in words
    assert "book by 1 Jun 2027" in words
    assert "alarm 2 mL" in words


def test_unbridged_change_says_how_little_for_how_long() -> None:
    """500 → 2000 mcg/mL at 300 mcg/day over 0.3358 mL: 25 % for 53 h 44 min without a bridge, 100 % with it."""
    ordered = [(T0_MS, 300e6)]
    arrives_ms = T0_MS + round(53.728 * HOUR_MS)
    series = TipSeries(
        at_pump_pg_per_day=ordered, at_tip_pg_per_day=ordered, intended_pg_per_day=ordered,
        without_pg_per_day=[(T0_MS, 75e6), (arrives_ms, 300e6)], until_ms=T0_MS + 78 * HOUR_MS, utc_offset_min=0,
    )  # fmt: skip
    figure = tip_chart(series)
    assert "25 % for 53 h 44 min" in said(figure)
    assert "with bridge 100\u00a0% throughout" in figure.caption
    assert "figure__line--without" in classes(figure)


def test_a_change_stands_beside_what_is_now() -> None:
    """Current solid and pending dashed, at the pump and at the tip, in the table too."""
    now, change = [(T0_MS, 300e6)], [(T0_MS, 360e6)]
    series = TipSeries(
        at_pump_pg_per_day=change, at_tip_pg_per_day=[*now, (T0_MS + 40 * HOUR_MS, 360e6)], intended_pg_per_day=change,
        current_at_pump_pg_per_day=now, current_at_tip_pg_per_day=now, until_ms=T0_MS + 64 * HOUR_MS, utc_offset_min=0,
    )  # fmt: skip
    figure = tip_chart(series)
    assert figure.table.head[1:] == tuple(
        f"{where}: {kind} (mcg/day)" for where in ("At the pump", "At the tip") for kind in ("pending", "current")
    )
    assert {"figure__line--current", "figure__line--pending"} <= classes(figure)
    assert "83 % for 40 h 00 min" in said(figure)


def test_stretches_join_across_points_that_change_nothing() -> None:
    """Sampling a stretch more often does not cut it."""
    often = [(T0_MS + hour * HOUR_MS, 75e6) for hour in range(10)] + [(T0_MS + 10 * HOUR_MS, 300e6)]
    found = stretches(often, [(T0_MS, 300e6)], T0_MS + 20 * HOUR_MS)
    assert [(one.until_ms - one.from_ms, one.per_cent) for one in found] == [(10 * HOUR_MS, 25)]


def test_effect_band_is_labelled_exactly() -> None:
    """The one spread that is known says that it is nothing else."""
    figure = effect([(T0_MS, 3.0), (T0_MS + DAY_MS, 2.0)])
    assert BAND_SAYS == "spread of sensitivity between people (published), nothing else"
    assert BAND_SAYS in said(figure)
    assert BAND_SAYS in figure.caption
    assert "Predicted" in figure.title


@pytest.mark.parametrize(("scale", "off"), [("ashworth", 4.5), ("suppressed", 1.2), ("ashworth", -0.1)])
def test_effects_off_the_scale_are_our_fault(scale: EffectScale, off: float) -> None:
    """A grade of 4.5 would be drawn outside the panel, and there is none."""
    group = MuscleGroup(muscle_group="Calf", current=[(T0_MS, off)])
    with pytest.raises(OurFault, match="off the scale"):
        effect_chart([group], scale=scale, utc_offset_min=0)


def test_one_plus_is_drawn_between_one_and_two() -> None:
    """On the Modified Ashworth axis 1+ stands half-way between 1 and 2."""
    figure = effect_chart(
        [MuscleGroup(muscle_group="Calf", current=[(T0_MS, 1.5)])], scale="ashworth", utc_offset_min=0
    )
    heights = {line.text: float(line.get("y", "")) for line in texts(next(drawings(figure))) if line.text}
    assert heights["1+"] == pytest.approx((heights["1"] + heights["2"]) / 2, abs=0.11)
    assert heights["4"] < heights["0"]


def test_spine_classes_are_equal_steps_that_reach_the_highest() -> None:
    """Bounds are equal readable steps from zero; the highest value lies in one of the last three classes."""
    assert class_bounds(0.42) == (0.06, 0.12, 0.18, 0.24, 0.3, 0.36, 0.42)
    assert class_bounds(8.0) == (1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0)
    assert len(class_bounds(0.0)) == 7
    for power in range(-12, 13):
        for digit in (1, 1.9, 2, 4.9, 5, 9.9):
            highest = digit * 10.0**power
            bounds = class_bounds(highest)
            assert 8 * bounds[0] >= highest * (1 - 1e-6)
            assert sum(bound <= highest for bound in bounds) >= 5
            assert all(low < high for low, high in itertools.pairwise(bounds))


def test_heat_ramp_darkens_step_by_step() -> None:
    """Each class is darker than the one before, so that the map reads in grey."""
    greys = []
    for step in range(8):
        rule = next(rule for rule in flat_stylesheet().splitlines() if rule.startswith(f".figure__heat--{step}{{"))
        red, green, blue = (int(rule[rule.index("#") + at : rule.index("#") + at + 2], 16) for at in (1, 3, 5))
        greys.append(0.2126 * red + 0.7152 * green + 0.0722 * blue)
    assert all(darker <= lighter - 12 for lighter, darker in itertools.pairwise(greys))


def test_spine_map_marks_tip_and_unit_and_says_predicted() -> None:
    """The tip's level, the unit of the scale and the word stand in the drawing."""
    rows = [[0.1 * (row + 1)] * 24 for row in range(len(LEVELS))]
    words = said(spine(rows, "L1"))
    assert "tip L1" in words
    assert "mcg/mL" in words
    assert any("Predicted" in word for word in words)
    assert [row[0] for row in spine(rows).table.rows] == list(LEVELS)
    assert spine(rows).table.rows[0][1] == "0.1"


@pytest.mark.parametrize("tip_level", LEVELS)
def test_every_tip_level_can_be_drawn(tip_level: str) -> None:
    """From C1 to S2."""
    assert "figure__tip" in classes(spine([[1.0]] * len(LEVELS), tip_level))


def test_spines_that_are_none_are_our_fault() -> None:
    """Unknown levels, ragged rows, gaps and negative concentrations are refused."""
    for levels, rows, tip_level in (
        (("C1", "C3"), [[1.0], [1.0]], "C1"),
        (("T1", "T2"), [[1.0], [1.0, 2.0]], "T1"),
        (("T1",), [[-1.0]], "T1"),
        (("T1",), [[1.0]], "T9"),
        ((), [], "T9"),
    ):
        with pytest.raises(OurFault):
            SpineSeries(concentration_pg_per_nl=rows, tip_level=tip_level, levels=levels)


def test_story_tells_doses_and_happenings_in_order() -> None:
    """The table is one story; the drawing has a lane for each kind that happened."""
    happenings = [
        Happening(at_ms=T0_MS + 2 * DAY_MS, kind="alarm", says="motor stall"),
        Happening(at_ms=T0_MS + DAY_MS, kind="refill", says="18 mL"),
    ]
    series = StorySeries(
        dose_pg_per_day=[(T0_MS, 300e6)], happenings=happenings, until_ms=T0_MS + 9 * DAY_MS, utc_offset_min=0
    )
    figure = story_chart(series)
    assert [row[1:] for row in figure.table.rows] == [
        ("dose", "300 mcg/day"), ("refill", "18 mL"), ("alarm", "motor stall"),
    ]  # fmt: skip
    words = said(figure)
    assert {"refills", "alarms", "motor stall", "18 mL"} <= set(words)
    assert "calls" not in words


def test_too_many_lines_to_label_are_our_fault() -> None:
    """Nine names cannot stand at one panel."""
    with pytest.raises(OurFault, match="too many"):
        Panel(title="Doses", unit="mcg", lines=[Line(label=str(index), points=[]) for index in range(9)])


def test_chart_of_no_panels_is_a_drawing() -> None:
    """Nothing to draw is drawn as nothing."""
    assert line_chart([], utc_offset_min=0, title="Nothing", caption="").wide.height > 0


def test_marks_are_in_the_table() -> None:
    """What crosses the panels is told by the table too."""
    figure = lines([(T0_MS, 1.0), (T0_MS + DAY_MS, 2.0)])
    assert figure.table.head[-1] == "Mark"
    assert figure.table.rows[0][-1] == "calculated by the pump"
