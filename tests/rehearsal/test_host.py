"""A virtual pump as a process of its own, with real sockets, signals and files."""

import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from tests.rehearsal.helpers import MORNING_MS, SMALLER, device

from thecal.canonical import from_plain
from thecal.errors import BadInput, LinkLost, OurFault, TheirFault
from thecal.mechanism import Stall
from thecal.programmer.exchange import Confirmed, OpenSession, open_session
from thecal.programmer.links.tcp import TcpLink
from thecal.pump.devices import REFERENCE_20
from thecal.pump.events import LOG_LINES, Event
from thecal.pump.states import State
from thecal.rehearsal.folder import PumpFolder, create_folder, shelf_device
from thecal.rehearsal.host import RunningClock, run_through
from thecal.twin.device import advance
from thecal.units import DAY_MS, HOUR_MS, MINUTE_MS
from thecal.wand.credentials import RIGHTS, Credential

RUN = """
import secrets, sys, time
from pathlib import Path
from thecal.rehearsal.folder import PumpFolder
from thecal.rehearsal.host import RunningClock, serve

with PumpFolder(Path(sys.argv[1])) as pump:
    clock = RunningClock(start_ms=pump.device.now_ms, speed=int(sys.argv[2]), steady_ns=time.monotonic_ns)
    serve(
        pump,
        port=0,
        clock=clock,
        random_bytes=secrets.token_bytes,
        ready=lambda port: print(port, flush=True),
        tell=lambda line: print(line, file=sys.stderr, flush=True),
    )
"""


@contextmanager
def running(folder: Path, *, speed: int = 1) -> Iterator[tuple["subprocess.Popen[str]", int]]:
    """(the process, its port) of the pump in a folder; killed at the end if it still runs."""
    command = [sys.executable, "-c", RUN, str(folder), str(speed)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield process, int(process.stdout.readline())
        finally:
            process.kill()


def stopped(process: "subprocess.Popen[str]", by: signal.Signals = signal.SIGTERM) -> int:
    """The exit status after a signal."""
    process.send_signal(by)
    return process.wait(timeout=10)


def credential(folder: Path, role: str) -> Credential:
    """A credential as its file has it."""
    return Credential.from_json((folder / f"{role}.json").read_bytes())


def opened(link: TcpLink, folder: Path, role: str = "prescriber") -> OpenSession:
    """A session with the pump of a folder, from its files alone."""
    return open_session(link, credential(folder, role), credential(folder, "pump"), timeout_ms=3000, retries=0)


def events(folder: Path) -> list[dict[str, object]]:
    """The whole lines of the event log; the last one may be on its way."""
    return [json.loads(line) for line in (folder / "events.jsonl").read_bytes().split(b"\n")[:-1]]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A new pump's folder; it runs 300 mcg/day."""
    path = tmp_path / "a pump"
    create_folder(path, device(), random_bytes=secrets.token_bytes)
    return path


def test_a_pump_is_interrogated_updated_stopped_by_signal_and_goes_on(folder: Path) -> None:
    """Over TCP as in memory; SIGTERM ends it cleanly, and the next start has everything that was confirmed."""
    with running(folder) as (process, port), TcpLink("127.0.0.1", port) as link:
        wand = opened(link, folder)
        read = wand.interrogate()
        assert read.serial == "TRP-1"
        assert isinstance(wand.update(SMALLER, read.revision, "t2", SMALLER.digest()), Confirmed)
        assert stopped(process) == 0
    with running(folder) as (process, port), TcpLink("127.0.0.1", port) as link:
        again = opened(link, folder, "nurse").interrogate()
        assert (again.program, again.transaction_id) == (SMALLER.program, "t2")
        assert again.at_ms >= read.at_ms
        assert stopped(process, signal.SIGINT) == 0
    assert [line["sequence"] for line in events(folder)] == list(range(len(events(folder))))


def test_what_was_confirmed_survives_a_kill(folder: Path) -> None:
    """No clean end is needed for a stop that was answered."""
    with running(folder) as (process, port), TcpLink("127.0.0.1", port) as link:
        opened(link, folder, "engineer").stop()
        process.kill()
        process.wait(timeout=10)
    with PumpFolder(folder) as pump:
        assert pump.device.pump.state is State.STOPPED
    assert events(folder)[-1]["kind"] == "STOPPED"


def test_two_programmers_at_once_are_one_too_many(folder: Path) -> None:
    """The second is turned away while the first is there, and welcome afterwards."""
    with running(folder) as (_, port):
        with TcpLink("127.0.0.1", port) as first:
            wand = opened(first, folder)
            with TcpLink("127.0.0.1", port) as second, pytest.raises(LinkLost):
                opened(second, folder)
            assert wand.interrogate().serial == "TRP-1"
        with TcpLink("127.0.0.1", port) as third:
            assert _patiently(third, folder).interrogate().serial == "TRP-1"


def _patiently(link: TcpLink, folder: Path) -> OpenSession:
    """A session as soon as the pump has seen the last programmer go."""
    for _ in range(20):
        try:
            return opened(link, folder)
        except LinkLost:
            time.sleep(0.05)
    return opened(link, folder)


def test_bytes_that_are_no_frame_end_the_connection_and_not_the_pump(folder: Path) -> None:
    """Somebody else's protocol is hung up on, and a programmer finds the pump well."""
    with running(folder) as (_, port):
        with socket.create_connection(("127.0.0.1", port), timeout=5) as stranger:
            stranger.sendall(b"GET / HTTP/1.1\r\n\r\n")
            assert stranger.recv(100) == b""
        with TcpLink("127.0.0.1", port) as link:
            assert _patiently(link, folder).interrogate().serial == "TRP-1"


def test_a_faster_clock_reaches_the_low_reservoir_and_writes_it_down_by_itself(folder: Path) -> None:
    """A month in half a second: nobody asks the pump, and the alarm is in the event log."""
    with running(folder, speed=30 * 24 * 3600 * 2) as (process, _):
        for _ in range(100):
            if any(line["detail"] == "LOW_RESERVOIR" for line in events(folder)):
                break
            time.sleep(0.05)
        assert "LOW_RESERVOIR" in [line["detail"] for line in events(folder)]
        assert stopped(process) == 0
    lines = events(folder)
    assert [line["sequence"] for line in lines] == list(range(len(lines)))


def test_what_the_metal_does_is_written_down_when_it_happens(folder: Path) -> None:
    """The process wakes for a stall that the sensor tells, weeks before the pump itself has something to say."""
    stall = Stall(start_ms=MORNING_MS + DAY_MS)
    with PumpFolder(folder) as pump:
        pump.change(MORNING_MS, lambda it: replace(it, metal=replace(it.metal, faults=(stall,))))
    with running(folder, speed=4 * 24 * 3600):
        kinds: list[object] = []
        while "MOTOR_STALLED" not in kinds and "LOW_RESERVOIR" not in kinds:
            kinds = [each for line in events(folder) for each in (line["kind"], line["detail"])]
            time.sleep(0.02)
    assert "LOW_RESERVOIR" not in kinds


def test_a_run_without_a_link_is_the_same_run(folder: Path) -> None:
    """A jump of ninety days ends in the implant, and in the lines, that looking in every day would have seen."""
    lines: list[Event] = []
    with PumpFolder(folder, tell=lines.append) as pump:
        before = pump.device
        assert run_through(pump, 90 * DAY_MS)
        jumped = pump.device
    daily = before
    for day in range(1, 91):
        daily, _ = advance(daily, before.now_ms + day * DAY_MS)
    assert jumped == daily
    assert tuple(lines) == daily.pump.log
    with PumpFolder(folder) as again:
        assert again.device == daily


def test_a_run_that_is_interrupted_keeps_where_it_was(folder: Path) -> None:
    """Ctrl-C as something happens: the run says that it did not end, and goes on from there the next time."""

    def interrupt(event: Event) -> None:
        if event.detail == "LOW_RESERVOIR":
            signal.raise_signal(signal.SIGINT)

    handlers = [signal.getsignal(each) for each in (signal.SIGINT, signal.SIGTERM)]
    with PumpFolder(folder, tell=interrupt) as pump:
        before_ms = pump.device.now_ms
        assert not run_through(pump, 900 * DAY_MS)
        stopped_ms = pump.device.now_ms
    assert before_ms < stopped_ms < before_ms + 100 * DAY_MS
    with PumpFolder(folder) as again:
        assert again.device.now_ms == stopped_ms
    assert [signal.getsignal(each) for each in (signal.SIGINT, signal.SIGTERM)] == handlers, "Ctrl-C means what it did"


def test_no_line_is_lost_when_more_happens_than_the_memory_holds(folder: Path) -> None:
    """A stall every three hours writes more lines in a month than a pump keeps: the file has all, in their chain."""
    stalls = tuple(
        Stall(start_ms=MORNING_MS + count * 3 * HOUR_MS, end_ms=MORNING_MS + count * 3 * HOUR_MS + HOUR_MS)
        for count in range(1, 121)
    )
    with PumpFolder(folder) as pump:
        pump.change(MORNING_MS, lambda it: replace(it, metal=replace(it.metal, faults=stalls)))
        pump.read(MORNING_MS + 30 * DAY_MS)
    lines = [from_plain(Event, plain) for plain in events(folder)]
    assert len(lines) > LOG_LINES + 50
    assert all(after.previous == before.hash() for before, after in pairwise(lines))


def test_a_pump_that_is_told_to_end_keeps_the_time_it_ended_at(folder: Path) -> None:
    """Its next start goes on from there, though nothing had happened."""
    with PumpFolder(folder) as pump:
        begun_ms = pump.device.now_ms
    with running(folder, speed=1000) as (process, _):
        assert stopped(process) == 0
    with PumpFolder(folder) as pump:
        assert pump.device.now_ms > begun_ms


def test_one_folder_runs_in_one_process(folder: Path) -> None:
    """The second process is told so in one line."""
    with PumpFolder(folder), pytest.raises(BadInput, match="runs already"):
        PumpFolder(folder)
    with PumpFolder(folder):
        pass


def test_a_new_folder_has_a_file_for_everybody_and_keys_for_the_owner_alone(folder: Path) -> None:
    """Credentials of every role, the pump's public half, the emergency key; nobody else may read them."""
    names = {path.name for path in folder.iterdir()}
    assert names == {
        "identity.json",
        "pump.json",
        "memory.json",
        "emergency-key.txt",
        *(f"{role}.json" for role in RIGHTS),
    }
    assert credential(folder, "pump").private_key is None
    for path in folder.iterdir():
        assert path.stat().st_mode & 0o077 == 0, path.name


def test_a_folder_with_something_in_it_is_refused_and_left_alone(tmp_path: Path) -> None:
    """One clear line, and no file is touched."""
    (tmp_path / "letter.txt").write_text("mine")
    with pytest.raises(BadInput, match="is not empty"):
        create_folder(tmp_path, device(), random_bytes=secrets.token_bytes)
    with pytest.raises(BadInput, match="is not empty"):
        create_folder(tmp_path / "letter.txt", device(), random_bytes=secrets.token_bytes)
    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]


def test_a_folder_without_a_pump_says_how_to_make_one(tmp_path: Path) -> None:
    """Nothing is created on the way."""
    with pytest.raises(BadInput, match="--new"):
        PumpFolder(tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["memory.json", "identity.json"])
def test_a_damaged_file_is_named(folder: Path, name: str) -> None:
    """Half a file is their fault, not a guess."""
    content = (folder / name).read_bytes()
    (folder / name).write_bytes(content[: len(content) // 2])
    with pytest.raises(TheirFault, match=name):
        PumpFolder(folder)


def test_a_line_that_a_kill_cut_short_is_written_again(folder: Path) -> None:
    """The event log loses its torn end and gets the whole line back."""
    with PumpFolder(folder):
        pass
    whole = (folder / "events.jsonl").read_bytes()
    (folder / "events.jsonl").write_bytes(whole[:-20])
    with PumpFolder(folder):
        pass
    assert (folder / "events.jsonl").read_bytes() == whole


def test_the_log_in_the_file_is_the_pumps_own(folder: Path) -> None:
    """Line for line what an interrogation reads, byte for byte."""
    with PumpFolder(folder) as pump:
        pump.read(MORNING_MS + 40 * DAY_MS)
        log: tuple[Event, ...] = pump.device.pump.log
    assert (folder / "events.jsonl").read_bytes() == b"".join(event.line() + b"\n" for event in log)


def test_a_clock_that_went_back_stands_still(folder: Path) -> None:
    """The pump's time never runs backwards, whatever the machine's clock does."""
    with PumpFolder(folder) as pump:
        assert pump.read(MORNING_MS).now_ms == MORNING_MS
        assert pump.read(MORNING_MS - HOUR_MS).now_ms == MORNING_MS


def test_a_full_disk_changes_nothing(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the memory cannot be written the pump is as it was, in the file and in the process."""
    with PumpFolder(folder) as pump:
        before, written = pump.device, (folder / "memory.json").read_bytes()

        def fail(*_: object) -> None:
            raise OSError(28, "No space left on device")

        with monkeypatch.context() as patched:
            patched.setattr(os, "fsync", fail)
            with pytest.raises(OurFault, match="No space left"):
                pump.keep(before.now_ms)
        assert pump.device == before
        assert (folder / "memory.json").read_bytes() == written


def test_a_pump_from_the_shelf_is_stopped_and_empty() -> None:
    """Nothing runs that nobody programmed, and nothing is in it that nobody filled in."""
    empty = shelf_device("A", REFERENCE_20, MORNING_MS)
    assert (empty.pump.state, empty.metal.reservoir_nl, empty.held_pg) == (State.STOPPED, 0, 0)
    assert empty.catheter.volume_nl == REFERENCE_20.tubing_nl


def test_a_running_clock_runs_as_fast_as_it_is_told() -> None:
    """A minute of the machine is an hour at sixty times the speed; standing still is not a speed."""
    ticks = iter([5_000_000_000, 65_000_000_000])
    clock = RunningClock(start_ms=MORNING_MS, speed=60, steady_ns=lambda: next(ticks))
    assert clock() == MORNING_MS + 60 * MINUTE_MS
    with pytest.raises(BadInput):
        RunningClock(start_ms=0, speed=0, steady_ns=lambda: 0)
