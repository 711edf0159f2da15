"""`thecal twin`: the implant and the body on one clock. Each verb has a module of its own."""

import typer

from thecal.cli import calibrate, sbml, simulate, validate

app = typer.Typer(help="What a program does at pump, tip, cord and muscle.", no_args_is_help=True)
app.command(
    "simulate",
    epilog="Example: thecal twin simulate examples/02_short_catheter.json --picture overrun.pdf",
    short_help="A scenario's run, told, drawn or as JSON.",
)(simulate.simulate)
app.command(
    "calibrate",
    epilog="Example: thecal twin calibrate examples/assessments/screening_test.json",
    short_help="What one person's assessments teach.",
)(calibrate.calibrate)
app.command(
    "validate",
    epilog="Example: thecal twin validate --picture validation.svg",
    short_help="Published measurements beside what the body computes.",
)(validate.validate)
app.command(
    "sbml",
    epilog="Example: thecal twin sbml examples/03_flex_day.json -o body.xml",
    short_help="A scenario's body for other simulators.",
)(sbml.sbml)


@app.callback()
def _twin() -> None:
    """Keep a verb a verb, however many there are."""
