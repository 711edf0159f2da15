"""`thecal twin validate`: published measurements beside what the body computes."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from thecal.cli.output import JSON_HELP, NOT_A_DEVICE, show_json, show_table, write_file

if TYPE_CHECKING:
    from thecal.body.validation.report import Row
    from thecal.figures import Figure

ASSUMED = (
    "One adult of 170 cm with the default set; other tracers and pigs have sets of their own.",
    "Ranges without a published one are assumed: a factor of 1.5 either way, 0.15 for fractions of tone.",
    "Calibration targets were in the fit, or in view when a number was chosen; agreement there proves nothing new.",
)


def validate(
    json: bool = typer.Option(False, "--json", help=JSON_HELP),
    picture: Path | None = typer.Option(None, help="Draw into FILE: .svg, .png or .pdf.", metavar="FILE"),
) -> None:
    """Compare the body with what was measured in people: published, simulated, inside or outside, and why not.

    A target outside is a result, not an error. Exit codes: 0 done, 2 bad input.
    """
    from thecal.body.validation.report import rows, to_plain

    found = rows()
    if picture is not None:
        _draw(found, picture)
    if json:
        show_json(to_plain(found))
        return
    _print(found)
    if picture is not None:
        print(f"\nDrawn into {picture}.")


def picture_of(rows: "Sequence[Row]") -> "Figure":
    """Every row relative to its own published value."""
    from thecal.figures import ValidationRow, validation_chart

    lines = [
        ValidationRow(
            id=each.id,
            says=each.says,
            unit="" if each.unit == "1" else each.unit,
            low=each.low,
            high=each.high,
            published=each.published,
            simulated=each.simulated,
            inside=each.inside,
        )
        for each in rows
    ]
    return validation_chart(lines, assumptions=ASSUMED)


def _draw(rows: "Sequence[Row]", picture: Path) -> None:
    from thecal.cli.pictures import check_kind, drawn

    kind = check_kind(picture)
    write_file(picture, drawn(picture_of(rows), kind))


def _print(rows: "Sequence[Row]") -> None:
    show_table(
        "Published measurements and the simulation",
        ["target", "set", "unit", "published", "from", "to", "simulated", ""],
        [
            [
                each.says,
                each.set,
                each.unit,
                *(_digits(value) for value in (each.published, each.low, each.high, each.simulated)),
                "inside" if each.inside else "OUTSIDE",
            ]
            for each in rows
        ],
        words=3,
    )
    print("\nConditions and sources")
    for each in rows:
        print(f"  {each.says}: {each.condition}. {each.source}; {each.range_from}. Set {each.parameter_set}.")
    failing = [each for each in rows if not each.inside]
    print(f"\n{len(rows) - len(failing)} of {len(rows)} inside. Outside, and why")
    for each in failing:
        print(f"  {each.says}: {each.because}")
    print("\n" + "\n".join(ASSUMED))
    print(f"{NOT_A_DEVICE} Nothing here is for dosing.")


def _digits(value: float | None) -> str:
    return "" if value is None else f"{value:.3g}"
