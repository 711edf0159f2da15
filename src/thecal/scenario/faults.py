"""A plan of faults: what goes wrong with metal and catheter, when, how much, and for how long.

A plan stands in a scenario, counted from its start, or in a file of its own, counted from the pump's now.
"""

from dataclasses import replace
from typing import Annotated, Literal, get_args

from pydantic import Field

from thecal.catheter.faults import CatheterFault
from thecal.mechanism import Fault
from thecal.scenario.metal import MetalFault
from thecal.scenario.onset import FaultPart
from thecal.scenario.part import Part
from thecal.scenario.path import PathFault, Placed
from thecal.twin.device import Device, settle

PLAN_VERSION = 1
MOST_FAULTS = 100
MODELS: tuple[type[FaultPart], ...] = (*get_args(MetalFault), *get_args(PathFault))
"""Every kind of fault, in the order in which the manual tells of them."""
KINDS: dict[str, type[FaultPart]] = {get_args(model.model_fields["kind"].annotation)[0]: model for model in MODELS}

Planned = Annotated[MetalFault | PathFault, Field(discriminator="kind")]
Faults = Annotated[tuple[Planned, ...], Field(strict=False, max_length=MOST_FAULTS)]


class Plan(Part):
    """Faults in a file of their own."""

    version: Literal[1] = Field(examples=[PLAN_VERSION])
    faults: Faults = Field(examples=[[{"kind": "stall", "at": "3 days"}]])


def afflicted(device: Device, plan: Faults) -> Device:
    """The implant with a plan's faults beside those it has, counted from its now. BadInput where one does not fit."""
    made = [_made(part, device, f"faults[{index}]") for index, part in enumerate(plan)]
    for_metal = tuple(fault for fault in made if isinstance(fault, Fault))
    for_path = tuple(fault for fault in made if isinstance(fault, CatheterFault))
    metal = replace(device.metal, faults=(*device.metal.faults, *for_metal))
    catheter = replace(device.catheter, faults=(*device.catheter.faults, *for_path))
    return settle(replace(device, metal=metal, catheter=catheter))


def _made(part: Planned, device: Device, field: str) -> Fault | CatheterFault:
    values = part.fields_from(device.now_ms)
    if isinstance(part, Placed):
        values["place_nl"] = part.place_in(device.catheter, field=f"{field}.place")
    return part.makes(**values)
