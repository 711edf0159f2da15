"""What holds for every chart, whatever it is given."""

import math
import re
from html.parser import HTMLParser
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.figures.helpers import CHARTS, DAY_MS, HOUR_MS, ROWS, T0_MS, Course, drawings, extent, spine, strip, texts

from thecal.errors import OurFault
from thecal.figures import Figure, Line, Panel, line_chart, stylesheet
from thecal.figures.svg import text_width

NAMED = pytest.mark.parametrize("name", sorted(CHARTS))
SIZES = st.one_of(
    st.floats(0, 1e15, allow_nan=False),
    st.floats(0, 1e-6, allow_nan=False),
    st.sampled_from([0.0, 5e-324, 1e-12, 1.0, 300e6, 1e15]),
)
COURSES = st.lists(st.tuples(st.integers(0, 400 * DAY_MS), SIZES), max_size=12).map(
    lambda pairs: [(T0_MS + after_ms, value) for after_ms, value in sorted(pairs)]
)
EDGES: list[Course] = [
    [],
    [(T0_MS, 5.0)],
    [(T0_MS + day * DAY_MS, 7.0) for day in range(5)],
    [(T0_MS, 1e14), (T0_MS + DAY_MS, 9e14)],
    [(T0_MS, 1e-14), (T0_MS + 1, 2e-14)],
    [(0, 1.0), (7_000_000_000_000, 2.0)],
    [(T0_MS, 1.0), (T0_MS, 4.0), (T0_MS, 2.0)],
]
UGLY = "<b onload='x'>&\"]]>\x00 \ud800 long " + "wörd " * 40


def _figures(course: Course, says: str = "") -> list[Figure]:
    return [make(course, says) for make in CHARTS.values()]


def _all() -> list[Figure]:
    course = [(T0_MS + hour * HOUR_MS, 100e6 + hour) for hour in range(0, 60, 6)]
    rows = [make("Sensitivity of the calf") for make in ROWS.values()]
    return [
        *_figures(course),
        *rows,
        strip(),
        spine([[0.1 * row + column for column in range(24)] for row in range(26)]),
    ]


def _check(figure: Figure) -> None:
    """Well-formed, within its viewBox, and free of styles, scripts and references."""
    for drawing in drawings(figure):
        _, _, width, height = (float(part) for part in drawing.get("viewBox", "").split())
        for line in texts(drawing):
            left, right, baseline = extent(line)
            assert left >= -1, line.text
            assert right <= width + 1, line.text
            assert 8 <= baseline <= height, line.text
        for node in drawing.iter():
            assert "style" not in node.attrib
            assert not node.tag.endswith(("script", "image", "use", "foreignObject"))
            assert not any(key.endswith("href") or key.startswith("on") for key in node.attrib)
        numbers = " ".join(value for node in drawing.iter() for value in node.attrib.values())
        assert "nan" not in numbers
        assert "inf" not in numbers
    ET.fromstring(figure.html())


@NAMED
@pytest.mark.parametrize("course", EDGES, ids=["empty", "one", "constant", "huge", "tiny", "centuries", "jump"])
def test_every_chart_draws_every_kind_of_series(name: str, course: Course) -> None:
    """Empty, single, constant, huge and tiny series give whole drawings."""
    _check(CHARTS[name](course, ""))


@NAMED
@given(course=COURSES)
@settings(max_examples=25, deadline=None)
def test_every_chart_draws_whatever_series_come(name: str, course: Course) -> None:
    """No finite series breaks a drawing, or pushes its words out of it."""
    _check(CHARTS[name](course, ""))


@NAMED
def test_words_are_escaped_and_cut_to_fit(name: str) -> None:
    """Markup, control characters, lone surrogates and long words come out as text within the drawing."""
    _check(CHARTS[name]([(T0_MS, 1.0), (T0_MS + DAY_MS, 2.0)], UGLY))


@pytest.mark.parametrize("name", sorted(ROWS))
def test_words_of_rows_and_curves_are_escaped_and_cut_to_fit(name: str) -> None:
    """Charts that do not run over time hold the same."""
    _check(ROWS[name](UGLY))


@NAMED
@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf, 1e300])
def test_numbers_that_cannot_be_drawn_are_our_fault(name: str, bad: float) -> None:
    """Not a number, infinity and the absurdly large are refused before anything is drawn."""
    with pytest.raises(OurFault):
        CHARTS[name]([(T0_MS, 1.0), (T0_MS + DAY_MS, bad)], "")


@NAMED
@pytest.mark.parametrize("at_ms", [-1, T0_MS * 1000])
def test_times_that_cannot_be_meant_are_our_fault(name: str, at_ms: int) -> None:
    """Before 1970, and microseconds taken for milliseconds, are refused."""
    with pytest.raises(OurFault):
        CHARTS[name]([(at_ms, 1.0)], "")


def test_lines_out_of_time_order_are_our_fault() -> None:
    """A line that goes back in time is refused."""
    with pytest.raises(OurFault, match="time order"):
        Line(label="volume", points=[(T0_MS + 1, 1.0), (T0_MS, 2.0)])


def test_strip_and_map_are_whole_drawings() -> None:
    """The day strip and the spine map hold what the others hold."""
    for figure in _all():
        _check(figure)


def test_figures_are_deterministic() -> None:
    """The same numbers give the same bytes."""
    assert [figure.html() + figure.svg() for figure in _all()] == [figure.html() + figure.svg() for figure in _all()]


def test_every_class_has_a_rule() -> None:
    """What is drawn is styled: no class is used that the style sheet does not know."""
    used = {name for figure in _all() for name in re.findall(r"figure__[a-z-]+(?:--[a-z0-9]+)?", figure.html())}
    bare = {"figure__says", "figure__mark--reference", "figure__mark--current", "figure__band--current"}
    glyphs = {f"figure__glyph--{kind}" for kind in ("refill", "visit", "assessment", "call")}
    unknown = {name for name in used if f".{name}" not in stylesheet()} - bare - glyphs
    assert unknown == set()


def test_labels_do_not_cover_each_other() -> None:
    """In ordinary charts no two lines of text share room."""
    for figure in _all():
        for drawing in drawings(figure):
            boxes = [(*extent(line), line.text) for line in texts(drawing)]
            for index, (left, right, baseline, says) in enumerate(boxes):
                for other_left, other_right, other_baseline, other in boxes[index + 1 :]:
                    if abs(baseline - other_baseline) < 8:
                        assert right <= other_left + 1 or other_right <= left + 1, (figure.name, says, other)


def test_text_width_errs_to_the_wide_side() -> None:
    """DejaVu Sans, the widest common face: 'pending 345 mcg/day' is 129.6 px at 12 px (measured in Chromium)."""
    assert 129.6 <= text_width("pending 345 mcg/day", 12) <= 150


class _Cells(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.rows: list[list[str]] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag == "tr":
            self.rows.append([])
        if tag in {"th", "td"}:
            self.rows[-1].append("")

    def handle_data(self, data: str) -> None:
        if self.rows and self.rows[-1]:
            self.rows[-1][-1] += data


@given(course=st.lists(st.floats(0, 1e6, allow_nan=False), min_size=1, max_size=30))
@settings(max_examples=40, deadline=None)
def test_table_rows_are_the_data(course: list[float]) -> None:
    """Every point is a row, in order, with the drawn number to six digits."""
    points = [(T0_MS + index * HOUR_MS, value) for index, value in enumerate(course)]
    panel = Panel(title="Volume", unit="mL", lines=[Line(label="calculated", points=points)])
    reader = _Cells()
    reader.feed(line_chart([panel], utc_offset_min=0, title="T", caption="C").html())
    head, *rows = reader.rows
    assert head == ["Time", "calculated (mL)"]
    assert len(rows) == len(course)
    for (_, shown), value in zip(rows, course, strict=True):
        plain = re.sub(r"\u00a0×\u00a010(.*)", lambda found: "e" + _plain(found.group(1)), shown)
        assert float(plain.replace("\u00a0", "")) == pytest.approx(value, rel=1e-5)


def _plain(superscript: str) -> str:
    return superscript.translate(str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789"))


def test_a_jump_takes_two_rows() -> None:
    """Two values at one time are both in the table."""
    panel = Panel(title="Dose", unit="mcg/day", lines=[Line(label="dose", points=[(T0_MS, 300.0), (T0_MS, 75.0)])])
    figure = line_chart([panel], utc_offset_min=0, title="T", caption="C")
    assert [row[1] for row in figure.table.rows] == ["300", "75"]


def test_html_has_caption_both_drawings_and_table() -> None:
    """A figure on a page: caption, a drawing per width, and a table one click away; drawings named for readers."""
    root = ET.fromstring(strip().html())
    assert root.tag == "figure"
    assert [child.tag for child in root] == ["figcaption", "div", "details"]
    svgs = list(root[1])
    assert [svg.get("class") for svg in svgs] == ["figure__svg figure--wide", "figure__svg figure--phone"]
    for svg in svgs:
        named = [node.get("id") for node in svg if node.tag in {"title", "desc"}]
        assert svg.get("role") == "img"
        assert svg.get("aria-labelledby", "").split() == named
    assert root[2][0].text == "Table"
    ids = [node.get("id") for node in root.iter() if node.get("id")]
    assert len(ids) == len(set(ids))


def test_a_page_template_prints_a_figure_as_it_is() -> None:
    """`__html__` is what template engines ask for."""
    markup = strip().html()
    assert markup.__html__() is markup
