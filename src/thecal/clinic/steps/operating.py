"""What both operations share: the entries of a pump that is put in, its checks, and the implant that follows."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from thecal.care.new_pump import FirstProgramCase, judge_first_program
from thecal.care.operation import OperationCase
from thecal.care.path import Holds as PathHolds
from thecal.clinic.actions.read_outs import Checked, record_fill
from thecal.clinic.models import Implant, MriClass, PumpUpdate, Side, StepRecord, UpdateStatus
from thecal.clinic.models.pumps import Holds
from thecal.clinic.steps.fields import AS_RECORDED, Choice, Concentration, Moment, Number, Text, Volume
from thecal.clinic.steps.known import Known
from thecal.clinic.steps.mechanism import Doing, Values
from thecal.clinic.steps.sheet_form import SheetForm
from thecal.errors import BadInput
from thecal.findings import Finding
from thecal.pump.devices import CATHETER_PER_CM, PUMP_MODELS

HOLDS = (("drug", "Drug"), ("no_drug", "No drug: new and not filled, or emptied"))
SIDES = tuple((side.value, str(side.label).capitalize()) for side in Side)
MRI = (("conditional", "MR conditional"), ("unsafe", "MR unsafe"))
MODELS = tuple((name, name) for name in PUMP_MODELS)
SHORTEST_SERIAL = 3
REPLACED = "replaced"
"""Why a pump was removed whose catheter stayed."""
CONTENTS = {"drug": PathHolds.DRUG, "no_drug": PathHolds.NO_DRUG, None: PathHolds.UNKNOWN}


class PumpForm(SheetForm):
    """The entries of a pump that is put in."""

    pump_model = Choice("Pump", MODELS)
    serial = Text("Serial number of the pump", longest=60, help_text="As on the package.")
    pump_lot = Text("Lot of the pump", longest=60)
    side = Choice("Side of the abdomen", SIDES)
    pump_depth_mm = Number("Depth of the pump under the skin", low=0, high=20, unit="cm", places=1)
    mri_class = Choice("Magnetic resonance", MRI)
    filled_nl = Volume("Filled with")
    concentration_pg_per_nl = Concentration("Concentration on the label")
    drug_lot = Text("Lot of the drug", longest=60)
    tubing_holds = Choice(
        "The pump's tubing holds", HOLDS, help_text="Drug, if the pump was primed before it was joined to the catheter."
    )
    catheter_holds = Choice("The catheter holds", HOLDS)
    operated_ms = Moment("Put in at", help_text="UTC. Empty means now.", empty=AS_RECORDED)


PUMP_NAMES = ("pump_model", "serial", "pump_lot", "side", "pump_depth_mm", "mri_class", "operated_ms")
FILL_NAMES = ("filled_nl", "concentration_pg_per_nl", "drug_lot")
HOLDS_NAMES = ("tubing_holds", "catheter_holds")
NEEDED = ("pump_model", "serial", "side", "filled_nl", "concentration_pg_per_nl")
"""Without these there is no implant to keep."""


def tubing_nl(values: Values) -> int | None:
    """What the tubing of the chosen model holds."""
    model = PUMP_MODELS.get(values.get("pump_model") or "")
    return None if model is None else model.tubing_nl


def operation_case(values: Values, *, catheter: Values | None = None, booked: bool | None = True) -> OperationCase:
    """The operation as care judges it. `catheter` is the one that stays, where it is not among the values."""
    placed = values if catheter is None else {**values, **catheter}
    return OperationCase(
        booked=booked,
        serial=placed.get("serial"),
        pump_lot=placed.get("pump_lot"),
        catheter_lot=placed.get("catheter_lot"),
        catheter_total_mm=placed.get("catheter_total_mm"),
        catheter_trimmed_mm=placed.get("catheter_trimmed_mm"),
        catheter_nl_per_cm=CATHETER_PER_CM.whole(),
        tubing_nl=tubing_nl(placed),
        tubing_holds=CONTENTS[placed.get("tubing_holds")],
        catheter_holds=CONTENTS[placed.get("catheter_holds")],
        concentration_pg_per_nl=placed.get("concentration_pg_per_nl"),
        tip_level=placed.get("tip_level"),
        tip_seen_on_x_ray=placed.get("tip_seen_on_x_ray"),
        pump_depth_mm=placed.get("pump_depth_mm"),
    )


def case_of(implant: Implant, concentration_pg_per_nl: int | None = None) -> OperationCase:
    """An implant on record as care judges its parts. Where the catheter stayed, it holds the old pump's drug."""
    return operation_case(
        {
            "serial": implant.serial,
            "pump_model": implant.pump_model,
            "catheter_total_mm": implant.catheter_total_mm,
            "catheter_trimmed_mm": implant.catheter_trimmed_mm,
            "tubing_holds": contents(implant.tubing_holds),
            "catheter_holds": contents(implant.catheter_holds),
            "concentration_pg_per_nl": old_pg_per_nl(implant) or concentration_pg_per_nl,
        }
    )


def replaced_by(implant: Implant) -> Implant | None:
    """The pump whose place this one took, on its catheter; None for a first pump."""
    before = implant.patient.implants.filter(removed_why=REPLACED, removed_ms__lte=implant.implanted_ms)
    return before.exclude(pk=implant.pk).order_by("removed_ms").last()


def old_pg_per_nl(implant: Implant) -> int | None:
    """The concentration of what a catheter held when this pump was put onto it; None where that is not known."""
    before = replaced_by(implant)
    if before is None:
        return None
    read_out = before.read_outs.order_by("received_ms", "id").last()
    program = read_out.read().program if read_out is not None else None
    fill = before.fills.order_by("at_ms", "id").last()
    return program.concentration_pg_per_nl if program else fill.concentration_pg_per_nl if fill else None


def unbridged(implant: Implant, *, dose_pg_per_day: int, concentration_pg_per_nl: int) -> list[Finding]:
    """What a new pump's first program does with the old drug in the catheter; nothing from the second program on."""
    if replaced_by(implant) is None or started_ms(implant) is not None:
        return []
    return judge_first_program(
        FirstProgramCase(
            catheter_nl=implant.catheter_nl,
            catheter_holds=CONTENTS[contents(implant.catheter_holds)],
            catheter_pg_per_nl=old_pg_per_nl(implant),
            concentration_pg_per_nl=concentration_pg_per_nl,
            dose_pg_per_day=dose_pg_per_day,
        )
    )


def contents(holds: str) -> str | None:
    """What a part is recorded to hold, as an entry: None where it is not known."""
    return None if holds == Holds.UNKNOWN else holds


def require_entries(doing: Doing, needed: Iterable[str], form: type[SheetForm]) -> None:
    """BadInput that names the first entry without which there is no implant to keep, or a number that is taken."""
    for name in needed:
        if doing.values.get(name) is None:
            label = str(form.base_fields[name].label)
            raise BadInput(name, f"{label.lower()} is not known", remedy="Without it there is no implant to keep.")
    serial = str(doing.values["serial"])
    if len(serial) < SHORTEST_SERIAL:
        raise BadInput("serial", "is too short", remedy="Copy the whole number from the package.")
    mended = corrected_implant(doing)
    taken = Implant.objects.filter(serial=serial).first()
    if taken is not None and taken != mended:
        raise BadInput("serial", "belongs to an implant already", remedy="Compare the number with the package.")
    typed_ms = doing.values.get("operated_ms")
    if typed_ms is not None and typed_ms > doing.now.clinic_ms:
        raise BadInput("operated_ms", "is still to come", remedy="Record an operation when it has been done.")


def corrected_implant(doing: Doing) -> Implant | None:
    """The implant of the record that is being corrected; None where a new one is put in."""
    if doing.corrects is None:
        return None
    return Implant.objects.filter(patient=doing.patient, serial=str(doing.corrects.entry("serial"))).first()


def write_implant(doing: Doing, record: StepRecord, catheter: Mapping[str, Any]) -> Implant:
    """The implant as it was put in, with its fill; a correction mends the one that there is, and nothing is filled.

    What the parts hold is mended only as long as no program has run: after that a confirmed prime may have filled them.
    """
    fields = pump_fields(doing) | dict(catheter)
    mended = corrected_implant(doing)
    if mended is None:
        implant = Implant.objects.create(**fields)
        _write_fill(doing, implant, record)
        return implant
    if started_ms(mended) is not None:
        fields = {name: value for name, value in fields.items() if not name.endswith("_holds")}
    if doing.values.get("operated_ms") is None:
        fields.pop("implanted_ms")
    for name, value in fields.items():
        setattr(mended, name, value)
    mended.save()
    return mended


def pump_fields(doing: Doing) -> dict[str, Any]:
    """The fields of an implant that come from the pump's entries."""
    values, typed_ms = doing.values, doing.values.get("operated_ms")
    return {
        "patient": doing.patient,
        "serial": values["serial"],
        "pump_model": values["pump_model"],
        "side": values["side"],
        "pump_lot": values.get("pump_lot") or "",
        "mri_class": values.get("mri_class") or MriClass.UNKNOWN,
        "tubing_nl": tubing_nl(values),
        "tubing_holds": values.get("tubing_holds") or Holds.UNKNOWN,
        "catheter_holds": values.get("catheter_holds") or Holds.UNKNOWN,
        "implanted_ms": doing.now.clinic_ms if typed_ms is None else typed_ms,
    }


def _write_fill(doing: Doing, implant: Implant, record: StepRecord) -> None:
    """What was filled at the operation; the pump is told of it when it is programmed."""
    record_fill(
        implant=implant,
        at_ms=implant.implanted_ms,
        volume_nl=doing.values["filled_nl"],
        concentration_pg_per_nl=doing.values["concentration_pg_per_nl"],
        residual_expected_nl=None,
        residual_withdrawn_nl=None,
        acting=doing.acting,
        now=doing.now,
        checked=Checked(lot=doing.values.get("drug_lot") or "", entries={"operation": record.pk}),
    )


def started_ms(implant: Implant | None) -> int | None:
    """When the first program was confirmed; None where none was."""
    if implant is None:
        return None
    first: PumpUpdate | None = (
        implant.updates.filter(status=UpdateStatus.CONFIRMED, settled_ms__isnull=False).order_by("settled_ms").first()
    )
    return None if first is None else first.settled_ms


def operation_of(implant: Implant | None, known: Known) -> StepRecord | None:
    """The record of the operation that put this pump in; None where it was put in before there were such records."""
    if implant is None:
        return None
    found = [
        record
        for sheet in ("surgery.operation", "replacement.operation")
        for record in known.all(sheet)
        if record.entry("serial") == implant.serial
    ]
    return found[-1] if found else None


def first_of(record: StepRecord) -> StepRecord:
    """The record as it was made first, however often it was corrected since."""
    return record if record.corrects is None else first_of(record.corrects)


def came_after(record: StepRecord, earlier: StepRecord) -> bool:
    """Whether a record was made after another: in the order of making, for a rehearsal's clock may stand."""
    return first_of(record).pk > first_of(earlier).pk


def of_this_pump(record: StepRecord | None, known: Known) -> StepRecord | None:
    """The record, if it was made since the pump that is in the patient now was put in."""
    implant = known.chart.implant
    if record is None or implant is None:
        return None
    operation = operation_of(implant, known)
    since = came_after(record, operation) if operation else record.made_ms >= implant.implanted_ms
    return record if since else None


def since_removal(record: StepRecord | None, known: Known) -> StepRecord | None:
    """The record, if it was made since the last pump came out for good."""
    if record is None:
        return None
    removal = known.latest("removal.operation")
    if removal is not None:
        return record if came_after(record, removal) else None
    out_ms = max((each.removed_ms or 0 for each in known.patient.implants.all()), default=0)
    return record if record.made_ms >= out_ms else None


def beside(findings: list[Finding], places: dict[str, str]) -> list[Finding]:
    """The findings next to the entries that a sheet has, where a case's names differ."""
    return [replace(found, field=places.get(found.field, found.field)) for found in findings]
