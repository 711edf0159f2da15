"""Results as figures: which lines stand in which panel. How they look is the figures' business."""

from pathlib import Path
from typing import Literal, get_args

from thecal.body.response import BAND_LABEL
from thecal.errors import BadInput
from thecal.figures import Band, Figure, Line, Mark, Panel, TipSeries, line_chart, tip_chart, to_pdf, to_png
from thecal.programmer.review import Review
from thecal.scenario import Story
from thecal.units import NL_PER_ML, PG_PER_MCG

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


def story_picture(story: Story, muscle: str) -> Figure:
    """Tip, reservoir, spinal fluid and tone, one above the other."""
    times = [int(at_ms) for at_ms in story.run.times_ms]
    felt = story.muscles[muscle]
    dose = [(each.start_ms, each.dose_pg_per_day / PG_PER_MCG) for each in story.at_tip]
    volumes = [
        Line(label="calculated", kind="belief", points=_ml(times, story.run.believed_nl.tolist())),
        Line(label="simulated actual", kind="truth", points=_ml(times, story.run.true_nl.tolist())),
    ]
    csf = list(zip(times, story.csf_at_tip_mcg_per_ml.tolist(), strict=True))
    tone = list(zip(times, (100 * felt.suppressed).tolist(), strict=True))
    band = list(zip(times, (100 * felt.low).tolist(), (100 * felt.high).tolist(), strict=True))
    panels = [
        Panel(title="Dose at the tip", unit="mcg/day", lines=[Line(label="simulated", points=dose, step=True)]),
        Panel(title="Reservoir", unit="mL", lines=volumes),
        Panel(title="CSF at the tip", unit="mcg/mL", lines=[Line(label="predicted", points=csf)]),
        Panel(
            title=f"Tone suppressed, {muscle}",
            unit="%",
            lines=[Line(label="predicted", points=tone)],
            bands=[Band(label="spread of people", points=band)],
            high=100,
        ),
    ]
    return line_chart(
        panels,
        utc_offset_min=story.scenario.utc_offset_min,
        title=story.scenario.title,
        caption=f"Simulated, of an invented patient. Band: {BAND_LABEL}. Thecal is not a medical device.",
        marks=[Mark(at_ms=at_ms, says=what) for at_ms, what in story.happened if what != "update" or at_ms > times[0]],
        until_ms=times[-1],
    )


def _ml(times: list[int], volumes_nl: list[int]) -> list[tuple[int, float]]:
    return [(at_ms, volume_nl / NL_PER_ML) for at_ms, volume_nl in zip(times, volumes_nl, strict=True)]


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
