"""From a scenario to what runs: the implant at the start, the body, and what each visit does to the implant.

A visit here is carried out as it is written, reviewed or not: the twin shows what a mistake would do.
"""

from functools import partial

from thecal.body import TWO_POOL, Body, BodyState
from thecal.body.response import MAS_LABELS
from thecal.care.bridge import bridge
from thecal.care.path import Holds, Part
from thecal.catheter import filled
from thecal.errors import BadInput
from thecal.mechanism import Metal, Stall, fill
from thecal.programmer.prescription import (
    ContinuousDose,
    Dosing,
    FlexDose,
    FlexDoseDay,
    FlexDoseStep,
    Prescription,
    program_dose_pg_per_day,
    program_for,
)
from thecal.pump.bolus import BridgeBolus
from thecal.pump.commands import Commit, Stage, Update
from thecal.pump.infusion import MinimumRate, Program, StopPump
from thecal.pump.machine import interrogate, manufacture
from thecal.pump.refusals import Refusal
from thecal.scenario.models import Continuous, Flex, Prescribed, Scenario, Stopped, Visit
from thecal.twin.device import Device, command, refill
from thecal.twin.forecast import Person, settled
from thecal.twin.simulation import Run, Step, simulate


def run(scenario: Scenario) -> Run:
    """The whole story. BadInput where the pump refuses a program, naming the visit."""
    device = initial_device(scenario)
    body = Body.adult(scenario.patient.tip_level)
    state = initial_state(scenario, device)
    steps = visit_steps(scenario)
    return simulate(device, body, state, steps=steps, until_ms=scenario.end_ms, every_ms=scenario.every_ms)


def person(scenario: Scenario) -> Person:
    """What the record says of the patient and of the path."""
    chronic = scenario.patient.tolerance == "chronic"
    return Person(
        tip_level=scenario.patient.tip_level,
        path_nl=sum(part.volume_nl or 0 for part in path(scenario)),
        tolerance=(TWO_POOL.tolerance_chronic if chronic else TWO_POOL.tolerance_naive).value,
        baseline_mas=dict(MAS_LABELS)[scenario.patient.baseline_mas],
    )


def path(scenario: Scenario) -> tuple[Part, Part]:
    """Tubing and catheter as recorded, full of drug."""
    return (
        Part(name="tubing", volume_nl=scenario.catheter.tubing_nl, holds=Holds.DRUG),
        Part(name="catheter", volume_nl=scenario.catheter.catheter_nl, holds=Holds.DRUG),
    )


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
    concentration = scenario.program.concentration_pg_per_nl
    metal = Metal(undeliverable_nl=scenario.reservoir.undeliverable_nl, stalls=stalls(scenario))
    whole_nl = scenario.reservoir.fill_nl + scenario.reservoir.undeliverable_nl
    shelf = manufacture(serial=scenario.pump.serial, pump_model=scenario.pump.pump_model, now_ms=scenario.start_ms)
    device = Device(
        pump=shelf,
        metal=fill(metal, volume_nl=whole_nl, concentration_pg_per_nl=concentration),
        catheter=filled(scenario.catheter.true_path_nl, concentration),
    )
    update = Update(program=_program(scenario, scenario.program), reservoir_nl=scenario.reservoir.fill_nl)
    return _committed(device, update, "start", "program")


def initial_state(scenario: Scenario, device: Device) -> BodyState:
    """The body at the start: settled on the first program, or without baclofen."""
    if scenario.patient.so_far == "none":
        return Body.adult(scenario.patient.tip_level).rest()
    return settled(interrogate(device.pump), person(scenario))


def stalls(scenario: Scenario) -> tuple[Stall, ...]:
    """The plan of faults, in time."""
    return tuple(
        Stall(
            start_ms=scenario.start_ms + fault.at_ms,
            end_ms=None if fault.until_ms is None else scenario.start_ms + fault.until_ms,
            sensed_after_ms=fault.sensed_after_ms,
        )
        for fault in scenario.faults
    )


def visit_steps(scenario: Scenario) -> tuple[Step, ...]:
    """Every visit as something that happens to the implant."""
    return tuple(
        Step(at_ms=scenario.start_ms + visit.at_ms, act=partial(carried_out, scenario, index))
        for index, visit in enumerate(scenario.visits)
    )


def carried_out(scenario: Scenario, index: int, device: Device) -> Device:
    """The implant after visit `index`: emptied and filled, then updated."""
    visit, before = scenario.visits[index], device.pump.program
    assert before is not None, "the first program runs since the start"
    if visit.refill is not None:
        device, _ = refill(
            device,
            volume_nl=visit.refill.volume_nl,
            concentration_pg_per_nl=visit.refill.concentration_pg_per_nl,
        )
    program = before if visit.program is None else _program(scenario, visit.program)
    update = Update(
        program=program,
        reservoir_nl=None if visit.refill is None else visit.refill.volume_nl,
        bolus=_bridge(scenario, visit, before, program),
    )
    return _committed(device, update, f"visit {index}", f"visits[{index}]")


def _program(scenario: Scenario, program: Prescribed) -> Program:
    """What the pump is to hold."""
    order = prescription(scenario, program)
    return program_for(order, tubing_nl=scenario.catheter.tubing_nl, catheter_nl=scenario.catheter.catheter_nl)


def _dosing(program: Prescribed) -> Dosing:
    match program:
        case Continuous(dose_pg_per_day=dose):
            return ContinuousDose(dose_pg_per_day=dose)
        case Flex(days=days):
            return FlexDose(
                days=tuple(
                    FlexDoseDay(
                        steps=tuple(
                            FlexDoseStep(start_ms=step.from_ms, dose_pg_per_h=step.dose_pg_per_h) for step in day
                        )
                    )
                    for day in days
                )
            )
        case Stopped():
            return StopPump()
        case _:
            return MinimumRate()


def _bridge(scenario: Scenario, visit: Visit, before: Program, after: Program) -> BridgeBolus | None:
    """The bridge, where it was decided and there is something to bridge."""
    old, new = before.concentration_pg_per_nl, after.concentration_pg_per_nl
    if visit.bridge != "bridge" or (old == new and before.drug == after.drug):
        return None
    dose = program_dose_pg_per_day(before, scenario.pump.pump_model)
    planned = bridge(parts=path(scenario), old_pg_per_day=dose, old_concentration_pg_per_nl=old)
    if planned is None:
        return None
    return BridgeBolus(
        volume_nl=planned.volume_nl, rate_nl_per_day=planned.rate_nl_per_day, concentration_pg_per_nl=old
    )


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
