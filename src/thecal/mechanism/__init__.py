"""The metal: what truly flowed, and what a real sensor would have sensed.

The pump commands; the metal moves what it can. It holds the true fluid in the reservoir, volume and mass, and a plan
of faults that was handed in. It never looks at what the pump believes. `faults` has the plan's records.
"""

from thecal.mechanism.faults import Fault, MriStall, Stall
from thecal.mechanism.flow import Backflow, Flowed, run, take_back
from thecal.mechanism.metal import (
    BatteryLevel,
    Metal,
    Senses,
    changes_ms,
    clock_drift_per_million,
    happenings_at,
    has_power,
    reset_valves,
    senses,
)
from thecal.mechanism.syringe import Filled, fill, withdraw

__all__ = [
    "Backflow",
    "BatteryLevel",
    "Fault",
    "Filled",
    "Flowed",
    "Metal",
    "MriStall",
    "Senses",
    "Stall",
    "changes_ms",
    "clock_drift_per_million",
    "fill",
    "happenings_at",
    "has_power",
    "reset_valves",
    "run",
    "senses",
    "take_back",
    "withdraw",
]
