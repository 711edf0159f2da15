"""Where a band comes from: the share of its spread that each parameter brings, as bars with words."""

from collections.abc import Sequence
from dataclasses import dataclass

from thecal.errors import OurFault
from thecal.figures.figure import PHONE, WIDE, Drawing, Figure, Sheet, Table
from thecal.figures.rows import Row, Rows
from thecal.figures.scales import Scale, checked
from thecal.figures.svg import Markup, element, text, wrap
from thecal.units import NO_BREAK_SPACE


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """What varies between people, in words, and its share of the variance, 0 to 1."""

    says: str
    share: float

    def __post_init__(self) -> None:
        if not 0 <= checked(self.share, self.says) <= 1:
            raise OurFault(f"{self.says} has a share of {self.share}", remedy="Hand in 0 to 1.")

    @property
    def shown(self) -> str:
        """62 %; what is not nothing is not shown as nothing."""
        whole = round(100 * self.share)
        return f"{'less than 1' if not whole and self.share else whole}{NO_BREAK_SPACE}%"


def blame_chart(
    shares: Sequence[Share],
    *,
    of: str,
    assumptions: Sequence[str] = (),
    name: str = "blame",
    title: str = "Where the band comes from",
) -> Figure:
    """The shares in the order given; `of` says which spread they are shares of: tone of the calf after 24 h."""
    if sum(share.share for share in shares) > 1 + 1e-6:
        raise OurFault("shares of one whole add up to more than one")
    wide, phone = (_draw(shares, of, sheet) for sheet in (WIDE, PHONE))
    table = Table(("What varies between people", "Share (%)"), tuple((one.says, one.shown) for one in shares))
    caption = f"Predicted {of}: what part of the spread between virtual patients comes from what."
    return Figure(name=name, title=title, caption=caption, wide=wide, phone=phone, table=table).assuming(assumptions)


def _draw(shares: Sequence[Share], of: str, sheet: Sheet) -> Drawing:
    heads = wrap(f"The band of predicted {of}", sheet.width * 0.9, sheet.size)
    head = [text(2, 14 + index * sheet.line_height, says, "figure__title") for index, says in enumerate(heads)]
    top = (len(heads) + 1) * sheet.line_height - 4
    laid = Rows([Row(label=one.says, says=(one.shown,)) for one in shares], sheet, top)
    across = Scale(0, 1, laid.start, laid.end)
    ticks = [(across(part / 4), f"{25 * part}{NO_BREAK_SPACE}%") for part in range(5)]
    grid, height = laid.grid(ticks, "share of the variance")
    bars = [
        element(
            "rect", x=laid.start, y=middle - 6, width=across(one.share) - laid.start, height=12, class_="figure__bar"
        )
        for one, middle in zip(shares, laid.middles, strict=True)
    ]
    empty = [] if shares else [text(laid.start, laid.top - 2, "no data", "figure__quiet")]
    return Drawing(sheet=sheet, height=height, body=Markup("".join([*head, grid, *bars, *laid.words(), *empty])))
