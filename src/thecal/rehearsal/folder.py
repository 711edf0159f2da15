"""A virtual pump's folder: who it is, what it holds, and every event, in files that outlive a kill.

identity.json        the pump's own: private key, allow-list, emergency key
pump.json            its public half: what a wand must know of it
prescriber.json …    one credential for each role, to use with --as
emergency-key.txt    the code on the patient's second card
memory.json          the implant, as canonical JSON: replaced whole or not at all
events.jsonl         the pump's log, one canonical-JSON line per event, never rewritten
"""

import fcntl
import json
import os
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from thecal.canonical import canonical_json, from_plain, to_plain
from thecal.catheter import filled
from thecal.errors import BadInput, OurFault, TheirFault
from thecal.mechanism import Metal
from thecal.pump import machine
from thecal.pump.devices import PUMP_MODELS, PumpModel
from thecal.pump.events import Event
from thecal.pump.refusals import Refusal
from thecal.rehearsal.implant import Change, Identity, new_identity, role_credentials
from thecal.twin.device import Device, advance, opened
from thecal.units import DAY_MS, floor_div

IDENTITY, PUBLIC, MEMORY, EVENTS, KEY = "identity.json", "pump.json", "memory.json", "events.jsonl", "emergency-key.txt"
OWNER_ONLY = 0o600
SPAN_MS = 30 * DAY_MS
"""The longest stretch between two looks at the log, so that a long run needs no more memory than a short one."""


def shelf_device(serial: str, pump_model: PumpModel, now_ms: int) -> Device:
    """A pump from the shelf: empty, its tubing full of fluid without drug."""
    pump = machine.manufacture(serial=serial, pump_model=pump_model, now_ms=now_ms)
    undeliverable_nl = pump_model.undeliverable_nl
    metal = Metal(undeliverable_nl=undeliverable_nl, capacity_nl=pump_model.capacity_nl + undeliverable_nl)
    return opened(pump=pump, metal=metal, catheter=filled(pump_model.tubing_nl, 0, port_nl=pump_model.tubing_nl))


def create_folder(folder: Path, device: Device, *, random_bytes: Callable[[int], bytes]) -> None:
    """Write a new pump's folder. BadInput where there is something in it already: nothing is written then."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise BadInput("folder", f"{folder} is not empty", remedy="Name a new folder, or run the pump that is in it.")
    folder.mkdir(parents=True, exist_ok=True)
    pump = device.pump
    credentials = role_credentials(pump.serial)
    identity = new_identity(pump.serial, PUMP_MODELS[pump.pump_model], tuple(credentials.values()), random_bytes)
    _write(folder / IDENTITY, canonical_json(to_plain(identity)) + b"\n")
    _write(folder / PUBLIC, identity.credential.public().to_json())
    for role, credential in credentials.items():
        _write(folder / f"{role}.json", credential.to_json())
    _write(folder / KEY, identity.emergency_key.encode() + b"\n")
    _write(folder / MEMORY, canonical_json(to_plain(device)) + b"\n")


class PumpFolder:
    """A folder in use: the `Memory` behind a `VirtualImplant`, for one process at a time.

    `tell` gets each event once it is written down.
    """

    def __init__(self, folder: Path, *, tell: Callable[[Event], None] = lambda _: None) -> None:
        """BadInput where another process has it or it holds no pump; TheirFault where its files are damaged."""
        self._folder = folder
        self._tell = tell
        self._lock = _lock(folder)
        self.identity = from_plain(Identity, _read_json(folder / IDENTITY))
        self._device = from_plain(Device, _read_json(folder / MEMORY))
        self._written = _last_sequence(folder / EVENTS)
        self._write_events(self._device)

    @property
    def device(self) -> Device:
        """The implant as it was last looked at."""
        return self._device

    def close(self) -> None:
        """Let another process have it."""
        self._lock.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, raised: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def read(self, now_ms: int) -> Device:
        """The implant at `now_ms`, with every event until then written down. A clock that went back stands still."""
        while now_ms > self._device.now_ms:
            later = self._later(min(now_ms, self._device.now_ms + SPAN_MS))
            if later.pump.log_head != self._device.pump.log_head:
                self._write_memory(later)
            self._device = later
        return self._device

    def _later(self, to_ms: int) -> Device:
        """The implant at `to_ms`, or earlier where its log would otherwise lose a line that the file lacks."""
        later, _ = advance(self._device, to_ms)
        while not self._is_whole(later) and to_ms > self._device.now_ms + 1:
            to_ms = floor_div(self._device.now_ms + to_ms, 2)
            later, _ = advance(self._device, to_ms)
        return later

    def _is_whole(self, device: Device) -> bool:
        """Whether its log still holds every line that the file lacks."""
        return len(self._unwritten(device)) == device.pump.log[-1].sequence - self._written

    def _unwritten(self, device: Device) -> list[Event]:
        return [event for event in device.pump.log if event.sequence > self._written]

    def change(self, now_ms: int, act: Change) -> Device | Refusal:
        """See `thecal.rehearsal.implant.Memory`. OurFault where the disk fails: then nothing has happened."""
        changed = act(self.read(now_ms))
        if not isinstance(changed, Refusal):
            self._write_memory(changed)
            self._device = changed
        return changed

    def keep(self, now_ms: int) -> None:
        """Write the implant as it is at `now_ms`."""
        self.change(now_ms, lambda device: device)

    def _write_memory(self, device: Device) -> None:
        """The implant first: from it, lines that a kill kept from the log are written at the next start."""
        _write(self._folder / MEMORY, canonical_json(to_plain(device)) + b"\n")
        self._write_events(device)

    def _write_events(self, device: Device) -> None:
        """Append the lines that the file lacks."""
        new = self._unwritten(device)
        if not new:
            return
        with (self._folder / EVENTS).open("ab") as file:
            file.writelines(event.line() + b"\n" for event in new)
            _to_disk(file)
        self._written = new[-1].sequence
        for event in new:
            self._tell(event)


def _write(path: Path, content: bytes) -> None:
    """Replace a file, whole and durably: a kill leaves the old content or the new."""
    beside = path.with_name(path.name + ".new")
    try:
        with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, OWNER_ONLY), "wb") as file:
            file.write(content)
            _to_disk(file)
        beside.replace(path)
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
    except OSError as failed:
        raise OurFault(f"{path} cannot be written ({failed.strerror})", remedy="Make room, then try again.") from failed


def _to_disk(file: IO[bytes]) -> None:
    file.flush()
    os.fsync(file.fileno())


def _read_json(path: Path) -> object:
    try:
        return json.loads(path.read_bytes())
    except FileNotFoundError as missing:
        remedy = "Make the pump with --new first."
        raise BadInput("folder", f"there is no {path.name} in {path.parent}", remedy=remedy) from missing
    except ValueError as wrong:
        raise TheirFault(f"{path} is damaged", remedy="Restore it from a backup.") from wrong


def _lock(folder: Path) -> IO[bytes]:
    """The right to run this pump, as long as the file is open."""
    try:
        file = (folder / IDENTITY).open("rb")
    except OSError as missing:
        raise BadInput("folder", f"there is no pump in {folder}", remedy="Make one with --new first.") from missing
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as taken:
        file.close()
        raise BadInput("folder", f"the pump in {folder} runs already", remedy="Stop the other process.") from taken
    return file


def _last_sequence(path: Path) -> int:
    """The sequence of the last whole line, -1 for none. A line that a kill cut short is taken off."""
    if not path.exists():
        return -1
    content = path.read_bytes()
    whole = content[: content.rfind(b"\n") + 1]
    if whole != content:
        os.truncate(path, len(whole))
    lines = whole.splitlines()
    if not lines:
        return -1
    try:
        return int(json.loads(lines[-1])["sequence"])
    except (ValueError, KeyError, TypeError) as wrong:
        raise TheirFault(f"{path} is damaged", remedy="Move it away: the pump remembers its last events.") from wrong
