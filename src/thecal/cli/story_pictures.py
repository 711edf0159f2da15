"""A story as figures: which numbers stand in which panel. How they look is the figures' business."""

from collections.abc import Callable

from thecal.body import LEVELS
from thecal.figures import (
    Band,
    DeliveredSeries,
    Figure,
    LevelCourse,
    Line,
    Mark,
    MuscleGroup,
    Panel,
    Share,
    Sign,
    SignCourse,
    SpineTimeSeries,
    TimeAxis,
    blame_chart,
    delivered_chart,
    effect_chart,
    levels_chart,
    line_chart,
    signs_chart,
    spine_time_map,
)
from thecal.scenario import Story
from thecal.twin.outlook import Predicted
from thecal.twin.virtual import BAND_SAYS
from thecal.units import NL_PER_ML, PG_PER_MCG

GROUPS = {
    "soleus": "Calf (soleus)",
    "quadriceps": "Thigh (quadriceps)",
    "flexor carpi radialis": "Wrist (flexor carpi radialis)",
    "biceps": "Elbow (biceps)",
}


def story_picture(story: Story, muscle: str) -> Figure:
    """Tip, reservoir, spinal fluid and tone, one above the other."""
    times, tip_level = _times(story), story.scenario.patient.tip_level
    dose = [(each.start_ms, each.dose_pg_per_day / PG_PER_MCG) for each in story.at_tip]
    volumes = [
        Line(label="calculated", kind="belief", points=_ml(times, story.run.believed_nl.tolist())),
        Line(label="simulated actual", kind="truth", points=_ml(times, story.run.true_nl.tolist())),
    ]
    fluid, tone = story.outlook.levels[tip_level], story.muscles[muscle].suppressed
    panels = [
        Panel(title="Dose at the tip", unit="mcg/day", lines=[Line(label="simulated", points=dose, step=True)]),
        Panel(title="Reservoir", unit="mL", lines=volumes),
        Panel(title="CSF at the tip", unit="mcg/mL", lines=[_line(times, fluid)], bands=[_band(times, fluid)]),
        Panel(
            title=f"Tone suppressed, {muscle}",
            unit="%",
            lines=[_line(times, tone, 100)],
            bands=[_band(times, tone, 100)],
            high=100,
        ),
    ]
    figure = line_chart(
        panels,
        utc_offset_min=story.scenario.utc_offset_min,
        title=story.scenario.title,
        caption=f"Simulated, of an invented patient. Band: {BAND_SAYS}. Thecal is not a medical device.",
        marks=_marks(story),
        until_ms=times[-1],
    )
    return figure.assuming(story.assumptions)


def spine_picture(story: Story, muscle: str) -> Figure:
    """The fluid at every level over the whole story."""
    del muscle
    times = _times(story)
    rows = [story.csf_mcg_per_ml(level)[:-1].tolist() for level in LEVELS]
    series = SpineTimeSeries(
        concentration_mcg_per_ml=rows,
        times_ms=times[:-1],
        until_ms=times[-1],
        tip_level=story.scenario.patient.tip_level,
        axis=_axis(story),
        marks=_marks(story),
    )
    return spine_time_map(series, assumptions=story.assumptions)


def tip_picture(story: Story, muscle: str) -> Figure:
    """What the pump's count would bring to the tip, beside what truly left it."""
    del muscle
    series = DeliveredSeries(
        calculated_pg_per_day=[(each.start_ms, float(each.dose_pg_per_day)) for each in story.believed_at_tip],
        actual_pg_per_day=[(each.start_ms, float(each.dose_pg_per_day)) for each in story.at_tip],
        until_ms=_times(story)[-1],
        axis=_axis(story),
        marks=_marks(story),
    )
    return delivered_chart(series)


def levels_picture(story: Story, muscle: str) -> Figure:
    """The fluid at each level that is told of, with its band."""
    del muscle
    courses = [
        LevelCourse(level=level, current=_points(story, course), spread=_spread(story, course))
        for level, course in story.outlook.levels.items()
    ]
    return levels_chart(
        courses, axis=_axis(story), marks=_marks(story), band_says=BAND_SAYS, assumptions=story.assumptions
    )


def effect_picture(story: Story, muscle: str) -> Figure:
    """The modified Ashworth score by muscle group, as an examiner finds it."""
    del muscle
    groups = [
        MuscleGroup(
            muscle_group=says,
            current=_points(story, story.muscles[name].examined_mas),
            spread=_spread(story, story.muscles[name].examined_mas),
        )
        for name, says in GROUPS.items()
    ]
    return effect_chart(
        groups,
        scale="ashworth",
        axis=_axis(story),
        marks=_marks(story),
        band_says=BAND_SAYS,
        assumptions=story.assumptions,
    )


def signs_picture(story: Story, muscle: str) -> Figure:
    """Reflex, spasms, useful tone lost, drowsiness, breathing and withdrawal: those that were looked for."""
    seen = story.outlook
    found: dict[Sign, Predicted | None] = {
        "reflex": seen.reflex,
        "spasms": seen.penn,
        "weakness": story.muscles[muscle].weakness,
        "drowsiness": seen.drowsiness,
        "breathing": seen.breathing,
        "withdrawal": seen.withdrawal,
    }
    courses = [
        SignCourse(sign=sign, current=_points(story, course), spread=_spread(story, course))
        for sign, course in found.items()
        if course is not None
    ]
    return signs_chart(
        courses, axis=_axis(story), marks=_marks(story), band_says=BAND_SAYS, assumptions=story.assumptions
    )


def band_picture(story: Story, muscle: str) -> Figure:
    """Where the band of tone comes from, at the time at which it is widest."""
    shares = [Share(says=name, share=share) for name, share in story.outlook.blames[muscle]]
    return blame_chart(shares, of=f"tone of the {muscle}, where the band is widest", assumptions=story.assumptions)


FIGURES: dict[str, Callable[[Story, str], Figure]] = {
    "story": story_picture,
    "spine": spine_picture,
    "tip": tip_picture,
    "levels": levels_picture,
    "effect": effect_picture,
    "signs": signs_picture,
    "band": band_picture,
}
"""What can be drawn of a story, by the name it has on the command line."""


def _times(story: Story) -> list[int]:
    return [int(at_ms) for at_ms in story.run.times_ms]


def _axis(story: Story) -> TimeAxis:
    return TimeAxis(utc_offset_min=story.scenario.utc_offset_min)


def _marks(story: Story) -> list[Mark]:
    """What happened, without the update that the story begins with."""
    start_ms = story.scenario.start_ms
    return [Mark(at_ms=at_ms, says=what) for at_ms, what in story.happened if what != "update" or at_ms > start_ms]


def _ml(times: list[int], volumes_nl: list[int]) -> list[tuple[int, float]]:
    return [(at_ms, volume_nl / NL_PER_ML) for at_ms, volume_nl in zip(times, volumes_nl, strict=True)]


def _points(story: Story, course: Predicted) -> list[tuple[int, float]]:
    return list(zip(_times(story), course.line.tolist(), strict=True))


def _spread(story: Story, course: Predicted) -> list[tuple[int, float, float]]:
    return list(zip(_times(story), course.low.tolist(), course.high.tolist(), strict=True))


def _line(times: list[int], course: Predicted, scale: float = 1) -> Line:
    return Line(label="predicted", points=list(zip(times, (scale * course.line).tolist(), strict=True)))


def _band(times: list[int], course: Predicted, scale: float = 1) -> Band:
    ends = ((scale * end).tolist() for end in (course.low, course.high))
    return Band(label="virtual patients", points=list(zip(times, *ends, strict=True)))
