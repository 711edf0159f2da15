"""`thecal twin simulate`: a scenario's run as a summary, a table, a picture or JSON."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from thecal.cli.output import JSON_HELP, NOT_A_DEVICE, show_json, show_table, write_file
from thecal.errors import BadInput

if TYPE_CHECKING:
    from thecal.scenario import Story
    from thecal.twin.outlook import Predicted
    from thecal.twin.virtual import Seen

LEAST_TOLD = 0.01
"""A smaller chance is not told as a number: none would read as no chance at all."""


def simulate(
    scenario: Path = typer.Argument(
        metavar="SCENARIO", help="A scenario file; see examples/ and docs/scenario.schema.json."
    ),
    json: bool = typer.Option(False, "--json", help=JSON_HELP),
    table: bool = typer.Option(False, "--table", help="Print every row."),
    muscle: str = typer.Option("soleus", help="The muscle group of table and picture."),
    levels: str = typer.Option("", help="Vertebral levels whose fluid is told of too: T6,T10.", metavar="LEVELS"),
    picture: Path | None = typer.Option(None, help="Draw into FILE: .svg, .png or .pdf.", metavar="FILE"),
    figure: str = typer.Option("story", help="What to draw: story, spine, tip, levels, effect, signs or band."),
    explain: bool = typer.Option(False, "--explain", help="Say where each number comes from, and what to doubt."),
) -> None:
    """Run a scenario: reservoir, dose at the tip, spinal fluid, tone, and the signs of too much and too little.

    What is predicted of the body wears a band of virtual patients.

    Exit codes: 0 done, 2 bad input.
    """
    from thecal.body import TARGETS
    from thecal.scenario import read, tell

    if muscle not in TARGETS:
        raise BadInput("--muscle", f"{muscle!r} is not followed", remedy=f"Use one of: {', '.join(TARGETS)}.")
    with _progress() as seen:
        story = tell(read(scenario), levels=_levels(levels), seen=seen)
        if picture is not None:
            _draw(story, muscle, figure, picture)
        _ = story.outlook
    if json:
        show_json(story.to_plain())
        return
    _summary(story, muscle)
    if table:
        _rows(story, muscle)
    if explain:
        _explain(story)
    if picture is not None:
        print(f"\nDrawn into {picture}.")


@contextmanager
def _progress() -> Iterator["Seen"]:
    """A bar on a terminal's stderr while virtual patients are computed, and nothing where nobody watches."""
    from rich.console import Console
    from rich.progress import Progress

    console = Console(file=sys.stderr)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("Virtual patients", total=None)

        def seen(done: int, of: int) -> None:
            bar.update(task, completed=done, total=of)

        yield seen


def _levels(written: str) -> list[str]:
    """The levels in "T6,T10"; BadInput for one that is none."""
    from thecal.body import LEVELS

    asked = [level.strip().upper() for level in written.split(",") if level.strip()]
    for level in asked:
        if level not in LEVELS:
            remedy = f"Use levels from {LEVELS[0]} to {LEVELS[-1]}, with commas between: T6,T10."
            raise BadInput("--levels", f"{level!r} is not a vertebral level", remedy=remedy)
    return asked


def _draw(story: "Story", muscle: str, figure: str, picture: Path) -> None:
    from thecal.cli.pictures import check_kind, drawn
    from thecal.cli.story_pictures import FIGURES

    kind = check_kind(picture)
    if figure not in FIGURES:
        raise BadInput("--figure", f"{figure!r} is none that can be drawn", remedy=f"Use one of: {', '.join(FIGURES)}.")
    write_file(picture, drawn(FIGURES[figure](story, muscle), kind))


def _summary(story: "Story", muscle: str) -> None:
    from thecal.units import PG_PER_MCG, decimal_text, show_duration, show_mass, show_volume

    print(f"{story.scenario.title}\n{NOT_A_DEVICE} The patient is invented.\n")
    show_table(
        "Dose at the catheter tip",
        ["from", "for", "mcg/day"],
        [
            [
                story.clock(each.start_ms),
                show_duration(each.end_ms - each.start_ms),
                decimal_text(each.dose_pg_per_day, PG_PER_MCG, places=1),
            ]
            for each in story.at_tip
        ],
    )
    print()
    happened = [[story.clock(at_ms), what] for at_ms, what in story.happened]
    show_table("What happened", ["when", "what"], happened, words=2)
    calculated, actual = int(story.run.believed_nl[-1]), int(story.run.true_nl[-1])
    print(
        f"\nReservoir at the end: {show_volume(calculated)} calculated by the pump, "
        f"{show_volume(actual)} simulated actual."
    )
    for way, mass_pg in story.went_astray.items():
        print(f"Drug that never reached the cord: {show_mass(mass_pg)} {way}.")
    if story.scenario.drains:
        print(f"Drug that left with the fluid drained: {show_mass(round(story.run.drained_mcg * PG_PER_MCG))}.")
    _predictions(story, muscle)


def _predictions(story: "Story", muscle: str) -> None:
    """What is predicted, each with its band, and where the band comes from."""
    from thecal.body.signs import NOT_A_REASSURANCE
    from thecal.twin.virtual import BAND_SAYS

    print(f"\nPredicted, of a typical person; in brackets {BAND_SAYS}")
    mas = story.muscles[muscle].examined_mas
    lowest, highest = int(mas.line.argmin()), int(mas.line.argmax())
    for says, at in (("least", lowest), ("most", highest)):
        band = f"({mas.low[at]:.1f} to {mas.high[at]:.1f})"
        print(f"  tone, {muscle}, {says}: Modified Ashworth {mas.line[at]:.1f} {band}, {story.when(at)}")
    seen = story.outlook
    for says, course in (("drowsiness", seen.drowsiness), ("breathing risk", seen.breathing)):
        at = int(course.high.argmax())
        chance = "under 1%" if course.high[at] < LEAST_TOLD else f"up to {course.high[at]:.0%}"
        print(f"  {says} among the most sensitive: {chance}, {story.when(at)}")
    print(f"  {NOT_A_REASSURANCE}")
    for line in story.withdrawn:
        print(f"  {line}")
    shares = ", ".join(f"{name} {share:.0%}" for name, share in seen.blames[muscle])
    if shares:
        print(f"  Where the band of tone is widest it comes from: {shares}.")
    for sentence in story.assumptions:
        print(f"  {sentence}")


def _rows(story: "Story", muscle: str) -> None:
    from thecal.body.response import mas_label
    from thecal.twin.virtual import BAND_SAYS
    from thecal.units import NL_PER_ML, PG_PER_MCG, decimal_text

    felt, run = story.muscles[muscle], story.run
    head = ["time", "calculated mL", "actual mL", "tip mcg/day"]
    head += [f"CSF {level} mcg/mL" for level in story.levels]
    head += ["tone suppressed", "Ashworth"]
    rows = [
        [
            story.clock(int(run.times_ms[at])),
            decimal_text(int(run.believed_nl[at]), NL_PER_ML, places=3),
            decimal_text(int(run.true_nl[at]), NL_PER_ML, places=3),
            decimal_text(round(float(run.tip_pg_per_day[at])), PG_PER_MCG, places=1),
            *(_banded(course, at, "{:.3f}".format) for course in story.outlook.levels.values()),
            _banded(felt.suppressed, at, "{:.0%}".format),
            _banded(felt.mas, at, mas_label),
        ]
        for at in range(len(run.times_ms))
    ]
    print()
    show_table(f"Hour by hour, {muscle}: predicted", head, rows)
    print(f"Calculated: by the pump. Actual: simulated. In brackets: {BAND_SAYS}.")


def _banded(course: "Predicted", at: int, show: Callable[[float], str]) -> str:
    """A prediction at one time, with its band."""
    line, low, high = (show(float(values[at])) for values in (course.line, course.low, course.high))
    return f"{line} ({low} to {high})"


def _explain(story: "Story") -> None:
    from thecal.scenario import numbers_used
    from thecal.twin.failures import known_failures

    print("\nWhat the body gets wrong: published measurements that it does not come out with")
    for failure in known_failures():
        because = f" {failure.because}" if failure.because else ""
        print(f"  {failure.says}: {failure.published} published, {failure.simulated} simulated.{because}")
    print("\nWhere the numbers come from")
    for number in numbers_used(story.scenario):
        print(f"  {number}")
