"""`thecal twin sbml`: the body of a scenario for other people's simulators."""

from pathlib import Path

import typer

from thecal.cli.output import NOT_A_DEVICE, write_file


def sbml(
    scenario: Path = typer.Argument(
        metavar="SCENARIO", help="A scenario file; see examples/ and docs/scenario.schema.json."
    ),
    output: Path = typer.Option(..., "--output", "-o", metavar="FILE", help="Where to write it."),
) -> None:
    """Write the typical patient of a scenario as SBML (Level 3 Version 2), given what truly left the tip.

    Fluid, cord, effect pools, tolerance and tone, with the scenario's boluses, drains and postures as events. No band:
    it is one person's model, and other engines that run it check our arithmetic, not what people do.

    Exit codes: 0 written, 2 bad input.
    """
    from thecal.interop.scenario import exported
    from thecal.scenario import read

    text = exported(read(scenario))
    write_file(output, text.encode("utf-8"))
    print(f"Written into {output}. {NOT_A_DEVICE}")
