"""What the record knows and the rules of a review need; what it does not know stays None."""

from datetime import UTC, datetime

from thecal.care.path import Holds as PathHolds
from thecal.care.residual import Discrepancy
from thecal.care.restart import Interruption, offers_previous
from thecal.clinic.draft import Draft
from thecal.clinic.models import Fill, Implant, Origin, Patient, UpdateStatus, Visit
from thecal.clinic.models.pumps import Holds
from thecal.clinic.steps.known import Known
from thecal.clinic.steps.operating import replaced_by
from thecal.clinic.steps.screened import effective
from thecal.clinic.steps.titrating import ORIGINS, need_of, phase_of
from thecal.clinic.steps.trouble import interruption_of
from thecal.clinic.steps.trouble_forms import INTERRUPTIONS
from thecal.programmer.prescription import program_dose_pg_per_day
from thecal.programmer.review import Circumstances, LastFill, Refill
from thecal.programmer.review.circumstances import PumpBefore, cause_read
from thecal.pump.bolus import BridgeBolus, PrimingBolus
from thecal.pump.devices import PUMP_MODELS
from thecal.pump.events import Event, EventKind
from thecal.pump.infusion import MinimumRate, Program, StopPump
from thecal.pump.memory import Interrogation, interrupted_since_ms, stands
from thecal.pump.states import State
from thecal.units import DAY_MS, round_div

DAYS_A_YEAR = 365.2425
CONTENTS = {Holds.DRUG: PathHolds.DRUG, Holds.NO_DRUG: PathHolds.NO_DRUG}


def circumstances(visit: Visit, implant: Implant, read: Interrogation, draft: Draft, known: Known) -> Circumstances:
    """What the record knows and the rules need; what it does not know stays None."""
    patient = visit.patient
    fills = list(implant.fills.order_by("at_ms", "id"))
    during = [fill for fill in fills if fill.at_ms >= visit.opened_ms and visit.draft.get("fill") == fill.pk]
    before = [fill for fill in fills if fill not in during]
    return Circumstances(
        origin=ORIGINS[Origin(patient.origin)],
        age_years=_age_years(patient, read.at_ms),
        phase=phase_of(known),
        since_start_ms=_since_start(read),
        since_arrival_ms=since_arrival_ms(read),
        need=need_of(known),
        before_stop_pg_per_day=before_stop_pg_per_day(implant, read),
        interruption=why_interrupted(draft, known),
        screening=effective(known),
        pump_before=pump_before(implant),
        catheter_length_mm=implant.catheter_implanted_mm,
        tubing_holds=held_by(implant, read, implant.tubing_holds),
        catheter_holds=held_by(implant, read, implant.catheter_holds),
        refill=_refill(during[-1], draft) if during else None,
        last_fill=LastFill(at_ms=before[-1].at_ms, filled_nl=before[-1].volume_nl) if before else None,
        earlier=_discrepancy(before),
        bridge=draft.decision(),
        prime=draft.prime == "yes",
        reason=draft.reason,
        second_person=draft.second_person,
    )


def why_interrupted(draft: Draft, known: Known) -> Interruption | None:
    """Why delivery was interrupted: as chosen in the visit, else as the search for the cause wrote it down."""
    chosen = INTERRUPTIONS.get(draft.interruption)
    return chosen[0] if chosen else interruption_of(known)


def pump_before(implant: Implant) -> PumpBefore | None:
    """What the pump before gave, on this catheter; None for a first pump.

    When it ended is known where it was last read as infusing: it ran until it was taken out.
    """
    old = replaced_by(implant)
    if old is None:
        return None
    last = old.read_outs.order_by("received_ms", "id").last()
    if last is None:
        return PumpBefore(dose_pg_per_day=None, ended_ms=None)
    read = last.read()
    previous = previous_program(old, read)
    dose = None if previous is None else program_dose_pg_per_day(previous, PUMP_MODELS[old.pump_model])
    ran = read.state is State.INFUSING and not read.motor_stalled and interrupted_since_ms(read) is None
    return PumpBefore(dose_pg_per_day=dose, ended_ms=old.removed_ms if ran else None)


def previous_program(implant: Implant, read: Interrogation) -> Program | None:
    """The last program that gave a dose: the one the pump kept, else the last one that was confirmed."""
    if read.program is not None and _gives_dose(read.program):
        return read.program
    confirmed = implant.updates.filter(status=UpdateStatus.CONFIRMED).order_by("-settled_ms", "-id")
    programs = (update.read().program for update in confirmed)
    return next((program for program in programs if _gives_dose(program)), None)


def offers_before(read: Interrogation, interruption: Interruption | None) -> bool:
    """Whether care's rule lets the dose before an interruption be taken up as it was; so it is where nothing was."""
    since_ms = interrupted_since_ms(read)
    why = interruption or cause_read(read)
    return since_ms is None or offers_previous(stopped_for_ms=read.at_ms - since_ms, interruption=why)


def before_stop_pg_per_day(implant: Implant, read: Interrogation) -> int | None:
    """The dose before a stop or a spell at minimum rate; None where nothing is interrupted, or nobody knows."""
    previous = previous_program(implant, read) if stands(read) else None
    return None if previous is None else program_dose_pg_per_day(previous, PUMP_MODELS[implant.pump_model])


def offered(implant: Implant, read: Interrogation, now: Circumstances) -> Program | None:
    """The program before a stop or a spell at minimum rate, where care's rule offers it; None where it does not.

    A pump that ran empty holds that program still: it is in the draft, or nobody's order (see `Desk.first_draft`).
    """
    return previous_program(implant, read) if stands(read) and offers_before(read, now.interruption) else None


def held_by(implant: Implant, read: Interrogation, recorded: str) -> PathHolds | None:
    """What a part holds: as recorded at the operation, until what was delivered since has gone through it.

    None leaves it to the read-out: of a pump that was never programmed nobody knows.
    """
    holds = CONTENTS.get(Holds(recorded))
    if holds is PathHolds.NO_DRUG and read.program is not None and _went_through(implant, read):
        return PathHolds.DRUG
    return holds


def _went_through(implant: Implant, read: Interrogation) -> bool:
    """Whether the pump counts more delivered since its first fill than tubing and catheter hold."""
    fills = list(implant.fills.order_by("at_ms", "id")[:2])
    if not fills:
        return False
    left_nl = fills[1].residual_expected_nl if len(fills) > 1 else read.reservoir_nl
    return left_nl is not None and fills[0].volume_nl - left_nl >= implant.tubing_nl + implant.catheter_nl


def _gives_dose(program: Program) -> bool:
    return not isinstance(program.infusion_mode, StopPump | MinimumRate)


def since_arrival_ms(read: Interrogation) -> int | None:
    """How long the present dose has been at the tip; negative while it is under way; None where the log is too short.

    In plug flow a new rate is at the tip at once; a new drug is there when its bridge or prime has ended.
    """
    if isinstance(read.bolus, BridgeBolus | PrimingBolus) and read.bolus_left_nl is not None:
        return -round_div(read.bolus_left_nl * DAY_MS, read.bolus.rate_nl_per_day)
    committed = _last(read.log, EventKind.UPDATE_COMMITTED)
    if committed is None:
        return None
    ended = [event for event in read.log if event.kind is EventKind.BOLUS_ENDED and event.at_ms >= committed.at_ms]
    return read.at_ms - (ended[-1].at_ms if ended else committed.at_ms)


def _last(log: tuple[Event, ...], kind: EventKind) -> Event | None:
    return next((event for event in reversed(log) if event.kind is kind), None)


def _since_start(read: Interrogation) -> int | None:
    """Since the first program ever, where the log still reaches back to it."""
    if not read.log or read.log[0].sequence != 0:
        return None
    first = next((event for event in read.log if event.kind is EventKind.UPDATE_COMMITTED), None)
    return None if first is None else read.at_ms - first.at_ms


def _age_years(patient: Patient, at_ms: int) -> int:
    today = datetime.fromtimestamp(at_ms // 1_000, tz=UTC).date()
    return int((today - patient.born).days // DAYS_A_YEAR)


def _refill(fill: Fill, draft: Draft) -> Refill:
    return Refill(
        filled_nl=fill.volume_nl,
        label_pg_per_nl=fill.concentration_pg_per_nl,
        withdrawn_nl=fill.residual_withdrawn_nl,
        found_nl=draft.found_nl(),
        explanation=draft.explanation,
    )


def _discrepancy(before: list[Fill]) -> Discrepancy | None:
    """What the fill before this visit found, against the fill before that."""
    if len(before) < 2:
        return None
    last, earlier = before[-1], before[-2]
    if last.residual_expected_nl is None or last.residual_withdrawn_nl is None:
        return None
    return Discrepancy(
        expected_nl=last.residual_expected_nl,
        withdrawn_nl=last.residual_withdrawn_nl,
        programmed_nl=max(0, earlier.volume_nl - last.residual_expected_nl),
    )
