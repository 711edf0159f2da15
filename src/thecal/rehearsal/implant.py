"""One implant behind the pump's end of the wand: frames in, frames out.

Rule 1. Whatever a frame changes is durable before its answer exists: no acknowledged write is lost (decision 0003).
        What was answered is paid first, so that no new session forgets what strangers have cost.
Rule 2. The session lives and dies with this object, as a pump's does with its working memory; the device does not.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Protocol

from thecal.pump import machine, telemetry
from thecal.pump.commands import Command, Interrogate, Stage, Stop
from thecal.pump.devices import PumpModel
from thecal.pump.events import EventKind
from thecal.pump.memory import Pump
from thecal.pump.refusals import Refusal
from thecal.pump.states import State
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
        self._identity = identity
        self._memory = memory
        self._random_bytes = random_bytes
        self._now_ms = 0
        self._session = self._awake()

    def receive(self, frame: bytes, now_ms: int) -> bytes:
        """The answer to one frame at `now_ms` of the pump's clock, whatever the frame is; none without power."""
        self._now_ms = now_ms
        if self._pump().powered:
            return self._session.answer(frame, now_ms)
        self._session = self._awake()
        return b""

    def _awake(self) -> PumpSession:
        """The pump's end of the wand, as it is when its processor starts."""
        return PumpSession(
            credential=self._identity.credential,
            enrolled=self._identity.enrolled,
            emergency_key=self._identity.emergency_key,
            act=self._act,
            note=self._note,
            energy=_Paid(self._change_pump, self._pump),
            random_bytes=self._random_bytes,
        )

    def _act(self, order: Command | ReadSkin, role: str) -> Reply | SkinReply:
        match order:
            case ReadSkin():
                return machine.read_skin(self._pump())
            case Interrogate() if self._pump().state is not State.HELD:
                return machine.interrogate(self._pump())
            case Stop() if role == EMERGENCY:
                changed = self._memory.change(self._now_ms, _stop_in_emergency)
            case _:
                changed = self._memory.change(self._now_ms, lambda device: command(device, order))
        return changed if isinstance(changed, Refusal) else _reply(changed.pump, order)

    def _note(self, detail: str) -> None:
        """Access refused, as a line of the pump's log."""
        self._change_pump(lambda pump: machine.note_access_refused(pump, detail))

    def _pump(self) -> Pump:
        """The pump now."""
        return self._memory.read(self._now_ms).pump

    def _change_pump(self, act: Callable[[Pump], Pump]) -> None:
        """What the pump does by itself, kept durably."""
        self._memory.change(self._now_ms, lambda device: replace(device, pump=act(device.pump)))


class _Paid:
    """The battery behind a session (see `thecal.wand.session.Energy`): each payment is durable when it returns."""

    def __init__(self, change: Callable[[Callable[[Pump], Pump]], None], pump: Callable[[], Pump]) -> None:
        self._change = change
        self._pump = pump

    def may_begin(self) -> bool:
        """Whether strangers have something left."""
        return telemetry.may_begin(self._pump())

    def begun(self) -> None:
        """A handshake's cost, on the strangers' account."""
        self._change(telemetry.begun)

    def authenticated(self) -> None:
        """Off that account again."""
        self._change(telemetry.authenticated)

    def answered(self, *, known: bool) -> None:
        """One request and its answer. Where nobody pays, nothing is written."""
        if known:
            self._change(lambda pump: telemetry.spend(pump, telemetry.EXCHANGE_NJ))
        elif telemetry.answered_anyone(self._pump()) != self._pump():
            self._change(telemetry.answered_anyone)


def _stop_in_emergency(device: Device) -> Device:
    return replace(device, pump=machine.stop(device.pump, EventKind.EMERGENCY_STOPPED))


def _reply(pump: Pump, order: Command) -> Reply:
    """What the pump says of a command that it carried out."""
    match order:
        case Interrogate():
            return machine.interrogate(pump)
        case Stage():
            assert pump.staged is not None, "what was staged is there"
            return Staged(digest=pump.staged.update.digest(), transaction_id=pump.staged.transaction_id)
        case _:
            return Done(revision=pump.revision)
