"""The battery's life: when it asks to be replaced, and when it ends.

What is used is counted: the processor, each nanolitre, alarms that stand, the wand. The voltage is sensed beside. The
months between indicator and end are the label's longest; faults have shortened them, so a replacement is planned as
soon as possible and never counts on all of them (notices of 2009, 2011 and 2017; hsa.gov.sg,
reduced battery performance of the model 8637).
"""

from thecal.pump.battery import BatteryLevel
from thecal.pump.devices import BATTERY_ALARM, BATTERY_RESERVE, PUMP_MODELS
from thecal.pump.memory import Pump
from thecal.pump.reservoir import first_ms


def draw_nj_per_ms(pump: Pump) -> int:
    """What time itself costs, nJ/ms: the processor, and the sounder while any alarm stands."""
    alarm = BATTERY_ALARM.whole() if pump.alarms else 0
    return PUMP_MODELS[pump.pump_model].baseline_nj_per_ms + alarm


def last_day_ms(pump: Pump) -> int:
    """The end of service that no battery outlives: the label's hard limit."""
    return pump.made_ms + PUMP_MODELS[pump.pump_model].service_life_ms


def indicator_by_ms(pump: Pump) -> int:
    """The latest instant of the indicator, whatever was used."""
    return last_day_ms(pump) - PUMP_MODELS[pump.pump_model].indicator_to_end_ms


def end_of_service_ms(pump: Pump) -> int:
    """When delivery ends, by the calendar: the hard limit, or the label's days after the indicator."""
    since_ms = pump.battery.indicator_since_ms
    if since_ms is None:
        return last_day_ms(pump)
    return min(last_day_ms(pump), since_ms + PUMP_MODELS[pump.pump_model].indicator_to_end_ms)


def asks_nj(pump: Pump) -> int:
    """What must have been used for the next step: the indicator, then the end."""
    battery_nj = PUMP_MODELS[pump.pump_model].battery_nj
    return battery_nj - BATTERY_RESERVE.whole() if pump.battery.indicator_since_ms is None else battery_nj


def indicator_due(pump: Pump) -> bool:
    """Whether the battery asks to be replaced."""
    spent = PUMP_MODELS[pump.pump_model].battery_nj - BATTERY_RESERVE.whole()
    low = pump.battery.level is not BatteryLevel.GOOD
    return low or pump.battery.used_nj >= spent or pump.now_ms >= indicator_by_ms(pump)


def spent(pump: Pump) -> bool:
    """Whether the battery has ended."""
    used = pump.battery.used_nj >= PUMP_MODELS[pump.pump_model].battery_nj
    return used or pump.battery.level is BatteryLevel.END or pump.now_ms >= end_of_service_ms(pump)


def indicator_ms(pump: Pump) -> int:
    """When the indicator is due if the program goes on as it is; or since when it is."""
    if pump.battery.indicator_since_ms is not None:
        return pump.battery.indicator_since_ms
    model = PUMP_MODELS[pump.pump_model]
    left_nj = model.battery_nj - BATTERY_RESERVE.whole() - pump.battery.used_nj
    per_ms = draw_nj_per_ms(pump)
    used_up_ms = first_ms(pump, lambda ms, volume_nl: per_ms * ms + model.pulse_nj_per_nl * volume_nl >= left_nj)
    return indicator_by_ms(pump) if used_up_ms is None else min(indicator_by_ms(pump), used_up_ms)
