"""The patient of a scenario as a body: what it begins with, and what is given to it by hand."""

import numpy as np

from thecal.body import Body, BodyState
from thecal.body.regime import REGIMES
from thecal.body.response import MAS_LABELS
from thecal.pump.infusion import WEEKDAYS
from thecal.pump.machine import interrogate
from thecal.scenario.given import PortBolus, PunctureBolus
from thecal.scenario.models import Scenario
from thecal.twin.device import Device
from thecal.twin.forecast import cycle, settled
from thecal.twin.given import Drain, Given, Posture, Puncture, Push
from thecal.twin.lived import Exposure
from thecal.twin.outlook import Who
from thecal.units import DAY_MS, HOUR_MS, show_concentration, show_duration, show_mass, show_volume

HABIT_LOOKS = WEEKDAYS * 24 + 1
"""Once an hour of a week, both ends included."""


def body_of(scenario: Scenario) -> Body:
    """The typical body of this build. BadInput, naming the field, for a patient that the body was not made for."""
    return Body.of(scenario.patient.tip_level, stature=scenario.patient.stature())


def initial_state(scenario: Scenario, device: Device, body: Body) -> BodyState:
    """A body at the start: settled on the first program, or without baclofen."""
    if scenario.patient.so_far == "none":
        return body.rest()
    return settled(interrogate(device.pump), body)


def given(scenario: Scenario) -> Given:
    """Boluses, drains and postures, in Unix time."""
    start_ms = scenario.start_ms
    return Given(
        pushes=[
            Push(
                at_ms=start_ms + bolus.at_ms,
                over_ms=bolus.over_ms,
                volume_nl=bolus.volume_nl,
                concentration_pg_per_nl=bolus.concentration_pg_per_nl,
            )
            for bolus in scenario.boluses
            if isinstance(bolus, PortBolus)
        ],
        punctures=[
            Puncture(at_ms=start_ms + bolus.at_ms, mass_pg=bolus.dose_pg, level=bolus.level)
            for bolus in scenario.boluses
            if isinstance(bolus, PunctureBolus)
        ],
        drains=[
            Drain(
                start_ms=start_ms + drain.at_ms,
                end_ms=start_ms + drain.at_ms + drain.over_ms,
                volume_nl=drain.volume_nl,
                level=drain.level,
            )
            for drain in scenario.drains
        ],
        postures=[
            Posture(at_ms=start_ms + change.at_ms, regime=REGIMES[change.posture]) for change in scenario.posture
        ],
    )


def habit(scenario: Scenario, device: Device) -> Exposure | None:
    """A week of the first program, which the patient has long been used to; None without baclofen so far."""
    if scenario.patient.so_far == "none":
        return None
    read = interrogate(device.pump)
    assert read.program is not None, "a scenario begins with a program"
    edges_h, rates = cycle(read, read.program, read.at_ms, read.at_ms + WEEKDAYS * DAY_MS)
    return Exposure(
        edges_h=np.array(edges_h), rates_mcg_per_h=np.array(rates), times_h=np.linspace(0.0, edges_h[-1], HABIT_LOOKS)
    )


def who(scenario: Scenario) -> Who:
    """Scores without drug, tolerance, and when an injection may work as placebo: only where the file asks for it."""
    patient = scenario.patient
    injections = (bolus.at_ms / HOUR_MS for bolus in scenario.boluses if isinstance(bolus, PunctureBolus))
    return Who(
        baseline_mas=dict(MAS_LABELS)[patient.baseline_mas],
        tolerance=patient.tolerance,
        baseline_penn=patient.baseline_penn,
        placebo_h=tuple(injections) if patient.placebo else (),
    )


def done_by_hand(scenario: Scenario) -> list[tuple[int, str]]:
    """(When, what) of refills, boluses by needle, drains and postures, in words."""
    done = [
        (visit.at_ms, f"filled with {show_volume(visit.refill.volume_nl)}") for visit in scenario.visits if visit.refill
    ]
    done += [(bolus.at_ms, _bolus_in_words(bolus)) for bolus in scenario.boluses]
    for drain in scenario.drains:
        says = f"{show_volume(drain.volume_nl)} of fluid drained at {drain.level} over {show_duration(drain.over_ms)}"
        done.append((drain.at_ms, says))
    done += [(change.at_ms, f"posture: {change.posture}") for change in scenario.posture]
    return [(scenario.start_ms + at_ms, says) for at_ms, says in done]


def _bolus_in_words(bolus: PunctureBolus | PortBolus) -> str:
    if isinstance(bolus, PunctureBolus):
        return f"{show_mass(bolus.dose_pg)} by lumbar puncture at {bolus.level}"
    return f"{show_volume(bolus.volume_nl)} of {show_concentration(bolus.concentration_pg_per_nl)} at the access port"
