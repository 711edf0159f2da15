"""A finished figure: one drawing for a page, one for a phone, a caption, and the numbers as a table."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from html import escape
from typing import Final

from thecal.figures.style import flat_stylesheet
from thecal.figures.svg import Markup, clean, element, text, wrap

NAMESPACE: Final = "http://www.w3.org/2000/svg"
NOT_A_DEVICE: Final = "Thecal is not a medical device."


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """Room to draw in, in user units: about one per CSS pixel where the drawing is shown."""

    name: str
    width: float
    right: float
    panel_height: float
    tick_gap: float
    size: float = 12

    @property
    def line_height(self) -> float:
        """From one line of text to the next."""
        return self.size + 3


ASSUMED_LINES_MAX: Final = 24
"""More than any figure has to say, on a phone."""
_SMALL: Final = 10
WIDE: Final = Sheet(name="wide", width=760, right=136, panel_height=150, tick_gap=64)
PHONE: Final = Sheet(name="phone", width=360, right=98, panel_height=132, tick_gap=54)


@dataclass(frozen=True, slots=True)
class Table:
    """The drawn numbers as text, row by row; the head names the unit of each column."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def html(self) -> Markup:
        """A `<table>` whose first column heads its rows."""
        head = element("tr", *(element("th", _text(name), scope="col") for name in self.head))
        rows = (
            element("tr", element("th", _text(row[0]), scope="row"), *(element("td", _text(cell)) for cell in row[1:]))
            for row in self.rows
        )
        body = element("tbody", *rows) if self.rows else Markup("<tbody></tbody>")
        return element("table", element("thead", head), body, class_="figure__table")


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """What was drawn on one sheet."""

    sheet: Sheet
    height: float
    body: Markup


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A chart ready for a page, a file or paper. `name` is unique on its page: ids are made from it.

    `assumptions` are sentences that a reader needs to doubt the picture rightly: a paragraph on a page, lines under the
    drawing in a file.
    """

    name: str
    title: str
    caption: str
    wide: Drawing
    phone: Drawing
    table: Table
    assumptions: tuple[str, ...] = ()

    def assuming(self, sentences: Sequence[str]) -> "Figure":
        """The same figure, which says what was assumed."""
        return replace(self, assumptions=tuple(sentences))

    @property
    def assumed(self) -> str:
        """Assumed: what, in one paragraph; nothing where nothing was."""
        return f"Assumed: {' '.join(_sentence(one) for one in self.assumptions)}" if self.assumptions else ""

    def html(self) -> Markup:
        """The `<figure>`: caption, both drawings (the style sheet shows the one that fits) and the table."""
        heading = element("figcaption", element("strong", _text(self.title)), " ", _text(self.caption))
        drawings = element("div", self._svg(self.wide), self._svg(self.phone), class_="figure__drawings")
        scroll = element(
            "div", self.table.html(), class_="figure__scroll", tabindex="0", role="region",
            aria_label=f"Table: {self.title}",
        )  # fmt: skip
        details = element("details", element("summary", "Table"), scroll, class_="figure__details")
        said = [element("p", _text(self.assumed), class_="figure__assumed")] if self.assumptions else []
        return element("figure", heading, drawings, *said, details, class_="figure", id=self.name)

    def svg(self, *, phone: bool = False) -> str:
        """A file of its own, looks embedded: for the command line, for mail, for paper."""
        return self._svg(self.phone if phone else self.wide, style=flat_stylesheet())

    def _svg(self, drawing: Drawing, *, style: str = "") -> Markup:
        key = f"{self.name}-{drawing.sheet.name}"
        width, line = drawing.sheet.width, drawing.sheet.line_height
        said = [*wrap(self.assumed, width - 4, _SMALL, lines_max=ASSUMED_LINES_MAX), NOT_A_DEVICE] if style else []
        height = drawing.height + len(said) * line
        feet = [
            text(2, drawing.height + (index + 1) * line - 5, says, "figure__quiet figure__small")
            for index, says in enumerate(said)
        ]
        own = {"xmlns": NAMESPACE, "width": f"{width:.0f}", "height": f"{height:.0f}"} if style else {}
        ground = element("rect", class_="figure__ground", x=0, y=0, width=width, height=height)
        return element(
            "svg",
            element("title", _text(self.title), id=f"{key}-title"),
            element("desc", _text(self.caption), id=f"{key}-desc"),
            *((element("style", style), ground) if style else ()),
            drawing.body,
            *feet,
            **own, viewBox=f"0 0 {width:.0f} {height:.0f}", role="img",
            aria_labelledby=f"{key}-title {key}-desc",
            class_=f"figure__svg figure--{drawing.sheet.name}",
        )  # fmt: skip


def _sentence(says: str) -> str:
    return says if says.endswith((".", "?")) else f"{says}."


def _text(says: str) -> str:
    """Escaped, and never empty, so that an element with text keeps its closing tag."""
    return escape(clean(says), quote=False) or "\u200b"
