"""`thecal demo`: the rehearsal clinic in a browser."""

from importlib import import_module
from pathlib import Path

import typer


def demo(
    port: int = typer.Option(8000, help="The port on 127.0.0.1.", min=0, max=65535),
    data: Path = typer.Option(Path("var"), help="The folder that keeps the rehearsal.", metavar="FOLDER"),
) -> None:
    """Serve the rehearsal clinic: invented patients, virtual pumps, one clock. Ctrl-C stops it; nothing is lost."""
    serve = import_module("thecal.clinic.rehearse.serve")
    serve.run(port=port, data=data)
