"""`thecal pump …`: one virtual pump as a process, and what its alarms sound like."""

import os
import secrets
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from thecal.cli import tones
from thecal.cli.output import NOT_A_DEVICE
from thecal.errors import BadInput
from thecal.units import parse_concentration_pg_per_nl, parse_volume_nl

if TYPE_CHECKING:
    from thecal.twin.device import Device

app = typer.Typer(help="Virtual pumps.", no_args_is_help=True)
app.command("tones", epilog="Example: thecal pump tones --write .")(tones.tones)
MODEL = "Thecal reference pump 20 mL"
FASTEST = 10_000
"""Beyond it a session would time out, by the pump's clock, between two frames."""


@app.command(
    epilog="Example: thecal pump run --new var/pump --scenario examples/01_concentration_change.json --speed 3600"
)
def run(
    new: Path | None = typer.Option(None, help="Make a pump in this new folder, then run it.", metavar="FOLDER"),
    folder: Path | None = typer.Option(None, "--dir", help="Run the pump in this folder.", metavar="FOLDER"),
    port: int = typer.Option(0, help="The port on 127.0.0.1; 0 is any free one.", min=0, max=65535),
    speed: int = typer.Option(1, help="How many times as fast as the wall's clock.", min=1, max=FASTEST),
    model: str = typer.Option(MODEL, help="With --new: which pump."),
    serial: str = typer.Option("", help="With --new: its serial number; drawn where left out."),
    fill: str = typer.Option("", help="With --new: fill it by syringe, as in '20 mL'."),
    concentration: str = typer.Option("", help="With --fill: of what, as in '500 mcg/mL'."),
    scenario: Path | None = typer.Option(
        None, help="With --new: the implant of this scenario, at its start.", metavar="FILE"
    ),
) -> None:
    """Run one virtual pump on TCP, at real time or faster, until Ctrl-C.

    --new writes the pump's identity, one credential for each role and the emergency key into a folder. The pump's time
    goes on from where it was: while the process is stopped, so is the pump.

    Exit codes: 0 stopped by Ctrl-C, 2 bad input (a port in use, a folder without a pump).
    """
    from thecal.rehearsal.folder import PumpFolder, create_folder
    from thecal.rehearsal.host import RunningClock, serve

    place = _one_place(new, folder)
    if new is not None:
        device = _scenario_device(scenario) if scenario else _shelf(model, serial, fill, concentration)
        create_folder(place, device, random_bytes=secrets.token_bytes)
    with PumpFolder(place) as pump:
        clock = RunningClock(start_ms=pump.device.now_ms, speed=speed, steady_ns=time.monotonic_ns)

        def ready(at_port: int) -> None:
            print(f"{pump.identity.serial} answers at 127.0.0.1:{at_port}. {NOT_A_DEVICE} Ctrl-C stops it.", flush=True)

        serve(
            pump,
            port=port,
            clock=clock,
            random_bytes=secrets.token_bytes,
            ready=ready,
            tell=lambda line: print(line, file=sys.stderr, flush=True),
        )


def _one_place(new: Path | None, folder: Path | None) -> Path:
    place = folder if new is None else new
    if place is None or (new is not None and folder is not None):
        raise BadInput("--new or --dir", "name one folder", remedy="A first time: thecal pump run --new var/pump.")
    return place


def _scenario_device(scenario: Path) -> "Device":
    from thecal.scenario import initial_device, read

    return initial_device(read(scenario))


def _shelf(model: str, serial: str, fill: str, concentration: str) -> "Device":
    """A pump from the shelf, filled where a volume is given."""
    from thecal.pump.devices import PUMP_MODELS
    from thecal.rehearsal.folder import shelf_device
    from thecal.twin.hands import refill

    if model not in PUMP_MODELS:
        raise BadInput("--model", f"{model!r} is not known", remedy=f"Use one of: {', '.join(PUMP_MODELS)}.")
    if bool(fill) != bool(concentration):
        raise BadInput("--fill", "a fill is a volume and a concentration", remedy="Give both, or neither.")
    volume_nl = parse_volume_nl(fill, field="--fill") if fill else 0
    if volume_nl > PUMP_MODELS[model].capacity_nl:
        raise BadInput("--fill", "is more than the reservoir holds", remedy="Fill less, or choose another --model.")
    name = serial or f"R-{os.urandom(3).hex().upper()}"
    empty = shelf_device(name, PUMP_MODELS[model], time.time_ns() // 1_000_000)
    if not volume_nl:
        return empty
    label = parse_concentration_pg_per_nl(concentration, field="--concentration")
    return refill(empty, volume_nl=volume_nl, concentration_pg_per_nl=label)[0]
