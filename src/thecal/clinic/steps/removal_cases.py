"""What the records of a removal mean: taper, plan, and the pump that went."""

from thecal.care.removal import TaperStep
from thecal.care.removal_day import (
    RemovalCase,
    Why,
)
from thecal.care.tapering import TaperCase
from thecal.clinic.models import Implant, StepRecord
from thecal.clinic.steps.fields import NOT_KNOWN, day_ms
from thecal.clinic.steps.known import Known
from thecal.clinic.steps.mechanism import Values
from thecal.clinic.steps.operating import of_this_pump
from thecal.clinic.steps.wound import infected, withdrawal_plan
from thecal.pump.devices import PUMP_MODELS
from thecal.units import HOUR_MS

KEY = "removal"


def taper_case(values: Values, known: Known, *, by_prescriber: bool | None = True) -> TaperCase:
    """A taper as care judges it. Only prescribers may fill in the sheet."""
    implant, interval_h = known.chart.implant, values.get("interval_h")
    share = values.get("share_per_mille")
    return TaperCase(
        old_pg_per_day=values.get("old_pg_per_day") or None,
        steps=values.get("steps"),
        share_per_mille=share or None,
        interval_ms=None if interval_h is None else interval_h * HOUR_MS,
        concentration_pg_per_nl=values.get("concentration_pg_per_nl"),
        slowest_nl_per_day=PUMP_MODELS[implant.pump_model].rate_min_nl_per_day if implant else None,
        written_by_prescriber=by_prescriber,
        oral_cover=values.get("oral_cover"),
        daily_checker=values.get("daily_checker"),
    )


def removal_case(values: Values, known: Known) -> RemovalCase:
    """A removal as care judges it. A plan that stands beside an infected system is the plan here too."""
    why = values.get("why")
    if why is None and infected(known):
        why = "infection"
    return RemovalCase(
        why=Why[why.upper()] if why else None,
        tapered=values.get("tapered"),
        withdrawal_plan=values.get("withdrawal_plan") or withdrawal_plan(known),
    )


def plan_of(known: Known) -> StepRecord | None:
    """The plan for the pump that is in the patient now."""
    return of_this_pump(known.latest("removal.plan"), known)


def taper_of(known: Known) -> StepRecord | None:
    """The taper of the pump that is in the patient now."""
    return of_this_pump(known.latest("removal.taper"), known)


def steps_of(record: StepRecord, known: Known) -> tuple[tuple[TaperStep, int | None], ...]:
    """(step, when it begins) of a taper on record; None for a taper without a first day."""
    day = record.entry("first_day")
    table = taper_case(record.values, known).table or ()
    return tuple((step, None if day is None else day_ms(day) + step.after_ms) for step in table)


def last_removal(known: Known) -> Implant | None:
    """The pump that was taken out last and not replaced by another; None where one is in."""
    return known.chart.removed


def plan_after(known: Known) -> str | None:
    """The plan against withdrawal that was written for the pump that is out now: it goes on being in force."""
    removed = last_removal(known)
    if removed is None:
        return None
    for sheet, entry in (("removal.plan", "withdrawal_plan"), ("wound.infection", "plan")):
        record = known.latest(sheet)
        if record is not None and record.made_ms >= removed.implanted_ms and record.entry(entry):
            return str(record.entry(entry))
    return None


def catheter_words(known: Known) -> str:
    """What became of the catheter of the pump that was taken out, as it stands on a card."""
    record, removed = known.latest("removal.operation"), last_removal(known)
    if record is None or removed is None or record.made_ms < removed.implanted_ms:
        return NOT_KNOWN
    whole = record.entry("catheter_whole")
    left = f"part of it was left: {record.entry('catheter_left') or NOT_KNOWN}"
    return NOT_KNOWN if whole is None else "taken out whole" if whole else left
