"""One implant behind the pump's end of the wand: frames in, frames out.

Rule 1. Whatever a frame changes is durable before its answer exists: no acknowledged write is lost (decision 0003).
Rule 2. The session lives and dies with this object, as a pump's does with its working memory; the device does not.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Protocol

from thecal.errors import OurFault
from thecal.pump import machine
from thecal.pump.commands import Command, Commit, Interrogate, Stage, Stop
from thecal.pump.devices import PumpModel
from thecal.pump.events import EventKind
from thecal.pump.refusals import Refusal
from thecal.twin.device import Device, command
from thecal.wand.credentials import PUMP, RIGHTS, Credential
from thecal.wand.emergency import draw_key
from thecal.wand.handshake import new_credential
from thecal.wand.messages import Done, ReadSkin, Reply, SkinReply, Staged
from thecal.wand.session import EMERGENCY, PumpSession

Change = Callable[[Device], Device | Refusal]
PUMP_KID = 0
ROLE_KIDS = {role: kid for kid, role in enumerate(RIGHTS, start=PUMP_KID + 1)}
"""One credential for each role, in the order of the table of rights."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """What a pump is given once and keeps: who it is, who may command it, and the key that stops it."""

    serial: str
    pump_model: str
    credential: Credential
    enrolled: tuple[Credential, ...]
    emergency_key: str

    def __repr__(self) -> str:
        """Without the keys."""
        return f"Identity({self.serial!r}, {self.pump_model!r})"


class Memory(Protocol):
    """Where a device is kept between two frames."""

    def read(self, now_ms: int) -> Device:
        """The device as it is at `now_ms`."""

    def change(self, now_ms: int, act: Change) -> Device | Refusal:
        """Apply `act` to the device at `now_ms` and keep what it gives, durably; a refusal changes nothing."""


def new_identity(
    serial: str, pump_model: PumpModel, enrolled: tuple[Credential, ...], random_bytes: Callable[[int], bytes]
) -> Identity:
    """A pump's own key pair and emergency key, freshly drawn."""
    return Identity(
        serial=serial,
        pump_model=pump_model.name,
        credential=new_credential(serial, PUMP, kid=PUMP_KID),
        enrolled=tuple(credential.public() for credential in enrolled),
        emergency_key=draw_key(random_bytes),
    )


def role_credentials(owner: str) -> dict[str, Credential]:
    """A fresh credential for each role, private keys included."""
    return {role: new_credential(f"{owner}, {role}", role, kid=kid) for role, kid in ROLE_KIDS.items()}


class VirtualImplant:
    """The device in `memory`, as `identity`, from one wand's first frame to its last."""

    def __init__(self, identity: Identity, memory: Memory, *, random_bytes: Callable[[int], bytes]) -> None:
        self._memory = memory
        self._now_ms = 0
        self._session = PumpSession(
            credential=identity.credential,
            enrolled=identity.enrolled,
            emergency_key=identity.emergency_key,
            act=self._act,
            note=self._note,
            random_bytes=random_bytes,
        )

    def receive(self, frame: bytes, now_ms: int) -> bytes:
        """The answer to one frame at `now_ms` of the pump's clock, whatever the frame is."""
        self._now_ms = now_ms
        return self._session.answer(frame, now_ms)

    def _act(self, order: Command | ReadSkin, role: str) -> Reply | SkinReply:
        match order:
            case ReadSkin():
                return machine.read_skin(self._memory.read(self._now_ms).pump)
            case Interrogate():
                return machine.interrogate(self._memory.read(self._now_ms).pump)
            case Stop() if role == EMERGENCY:
                changed = self._memory.change(self._now_ms, _stop_in_emergency)
            case _:
                changed = self._memory.change(self._now_ms, lambda device: command(device, order))
        return changed if isinstance(changed, Refusal) else _reply(changed, order)

    def _note(self, detail: str) -> None:
        """Access refused, as a line of the pump's log."""
        self._memory.change(
            self._now_ms, lambda device: replace(device, pump=machine.note_access_refused(device.pump, detail))
        )


def _stop_in_emergency(device: Device) -> Device:
    return replace(device, pump=machine.stop(device.pump, EventKind.EMERGENCY_STOPPED))


def _reply(device: Device, order: Command) -> Reply:
    """What the pump says of a command that it carried out."""
    pump = device.pump
    match order:
        case Stage():
            assert pump.staged is not None, "what was staged is there"
            return Staged(digest=pump.staged.update.digest(), transaction_id=pump.staged.transaction_id)
        case Commit() | Stop():
            return Done(revision=pump.revision)
        case _:
            raise OurFault(f"a pump carries out no {type(order).__name__}")
