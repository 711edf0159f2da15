"""How many years of a pump fit into one second of one core: jumping from event to event, and ticking every minute.

    python benchmarks/pump.py [--years 5] [--longest 100] [--json]

A 40 mL pump runs a four-step daily flex schedule under the very ceiling that a prescription gives it, event log on, and
is refilled by an update every 90 days. Beside it in this run: seven different days, a pump whose valves gate 2000 nL
pulses, the whole implant with its metal and catheter, and the same year ticked through minute by minute, which must
count the same nanolitres. Time is CPU time of this one process, the fastest of three runs, refills counted; nothing is
extrapolated. Memory is the most that Python held at once while one pump ran a hundred years, its log full from the
start and its battery one that nobody outlives: an ordinary one ends after five to seven.
"""

import argparse
import gc
import json
import os
import platform
import time
import tracemalloc
from collections import deque
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from thecal.catheter import filled
from thecal.mechanism import Metal
from thecal.programmer.prescription import ceiling_nl_per_day
from thecal.pump import machine
from thecal.pump.commands import Commit, Stage, Update
from thecal.pump.devices import PROMETRA_40, REFERENCE_40, PumpModel
from thecal.pump.events import LOG_LINES
from thecal.pump.infusion import FlexDay, FlexSchedule, FlexStep, Program
from thecal.pump.memory import Pump
from thecal.twin import device as implant
from thecal.twin import hands
from thecal.twin.device import Device
from thecal.units import DAY_MS, HOUR_MS, MINUTE_MS

YEAR_DAYS, REFILL_DAYS, RUNS, LONGEST_YEARS = 365, 90, 3, 100
STEPS = ((0, 60_000), (6, 140_000), (12, 90_000), (20, 110_000))


def day(more_nl_per_day: int = 0) -> FlexDay:
    """Four steps."""
    steps = (FlexStep(start_ms=hour * HOUR_MS, rate_nl_per_day=rate + more_nl_per_day) for hour, rate in STEPS)
    return FlexDay(steps=tuple(steps))


DAILY = FlexSchedule(days=(day(),))
WEEKDAYS = FlexSchedule(days=tuple(day(1_000 * number) for number in range(7)))


def update_of(mode: FlexSchedule) -> Update:
    """A refill to the brim, and the program."""
    program = Program(
        drug="baclofen", concentration_pg_per_nl=2_000, infusion_mode=mode, low_reservoir_alarm_nl=4_000_000,
        catheter_nl=195_800, tubing_nl=140_000, utc_offset_min=0, ceiling_nl_per_day=ceiling_nl_per_day(mode),
        patient_dose=None,
    )  # fmt: skip
    return Update(program=program, reservoir_nl=40_000_000)


def updated(pump: Pump, update: Update) -> Pump:
    """Staged and committed."""
    name = f"b{pump.revision}"
    staged = machine.handle(pump, Stage(transaction_id=name, onto_revision=pump.revision, update=update))
    assert isinstance(staged, Pump), staged
    done = machine.handle(staged, Commit(transaction_id=name, digest=update.digest()))
    assert isinstance(done, Pump), done
    return done


def made(model: PumpModel) -> Pump:
    """A pump that never asks for a new battery."""
    pump = machine.manufacture(serial="B-1", pump_model=model, now_ms=0)
    return replace(pump, made_ms=10**15, battery=replace(pump.battery, used_nj=-(10**18)))


def stops(days: int) -> list[int]:
    """The days at which somebody refills, and the last."""
    return [*range(REFILL_DAYS, days, REFILL_DAYS), days]


def jumped(model: PumpModel, mode: FlexSchedule, days: int) -> Pump:
    """The pump after so many days, refilled on its way."""
    update = update_of(mode)
    pump = updated(made(model), update)
    for number in stops(days):
        pump, _ = machine.advance(pump, number * DAY_MS)
        if number < days:
            pump = updated(pump, update)
    return pump


def whole(days: int) -> Device:
    """The whole implant after so many days: belief and truth, refilled on its way."""
    update = update_of(DAILY)
    device = implant.opened(pump=made(REFERENCE_40), metal=Metal(), catheter=filled(335_800, 2_000))
    for number in stops(days):
        device, _ = hands.refill(device, volume_nl=40_000_000, concentration_pg_per_nl=2_000)
        device = replace(device, pump=updated(device.pump, update))
        device, _ = implant.advance(device, number * DAY_MS)
    return device


def ticked(days: int) -> int:
    """The nL that a loop counts which looks at the clock every minute: schedule, carry, reservoir, 24 h and alarm."""
    ceiling = ceiling_nl_per_day(DAILY) * DAY_MS
    window: deque[int] = deque([0] * (DAY_MS // MINUTE_MS))
    counted_nl, carry, held, reservoir_nl, alarms = 0, 0, 0, 40_000_000, 0
    for minute in range(days * (DAY_MS // MINUTE_MS)):
        of_day_ms = minute * MINUTE_MS % DAY_MS
        rate = next(rate for hour, rate in reversed(STEPS) if hour * HOUR_MS <= of_day_ms)
        volume_nl, carry = divmod(rate * MINUTE_MS + carry, DAY_MS)
        held += rate * MINUTE_MS - window.popleft()
        window.append(rate * MINUTE_MS)
        assert held <= ceiling, "the schedule keeps its own ceiling"
        counted_nl += volume_nl
        reservoir_nl = 40_000_000 if minute % (REFILL_DAYS * 1440) == 0 else max(0, reservoir_nl - volume_nl)
        alarms += reservoir_nl <= 4_000_000
    assert alarms == 0, "it was refilled in time"
    return counted_nl


def fastest_s(work: Callable[[], object], runs: int = RUNS) -> float:
    """CPU seconds of the fastest run."""
    spent = []
    for _ in range(runs):
        begun = time.process_time()
        work()
        spent.append(time.process_time() - begun)
    return min(spent)


def peaks_kib(longest: int) -> dict[str, int]:
    """The most that was held, KiB, by the end of the first year, of a tenth of the longest run, and of all of it."""
    marks = (1, longest // 10, longest)
    update, peaks = update_of(DAILY), dict[str, int]()
    tracemalloc.start()
    pump = updated(made(REFERENCE_40), update)
    for _ in range(LOG_LINES):
        pump = machine.note_access_refused(pump, "a wrong key")
    for number in range(REFILL_DAYS, longest * YEAR_DAYS + REFILL_DAYS, REFILL_DAYS):
        pump, _ = machine.advance(pump, number * DAY_MS)
        pump = updated(pump, update)
        gc.collect()  # what nobody holds any more is not memory
        reached = [years for years in marks if str(years) not in peaks and number >= years * YEAR_DAYS]
        peaks |= {str(years): tracemalloc.get_traced_memory()[1] // 1024 for years in reached}
    tracemalloc.stop()
    return peaks


def processor() -> str:
    """The processor's name, where the system tells it."""
    told = Path("/proc/cpuinfo")
    lines = told.read_text(encoding="utf-8").splitlines() if told.exists() else []
    return next((line.split(":")[1].strip() for line in lines if line.startswith("model name")), platform.machine())


def measured(years: int, longest: int) -> dict[str, object]:
    """Every figure of one run."""
    days = years * YEAR_DAYS
    assert jumped(REFERENCE_40, DAILY, YEAR_DAYS).delivered_nl == ticked(YEAR_DAYS), "both ways count the same"
    daily = years / fastest_s(lambda: jumped(REFERENCE_40, DAILY, days))
    ticking = 1 / fastest_s(lambda: ticked(YEAR_DAYS), runs=1)
    return {
        "machine": {"cpus": os.cpu_count(), "processor": processor(), "python": platform.python_version()},
        "years": years,
        "pump_years_per_s_core": round(daily, 1),
        "times_real_time": round(daily * YEAR_DAYS * 24 * 3600),
        "weekday_flex_years_per_s_core": round(years / fastest_s(lambda: jumped(REFERENCE_40, WEEKDAYS, days)), 1),
        "valve_gated_years_per_s_core": round(years / fastest_s(lambda: jumped(PROMETRA_40, DAILY, days)), 1),
        "implant_years_per_s_core": round(years / fastest_s(lambda: whole(days)), 1),
        "one_tick_a_minute_years_per_s_core": round(ticking, 2),
        "faster_than_one_tick_a_minute": round(daily / ticking, 1),
        "peak_kib_by_year": peaks_kib(longest),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description="Pump-years per second and core.")
    parser.add_argument("--years", type=int, default=5)
    parser.add_argument("--longest", type=int, default=LONGEST_YEARS, help="years over which memory is watched")
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    found = measured(asked.years, asked.longest)
    if asked.json:
        print(json.dumps(found))
        return
    machine_of = found.pop("machine")
    print(machine_of)
    for name, value in found.items():
        print(f"{name.replace('_', ' '):45} {value}")


if __name__ == "__main__":
    main()
