"""A pump as a process, and a wand that talks to it: the whole way from read-out to confirmed update."""

import json
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.cli.helpers import CHANGE, Said, Shell, process

from thecal.scenario import order_of, read_interrogation, review_visit
from thecal.scenario import read as read_scenario


class Pump:
    """A running pump: its folder, and where it answers."""

    def __init__(self, folder: Path, *options: str) -> None:
        self.folder = folder
        command = [sys.executable, "-m", "thecal.cli", "pump", "run", *options]
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        assert self._process.stdout is not None
        self.greeting = self._process.stdout.readline()
        found = re.search(r"127\.0\.0\.1:\d+", self.greeting)
        assert found is not None, self._process.communicate()[1]
        self.address = found.group()

    def as_role(self, role: str) -> tuple[str, ...]:
        """The options by which a wand reaches it."""
        return ("--as", str(self.folder / f"{role}.json"), "--to", self.address)

    def end(self) -> Said:
        """Ctrl-C."""
        self._process.send_signal(signal.SIGINT)
        out, err = self._process.communicate(timeout=20)
        return Said(code=self._process.returncode, out=out, err=err)


@pytest.fixture(scope="module")
def pump(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pump]:
    """The implant of the worked change, at real time."""
    folder = tmp_path_factory.mktemp("pumps") / "a pump"
    running = Pump(folder, "--new", str(folder), "--scenario", CHANGE)
    yield running
    ended = running.end()
    assert (ended.code, ended.err) == (0, "")


def test_a_pump_says_where_it_answers(pump: Pump) -> None:
    """Serial, address, and that it is no medical device."""
    assert pump.greeting.startswith("R-0001 answers at 127.0.0.1:")
    assert "not a medical device" in pump.greeting
    assert not [path for path in pump.folder.glob("*.json") if path.stat().st_mode & 0o077]


def test_a_wand_reads_the_pump(thecal: Shell, pump: Pump) -> None:
    """The read-out in words and as JSON that a review takes; at the skin without an identity."""
    said = thecal("wand", "interrogate", *pump.as_role("nurse"))
    assert said.code == 0
    assert "300 mcg/day, calculated by the pump" in said.out
    plain = thecal("wand", "interrogate", *pump.as_role("engineer"), "--json").out
    assert read_interrogation(plain.encode()).serial == "R-0001"
    skin = thecal("wand", "skin", "--to", pump.address)
    assert skin.code == 0
    assert "500 mcg/mL" in skin.out
    assert "R-0001" not in skin.out


def test_an_order_is_confirmed_once_and_only_once(thecal: Shell, pump: Pump, tmp_path: Path) -> None:
    """Read-out, review, update: confirmed; the same order again is the same update; a rival order is refused."""
    read_out, order, rival = tmp_path / "read-out.json", tmp_path / "order.json", tmp_path / "rival.json"
    plan = json.loads(Path(CHANGE).read_text(encoding="utf-8"))
    plan["visits"][0] |= {"reason": "read right after the fill", "second_person": "Ruth Kerr"}
    scenario = tmp_path / "plan.json"
    scenario.write_text(json.dumps(plan), encoding="utf-8")
    read_out.write_text(thecal("wand", "interrogate", *pump.as_role("nurse"), "--json").out, encoding="utf-8")
    assert thecal("review", scenario, "--read-out", read_out, "--order", order).code == 0
    plan["visits"][0]["program"]["daily_dose"] = "310 mcg/day"
    scenario.write_text(json.dumps(plan), encoding="utf-8")
    assert thecal("review", scenario, "--read-out", read_out, "--order", rival).code == 0

    assert thecal("wand", "update", order, *pump.as_role("engineer")).code == 1
    first = thecal("wand", "update", order, *pump.as_role("prescriber"))
    assert (first.code, first.out.splitlines()[0]) == (0, "Confirmed: the pump runs revision 2.")
    again = thecal("wand", "update", order, *pump.as_role("prescriber"), "--json")
    assert again.code == 0
    assert json.loads(again.out)["interrogation"]["revision"] == 2
    stale = thecal("wand", "update", rival, *pump.as_role("prescriber"))
    assert stale.code == 1
    assert "revision" in stale.out
    seen = json.loads(thecal("wand", "interrogate", *pump.as_role("nurse"), "--json").out)
    assert seen["bolus"]["type"] == "BridgeBolus"


def test_an_order_for_another_pump_is_refused_before_anything_is_sent(
    thecal: Shell, pump: Pump, tmp_path: Path
) -> None:
    """The serial in the order is not the one in the field."""
    reviewed, seen = review_visit(read_scenario(Path(CHANGE)), 0)
    order = order_of(reviewed, seen, reason="", second_person="")
    other = tmp_path / "other.json"
    other.write_bytes(order.to_json().replace(b"R-0001", b"R-0002"))
    said = thecal("wand", "update", other, *pump.as_role("prescriber"))
    assert said.code == 2
    assert "R-0002" in said.err


def test_stop_takes_a_role_or_the_card(thecal: Shell, pump: Pump) -> None:
    """A patient's credential may not stop; the card's code may, and a wrong one may not; a nurse may."""
    refused = thecal("wand", "stop", *pump.as_role("patient"))
    assert (refused.code, refused.err.count("\n")) == (1, 1)
    wrong = thecal("wand", "emergency-stop", "--to", pump.address, "--key", "0000-0000-0000-0000")
    assert wrong.code == 1
    key = (pump.folder / "emergency-key.txt").read_text(encoding="utf-8")
    card = process("wand", "emergency-stop", "--to", pump.address, stdin=key)
    assert card.code == 0
    assert "has stopped and proved it" in card.out
    nurse = thecal("wand", "stop", *pump.as_role("nurse"), "--json")
    assert (nurse.code, json.loads(nurse.out)["state"]) == (0, "STOPPED")


def test_an_alarm_is_quietened_and_said_to_be(thecal: Shell, pump: Pump) -> None:
    """It was stopped by the card: a nurse quietens that for four hours, a patient does not; a quiet one is refused."""
    command = ("wand", "acknowledge")
    assert thecal(*command, "emergency-stop", *pump.as_role("patient")).code == 1
    plain = json.loads(thecal(*command, "Emergency_Stop", *pump.as_role("nurse"), "--json").out)
    ((from_ms, to_ms),) = plain["alarms"][0]["silences"]
    assert to_ms - from_ms == 4 * 3_600_000
    assert "EMERGENCY_STOP (quiet until 20" in thecal("wand", "interrogate", *pump.as_role("engineer")).out
    for name, says in (("emergency-stop", "quiet already"), ("motor-stall", "does not sound")):
        refused = thecal(*command, name, *pump.as_role("engineer"))
        assert (refused.code, refused.err.count("\n")) == (1, 1)
        assert says in refused.err


def test_the_clock_is_set_by_hand_and_a_slip_of_a_month_is_refused(thecal: Shell, pump: Pump) -> None:
    """An hour is taken and read back; a patient may not; a month is refused with the largest step that is taken."""
    at_ms = json.loads(thecal("wand", "interrogate", *pump.as_role("nurse"), "--json").out)["at_ms"]
    hour, month = (datetime.fromtimestamp(at_ms / 1000, UTC) + timedelta(days=days, hours=1) for days in (0, 30))
    said = thecal("wand", "set-clock", "--at", hour.isoformat(), *pump.as_role("nurse"), "--json")
    assert said.code == 0
    assert abs(json.loads(said.out)["clock_shift_ms"] - 3_600_000) < 60_000
    refused = thecal("wand", "set-clock", "--at", month.isoformat(), *pump.as_role("prescriber"))
    assert (refused.code, refused.err.count("\n")) == (1, 1)
    assert "at most 26 h" in refused.err
    assert thecal("wand", "set-clock", *pump.as_role("patient")).code == 1


def test_a_dose_that_no_order_allows_is_refused(thecal: Shell, pump: Pump) -> None:
    """The pump's reason, and what to do."""
    refused = thecal("wand", "patient-dose", *pump.as_role("patient"))
    assert (refused.code, refused.err.count("\n")) == (1, 1)
    assert "No order allows a patient dose" in refused.err


def test_a_folder_runs_once(thecal: Shell, pump: Pump) -> None:
    """A second process is turned away, and a new pump is not made over an old one."""
    assert thecal("pump", "run", "--dir", pump.folder).code == 2
    again = thecal("pump", "run", "--new", pump.folder)
    assert again.code == 2
    assert "not empty" in again.err


def test_a_port_in_use_is_bad_input(thecal: Shell, pump: Pump, tmp_path: Path) -> None:
    """One line that names the port."""
    said = process("pump", "run", "--new", tmp_path / "b", "--port", pump.address.rpartition(":")[2])
    assert said.code == 2
    assert said.err.count("\n") == 1
    assert "port" in said.err


def test_nobody_there_is_no_answer(thecal: Shell, pump: Pump) -> None:
    """A closed port ends in exit code 4 and one line that says what to check."""
    said = thecal("wand", "skin", "--to", "127.0.0.1:9")
    assert said.code == 4
    assert said.err.count("\n") == 1
    assert "127.0.0.1:9" in said.err


def test_a_pump_goes_on_where_it_was(thecal: Shell, tmp_path: Path) -> None:
    """Stopped by Ctrl-C and started again, its time and its program are what they were, and a month may be a second."""
    folder = tmp_path / "pump"
    first = Pump(folder, "--new", str(folder), "--fill", "20 mL", "--concentration", "500 mcg/mL", "--speed", "1000")
    before = json.loads(thecal("wand", "interrogate", *first.as_role("nurse"), "--json").out)
    assert first.end().code == 0
    second = Pump(folder, "--dir", str(folder))
    after = json.loads(thecal("wand", "interrogate", *second.as_role("nurse"), "--json").out)
    assert second.end().code == 0
    assert (before["serial"], before["revision"]) == (after["serial"], after["revision"])
    assert 0 <= after["at_ms"] - before["at_ms"] < 60 * 86_400_000
    assert after["state"] == "STOPPED"
