"""What the records of titration mean: the running order set, the tapers by mouth, and a need that rises.

`order_findings` is for the visit: what a nurse's change asks for beyond the order set.
"""

from dataclasses import dataclass

from thecal.care.need import STABLE, Need
from thecal.care.oral_drugs import Drug
from thecal.care.oral_taper import OralStepCase
from thecal.care.order_cover import ChangeCase, judge_change
from thecal.care.order_sets import OrderSet, SigningCase
from thecal.care.restart import Interruption, offers_previous
from thecal.care.titration import Origin as CareOrigin
from thecal.care.titration import Phase
from thecal.clinic.models import Origin, Person, Role, Stage, StepRecord
from thecal.clinic.steps.ages import age_years
from thecal.clinic.steps.assessed import as_seen, seen_ms
from thecal.clinic.steps.doses import DoseHistory, dose_history
from thecal.clinic.steps.fields import day_ms
from thecal.clinic.steps.known import Known
from thecal.clinic.steps.mechanism import Values
from thecal.findings import Finding
from thecal.programmer.review import Review
from thecal.pump.infusion import MinimumRate, StopPump
from thecal.pump.memory import Interrogation, empty_since_ms
from thecal.pump.reservoir import SILENT
from thecal.pump.states import State
from thecal.units import DAY_MS, HOUR_MS

ORDERED = "titration.order_set"
ENDED = "titration.order_end"
NOTED = "titration.note"
PLANNED = "titration.oral_plan"
STEPPED = "titration.oral_step"
YEAR_MS = 365 * DAY_MS
NOT_RUNNING = (*SILENT, State.MINIMUM_RATE)
PHASES = {Stage.TITRATING: Phase.TITRATION, Stage.MAINTAINED: Phase.MAINTENANCE}
ORIGINS = {Origin.SPINAL: CareOrigin.SPINAL, Origin.CEREBRAL: CareOrigin.CEREBRAL}


def phase_of(known: Known) -> Phase | None:
    """Titration or maintenance; None on another part of the way."""
    return PHASES.get(Stage(known.patient.stage))


def expires_ms(values: Values) -> int | None:
    """The end of the order set's last day."""
    day = values.get("expires_on")
    return None if day is None else day_ms(day) + DAY_MS


def _interval_ms(values: Values) -> int | None:
    hours = values.get("shortest_interval_h")
    return None if hours is None else hours * HOUR_MS


def signing_case(values: Values, known: Known) -> SigningCase:
    """The order set that these entries would be, signed now."""
    return SigningCase(
        lowest_pg_per_day=values.get("lowest_pg_per_day"),
        highest_pg_per_day=values.get("highest_pg_per_day"),
        largest_step_per_mille=values.get("largest_step_per_mille"),
        shortest_interval_ms=_interval_ms(values),
        steps=values.get("steps"),
        signed_ms=known.now_ms,
        expires_ms=expires_ms(values),
        origin=ORIGINS[Origin(known.patient.origin)],
        age_years=age_years(known.patient, known.now_ms),
        phase=phase_of(known),
    )


def order_set_of(known: Known) -> OrderSet | None:
    """The order set that was signed last, expired or not; None where there is none, or it was ended since."""
    record, ended = known.latest(ORDERED), known.latest(ENDED)
    if record is None or (ended is not None and _after(ended, record)):
        return None
    values = record.values
    interval_ms, until_ms = _interval_ms(values), expires_ms(values)
    assert interval_ms is not None, "an order set is not signed without its interval"
    assert until_ms is not None, "an order set is not signed without its last day"
    return OrderSet(
        patient=str(record.patient_id),
        lowest_pg_per_day=values["lowest_pg_per_day"],
        highest_pg_per_day=values["highest_pg_per_day"],
        largest_step_per_mille=values["largest_step_per_mille"],
        shortest_interval_ms=interval_ms,
        steps=values["steps"],
        signed_ms=seen_ms(record),
        expires_ms=until_ms,
        by_prescriber=record.by.role == Role.PRESCRIBER,
    )


def _after(one: StepRecord, other: StepRecord) -> bool:
    """Whether one was written after the other; a correction stands where the record stood that it puts right."""
    return (seen_ms(one), one.pk) > (seen_ms(other), other.pk)


def steps_made(order: OrderSet, history: DoseHistory) -> int | None:
    """How many changes of dose were read since the order set was signed; None where the pump was never read."""
    return history.changes_since(order.signed_ms) if history.read else None


def order_findings(known: Known, *, read: Interrogation, reviewed: Review, acting: Person | None) -> list[Finding]:
    """What this person's update asks for beyond the order set: each finding means a prescriber as second person.

    A prescriber needs no order set, and neither does nobody in particular.
    """
    if acting is None or acting.role == Role.PRESCRIBER:
        return []
    program, running = reviewed.update.program, read.program
    stops = isinstance(program.infusion_mode, StopPump | MinimumRate)
    ordered = reviewed.pending.ordered_pg_per_day
    history, order = dose_history(known.patient), order_set_of(known)
    return judge_change(
        ChangeCase(
            order=order,
            patient=str(known.patient.pk),
            at_ms=known.now_ms,
            old_pg_per_day=0 if read.state in NOT_RUNNING or _long_empty(read) else read.dose_pg_per_day,
            new_pg_per_day=0 if stops else reviewed.pending.dose_pg_per_day if ordered is None else ordered,
            changes_drug=running is not None
            and (running.drug, running.concentration_pg_per_nl) != (program.drug, program.concentration_pg_per_nl),
            steps_made=None if order is None else steps_made(order, history),
            since_change_ms=history.since_change_ms(known.now_ms),
        )
    )


def _long_empty(read: Interrogation) -> bool:
    """Whether the reservoir ran empty so long ago that giving again is a restart."""
    since_ms = empty_since_ms(read)
    return since_ms is not None and not offers_previous(
        stopped_for_ms=read.at_ms - since_ms, interruption=Interruption.EMPTY
    )


def need_of(known: Known, *, values: Values | None = None) -> Need:
    """What is known of a rising need, `values` being a note that is being written; None is not known.

    Pump and catheter count as checked for as long as a dose counts as newly stable.
    """
    history = dose_history(known.patient)
    notes = as_seen(known, NOTED)
    fresh = [note for note in notes if known.now_ms - seen_ms(note) < STABLE.whole()]
    latest = values if values is not None else fresh[-1].values if fresh else {}
    first = known.patient.implants.order_by("implanted_ms").first()
    return Need(
        without_response=_without_response(
            [*(note.values for note in known.all(NOTED)), *([values] if values else [])]
        ),
        since_start_ms=None if first is None else max(0, known.now_ms - first.implanted_ms),
        year_ago_pg_per_day=history.at(known.now_ms - YEAR_MS),
        stable_for_ms=history.since_change_ms(known.now_ms),
        pump_checked=latest.get("pump_checked"),
        catheter_checked=latest.get("catheter_checked"),
    )


def _without_response(notes: list[Values]) -> int | None:
    """The latest increases in a row that did nothing; None where nobody said whether the last one helped."""
    answers = [note.get("helped") for note in notes if note.get("helped") != "not_raised"]
    if not answers or answers[-1] is None:
        return None
    count = 0
    for answer in reversed(answers):
        if answer != "no":
            break
        count += 1
    return count


@dataclass(frozen=True, slots=True, kw_only=True)
class OralTaper:
    """One drug's taper: the prescriber's plan, and the steps that were made by it, oldest first."""

    drug: Drug
    plan: StepRecord | None
    steps: tuple[StepRecord, ...]

    @property
    def begun(self) -> bool:
        """Whether it was lowered, and is not at nothing yet."""
        return bool(self.steps) and self.last_pg_per_day != 0

    @property
    def last_pg_per_day(self) -> int | None:
        """The dose after the last step."""
        return None if not self.steps else self.steps[-1].entry("after_pg_per_day")

    @property
    def interval_ms(self) -> int | None:
        """The prescriber's interval."""
        days = None if self.plan is None else self.plan.entry("interval_days")
        return None if days is None else int(days) * DAY_MS

    @property
    def next_ms(self) -> int | None:
        """When the next step may be made; None where nobody planned one, or the taper is over."""
        if self.plan is None or self.interval_ms is None or (self.steps and not self.begun):
            return None
        return seen_ms(self.steps[-1]) + self.interval_ms if self.steps else seen_ms(self.plan)


def oral_tapers(known: Known) -> list[OralTaper]:
    """Every drug of which a taper is on record, in the order of the list."""
    plans, steps = as_seen(known, PLANNED), as_seen(known, STEPPED)
    found = []
    for drug in Drug:
        planned = [record for record in plans if record.entry("drug") == drug.name.lower()]
        made = tuple(record for record in steps if record.entry("drug") == drug.name.lower())
        if planned or made:
            found.append(_taper(drug, planned[-1] if planned else None, made))
    return found


def _taper(drug: Drug, plan: StepRecord | None, made: tuple[StepRecord, ...]) -> OralTaper:
    """The steps under this plan; one that is written after a taper has ended begins another."""
    over = bool(made) and made[-1].entry("after_pg_per_day") == 0
    again = over and plan is not None and _after(plan, made[-1])
    return OralTaper(drug=drug, plan=plan, steps=() if again else made)


def drug_of(values: Values) -> Drug | None:
    """The drug that was chosen."""
    key = values.get("drug")
    return None if key is None else Drug[key.upper()]


def others_tapering(known: Known, drug: Drug | None) -> tuple[Drug, ...]:
    """The drugs, other than this one, whose taper has begun and not ended."""
    return tuple(taper.drug for taper in oral_tapers(known) if taper.begun and taper.drug is not drug)


def oral_step_case(values: Values, known: Known) -> OralStepCase:
    """A step as care judges it, by the plan that is on record for this drug."""
    drug = drug_of(values)
    taper = next((taper for taper in oral_tapers(known) if taper.drug is drug), None)
    last = taper.steps[-1] if taper is not None and taper.steps else None
    at_ms = known.now_ms if known.corrects is None else seen_ms(known.corrects)
    return OralStepCase(
        drug=drug,
        before_pg_per_day=values.get("before_pg_per_day"),
        after_pg_per_day=values.get("after_pg_per_day"),
        step_pg_per_day=taper.plan.entry("step_pg_per_day") if taper is not None and taper.plan is not None else None,
        interval_ms=None if taper is None else taper.interval_ms,
        first=last is None,
        since_last_ms=None if last is None else at_ms - seen_ms(last),
        others=others_tapering(known, drug),
        baclofen_taken=values.get("baclofen_taken"),
    )
