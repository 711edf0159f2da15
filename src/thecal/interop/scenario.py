"""A scenario as SBML: its typical patient, from the body's state at the beginning, given what truly left the tip."""

import numpy as np

from thecal.body import TARGETS, Body, BodyState
from thecal.body.adaptation import Adaptation, Tolerance, settled
from thecal.interop.sbml import sbml
from thecal.interop.subject import Subject
from thecal.scenario import Scenario, initial_device, run
from thecal.scenario.living import body_of, habit, initial_state, who
from thecal.twin.device import Device
from thecal.twin.lived import live


def exported(scenario: Scenario) -> str:
    """The document. Time is in hours after the scenario's start. BadInput where the scenario cannot be run."""
    device, body = initial_device(scenario), body_of(scenario)
    start = initial_state(scenario, device, body)
    tolerance = _tolerance(scenario, device, body, start)
    subject = Subject(baseline_mas=who(scenario).baseline_mas, tolerance=tolerance)
    return sbml(body, start, run(scenario).exposure, subject, title=scenario.title)


def _tolerance(scenario: Scenario, device: Device, body: Body, start: BodyState) -> float | Adaptation:
    """The constant that the file names, or what the patient is used to as the scenario begins."""
    if scenario.patient.tolerance != "dynamic":
        chronic = scenario.patient.tolerance == "chronic"
        return (body.parameters.tolerance_chronic if chronic else body.parameters.tolerance_naive).value
    long_since = habit(scenario, device)
    if long_since is None:
        return Adaptation.naive(len(TARGETS))
    course, _ = live(body, start, long_since)
    felt = np.column_stack([course.effect_ng_per_ml[target] for target in TARGETS])
    return settled(long_since.times_h, felt, Tolerance.of(body.parameters))
