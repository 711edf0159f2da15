"""What a patient's page shows beside its records: figures, predictions and the pump's own log, from the chart alone."""

from dataclasses import dataclass, replace

from thecal.clinic import pictures
from thecal.clinic.doubts import Doubts, doubts_of
from thecal.clinic.models import Implant, Patient, ReadOut
from thecal.clinic.predicting import shows_predictions
from thecal.clinic.pump_words import event_in_words
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

LATEST = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Remembered:
    """One line of the pump's own log, in words."""

    at_ms: int
    says: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Predicted:
    """What is predicted for one muscle group now, in per cent of tone suppressed, and as Modified Ashworth grades.

    Low and high are the ends of the band of virtual patients.
    """

    group: str
    suppressed_percent: int
    low_percent: int
    high_percent: int
    grade: str
    low_grade: str
    high_grade: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Pictured:
    """What a patient's page draws and lists beside its records."""

    figures: dict[str, Figure]
    predicted: tuple[Predicted, ...] = ()
    doubts: Doubts | None = None
    remembered: tuple[Remembered, ...] = ()


def picture(chart: Chart, story: list[Chapter], *, now_ms: int) -> Pictured:
    """Everything that can be drawn of a chart; nothing where no pump was read."""
    if chart.read_out is None or chart.implant is None:
        return Pictured(figures={})
    read = chart.read_out.read()
    drawn = Pictured(figures=_known(chart, story, now_ms=now_ms), remembered=_remembered(read))
    if not shows_predictions(chart.patient):
        return drawn
    return _predicted(chart.patient, chart.implant, read, drawn, now_ms)


def _remembered(read: Interrogation) -> tuple[Remembered, ...]:
    """The latest lines of the pump's log, newest first."""
    return tuple(
        Remembered(at_ms=event.at_ms, says=event_in_words(event.kind, event.detail))
        for event in reversed(read.log[-LATEST:])
    )


def _known(chart: Chart, story: list[Chapter], *, now_ms: int) -> dict[str, Figure]:
    """By name: program, reservoir and story; those that can be drawn."""
    assert chart.read_out is not None, "a pump that was never read is not drawn"
    assert chart.implant is not None, "only an implant is read"
    read = chart.read_out.read()
    book_by_ms = chart.book_by.at_ms if chart.book_by is not None else None
    drawn = {
        "program": pictures.program_strip(read.program, None, read.at_ms),
        "reservoir": pictures.reservoir_picture(read, book_by_ms=book_by_ms),
        "story": _story(chart.implant, story, now_ms),
    }
    return {name: figure for name, figure in drawn.items() if figure is not None}


def _predicted(patient: Patient, implant: Implant, read: Interrogation, drawn: Pictured, now_ms: int) -> Pictured:
    """Fluid and tone, two days behind and two ahead; none without a program, or a baseline."""
    person = pictures.person_of(patient, implant, now_ms)
    if read.program is None or person is None:
        return drawn
    until_ms = max(now_ms, read.at_ms) + AHEAD_MS
    seen = forecast(read, person, until_ms=until_ms, every_ms=HOUR_MS)
    if not isinstance(seen, Forecast):
        return drawn
    from_ms = max(read.at_ms, now_ms - BEHIND_MS)
    window = pictures.Window(from_ms=from_ms, until_ms=until_ms, utc_offset_min=offset_min())
    figures = {**drawn.figures, **pictures.predicted(seen, None, window)}
    return replace(drawn, figures=figures, predicted=_now(seen, now_ms), doubts=doubts_of(seen))


def _now(seen: Forecast, now_ms: int) -> tuple[Predicted, ...]:
    """Each muscle group at the sample nearest after now."""
    at = min(int(seen.run.times_ms.searchsorted(now_ms)), len(seen.run.times_ms) - 1)
    return tuple(_now_at(seen, target, label, at) for target, label in pictures.GROUPS.items())


def _now_at(seen: Forecast, target: str, label: str, at: int) -> Predicted:
    """One muscle group at one sample."""
    low_grade, high_grade = seen.grade_band(target, at)
    return Predicted(
        group=label,
        suppressed_percent=round(100 * seen.suppressed[target][at]),
        low_percent=round(100 * seen.low[target][at]),
        high_percent=round(100 * seen.high[target][at]),
        grade=seen.grade(target, at),
        low_grade=low_grade,
        high_grade=high_grade,
    )


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
