"""`thecal pump …`: one virtual pump as a process, and what its alarms sound like."""

import os
import secrets
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

import typer

from thecal.cli import tones
from thecal.cli.output import NOT_A_DEVICE, show_json
from thecal.errors import BadInput
from thecal.pump.devices import PUMP_MODELS
from thecal.units import floor_div, parse_concentration_pg_per_nl, parse_duration_ms, parse_volume_nl

if TYPE_CHECKING:
    from thecal.pump.events import Event
    from thecal.rehearsal.folder import PumpFolder
    from thecal.twin.device import Device

app = typer.Typer(help="Virtual pumps.", no_args_is_help=True)
app.command("tones", epilog="Example: thecal pump tones --write .")(tones.tones)
MODEL = next(iter(PUMP_MODELS))
FASTEST = 10_000
"""Beyond it a session would time out, by the pump's clock, between two frames."""
INTERRUPTED = 130
EXAMPLE = (
    "Example: thecal pump run --new var/pump --scenario examples/01_concentration_change.json --speed 3600. "
    "Or: thecal pump run --dir var/pump --faults examples/plans/mri_and_leak.json --for '30 days'"
)
FROM_THE_SHELF = ("--model", "--serial", "--fill", "--concentration")
CONFLICTS = (
    ("--for", ("--port", "--speed")),
    ("--json", ("--log",)),
    ("--dir", (*FROM_THE_SHELF, "--scenario")),
    ("--scenario", FROM_THE_SHELF),
)
WHY = {
    "--for": "runs without a link, as fast as it goes",
    "--json": "prints one document",
    "--dir": "runs the pump that is there",
    "--scenario": "says which pump it is and what it holds",
}
NOT_GIVEN: tuple[object, ...] = (None, "", False)


@app.command(epilog=EXAMPLE)
def run(
    new: Path | None = typer.Option(None, help="Make a pump in this new folder, then run it.", metavar="FOLDER"),
    folder: Path | None = typer.Option(None, "--dir", help="Run the pump in this folder.", metavar="FOLDER"),
    port: int | None = typer.Option(None, help="The port on 127.0.0.1; any free one where left out.", min=0, max=65535),
    speed: int | None = typer.Option(None, help="How many times as fast as the wall's clock.", min=1, max=FASTEST),
    model: str = typer.Option("", help=f"With --new: which pump, the first where left out: {', '.join(PUMP_MODELS)}."),
    serial: str = typer.Option("", help="With --new: its serial number; drawn where left out."),
    fill: str = typer.Option("", help="With --new: fill it by syringe, as in '20 mL'."),
    concentration: str = typer.Option("", help="With --fill: of what, as in '500 mcg/mL'."),
    scenario: Path | None = typer.Option(
        None, help="With --new: the implant of this scenario, at its start.", metavar="FILE"
    ),
    faults: Path | None = typer.Option(None, help="A plan of faults, counted from the pump's now.", metavar="FILE"),
    lasts: str = typer.Option("", "--for", help="No link: run so long as fast as it goes, as in '365 days', and end."),
    log: bool = typer.Option(False, "--log", help="Print each event as a line of JSON; --for does so by itself."),
    json: bool = typer.Option(False, "--json", help="With --for: print what it came to as JSON, and no events."),
) -> None:
    """Run one virtual pump: on TCP at real time or faster until Ctrl-C, or for a while without a link.

    --new writes the pump's identity, one credential for each role and the emergency key into a folder. The pump's time
    goes on from where it was: while the process is stopped, so is the pump.

    Exit codes: 0 done, or stopped by Ctrl-C; 2 bad input (a port in use, a folder without a pump); 130 where Ctrl-C
    came before the end of --for.
    """
    from thecal.rehearsal.folder import PumpFolder, create_folder
    from thecal.scenario import afflicted, read_plan

    shelf = {"--model": model, "--serial": serial, "--fill": fill, "--concentration": concentration}
    place = _one_place(new, folder)
    _refuse_conflicts(
        {**shelf, "--new": new, "--dir": folder, "--scenario": scenario, "--port": port, "--speed": speed,
         "--for": lasts, "--log": log, "--json": json}
    )  # fmt: skip
    plan = read_plan(faults).faults if faults else ()
    lasts_ms = _lasts_ms(lasts)
    if new is not None:
        made = _scenario_device(scenario) if scenario else _shelf(model or MODEL, serial, fill, concentration)
        create_folder(place, afflicted(made, plan), random_bytes=secrets.token_bytes)
    shows = log or (lasts_ms is not None and not json)
    with PumpFolder(place, tell=_print_event if shows else lambda _: None) as pump:
        if new is None and plan:
            pump.change(pump.device.now_ms, lambda device: afflicted(device, plan))
        if lasts_ms is None:
            _serve(pump, port or 0, speed or 1, greet_on=sys.stderr if log else sys.stdout)
        else:
            raise typer.Exit(_run_through(pump, lasts_ms, json=json))


def _refuse_conflicts(given: dict[str, object]) -> None:
    """BadInput at the first two options that cannot both be meant."""
    for option, without in CONFLICTS:
        for other in without:
            if given[option] not in NOT_GIVEN and given[other] not in NOT_GIVEN:
                raise BadInput(
                    other, f"does not go with {option}", remedy=f"Leave one of them out: {option} {WHY[option]}."
                )
    if given["--json"] and not given["--for"]:
        raise BadInput("--json", "has nothing to print without --for", remedy="Say how long to run: --for '30 days'.")


def _lasts_ms(lasts: str) -> int | None:
    """How long to run without a link; None where it is not asked for."""
    if not lasts:
        return None
    lasts_ms = parse_duration_ms(lasts, field="--for")
    if lasts_ms == 0:
        raise BadInput("--for", "is no time at all", remedy="Say how long to run, as in 365 days.")
    return lasts_ms


def _serve(pump: "PumpFolder", port: int, speed: int, *, greet_on: TextIO) -> None:
    """On TCP, until Ctrl-C."""
    from thecal.rehearsal.host import RunningClock, serve

    def ready(at_port: int) -> None:
        line = f"{pump.identity.serial} answers at 127.0.0.1:{at_port}. {NOT_A_DEVICE} Ctrl-C stops it."
        print(line, file=greet_on, flush=True)

    serve(
        pump,
        port=port,
        clock=RunningClock(start_ms=pump.device.now_ms, speed=speed, steady_ns=time.monotonic_ns),
        random_bytes=secrets.token_bytes,
        ready=ready,
        tell=lambda line: print(line, file=sys.stderr, flush=True),
    )


def _run_through(pump: "PumpFolder", lasts_ms: int, *, json: bool) -> int:
    """Without a link, as fast as it goes; then what it came to. The exit code."""
    from thecal.rehearsal.host import run_through

    begun_ms, begun_ns = pump.device.now_ms, time.monotonic_ns()
    whole = run_through(pump, lasts_ms)
    wall_ns = max(time.monotonic_ns() - begun_ns, 1)
    came_to = _came_to(pump, begun_ms, wall_ns)
    if json:
        show_json(came_to)
    else:
        print(_in_words(came_to), file=sys.stderr)
    return 0 if whole else INTERRUPTED


def _came_to(pump: "PumpFolder", begun_ms: int, wall_ns: int) -> dict[str, Any]:
    """What a run came to, in plain values. Units are the last part of each name."""
    from thecal.canonical import to_plain

    device = pump.device
    virtual_ms = device.now_ms - begun_ms
    return {
        "schema": 1,
        "says": NOT_A_DEVICE,
        "serial": device.pump.serial,
        "now_ms": device.now_ms,
        "virtual_ms": virtual_ms,
        "wall_ms": floor_div(wall_ns, 1_000_000),
        "times_real_time": floor_div(virtual_ms * 1_000_000, wall_ns),
        "state": device.pump.state.name,
        "alarms": [active.alarm.name for active in device.pump.alarms],
        "calculated_by_the_pump_nl": device.pump.reservoir_nl,
        "simulated_actual_nl": device.metal.reservoir_nl,
        "drug_pg": {name: value for name, value in to_plain(device.account).items() if name != "type"},
        "log_lines": device.pump.log[-1].sequence + 1,
        "log_head": device.pump.log_head,
    }


def _in_words(came_to: dict[str, Any]) -> str:
    """The same on one line."""
    from thecal.units import decimal_text, show_duration, show_volume

    return (
        f"{came_to['serial']}: {show_duration(came_to['virtual_ms'])} of the pump's time in "
        f"{decimal_text(came_to['wall_ms'], 1_000)} s, {came_to['times_real_time']:,} times real time. "
        f"{came_to['state']}, {show_volume(came_to['calculated_by_the_pump_nl'])} calculated by the pump, "
        f"{show_volume(came_to['simulated_actual_nl'])} simulated actual; "
        f"alarms: {', '.join(came_to['alarms']) or 'none'}. {NOT_A_DEVICE}"
    )


def _print_event(event: "Event") -> None:
    """One line of the pump's log, as the pump keeps it."""
    print(event.line().decode(), flush=True)


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
