"""A bedside for the wand's tests: a real pump behind a real session, on a clock that the test turns."""

from collections.abc import Callable
from dataclasses import replace
from itertools import count

from tests.pump.helpers import NEW_YEAR_MS, program

from thecal.pump import machine, telemetry
from thecal.pump.commands import Command, Commit, Interrogate, Stage, Stop, Update
from thecal.pump.devices import REFERENCE_20
from thecal.pump.events import EventKind
from thecal.pump.infusion import SimpleContinuous
from thecal.pump.memory import Pump
from thecal.pump.refusals import Refusal
from thecal.wand.credentials import Credential
from thecal.wand.handshake import new_credential
from thecal.wand.messages import Done, ReadSkin, Reply, SkinReply, Staged
from thecal.wand.session import EMERGENCY, PumpSession, WandSession

PUMP = new_credential("Pump TRP-0001", "pump", kid=0x00)
OTHER_PUMP = new_credential("Pump TRP-0002", "pump", kid=0x00)
PRESCRIBER = new_credential("Dr Okafor", "prescriber", kid=0x01)
NURSE = new_credential("Nurse Lindqvist", "nurse", kid=0x02)
PATIENT = new_credential("Sam", "patient", kid=0x03)
ENGINEER = new_credential("Bench 4", "engineer", kid=0x20)
STRANGER = new_credential("Nobody", "prescriber", kid=0x04)
ENROLLED = (PRESCRIBER, NURSE, PATIENT, ENGINEER)
EMERGENCY_KEY = "7Q2M-XK04-9TBW-R3HE"


def counting_bytes() -> Callable[[int], bytes]:
    """A source of bytes that never repeats and is the same every time."""
    counter = count(1)
    return lambda size: next(counter).to_bytes(size, "big")


class Bedside:
    """One implanted pump, running revision 1, with its end of the wand."""

    def __init__(self, credential: Credential = PUMP, enrolled: tuple[Credential, ...] = ENROLLED) -> None:
        self.pump = machine.manufacture(serial="TRP-0001", pump_model=REFERENCE_20, now_ms=NEW_YEAR_MS)
        self.commits = 0
        self.roles: list[str] = []
        self.is_generous = False
        self.session = PumpSession(
            credential=credential,
            enrolled=enrolled,
            emergency_key=EMERGENCY_KEY,
            act=self._act,
            note=self._note,
            energy=self,
            random_bytes=counting_bytes(),
        )
        first = Update(program=program(), reservoir_nl=18_000_000)
        self._act(Stage(transaction_id="implant", onto_revision=0, update=first), "prescriber")
        self._act(Commit(transaction_id="implant", digest=first.digest()), "prescriber")

    @property
    def now_ms(self) -> int:
        """The pump's own clock."""
        return self.pump.now_ms

    @property
    def therapy(self) -> Pump:
        """The pump but for its battery, from which every answer is paid."""
        battery = replace(self.pump.battery, used_nj=0, strangers_nj=0, strangers_since_ms=0)
        return replace(self.pump, battery=battery)

    def wait(self, duration_ms: int) -> None:
        """Let time pass for pump and session alike."""
        self.pump, _ = machine.advance(self.pump, self.pump.now_ms + duration_ms)

    def may_begin(self) -> bool:
        """Whether strangers have energy left; a generous bedside always has."""
        return self.is_generous or telemetry.may_begin(self.pump)

    def begun(self) -> None:
        """A handshake is paid."""
        self.pump = telemetry.begun(self.pump)

    def authenticated(self) -> None:
        """It was no stranger's."""
        self.pump = telemetry.authenticated(self.pump)

    def answered(self, *, known: bool) -> None:
        """A request and its answer are paid."""
        self.pump = telemetry.spend(self.pump, telemetry.EXCHANGE_NJ) if known else telemetry.answered_anyone(self.pump)

    def respond(self, data: bytes) -> bytes:
        """The pump's end of a link."""
        return self.session.answer(data, self.now_ms)

    def receive(self, data: bytes) -> bytes:
        """As `respond`, with TheirFault to be seen."""
        return self.session.receive(data, self.now_ms)

    def open(self, credential: Credential = PRESCRIBER) -> WandSession:
        """A session of this credential with this pump."""
        wand = WandSession(credential, PUMP.public())
        frame: bytes | None = wand.start()
        while frame is not None:
            frame = wand.receive(self.receive(frame))
        return wand

    def ask(self, wand: WandSession, command: Command) -> Reply:
        """One request and its reply."""
        return wand.reply(self.receive(wand.request(command)))

    def _note(self, detail: str) -> None:
        self.pump = machine.note_access_refused(self.pump, detail)

    def _act(self, command: Command | ReadSkin, role: str) -> SkinReply | Reply:
        self.roles.append(role)
        if isinstance(command, ReadSkin):
            return machine.read_skin(self.pump)
        if isinstance(command, Stop) and role == EMERGENCY:
            self.pump = machine.stop(self.pump, EventKind.EMERGENCY_STOPPED)
            return Done(revision=self.pump.revision)
        after = machine.handle(self.pump, command)
        if isinstance(after, Refusal):
            return after
        return self._reply(command, after)

    def _reply(self, command: Command, after: Pump) -> Reply:
        self.commits += isinstance(command, Commit)
        self.pump = after
        match command:
            case Interrogate():
                return machine.interrogate(after)
            case Stage():
                return Staged(digest=command.update.digest(), transaction_id=command.transaction_id)
            case _:
                return Done(revision=after.revision)


def doubled() -> Update:
    """An update that is told from the running program at a glance: twice its rate."""
    return Update(program=program(SimpleContinuous(rate_nl_per_day=1_200_000)))
