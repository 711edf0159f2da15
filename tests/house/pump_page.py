"""The tables of docs/pump.md that are the code's own: transitions, models, numbers, battery, faults.

python -m tests.house.pump_page      writes them anew, each between its two marks
"""

import inspect
from collections.abc import Callable
from typing import get_args

from tests.house.numbers import plain, shown
from tests.house.source import ROOT
from tests.house.state_pictures import arrows

from thecal.catheter.faults import CatheterFault
from thecal.mechanism.faults import Fault
from thecal.pump import devices, machine
from thecal.pump.commands import Commit, Stage, Update
from thecal.pump.devices import PROMETRA_20, PUMP_MODELS, REFERENCE_20, PumpModel
from thecal.pump.infusion import Program, SimpleContinuous
from thecal.pump.memory import Pump
from thecal.pump.service import indicator_ms, last_day_ms
from thecal.pump.states import Trigger
from thecal.scenario.faults import KINDS
from thecal.sources import Sourced
from thecal.units import DAY_MS, show_rate, show_volume

PAGE = ROOT / "docs" / "pump.md"
RATES_NL_PER_DAY = (100_000, 300_000, 500_000, 1_000_000)
FAMILIES = ("Thecal reference pump", "SynchroMed II class", "SynchroMed EL class", "Prometra II class")
Rows = list[tuple[str, ...]]


def transitions() -> Rows:
    """Every row of the state machine, frames for the states that they hold."""
    rows = [(f"`{arrow.trigger.name}`", _place(arrow.begins), f"`{arrow.to.name}`") for arrow in arrows(Trigger)]
    return [("trigger", "from", "to"), *rows]


def _place(begins: str) -> str:
    return begins if " " in begins else f"`{begins}`"


def models() -> Rows:
    """What each model can do, and the ways in which it is not the reference pump."""
    head = ("model", "drive", "reservoir", "program's rates", "pulse", "stall sensed", "patient dose", "its own")
    return [head, *(_model(model) for model in PUMP_MODELS.values())]


def _model(model: PumpModel) -> tuple[str, ...]:
    own = {
        "a single bolus ends stopped": model.single_bolus_stops,
        "stops while it is updated": model.stops_while_updating,
        "held by a field while it sounds": model.telemetry_trap,
    }
    return (
        model.name,
        model.drive.name.lower().replace("_", " "),
        show_volume(model.capacity_nl),
        f"{show_rate(model.rate_min_nl_per_day)} to {show_rate(model.rate_max_nl_per_day)}",
        f"{model.pulse_nl} nL",
        "yes" if model.senses_stall else "no",
        ", ".join(model.patient_dose_drugs) or "none",
        "; ".join(name for name, is_so in own.items() if is_so) or "nothing",
    )


def numbers() -> Rows:
    """Every number of the table of devices, whose it is, and where it comes from."""
    found = {each.name: each for each in vars(devices).values() if isinstance(each, Sourced)}
    rows = [
        (each.name.replace("_", " "), shown(each), _whose(each), each.source, each.grade) for each in found.values()
    ]
    return [("number", "value", "of", "source", "grade"), *rows]


def _whose(number: Sourced) -> str:
    """The families that hold it; what no model lists holds for all."""
    holders = [name for name, model in PUMP_MODELS.items() if number in model.numbers]
    families = [family for family in FAMILIES if any(name.startswith(family) for name in holders)]
    return "all" if len(families) in {0, len(FAMILIES)} else ", ".join(family.split(" c")[0] for family in families)


def battery() -> Rows:
    """The battery's two dates by rate: what a pump says on the day on which it is made and programmed."""
    families = {"reference pump and SynchroMed classes": REFERENCE_20, "Prometra II class": PROMETRA_20}
    head = [f"{name}: {what}" for name in families for what in ("indicator after", "end after at most")]
    rows = [
        (show_rate(rate), *(_years(ms) for model in families.values() for ms in _dates_ms(_running(model, rate))))
        for rate in RATES_NL_PER_DAY
    ]
    return [("rate", *head), *rows]


def _dates_ms(pump: Pump) -> tuple[int, int]:
    """When the indicator is due, and the end of service that follows at the latest."""
    due_ms = indicator_ms(pump)
    return due_ms, min(last_day_ms(pump), due_ms + devices.INDICATOR_TO_END.whole())


def _years(lasts_ms: int) -> str:
    """In hundredths of a year of 365 days, rounded down."""
    hundredths = lasts_ms * 100 // (365 * DAY_MS)
    return f"{hundredths // 100}.{hundredths % 100:02} years"


def _running(model: PumpModel, rate_nl_per_day: int) -> Pump:
    """A pump made and programmed at the epoch."""
    program = Program(
        drug="baclofen",
        concentration_pg_per_nl=500,
        infusion_mode=SimpleContinuous(rate_nl_per_day=rate_nl_per_day),
        low_reservoir_alarm_nl=devices.LOW_RESERVOIR_ALARM.whole(),
        catheter_nl=200_000,
        tubing_nl=model.tubing_nl,
        utc_offset_min=0,
        ceiling_nl_per_day=rate_nl_per_day,
        patient_dose=None,
    )
    update = Update(program=program, reservoir_nl=model.capacity_nl)
    pump = machine.manufacture(serial="page", pump_model=model, now_ms=0)
    for command in (
        Stage(transaction_id="1", onto_revision=0, update=update),
        Commit(transaction_id="1", digest=update.digest()),
    ):
        after = machine.handle(pump, command)
        assert isinstance(after, Pump), after
        pump = after
    return pump


def metal_faults() -> Rows:
    """Everything that a plan may do to the metal, in the words of its records."""
    return _faults(get_args(Fault))


def catheter_faults() -> Rows:
    """Everything that a plan may do to the catheter."""
    return _faults(get_args(CatheterFault))


def _faults(kinds: tuple[type, ...]) -> Rows:
    words = {model.makes: word for word, model in KINDS.items()}
    said = [
        (f"`{kind.__name__}`", words[kind], " ".join(inspect.cleandoc(kind.__doc__ or "").split())) for kind in kinds
    ]
    return [("fault", "in a plan", "what it does"), *said]


TABLES: dict[str, Callable[[], Rows]] = {
    "transitions": transitions,
    "models": models,
    "numbers": numbers,
    "battery": battery,
    "metal": metal_faults,
    "catheter": catheter_faults,
}


def rewritten(page: str) -> str:
    """The page with every table as the code has it now."""
    for name, rows in TABLES.items():
        begin, end = f"<!-- {name}, from the code -->\n", f"<!-- end of {name} -->"
        before, old = page.split(begin)
        page = f"{before}{begin}{_markdown(rows())}{end}{old.split(end)[1]}"
    return page


def _markdown(rows: Rows) -> str:
    lines = [f"| {' | '.join(row)} |" for row in rows]
    return plain("\n".join([lines[0], "|" + "---|" * len(rows[0]), *lines[1:]])) + "\n"


if __name__ == "__main__":
    PAGE.write_text(rewritten(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
