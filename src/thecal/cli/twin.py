"""`thecal twin simulate`: a scenario's run as a summary, a table, a picture or JSON."""

from pathlib import Path
from typing import TYPE_CHECKING

import typer

from thecal.cli.output import JSON_HELP, NOT_A_DEVICE, show_json, show_table, write_file
from thecal.errors import BadInput

if TYPE_CHECKING:
    from thecal.scenario import Story

app = typer.Typer(help="What a program does at pump, tip and muscle.", no_args_is_help=True)


@app.callback()
def _twin() -> None:
    """Keep `simulate` a verb of its own while it is the only one."""


@app.command(epilog="Example: thecal twin simulate examples/02_short_catheter.json --picture overrun.pdf")
def simulate(
    scenario: Path = typer.Argument(
        metavar="SCENARIO", help="A scenario file; see examples/ and docs/scenario.schema.json."
    ),
    json: bool = typer.Option(False, "--json", help=JSON_HELP),
    table: bool = typer.Option(False, "--table", help="Print every row."),
    muscle: str = typer.Option("soleus", help="The muscle group of table and picture."),
    picture: Path | None = typer.Option(None, help="Draw into FILE: .svg, .png or .pdf.", metavar="FILE"),
    explain: bool = typer.Option(False, "--explain", help="Say where each number comes from."),
) -> None:
    """Run a scenario: reservoir, dose at the catheter tip, spinal fluid and muscle tone over time.

    Exit codes: 0 done, 2 bad input.
    """
    from thecal.scenario import read, tell

    story = tell(read(scenario))
    if muscle not in story.muscles:
        raise BadInput("--muscle", f"{muscle!r} is not followed", remedy=f"Use one of: {', '.join(story.muscles)}.")
    if picture is not None:
        _draw(story, muscle, picture)
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


def _draw(story: "Story", muscle: str, picture: Path) -> None:
    from thecal.cli.pictures import check_kind, drawn, story_picture

    kind = check_kind(picture)
    write_file(picture, drawn(story_picture(story, muscle), kind))


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
    show_table("What the pump remembers", ["when", "what"], happened, words=2)
    calculated, actual = int(story.run.believed_nl[-1]), int(story.run.true_nl[-1])
    felt = story.muscles[muscle]
    lowest, highest = felt.mas.min(), felt.mas.max()
    print(
        f"\nReservoir at the end: {show_volume(calculated)} calculated by the pump, "
        f"{show_volume(actual)} simulated actual."
    )
    for way, mass_pg in story.went_astray.items():
        print(f"Drug that never reached the cord: {show_mass(mass_pg)} {way}.")
    print(f"Tone, {muscle}, predicted Modified Ashworth between {lowest:.1f} and {highest:.1f}.")


def _rows(story: "Story", muscle: str) -> None:
    from thecal.body.response import BAND_LABEL, mas_label
    from thecal.units import NL_PER_ML, PG_PER_MCG, decimal_text

    felt, run = story.muscles[muscle], story.run
    head = [
        "time",
        "calculated mL",
        "actual mL",
        "tip mcg/day",
        "CSF at tip mcg/mL",
        "tone suppressed",
        "band",
        "Ashworth",
    ]
    rows = [
        [
            story.clock(int(run.times_ms[at])),
            decimal_text(int(run.believed_nl[at]), NL_PER_ML, places=3),
            decimal_text(int(run.true_nl[at]), NL_PER_ML, places=3),
            decimal_text(round(float(run.tip_pg_per_day[at])), PG_PER_MCG, places=1),
            f"{story.csf_at_tip_mcg_per_ml[at]:.3f}",
            f"{felt.suppressed[at]:.0%}",
            f"{felt.low[at]:.0%} to {felt.high[at]:.0%}",
            mas_label(float(felt.mas[at])),
        ]
        for at in range(len(run.times_ms))
    ]
    print()
    show_table(f"Hour by hour, {muscle}: predicted", head, rows)
    print(f"Calculated: by the pump. Actual: simulated. Band: {BAND_LABEL}.")


def _explain(story: "Story") -> None:
    from thecal.scenario import numbers_used

    print("\nWhere the numbers come from")
    for number in numbers_used(story.scenario):
        print(f"  {number}")
