"""What the body needs to know besides its geometry, as typed fields that each carry their birthplace."""

from collections.abc import Iterator
from dataclasses import dataclass, fields

from thecal.sources import Sourced, register


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameters:
    """One parameter set of the two-pool body; units are in each number.

    Frozen and hashable, so that a body is built once per set. `dataclasses.replace` makes another patient.
    """

    # Along the canal
    dispersion_floor: Sourced
    mixing_length: Sourced
    cardiac_stroke: Sourced
    cardiac_taper: Sourced
    cardiac_frequency: Sourced
    respiratory_stroke: Sourced
    respiratory_taper: Sourced
    respiratory_frequency: Sourced
    area_scale: Sourced
    # Exchange and loss
    spinal_clearance: Sourced
    cord_exchange: Sourced
    cord_partition: Sourced
    cord_clearance: Sourced
    csf_production: Sourced
    spinal_absorption: Sourced
    # The head
    cisternal_volume: Sourced
    cranial_volume: Sourced
    cranial_exchange: Sourced
    brain_uptake: Sourced
    # How drug enters
    pump_spread: Sourced
    lumbar_puncture_spread: Sourced
    # Plasma
    plasma_clearance: Sourced
    plasma_volume: Sourced
    # Effect
    fast_rate: Sourced
    slow_rate: Sourced
    slow_share: Sourced
    ashworth_ec50: Sourced
    ashworth_slope: Sourced
    ashworth_largest: Sourced
    reflex_ic50: Sourced
    reflex_slope: Sourced
    sensitivity_log_sd: Sourced
    # Brainstem
    brain_rate: Sourced
    sedation_ec50: Sourced
    coma_ec50: Sourced
    sedation_slope: Sourced
    # Tolerance and rebound
    tolerance_naive: Sourced
    tolerance_chronic: Sourced
    fast_tolerance: Sourced
    fast_tolerance_time: Sourced
    slow_tolerance: Sourced
    slow_tolerance_time: Sourced
    rebound: Sourced
    withdrawal_time: Sourced
    withdrawal_early: Sourced
    withdrawal_severe: Sourced
    withdrawal_grave: Sourced
    # Spasms, weakness and placebo
    spasm_relief: Sourced
    weakness_factor: Sourced
    placebo_relief: Sourced
    placebo_rise: Sourced
    placebo_fade: Sourced

    def numbers(self) -> dict[str, Sourced]:
        """Every number by its name, for screens and reports that show where numbers come from."""
        return register(*self._each())

    def _each(self) -> Iterator[Sourced]:
        return (getattr(self, field.name) for field in fields(self))
