"""From a scenario to what runs: the implant at the start, the body, and what each visit does to the implant.

A visit is reviewed as the pump was read at that moment, and then carried out as it is written, whatever the review
found: the twin shows what a mistake would do.
"""

from dataclasses import replace
from functools import partial

from thecal.care.bridge import BridgeDecision, NoBridge, UseBridge
from thecal.care.path import Holds
from thecal.care.titration import Origin, Phase
from thecal.catheter import filled
from thecal.catheter.numbers import MIXING_CELLS
from thecal.errors import BadInput
from thecal.mechanism import Metal
from thecal.programmer.prescription import (
    ContinuousDose,
    Dosing,
    FlexDose,
    FlexDoseDay,
    FlexDoseStep,
    PeriodicDose,
    Prescription,
    program_for,
)
from thecal.programmer.review import Circumstances, LastFill, Refill, Review, review
from thecal.pump.commands import Commit, Stage, Update
from thecal.pump.devices import CATHETER_PER_CM, PUMP_MODELS
from thecal.pump.infusion import MinimumRate, StopPump
from thecal.pump.machine import interrogate, manufacture
from thecal.pump.memory import Interrogation
from thecal.pump.refusals import Refusal
from thecal.scenario.faults import afflicted
from thecal.scenario.living import body_of, given, initial_state
from thecal.scenario.models import Continuous, Flex, Period, Periodic, Prescribed, Scenario, Stopped, Visit
from thecal.twin.device import Device, advance, command, opened
from thecal.twin.hands import fill, refill
from thecal.twin.simulation import Run, Step, simulate
from thecal.units import DAY_MS

ORIGINS = {"spinal": Origin.SPINAL, "cerebral": Origin.CEREBRAL}
PHASES = {"titration": Phase.TITRATION, "maintenance": Phase.MAINTENANCE}
LONG_AGO_MS = 365 * DAY_MS
"""How long somebody who is settled has been on the same dose; any time beyond days means the same to every rule."""
HOLDS = {"drug": Holds.DRUG, "no drug": Holds.NO_DRUG, "unknown": Holds.UNKNOWN}


def run(scenario: Scenario) -> Run:
    """The whole story. BadInput where the pump refuses a program, naming the visit."""
    device = initial_device(scenario)
    body = body_of(scenario)
    return simulate(
        device,
        body,
        initial_state(scenario, device, body),
        steps=visit_steps(scenario),
        given=given(scenario),
        until_ms=scenario.end_ms,
        every_ms=scenario.every_ms,
    )


def review_visit(scenario: Scenario, index: int, read: Interrogation | None = None) -> tuple[Review, Interrogation]:
    """What visit `index` would do to the pump as it is then, or as it was read in `read`; and that read-out.

    Of a pump that was really read, nobody here knows when its dose reached the tip.
    """
    if not 0 <= index < len(scenario.visits):
        remedy = f"Name one of its {len(scenario.visits)} visits." if scenario.visits else "Write a visit into it."
        raise BadInput("visit", f"the scenario has no visit {index + 1}", remedy=remedy)
    if read is not None:
        return _review(scenario, index, read, None), read
    device = initial_device(scenario)
    arrival_ms: int | None = _before(scenario)
    for earlier in range(index):
        device, _ = advance(device, scenario.start_ms + scenario.visits[earlier].at_ms)
        arrival_ms = _review(scenario, earlier, interrogate(device.pump), arrival_ms).arrival_ms
        device = carried_out(scenario, earlier, device)
    device, _ = advance(device, scenario.start_ms + scenario.visits[index].at_ms)
    read = interrogate(device.pump)
    return _review(scenario, index, read, arrival_ms), read


def prescription(scenario: Scenario, program: Prescribed) -> Prescription:
    """What was ordered."""
    return Prescription(
        drug=program.drug,
        concentration_pg_per_nl=program.concentration_pg_per_nl,
        dosing=_dosing(program),
        low_reservoir_alarm_nl=program.low_reservoir_alarm_nl,
        utc_offset_min=scenario.utc_offset_min,
    )


def initial_device(scenario: Scenario) -> Device:
    """The implant at the start: filled, its path full of the same drug, its first program running."""
    model, reservoir, catheter = scenario.pump.pump_model, scenario.reservoir, scenario.catheter
    concentration = scenario.program.concentration_pg_per_nl
    undeliverable_nl = reservoir.undeliverable_nl
    metal = Metal(undeliverable_nl=undeliverable_nl, capacity_nl=model.capacity_nl + undeliverable_nl)
    path = filled(catheter.true_path_nl, concentration, port_nl=catheter.tubing_nl)
    empty = opened(
        pump=manufacture(serial=scenario.pump.serial, pump_model=model, now_ms=scenario.start_ms),
        metal=metal,
        catheter=replace(path, mixing_cells=MIXING_CELLS.whole() if catheter.flow == "mixed" else 0),
    )
    whole_nl = reservoir.fill_nl + undeliverable_nl
    device = fill(afflicted(empty, scenario.faults), volume_nl=whole_nl, concentration_pg_per_nl=concentration)
    order = prescription(scenario, scenario.program)
    program = program_for(order, tubing_nl=catheter.tubing_nl, catheter_nl=catheter.catheter_nl)
    return _committed(device, Update(program=program, reservoir_nl=reservoir.fill_nl), "start", "program")


def visit_steps(scenario: Scenario) -> tuple[Step, ...]:
    """Every visit as something that happens to the implant."""
    return tuple(
        Step(at_ms=scenario.start_ms + visit.at_ms, act=partial(carried_out, scenario, index))
        for index, visit in enumerate(scenario.visits)
    )


def carried_out(scenario: Scenario, index: int, device: Device) -> Device:
    """The implant after visit `index`: emptied and filled, then updated."""
    reviewed = _review(scenario, index, interrogate(device.pump), None)
    done = scenario.visits[index].refill
    if done is not None:
        device, _ = refill(device, volume_nl=done.volume_nl, concentration_pg_per_nl=done.concentration_pg_per_nl)
    return _committed(device, reviewed.update, f"visit {index}", f"visits[{index}]")


def _review(scenario: Scenario, index: int, read: Interrogation, arrival_ms: int | None) -> Review:
    """The review of one visit; `arrival_ms` is when the running dose reached the tip."""
    programs = [scenario.program, *(visit.program for visit in scenario.visits[: index + 1] if visit.program)]
    since_ms = None if arrival_ms is None else scenario.start_ms + scenario.visits[index].at_ms - arrival_ms
    return review(
        interrogation=read,
        prescription=prescription(scenario, programs[-1]),
        pump_model=PUMP_MODELS[read.pump_model],
        circumstances=_circumstances(scenario, index, since_ms),
    )


def _circumstances(scenario: Scenario, index: int, since_arrival_ms: int | None) -> Circumstances:
    """What the record tells the rules at visit `index`."""
    visit, patient, catheter = scenario.visits[index], scenario.patient, scenario.catheter
    usual = catheter.per_cm_nl == CATHETER_PER_CM.whole()
    return Circumstances(
        origin=ORIGINS[patient.origin],
        age_years=patient.age_years,
        phase=PHASES[patient.phase],
        since_start_ms=None if patient.so_far == "steady" else visit.at_ms,
        since_arrival_ms=since_arrival_ms,
        catheter_length_mm=catheter.implanted_mm if usual else None,
        catheter_holds=None if visit.catheter_holds is None else HOLDS[visit.catheter_holds],
        refill=_refill(visit),
        last_fill=_last_fill(scenario, index),
        bridge=_decision(visit),
        reason=visit.reason or "",
        second_person=visit.second_person or "",
    )


def _before(scenario: Scenario) -> int:
    """When the first program's dose reached the tip: long ago, where the patient is settled on it."""
    return scenario.start_ms - (LONG_AGO_MS if scenario.patient.so_far == "steady" else 0)


def _refill(visit: Visit) -> Refill | None:
    done = visit.refill
    if done is None:
        return None
    return Refill(
        filled_nl=done.volume_nl,
        label_pg_per_nl=done.concentration_pg_per_nl,
        withdrawn_nl=done.withdrawn_nl,
        found_nl=done.found_nl,
        explanation=done.explanation or "",
    )


def _last_fill(scenario: Scenario, index: int) -> LastFill:
    """The fill before visit `index`."""
    fills = [(0, scenario.reservoir.fill_nl)]
    fills += [(visit.at_ms, visit.refill.volume_nl) for visit in scenario.visits[:index] if visit.refill]
    at_ms, filled_nl = fills[-1]
    return LastFill(at_ms=scenario.start_ms + at_ms, filled_nl=filled_nl)


def _decision(visit: Visit) -> BridgeDecision | None:
    if visit.bridge == "bridge":
        return UseBridge()
    return NoBridge(reason=visit.reason) if visit.bridge == "no bridge" and visit.reason else None


def _dosing(program: Prescribed) -> Dosing:
    match program:
        case Continuous(dose_pg_per_day=dose):
            return ContinuousDose(dose_pg_per_day=dose)
        case Flex(days=days):
            return FlexDose(days=tuple(FlexDoseDay(steps=tuple(map(_flex_step, day))) for day in days))
        case Periodic():
            return PeriodicDose(
                basal_pg_per_h=program.basal_pg_per_h,
                dose_pg=program.dose_pg,
                lasts_ms=program.lasts_ms,
                every_ms=program.every_ms,
                first_ms=program.first_ms,
            )
        case Stopped():
            return StopPump()
        case _:
            return MinimumRate()


def _flex_step(step: Period) -> FlexDoseStep:
    return FlexDoseStep(start_ms=step.from_ms, dose_pg_per_h=step.dose_pg_per_h)


def _committed(device: Device, update: Update, transaction_id: str, field: str) -> Device:
    """The implant with the update running; BadInput where its pump will not take it."""
    stage = Stage(transaction_id=transaction_id, onto_revision=device.pump.revision, update=update)
    commit = Commit(transaction_id=transaction_id, digest=update.digest())
    for order in (stage, commit):
        answer = command(device, order)
        if isinstance(answer, Refusal):
            raise BadInput(field, f"the pump refuses it: {answer.says}", remedy=answer.remedy)
        device = answer
    return device
