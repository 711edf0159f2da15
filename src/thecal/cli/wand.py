"""`thecal wand …`: talk to a pump over a link."""

import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from thecal.cli.output import JSON_HELP, NOT_A_DEVICE, read_bytes, show_json
from thecal.errors import BadInput, TheirFault

if TYPE_CHECKING:
    from thecal.programmer.exchange import OpenSession, Outcome
    from thecal.programmer.links.tcp import TcpLink
    from thecal.pump.alarms import ActiveAlarm, Alarm
    from thecal.pump.memory import Interrogation
    from thecal.wand.credentials import Credential

app = typer.Typer(
    help="Talk to a pump through a wand. Begin with: thecal wand skin --to HOST:PORT", no_args_is_help=True
)
LARGEST = 100_000
CONFIRMED, REFUSED, UNCONFIRMED = 0, 1, 3

AS = typer.Option(..., "--as", help="Your credential's file, such as prescriber.json.", metavar="FILE")
TO = typer.Option(..., "--to", help="Where the pump answers.", metavar="HOST:PORT")
OF = typer.Option(
    None, "--pump", help="The pump's public half; pump.json beside your credential where left out.", metavar="FILE"
)
JSON = typer.Option(False, "--json", help=JSON_HELP)


@app.command(
    epilog="Example: thecal wand interrogate --as var/pump/nurse.json --to 127.0.0.1:4620 --json > read-out.json"
)
def interrogate(who: Path = AS, to: str = TO, pump: Path | None = OF, json: bool = JSON) -> None:
    """Read the pump: program, reservoir, alarms, log. Changes nothing.

    Exit codes: 0 read, 2 bad input, 4 no answer.
    """
    with _link(to) as link:
        read = _session(link, who, pump).interrogate()
    _show(read, json=json)


@app.command(epilog="Example: thecal wand update order.json --as var/pump/prescriber.json --to 127.0.0.1:4620")
def update(
    order: Path = typer.Argument(metavar="ORDER", help="What `thecal review --order` wrote."),
    who: Path = AS,
    to: str = TO,
    pump: Path | None = OF,
    json: bool = JSON,
) -> None:
    """Carry out a reviewed order: stage, read back, commit, read back. Repeating it is one update, not two.

    Exit codes: 0 confirmed, 1 refused, 2 bad input, 3 unconfirmed (interrogate, then repeat the same order), 4 no
    answer and nothing sent.
    """
    from thecal.scenario import read_order

    wanted = read_order(read_bytes(order, most=LARGEST, remedy="Name what `thecal review --order` wrote."))
    with _link(to) as link:
        session = _session(link, who, pump)
        before = session.interrogate()
        if before.serial != wanted.serial:
            says = f"is for the pump {wanted.serial}; the one in the field is {before.serial}"
            raise BadInput(str(order), says, remedy="Hold the wand over the right pump, or review again on this one.")
        if before.transaction_id == wanted.transaction_id:
            from thecal.programmer.exchange import settle

            outcome: Outcome = settle(wanted.transaction_id, wanted.digest, wanted.onto_revision, before)
        else:
            outcome = session.update(wanted.update, wanted.onto_revision, wanted.transaction_id, wanted.digest)
    raise typer.Exit(_tell(outcome, json=json))


@app.command(epilog="Example: thecal wand stop --as var/pump/nurse.json --to 127.0.0.1:4620")
def stop(who: Path = AS, to: str = TO, pump: Path | None = OF, json: bool = JSON) -> None:
    """Stop delivery now. The pump does not resume by itself, and alarms when it stays stopped: withdrawal follows.

    Exit codes: 0 stopped, 1 your credential may not, 2 bad input, 4 no answer (then nobody knows: interrogate).
    """
    with _link(to) as link:
        read = _session(link, who, pump).stop()
    _show(read, json=json)


@app.command(epilog="Example: thecal wand acknowledge low-reservoir --as var/pump/nurse.json --to 127.0.0.1:4620")
def acknowledge(
    alarm: str = typer.Argument(metavar="ALARM", help="Its name, as a read-out writes it: low-reservoir."),
    who: Path = AS,
    to: str = TO,
    pump: Path | None = OF,
    json: bool = JSON,
) -> None:
    """Quieten an alarm for a while: 4 h for a critical one, a day for another. What it is about is not mended.

    Exit codes: 0 quiet, 1 refused (it does not sound, or your credential may not), 2 bad input, 4 no answer.
    """
    named = _alarm(alarm)
    with _link(to) as link:
        read = _session(link, who, pump).acknowledge(named)
    _show(read, json=json)


@app.command("set-clock", epilog="Example: thecal wand set-clock --as var/pump/nurse.json --to 127.0.0.1:4620")
def set_clock(
    at: str | None = typer.Option(
        None, help="Date, time and offset, as 2026-03-02T08:00+01:00; this computer's now where left out."
    ),
    who: Path = AS,
    to: str = TO,
    pump: Path | None = OF,
    json: bool = JSON,
) -> None:
    """Tell the pump what time it is. The program's hours stay those of its own offset: an update changes that.

    Exit codes: 0 set, 1 refused (a step of more than 26 h, or your credential may not), 2 bad input, 4 no answer.
    """
    clock_ms = _instant_ms(at) if at is not None else time.time_ns() // 1_000_000
    with _link(to) as link:
        read = _session(link, who, pump).set_clock(clock_ms)
    _show(read, json=json)


@app.command("patient-dose", epilog="Example: thecal wand patient-dose --as var/pump/patient.json --to 127.0.0.1:4620")
def patient_dose(who: Path = AS, to: str = TO, pump: Path | None = OF, json: bool = JSON) -> None:
    """Ask for the dose that an order allows the patient. With baclofen, no pump gives one.

    Exit codes: 0 begun, 1 refused (with the pump's reason), 2 bad input, 4 no answer.
    """
    with _link(to) as link:
        read = _session(link, who, pump).give_patient_dose()
    _show(read, json=json)


@app.command(epilog="Example: thecal wand skin --to 127.0.0.1:4620")
def skin(to: str = TO, json: bool = JSON) -> None:
    """Read what anyone at the skin may: dose, concentration, mode and alarms, no identity and no proof.

    Exit codes: 0 read, 2 bad input, 4 no answer.
    """
    from thecal.canonical import to_plain
    from thecal.programmer.exchange import read_skin
    from thecal.units import show_concentration, show_dose

    with _link(to) as link:
        read = read_skin(link)
    if json:
        show_json(to_plain(read))
        return
    concentration = read.concentration_pg_per_nl
    print(f"state          {read.state.name}")
    print(f"24-hour total  {show_dose(read.dose_pg_per_day)}")
    print(f"concentration  {show_concentration(concentration) if concentration else 'none'}")
    print(f"infusion mode  {read.mode or 'none'}")
    print(f"alarms         {', '.join(active.alarm.name for active in read.alarms) or 'none'}")
    print(NOT_A_DEVICE)


@app.command("emergency-stop", epilog="Example: thecal wand emergency-stop --to 127.0.0.1:4620 < emergency-key.txt")
def emergency_stop(
    to: str = TO,
    key: str = typer.Option(..., prompt="The code on the emergency card", help="Asked for where left out."),
    json: bool = JSON,
) -> None:
    """Stop the pump with the code on the patient's emergency card, in any state. Then call for help.

    Exit codes: 0 stopped and proved, 1 refused (a wrong code), 2 bad input, 4 no answer (then nobody knows).
    """
    from thecal.programmer.exchange import emergency_stop as stop_by_key
    from thecal.pump.refusals import Refusal

    with _link(to) as link:
        answer = stop_by_key(link, key)
    refused = isinstance(answer, Refusal)
    if json:
        show_json(
            {"outcome": "refused" if refused else "stopped", "says": answer.says if isinstance(answer, Refusal) else ""}
        )
    elif isinstance(answer, Refusal):
        print(f"Refused: {answer.says} {answer.remedy}")
    else:
        print(
            "The pump has stopped and proved it. Call the clinic's out-of-hours number: withdrawal follows within days."
        )
    raise typer.Exit(REFUSED if refused else CONFIRMED)


def _link(to: str) -> "TcpLink":
    """A link to HOST:PORT."""
    from thecal.programmer.links.tcp import TcpLink

    host, _, port = to.rpartition(":")
    if not host or not port.isascii() or not port.isdigit() or not 0 < int(port) < 65536:
        raise BadInput("--to", f"{to!r} is not a host and a port", remedy="Write it like this: 127.0.0.1:4620.")
    return TcpLink(host.strip("[]"), int(port))


def _alarm(name: str) -> "Alarm":
    """The alarm of this name, however it is spelled."""
    from thecal.pump.alarms import Alarm

    found = Alarm.__members__.get(name.strip().upper().replace("-", "_").replace(" ", "_"))
    if found is None:
        names = ", ".join(each.name.lower().replace("_", "-") for each in Alarm)
        raise BadInput("ALARM", f"no alarm is called {name!r}", remedy=f"Use one of: {names}.")
    return found


def _instant_ms(text: str) -> int:
    """Unix ms of a date and time with its offset; BadInput where nobody could say which instant it is."""
    right = "Write date, time and offset from UTC: 2026-03-02T08:00+01:00."
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise BadInput("--at", f"{text!r} is not a date and time", remedy=right) from None
    if at.tzinfo is None:
        raise BadInput("--at", f"{text!r} has no offset from UTC", remedy=right)
    since = at - datetime.fromtimestamp(0, UTC)
    if since < timedelta(0):
        raise BadInput("--at", f"{text!r} was before there were such pumps", remedy=right)
    return since // timedelta(milliseconds=1)


def _session(link: "TcpLink", who: Path, pump: Path | None) -> "OpenSession":
    """An authenticated session with the pump in the field."""
    from thecal.programmer.exchange import open_session

    return open_session(link, _credential(who), _credential(pump or who.with_name("pump.json")))


def _credential(path: Path) -> "Credential":
    from thecal.wand.credentials import Credential

    remedy = "Use a credential file that `thecal pump run --new` wrote."
    try:
        return Credential.from_json(read_bytes(path, most=LARGEST, remedy=remedy))
    except TheirFault as wrong:
        raise BadInput(str(path), "is no credential", remedy=remedy) from wrong


def _tell(outcome: "Outcome", *, json: bool) -> int:
    """Say which of the three it was; the exit code says it too."""
    from thecal.canonical import to_plain
    from thecal.programmer.exchange import Confirmed, Refused

    code, line = UNCONFIRMED, ""
    match outcome:
        case Confirmed():
            code, line = CONFIRMED, f"Confirmed: the pump runs revision {outcome.interrogation.revision}."
        case Refused():
            code, line = REFUSED, f"Refused: {outcome.says}"
        case _:
            line = f"Unconfirmed: {outcome.why}. Interrogate, then repeat the same order; send no other."
    if json:
        plain: dict[str, Any] = to_plain(outcome)
        show_json({"outcome": type(outcome).__name__.lower(), "says": line, **plain})
    else:
        print(f"{line}\n{NOT_A_DEVICE}")
    return code


def _show(read: "Interrogation", *, json: bool) -> None:
    """A read-out: what the pump believes, and when it said so."""
    from thecal.canonical import to_plain

    if json:
        show_json(to_plain(read))
        return
    from thecal.scenario import local_clock
    from thecal.units import DAY_MS, show_concentration, show_dose, show_volume

    program = read.program
    given = [each for each in read.given if each.at_ms > read.at_ms - DAY_MS]
    offset_min = program.utc_offset_min if program else 0
    low_ms = read.low_reservoir_ms
    pump_ms = read.at_ms + read.clock_shift_ms
    print(f"pump                {read.serial}, {read.pump_model}")
    print(f"read                {local_clock(read.at_ms, offset_min)}, revision {read.revision}")
    print(f"pump's time         {local_clock(pump_ms, offset_min) if read.clock_known else 'not known: set the clock'}")
    print(f"state               {read.state.name}{', motor stalled' if read.motor_stalled else ''}")
    print(f"24-hour total       {show_dose(read.dose_pg_per_day)}, calculated by the pump")
    print(f"concentration       {show_concentration(program.concentration_pg_per_nl) if program else 'none'}")
    print(f"reservoir           {show_volume(read.reservoir_nl)}, calculated by the pump")
    print(f"low-reservoir date  {'never at this program' if low_ms is None else local_clock(low_ms, offset_min)}")
    print(f"doses in 24 h       {len(given)}, {show_volume(sum(each.volume_nl for each in given))}")
    print(f"battery used        {_battery_used(read)}; service ends {local_clock(read.end_of_service_ms, offset_min)}")
    print(
        f"alarms              {', '.join(_sounds(active, read.at_ms, offset_min) for active in read.alarms) or 'none'}"
    )
    print(NOT_A_DEVICE)


def _battery_used(read: "Interrogation") -> str:
    """As the pump counted it."""
    from thecal.pump.devices import PUMP_MODELS
    from thecal.units import decimal_text

    return f"{decimal_text(read.battery.used_nj * 1000 // PUMP_MODELS[read.pump_model].battery_nj, 10)} %"


def _sounds(active: "ActiveAlarm", at_ms: int, offset_min: int) -> str:
    """An alarm's name, and until when it is quiet."""
    from thecal.scenario import local_clock

    quiet_ms = next((to_ms for from_ms, to_ms in active.silences if from_ms <= at_ms < to_ms), None)
    return (
        active.alarm.name
        if quiet_ms is None
        else f"{active.alarm.name} (quiet until {local_clock(quiet_ms, offset_min)})"
    )
