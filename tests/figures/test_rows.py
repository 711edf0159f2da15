"""Rows: published against simulated, where a band comes from, what was learned; and curves of cost."""

import re
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.figures.helpers import ROWS, blame, curves, drawings, learned, texts, validation

from thecal.errors import OurFault
from thecal.figures import (
    Curve,
    CurvePanel,
    Figure,
    Learned,
    Share,
    ValidationRow,
    blame_chart,
    curves_chart,
    flat_stylesheet,
    learned_chart,
    validation_chart,
)
from thecal.figures.rows import Ratios


def said(figure: Figure) -> list[str]:
    """The words of the wide drawing, no-break spaces plain."""
    return [(line.text or "").replace("\u00a0", " ") for line in texts(next(drawings(figure)))]


def of_class(figure: Figure, name: str) -> list[ET.Element]:
    """What is drawn in one class in the wide drawing."""
    return [each for each in next(drawings(figure)).iter() if name in each.get("class", "").split()]


def target(**more: object) -> ValidationRow:
    """A target with its published value in the middle of its range."""
    given_ = {"id": "1", "says": "H", "unit": "h", "low": 1.0, "high": 4.0, "published": 2.0, "simulated": 2.0}
    return ValidationRow(**{**given_, "inside": True, **more})  # type: ignore[arg-type]  # a test's own table


def test_what_fails_differs_in_shape_and_words() -> None:
    """Inside a full dot, outside a hollow one with a cross and the word; not by colour alone."""
    figure = validation()
    inside, outside = of_class(figure, "figure__inside"), of_class(figure, "figure__outside")
    assert len(inside) == 2 + 1  # and one in the key
    assert [each.tag.rpartition("}")[2] for each in outside] == ["circle", "path", "path"] * 2
    rules = {rule.partition("{")[0]: rule for rule in flat_stylesheet().splitlines()}
    assert "fill:none" in rules[".figure__outside"].replace(" ", "")
    assert "outside: 0.6" in said(figure)
    assert "2 of 3 inside" in figure.caption


def test_every_number_of_a_target_is_in_the_table_and_in_words() -> None:
    """Unit, published value and range, simulated value, verdict; a target without one published value has none."""
    figure = validation()
    assert figure.table.rows[0][1:] == ("h", "1.5", "0.9", "5", "1.3", "inside")
    assert figure.table.rows[2][2] == ""
    assert "1.3 h" in said(figure)
    assert "published 1.5 (0.9 to 5)" in said(figure)


def test_every_row_is_relative_to_its_published_value() -> None:
    """Two targets in different units with the same ratios are drawn alike."""
    hours = target()
    other = target(id="2", unit="mL/h", low=10.0, high=40.0, published=20.0, simulated=20.0)
    figure = validation_chart([hours, other])
    bars = of_class(figure, "figure__range")[1:]
    assert [(bar.get("x"), bar.get("width")) for bar in bars[:1]] == [(bars[1].get("x"), bars[1].get("width"))]


def test_a_target_that_was_not_computed_stays_in_the_figure() -> None:
    """It is outside, and says so."""
    figure = validation(simulated=None)
    assert "outside: not computed" in said(figure)
    assert len(figure.table.rows) == 3


@pytest.mark.parametrize(
    "bad",
    [{"inside": False}, {"simulated": 5.0}, {"low": 5.0}, {"low": -1.0}, {"low": 0.0, "high": 0.0, "simulated": 0.0}],
    ids=["says outside", "says inside", "empty range", "below zero", "nothing"],
)
def test_a_verdict_that_its_numbers_deny_is_our_fault(bad: dict[str, object]) -> None:
    """The figure does not take anybody's word for it."""
    with pytest.raises(OurFault):
        target(**bad)


@given(st.lists(st.floats(0, 1e9), max_size=6))
def test_ratios_are_drawn_around_one(ratios: list[float]) -> None:
    """One lies in the middle; what is far off is drawn at the end, and not beyond."""
    across = Ratios.around(ratios, 100, 300)
    assert across(1.0) == pytest.approx(200)
    assert all(100 <= across(ratio) <= 300.001 for ratio in ratios)
    assert all(100 <= place <= 300.001 for place, _ in across.ticks())


def test_shares_are_bars_of_their_length_with_their_number() -> None:
    """Twice the share, twice the bar; a share that is too small to see is not written as nothing."""
    shares = [Share(says="Sensitivity", share=0.6), Share(says="Area", share=0.3), Share(says="Rest", share=0.004)]
    figure = blame_chart(shares, of="tone")
    long, short, _ = (float(bar.get("width", "")) for bar in of_class(figure, "figure__bar"))
    assert long == pytest.approx(2 * short, abs=0.2)
    assert {"60 %", "30 %", "less than 1 %"} <= set(said(figure))
    assert "redicted tone" in figure.caption


@pytest.mark.parametrize("share", [-0.1, 1.1, float("nan")])
def test_a_share_is_a_part_of_the_whole(share: float) -> None:
    """Neither less than nothing nor more than everything, and all together neither."""
    with pytest.raises(OurFault):
        Share(says="Sensitivity", share=share)
    with pytest.raises(OurFault, match="more than one"):
        blame_chart([Share(says="a", share=0.7), Share(says="b", share=0.7)], of="tone")


def test_before_and_after_differ_in_more_than_colour() -> None:
    """Hollow before, full after; both intervals in words and in the table."""
    figure = learned()
    assert len(of_class(figure, "figure__hollow")) == len(of_class(figure, "figure__bar")) == 2 + 1
    assert "after 52 (40 to 70) ng/mL" in said(figure)
    assert figure.table.rows[0] == ("Sensitivity", "ng/mL", "24", "66", "170", "40", "52", "70")
    assert "90 %" in figure.caption


@pytest.mark.parametrize("prior", [(0.0, 1.0, 2.0), (2.0, 1.0, 3.0), (1.0, 3.0, 2.0)])
def test_intervals_out_of_order_are_our_fault(prior: tuple[float, float, float]) -> None:
    """An interval of positive numbers rises."""
    with pytest.raises(OurFault):
        Learned(says="Sensitivity", unit="", prior=prior, posterior=(1.0, 2.0, 3.0))


def test_a_guide_in_proportion_is_a_straight_line_of_slope_one() -> None:
    """On equal ratios: ten times the patients, ten times the cost, from the first measured point."""
    figure = curves()
    (guide,) = of_class(figure, "figure__line--reference")
    (x0, y0), (x1, y1) = (tuple(map(float, pair.split(" "))) for pair in (guide.get("d") or "")[1:].split("L"))
    (line, *_) = of_class(figure, "figure__line--current")
    start, *_ = (line.get("d") or "")[1:].split("L")
    assert start == f"{x0:g} {y0:g}"
    decade_x, decade_y = (_decade(figure, vertical=vertical) for vertical in (False, True))
    assert (y0 - y1) / (x1 - x0) == pytest.approx(decade_y / decade_x, rel=0.02)
    assert "in proportion" in said(figure)


def _decade(figure: Figure, *, vertical: bool) -> float:
    """How far 1 is from 10 on an axis of the first panel."""
    key, anchor = ("y", "end") if vertical else ("x", "middle")
    words = reversed(texts(next(drawings(figure))))
    at = {line.text: float(line.get(key, "")) for line in words if line.get("text-anchor") == anchor}
    return abs(at["10"] - at["1"])


@pytest.mark.parametrize("points", [[(0.0, 1.0)], [(1.0, 0.0)], [(2.0, 1.0), (1.0, 1.0)], [(1.0, float("inf"))]])
def test_points_that_no_axis_of_ratios_holds_are_our_fault(points: list[tuple[float, float]]) -> None:
    """Zero, backwards, infinity."""
    with pytest.raises(OurFault):
        Curve(label="Thecal", points=points)


def test_a_panel_has_no_more_curves_than_line_styles() -> None:
    """Two curves of one style could not be told apart in grey; a guide is flat or in proportion."""
    curve = Curve(label="x", points=[(1, 1)])
    with pytest.raises(OurFault):
        CurvePanel(title="T", x_says="x", y_says="y", curves=[curve] * 6)
    with pytest.raises(OurFault):
        CurvePanel(title="T", x_says="x", y_says="y", curves=[curve], guide=2)


@pytest.mark.parametrize("name", sorted(ROWS))
def test_assumptions_stand_in_the_file(name: str) -> None:
    """Rows and curves say what was assumed too."""
    figure = ROWS[name]("x")
    assert figure.assumed
    assert figure.assumed in re.sub(r"<[^>]*>", "", figure.svg())


def test_nothing_to_show_is_said() -> None:
    """Empty figures are whole, and say that there is no data."""
    empty = [validation_chart([]), blame_chart([], of="tone"), learned_chart([], interval="90 %")]
    for figure in empty:
        assert "no data" in said(figure)
        assert figure.table.rows == ()
    assert curves_chart([], title="T", caption="C").table.rows == ()
    assert "no data" in said(curves())
    assert blame().table.rows[0] == ("Sensitivity", "62\u00a0%")
