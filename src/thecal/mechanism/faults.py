"""Everything that a plan may do to a pump's metal: one record per fault, with its onset, its size and its duration."""

from thecal.mechanism.electronics import (
    BatteryFilm,
    BitFlip,
    ClockDrift,
    ClockLost,
    LowBatteryReset,
    PowerCut,
    TelemetryField,
)
from thecal.mechanism.filling import Air, Deformation, Overfill, PocketFill, WrongSyringe
from thecal.mechanism.meter import Altitude, HighPressure, OverDelivery, Temperature, UnderDelivery
from thecal.mechanism.rotor import FeedThroughShort, MriStall, Runaway, Stall
from thecal.mechanism.valves import FreeFlow, ReverseLeak, SafetyValveShut

Standstill = Stall | MriStall | FeedThroughShort
"""What may hold the rotor."""

Measure = OverDelivery | UnderDelivery | Altitude | HighPressure | Temperature
"""What changes how much the rotor moves."""

Unbidden = Runaway | FreeFlow | SafetyValveShut
"""What makes fluid flow forwards that nobody commanded."""

FillFault = Deformation | PocketFill | Air | WrongSyringe | Overfill
"""What may happen to a fill."""

Happening = LowBatteryReset | ClockLost | BitFlip
"""What happens to the pump's electronics at one instant."""

Electronic = BatteryFilm | PowerCut | TelemetryField | ClockDrift | Happening
"""What only the pump feels."""

Fault = Standstill | Measure | Unbidden | ReverseLeak | FillFault | Electronic
"""One line of a plan."""

__all__ = [
    "Air",
    "Altitude",
    "BatteryFilm",
    "BitFlip",
    "ClockDrift",
    "ClockLost",
    "Deformation",
    "Electronic",
    "Fault",
    "FeedThroughShort",
    "FillFault",
    "FreeFlow",
    "Happening",
    "HighPressure",
    "LowBatteryReset",
    "Measure",
    "MriStall",
    "OverDelivery",
    "Overfill",
    "PocketFill",
    "PowerCut",
    "ReverseLeak",
    "Runaway",
    "SafetyValveShut",
    "Stall",
    "Standstill",
    "TelemetryField",
    "Temperature",
    "Unbidden",
    "UnderDelivery",
    "WrongSyringe",
]
