"""The pump's page is the pump: its pictures and tables are drawn from the code, and what it tells of faults happens."""

import re
from collections.abc import Callable
from dataclasses import replace
from typing import get_args

import pytest
from tests.house import pump_page, state_pictures
from tests.house.numbers import plain
from tests.house.source import ROOT
from tests.house.state_pictures import BY_ITSELF, FOLDER, FRAMES, ORDERED, PICTURES, SAYS, WAYS, arrows
from tests.house.test_docs import table_rows
from tests.pump.helpers import new_pump, program, running, updated

from thecal.pump import devices, machine
from thecal.pump.alarms import Alarm
from thecal.pump.battery import BatteryLevel
from thecal.pump.bolus import Bolus
from thecal.pump.commands import (
    BatterySensed,
    ClockLostSensed,
    FieldSensed,
    LowBatteryReset,
    MotorRecoverySensed,
    MotorStallSensed,
    RotorUnbiddenSensed,
    Sensed,
    Update,
)
from thecal.pump.devices import PUMP_MODELS
from thecal.pump.events import LOG_LINES, NEARLY_FULL
from thecal.pump.infusion import MOST_STEPS, InfusionMode, PatientDose, SimpleContinuous
from thecal.pump.limiter import PULSES_BESIDE
from thecal.pump.memory import Pump
from thecal.pump.recovery import flip, lose_power, return_power
from thecal.pump.sensing import sense
from thecal.pump.states import TRANSITIONS, State, Trigger
from thecal.units import DAY_MS

TEXT = pump_page.PAGE.read_text(encoding="utf-8")
ONE_LINE = re.sub(r"\s+", " ", TEXT)
RATE = 600_000
"""The rate of `program()`, nL/day."""


def test_the_page_s_tables_are_the_code_s() -> None:
    """`python -m tests.house.pump_page` writes them anew."""
    assert pump_page.rewritten(TEXT) == TEXT, "run python -m tests.house.pump_page"


@pytest.mark.parametrize("name", PICTURES)
def test_the_pictures_are_the_table_s(name: str) -> None:
    """`python -m tests.house.state_pictures` draws them anew, and the page shows them."""
    drawn = (FOLDER / name).read_text(encoding="utf-8")
    assert drawn == f"{PICTURES[name].svg()}\n", "run python -m tests.house.state_pictures"
    assert f"(pictures/{name})" in TEXT


def test_the_arrows_are_the_whole_table_and_nothing_else() -> None:
    """Taken apart again, what is drawn in both pictures together is every row, once."""
    rows = [
        ((state, arrow.trigger), arrow.to)
        for arrow in [*arrows(ORDERED), *arrows(BY_ITSELF)]
        for state in (FRAMES[arrow.begins] if arrow.begins in FRAMES else [State[arrow.begins]])
    ]
    assert dict(rows) == TRANSITIONS
    assert len(rows) == len(TRANSITIONS)


def test_every_arrow_has_a_way_and_its_words_and_no_way_is_unused() -> None:
    """A row that nobody has laid out is not left out of a picture unseen."""
    ways = {(arrow.begins, arrow.to) for arrow in arrows(Trigger)}
    assert ways == set(WAYS) == set(SAYS)
    assert set(state_pictures.CORNERS) == set(State)


def test_every_state_and_every_mode_is_told() -> None:
    """All states in their order; all modes, boluses and the patient's dose."""
    assert [row[0] for row in table_rows(TEXT, "state")] == [f"`{state.name}`" for state in State]
    kinds = [*get_args(InfusionMode), *get_args(Bolus), PatientDose]
    assert [row[0] for row in table_rows(TEXT, "mode")] == [f"`{kind.__name__}`" for kind in kinds]


TOLD = {
    devices.STAGE_LIFE: ("10 min", "expires after ten minutes"),
    devices.SILENT_CRITICAL: ("4 h 00 min", "a critical one for four hours"),
    devices.SILENT_NON_CRITICAL: ("24 h 00 min", "another for a day"),
    devices.STOPPED_TOO_LONG: ("48 h 00 min", "alarms after 48 h"),
    devices.CLOCK_STEP: ("26 h 00 min", "at most 26 hours"),
    devices.INDICATOR_TO_END: ("90 d", "90 days after the indicator"),
    devices.TELEMETRY_BUDGET: ("0.1 %", "a thousandth of the battery"),
}


def test_the_numbers_in_the_page_s_sentences_are_the_code_s() -> None:
    """A constant that changes is told anew."""
    assert [says for _, says in TOLD.values() if says not in ONE_LINE] == []
    assert {number: plain(number.shown()) for number in TOLD} == {number: value for number, (value, _) in TOLD.items()}
    assert f"1 to {MOST_STEPS} steps" in ONE_LINE
    assert f"{LOG_LINES} lines" in ONE_LINE
    assert NEARLY_FULL * 5 == LOG_LINES * 4
    assert PULSES_BESIDE == 2
    assert [model.name for model in PUMP_MODELS.values() if "baclofen" in model.patient_dose_drugs] == []


def _after(sensed: Sensed) -> Callable[[], tuple[Pump, Pump]]:
    return lambda: (running(), sense(running(), sensed))


def _a_day_later(pump: Pump) -> tuple[Pump, Pump]:
    return pump, machine.advance(pump, pump.now_ms + DAY_MS)[0]


def _too_much() -> tuple[Pump, Pump]:
    """The rate of a program is corrupted after the limiter was armed for it."""
    pump = running(ceiling_nl_per_day=RATE)
    return _a_day_later(replace(pump, program=program(SimpleContinuous(rate_nl_per_day=2 * RATE))))


def _field() -> tuple[Pump, Pump]:
    """A pump of the class with the trap sounds for its reservoir."""
    low = Update(program=program(), reservoir_nl=program().low_reservoir_alarm_nl)
    pump = updated(new_pump(pump_model=devices.SYNCHROMED_20), low)
    return pump, sense(pump, FieldSensed())


def _many_faults() -> tuple[Pump, Pump]:
    pump = running()
    for _ in range(NEARLY_FULL // 2):
        pump = sense(sense(pump, MotorStallSensed()), MotorRecoverySensed())
    return running(), pump


def _flipped(*places: tuple[int, int]) -> Callable[[], tuple[Pump, Pump]]:
    """Bits of the stored memory turn over: cells 0 and 1 are the banks."""
    return lambda: (running(), flip(running(), *places))


FALLS: dict[str, Callable[[], tuple[Pump, Pump]]] = {
    "the rotor does not turn": _after(MotorStallSensed()),
    "the rotor turns unbidden": _after(RotorUnbiddenSensed()),
    "a day would hold more than the ceiling": _too_much,
    "the calculated reservoir is low": lambda: _a_day_later(
        running(reservoir_nl=program().low_reservoir_alarm_nl + RATE)
    ),
    "the calculated reservoir is empty": lambda: _a_day_later(running(reservoir_nl=RATE)),
    "the battery's voltage fell for a moment": _after(LowBatteryReset()),
    "the battery's voltage is low": _after(BatterySensed(level=BatteryLevel.LOW)),
    "the battery is spent": _after(BatterySensed(level=BatteryLevel.END)),
    "the time of day is lost": _after(ClockLostSensed()),
    "the power was away": lambda: (running(), return_power(lose_power(running()))),
    "a field comes while an alarm stands": _field,
    "one bank of the memory is damaged": _flipped((0, 7)),
    "both banks are damaged": _flipped((0, 7), (1, 3)),
    "the log is four fifths full of faults": _many_faults,
}
"""Each row's fault: (the pump before, the pump after)."""


def _said(before: Pump, after: Pump) -> tuple[str, set[str]]:
    """(the state as the page says it, what may stand in its column of alarms)."""
    state = "as before" if after.state is before.state else f"`{after.state.name}`"
    was = {active.alarm for active in before.alarms}
    new = {f"`{active.alarm.name}`" for active in after.alarms if active.alarm not in was}
    return state, new or {"the same as before"}


@pytest.mark.parametrize("row", table_rows(TEXT, "what the pump learns"), ids=lambda row: row[0])
def test_a_fault_ends_in_the_state_and_the_alarm_of_its_row(row: list[str]) -> None:
    """Each row of the page, played on the pump."""
    state, alarms = _said(*FALLS[row[0]]())
    assert state == row[1]
    assert row[2] in alarms


def test_every_fault_of_the_table_can_be_played_and_every_sensor_is_in_it() -> None:
    """A new sensor needs a row."""
    assert [row[0] for row in table_rows(TEXT, "what the pump learns")] == list(FALLS)
    told = {alarm for row in table_rows(TEXT, "what the pump learns") for alarm in re.findall(r"`([A-Z_]+)`", row[2])}
    asked_for = {Alarm.EMERGENCY_STOP, Alarm.STOPPED_TOO_LONG}
    assert told == {alarm.name for alarm in Alarm if alarm not in asked_for}


def test_the_tests_of_the_laws_are_there() -> None:
    """Each file that the table of laws names exists."""
    files = re.findall(r"`(tests/[\w/]+\.py)`", TEXT)
    assert len(files) > 8
    assert [name for name in files if not (ROOT / name).exists()] == []


def test_every_file_of_the_implant_is_on_the_map() -> None:
    """The architecture's table names each one once."""
    rows = table_rows((ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8"), "room")
    named = [name for row in rows if row[0] != "`twin`" for name in re.findall(r"`(\w+)`", row[1])]
    rooms = [ROOT / "src" / "thecal" / room for room in ("pump", "mechanism", "catheter")]
    files = [path.stem for room in rooms for path in room.glob("*.py") if path.stem != "__init__"]
    assert sorted(named) == sorted(files)
