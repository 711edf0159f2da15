"""The battery, as a straight line from the day the pump was made: when it asks to be replaced, when it ends.

The months between the two are the label's longest; faults have shortened them, so a replacement is planned as soon as
possible and never counts on all of them (notices of 2009, 2011 and 2017; hsa.gov.sg, reduced battery performance of the
model 8637).
"""

from thecal.pump.devices import PUMP_MODELS
from thecal.pump.memory import Pump


def end_of_service_ms(pump: Pump) -> int:
    """When the battery is spent."""
    return pump.made_ms + PUMP_MODELS[pump.pump_model].service_life_ms


def indicator_ms(pump: Pump) -> int:
    """When the elective replacement indicator is due."""
    return end_of_service_ms(pump) - PUMP_MODELS[pump.pump_model].indicator_to_end_ms
