"""Figures as files, and a review as a figure."""

from pathlib import Path
from typing import Literal, get_args

from thecal.errors import BadInput
from thecal.figures import Figure, TipSeries, tip_chart, to_pdf, to_png
from thecal.programmer.review import Review

Kind = Literal[".svg", ".png", ".pdf"]
KINDS: tuple[Kind, ...] = get_args(Kind)


def check_kind(picture: Path) -> Kind:
    """The kind of picture that a file's name asks for; BadInput where it asks for none."""
    for kind in KINDS:
        if picture.suffix.lower() == kind:
            return kind
    raise BadInput("--picture", f"{picture.name!r} is no kind of picture", remedy=f"End it in {', '.join(KINDS)}.")


def drawn(figure: Figure, kind: Kind) -> bytes:
    """The figure as a file's content."""
    match kind:
        case ".svg":
            return figure.svg().encode()
        case ".png":
            return to_png(figure.svg())
        case ".pdf":
            return to_pdf(figure.svg(), figure.title, figure.caption)


def review_picture(reviewed: Review, utc_offset_min: int) -> Figure | None:
    """The dose at pump and tip until the change has arrived, plus 24 h; None where it cannot be drawn."""
    picture = reviewed.picture
    if picture is None or picture.at_tip is None:
        return None
    at_pump, at_tip = (
        [(each.start_ms, float(each.dose_pg_per_day)) for each in side] for side in (picture.at_pump, picture.at_tip)
    )
    ordered = reviewed.pending.ordered_pg_per_day or reviewed.pending.dose_pg_per_day
    return tip_chart(
        TipSeries(
            at_pump_pg_per_day=at_pump,
            at_tip_pg_per_day=at_tip,
            intended_pg_per_day=[(reviewed.at_ms, float(ordered))],
            until_ms=reviewed.until_ms,
            utc_offset_min=utc_offset_min,
        )
    )
