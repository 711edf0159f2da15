"""Every number with a birthplace that a scenario's run rests on."""

from thecal.body.parameters.spread_2026 import SPREAD
from thecal.body.regime import STIRRING
from thecal.catheter.numbers import MIXING_CELLS, RELEASE, STEP
from thecal.mechanism import numbers as mechanism_numbers
from thecal.pump.devices import (
    CATHETER_PER_CM,
    LOW_RESERVOIR_ALARM,
    MINIMUM_RATE,
    RATE_MAX,
    RATE_MIN,
    SERVICE_LIFE,
    TUBING,
    UNDELIVERABLE,
)
from thecal.scenario.living import body_of
from thecal.scenario.models import Scenario
from thecal.sources import Sourced


def numbers_used(scenario: Scenario) -> list[Sourced]:
    """Devices first, then faults and postures, then the body and how people differ from it."""
    device = [
        CATHETER_PER_CM,
        TUBING,
        UNDELIVERABLE,
        RATE_MIN,
        RATE_MAX,
        MINIMUM_RATE,
        LOW_RESERVOIR_ALARM,
        SERVICE_LIFE,
    ]
    postures = [STIRRING[name] for name in dict.fromkeys(change.posture for change in scenario.posture)]
    body = body_of(scenario).parameters.numbers()
    spread = [varied.log_sd for varied in SPREAD if varied.log_sd.name not in body]
    return [*device, *_numbers_of_faults(scenario), *postures, *body.values(), *spread]


def _numbers_of_faults(scenario: Scenario) -> list[Sourced]:
    """How large faults are where the file leaves it out, and what the path's own arithmetic rests on."""
    mixing = [MIXING_CELLS] if scenario.catheter.flow == "mixed" else []
    if not scenario.faults:
        return mixing
    metal = [number for number in vars(mechanism_numbers).values() if isinstance(number, Sourced)]
    return [*metal, STEP, RELEASE, *mixing]
