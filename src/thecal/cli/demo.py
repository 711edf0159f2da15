"""`thecal demo`: the rehearsal clinic in a browser."""

from pathlib import Path

import typer


def demo(
    port: int = typer.Option(8000, help="The port on 127.0.0.1; 0 is any free one.", min=0, max=65535),
    data: Path = typer.Option(Path("var"), help="The folder that keeps the rehearsal.", metavar="FOLDER"),
    empty: bool = typer.Option(False, "--empty", help="Begin with staff alone: patients are admitted one by one."),
) -> None:
    """Serve the rehearsal clinic: invented patients, virtual pumps, one clock. Ctrl-C stops it; nothing is lost.

    Example: thecal demo --empty --data mine

    Exit codes: 0 stopped by Ctrl-C, 1 the port or the folder cannot be used, 2 bad input.
    """
    from thecal.clinic.rehearse.serve import run

    run(port=port, data=data, empty=empty)
