"""The figures of a patient's page: made from the chart alone."""

from thecal.clinic import pictures
from thecal.clinic.models import Implant, Patient, ReadOut, RecordKind
from thecal.clinic.records import Chart
from thecal.clinic.story import Chapter
from thecal.clinic.when import offset_min
from thecal.figures import Figure, Happening, StorySeries, story_chart
from thecal.figures.story import HappeningKind
from thecal.pump.memory import Interrogation
from thecal.twin.forecast import Forecast, forecast
from thecal.units import DAY_MS, HOUR_MS

AHEAD_MS = 2 * DAY_MS
BEHIND_MS = 2 * DAY_MS
KINDS: tuple[tuple[str, HappeningKind], ...] = (
    ("Filled", "refill"),
    ("Update", "update"),
    ("Call settled", "call"),
    ("Call", "call"),
    ("Visit", "visit"),
)


def figures_of(chart: Chart, story: list[Chapter], *, now_ms: int) -> dict[str, Figure]:
    """By name: program, reservoir, spine, effect, story; those that can be drawn."""
    if chart.read_out is None or chart.implant is None:
        return {}
    read = chart.read_out.read()
    book_by_ms = chart.book_by.at_ms if chart.book_by is not None else None
    drawn = {
        "program": pictures.program_strip(read.program, None, read.at_ms),
        "reservoir": pictures.reservoir_picture(read, book_by_ms=book_by_ms),
        "story": _story(chart.implant, story, now_ms),
    }
    found = {name: figure for name, figure in drawn.items() if figure is not None}
    if chart.patient.kind == RecordKind.REHEARSAL:
        found |= _predicted(chart.patient, chart.implant, read, now_ms)
    return found


def _predicted(patient: Patient, implant: Implant, read: Interrogation, now_ms: int) -> dict[str, Figure]:
    """Spine and effect, two days behind and two ahead; none without a program."""
    if read.program is None:
        return {}
    until_ms = max(now_ms, read.at_ms) + AHEAD_MS
    seen = forecast(read, pictures.person_of(patient, implant), until_ms=until_ms, every_ms=HOUR_MS)
    if not isinstance(seen, Forecast):
        return {}
    from_ms = max(read.at_ms, now_ms - BEHIND_MS)
    window = pictures.Window(from_ms=from_ms, until_ms=until_ms, utc_offset_min=offset_min())
    return {
        "spine": pictures.spine_picture(
            seen,
            tip_level=implant.tip_level,
            from_ms=now_ms - now_ms % HOUR_MS,
            utc_offset_min=offset_min(),
            title="Predicted drug along the spine, next 24 hours",
        ),
        "effect": pictures.effect_picture(seen, None, window),
    }


def _story(implant: Implant, story: list[Chapter], now_ms: int) -> Figure | None:
    """Every dose that was read, with what happened."""
    doses = [_dose(read_out) for read_out in implant.read_outs.order_by("received_ms", "id")]
    steps = [dose for index, dose in enumerate(doses) if index + 1 == len(doses) or doses[index + 1][0] > dose[0]]
    if not steps or steps[-1][0] >= now_ms:
        return None
    first_ms = steps[0][0]
    happenings = [
        Happening(at_ms=chapter.at_ms, kind=kind, says=chapter.what)
        for chapter in reversed(story)
        if first_ms <= chapter.at_ms <= now_ms and (kind := _kind(chapter)) is not None
    ]
    series = StorySeries(dose_pg_per_day=steps, happenings=happenings, until_ms=now_ms, utc_offset_min=offset_min())
    return story_chart(series)


def _dose(read_out: ReadOut) -> tuple[int, float]:
    return read_out.received_ms, float(read_out.read().dose_pg_per_day)


def _kind(chapter: Chapter) -> HappeningKind | None:
    return next((kind for start, kind in KINDS if chapter.what.startswith(start)), None)
