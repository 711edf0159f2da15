"""Predicted courses: a band, the word predicted, what was assumed, and no reassurance."""

import re
from itertools import pairwise
from xml.etree import ElementTree as ET

import pytest
from tests.figures.helpers import DAY_MS, HOUR_MS, T0_MS, classes, delivered, drawings, levels, signs, texts

from thecal.errors import OurFault
from thecal.figures import (
    ENSEMBLE_SAYS,
    NO_REASSURANCE,
    DeliveredSeries,
    Figure,
    LevelCourse,
    Mark,
    MuscleGroup,
    SignCourse,
    TimeAxis,
    delivered_chart,
    effect_chart,
    levels_chart,
    signs_chart,
)
from thecal.figures.signs import Sign

COURSE = [(T0_MS + hour * HOUR_MS, 0.1 + 0.01 * hour) for hour in range(24)]
SPREAD = [(at_ms, value / 2, value * 2) for at_ms, value in COURSE]
AXIS = TimeAxis(since_ms=T0_MS)


def said(figure: Figure, *, phone: bool = False) -> str:
    """All words of a drawing as a file has them, no-break spaces plain."""
    root = ET.fromstring(figure.svg(phone=phone))
    return " ".join((line.text or "").replace("\u00a0", " ") for line in texts(root))


@pytest.mark.parametrize("make", [levels, signs], ids=["levels", "signs"])
def test_every_predicted_chart_wears_its_band_and_the_word(make: object) -> None:
    """Predicted in caption and drawing; the band, where there is one, is explained in both."""
    assert callable(make)
    figure = make(COURSE)
    assert "Predicted" in figure.caption
    assert ENSEMBLE_SAYS in figure.caption
    for phone in (False, True):
        assert "predicted" in said(figure, phone=phone)
        assert ENSEMBLE_SAYS in said(figure, phone=phone)
    assert any(name.startswith("figure__band") for name in classes(figure))


def test_a_chart_without_a_band_says_that_it_has_none() -> None:
    """Silence would be read as certainty."""
    figure = levels_chart([LevelCourse(level="T10", current=COURSE)], axis=AXIS)
    assert "No band" in figure.caption
    assert "figure__band" not in " ".join(classes(figure))


def test_each_level_has_a_panel_and_all_share_the_scale_of_ratios() -> None:
    """Ten times less drug is drawn lower on a shared scale, at the same height on scales of its own."""
    tenth = [(at_ms, value / 10) for at_ms, value in COURSE]
    courses = [LevelCourse(level="T10", current=COURSE), LevelCourse(level="C5", current=tenth)]
    starts = {}
    for log in (False, True):
        drawing = next(drawings(levels_chart(courses, axis=AXIS, log=log)))
        lines = [each for each in drawing.iter() if each.get("class") == "figure__line figure__line--current"]
        titles = [line for line in texts(drawing) if "mcg/mL" in (line.text or "")]
        assert [line.text for line in titles] == ["T10, mcg/mL", "C5, mcg/mL"]
        starts[log] = [
            float(re.split(r"[ L]", (line.get("d") or "")[1:])[1]) - float(title.get("y", ""))
            for line, title in zip(lines, titles, strict=True)
        ]
    assert starts[False][0] == pytest.approx(starts[False][1], abs=0.2)
    assert starts[True][1] > starts[True][0] + 10


def test_pending_is_dashed_and_owns_the_band() -> None:
    """Current solid beside it, in the same axes."""
    course = LevelCourse(level="T10", current=COURSE, pending=[(at, 2 * v) for at, v in COURSE], spread=SPREAD)
    used = classes(levels_chart([course], axis=AXIS))
    assert {"figure__line--current", "figure__line--pending", "figure__band--pending"} <= used


@pytest.mark.parametrize("phone", [False, True], ids=["wide", "phone"])
def test_breathing_never_stands_without_its_caution(phone: bool) -> None:
    """However low the course: the words stand in the panel, in full, and in the caption."""
    low = [(at_ms, 0.0) for at_ms, _ in COURSE]
    figure = signs_chart([SignCourse(sign="breathing", current=low)], axis=AXIS)
    assert NO_REASSURANCE in said(figure, phone=phone)
    assert NO_REASSURANCE in figure.caption
    words = (figure.html() + said(figure)).lower()
    assert not re.search(r"\bsafe\b|low risk|no risk", words)


def test_the_stage_of_withdrawal_is_a_strip_of_words() -> None:
    """Steps, with every stage named on its axis, and in order from the foot."""
    stages = [(T0_MS, 0.0), (T0_MS + DAY_MS, 1.0), (T0_MS + 2 * DAY_MS, 3.0)]
    spread = [(at_ms, 0.0, stage) for at_ms, stage in stages]
    figure = signs_chart([SignCourse(sign="withdrawal", current=stages, spread=spread)], axis=AXIS)
    drawing = next(drawings(figure))
    heights = {line.text: float(line.get("y", "")) for line in texts(drawing)}
    assert heights["grave"] < heights["severe"] < heights["early"] < heights["none"]
    (line,) = [each for each in drawing.iter() if each.get("class") == "figure__line figure__line--current"]
    corners = [tuple(map(float, pair.split(" "))) for pair in (line.get("d") or "")[1:].split("L")]
    assert all(a[0] == b[0] or a[1] == b[1] for a, b in pairwise(corners))


@pytest.mark.parametrize(
    ("sign", "off"),
    [
        ("reflex", 1.1), ("weakness", -0.1), ("drowsiness", 1.1), ("breathing", 1.1), ("spasms", 4.1),
        ("withdrawal", 4.0),
    ],
)  # fmt: skip
def test_signs_off_their_scale_are_our_fault(sign: Sign, off: float) -> None:
    """They would be drawn outside their panel."""
    with pytest.raises(OurFault, match="off the scale"):
        SignCourse(sign=sign, current=[(T0_MS, off)])


def test_a_concentration_below_zero_is_our_fault() -> None:
    """In the course and in its spread."""
    with pytest.raises(OurFault):
        LevelCourse(level="T10", current=[(T0_MS, -0.1)])
    with pytest.raises(OurFault):
        LevelCourse(level="T10", current=COURSE, spread=[(T0_MS, -0.1, 1.0)])


def test_a_muscle_groups_band_says_what_it_was_told() -> None:
    """The band's words are the caller's, since only the caller knows what was varied."""
    group = MuscleGroup(muscle_group="Calf", current=COURSE, spread=SPREAD)
    figure = effect_chart(
        [group], scale="ashworth", axis=AXIS, band_says=ENSEMBLE_SAYS, marks=[Mark(at_ms=T0_MS, says="bolus")]
    )
    assert ENSEMBLE_SAYS in said(figure)
    assert "bolus" in said(figure)
    assert "0 h" in said(figure)


def test_belief_and_truth_at_the_tip_are_two_line_styles() -> None:
    """And truth is drawn only where it is handed in."""
    assert {"figure__line--belief", "figure__line--truth"} <= classes(delivered([(T0_MS, 300e6)]))
    plain = delivered_chart(DeliveredSeries(calculated_pg_per_day=[(T0_MS, 300e6)], until_ms=T0_MS + DAY_MS))
    assert not any("truth" in name for name in classes(plain))
    assert "actual" not in plain.html()


def test_a_dose_below_zero_is_our_fault() -> None:
    """No pump takes back."""
    with pytest.raises(OurFault):
        DeliveredSeries(calculated_pg_per_day=[(T0_MS, -1.0)], until_ms=T0_MS + DAY_MS)


ASSUMED = ["An adult of 170 cm", "The pump delivers what it counts."]


def test_a_figure_says_what_was_assumed_on_page_and_in_file() -> None:
    """A paragraph of the page, lines of the file, each sentence closed, none cut; nothing where nothing was assumed."""
    figure = levels_chart([LevelCourse(level="T10", current=COURSE)], axis=AXIS, assumptions=ASSUMED)
    whole = "Assumed: An adult of 170 cm. The pump delivers what it counts."
    (paragraph,) = ET.fromstring(figure.html()).iter("p")
    assert paragraph.text == whole
    assert whole in said(figure)
    assert whole in said(figure, phone=True)
    assert whole not in figure.wide.body
    assert "Assumed" not in figure.assuming([]).html() + figure.assuming([]).svg()
