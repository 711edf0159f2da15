"""What the pump tells: the read-out for an enrolled wand, and the little that anyone at the skin may read."""

from thecal.pump.devices import PUMP_MODELS, STAGE_LIFE
from thecal.pump.infusion import WEEK_MS, weekly_nl_ms_per_day
from thecal.pump.memory import Interrogation, Pump, SkinReading
from thecal.pump.reservoir import SILENT, rate_now, reached_ms
from thecal.pump.service import end_of_service_ms, indicator_ms
from thecal.pump.states import State
from thecal.units import round_div


def interrogate(pump: Pump) -> Interrogation:
    """What an enrolled wand reads."""
    low_nl = pump.program.low_reservoir_alarm_nl if pump.program is not None else 0
    return Interrogation(
        serial=pump.serial, pump_model=pump.pump_model, at_ms=pump.now_ms, made_ms=pump.made_ms,
        state=pump.state, state_since_ms=pump.state_since_ms, program=pump.program, revision=pump.revision,
        transaction_id=pump.transaction_id, update_digest=pump.update_digest, staged_digest=_staged_digest(pump),
        bolus=pump.bolus, bolus_left_nl=pump.bolus_left_nl, given=pump.given,
        dose_pg_per_day=dose_pg_per_day(pump), rate_now_nl_per_day=rate_now(pump)[0],
        reservoir_nl=pump.reservoir_nl, low_reservoir_ms=reached_ms(pump, low_nl), empty_ms=reached_ms(pump, 0),
        battery=pump.battery, indicator_ms=indicator_ms(pump), end_of_service_ms=end_of_service_ms(pump),
        motor_stalled=pump.motor_stalled, clock_shift_ms=pump.clock_shift_ms, clock_known=pump.clock_known,
        standing=pump.standing, alarms=pump.alarms, log=pump.log, log_head=pump.log_head,
    )  # fmt: skip


def read_skin(pump: Pump) -> SkinReading:
    """What anyone at the skin reads: no identity, no history."""
    return SkinReading(
        at_ms=pump.now_ms,
        state=pump.state,
        mode=type(pump.program.infusion_mode).__name__ if pump.program is not None else "",
        concentration_pg_per_nl=pump.program.concentration_pg_per_nl if pump.program is not None else None,
        dose_pg_per_day=dose_pg_per_day(pump),
        alarms=pump.alarms,
    )


def dose_pg_per_day(pump: Pump) -> int:
    """The daily dose computed from the program's rates (a week's mean), 0 where the pump delivers none."""
    if pump.program is None or pump.state in SILENT:
        return 0
    minimum = PUMP_MODELS[pump.pump_model].minimum_rate_nl_per_day
    weekly = weekly_nl_ms_per_day(pump.program.infusion_mode, minimum)
    if pump.state is State.MINIMUM_RATE:
        weekly = minimum * WEEK_MS
    return round_div(weekly * pump.program.concentration_pg_per_nl, WEEK_MS)


def _staged_digest(pump: Pump) -> str | None:
    """What is staged and still alive."""
    if pump.staged is None or pump.now_ms - pump.staged.staged_ms > STAGE_LIFE.whole():
        return None
    return pump.staged.update.digest()
