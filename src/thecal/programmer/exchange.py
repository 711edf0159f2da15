"""What is done over a link: interrogate, stop, and the update with its three outcomes.

    stage  →  read back  →  commit, naming the digest that was reviewed  →  read back

An update is *confirmed*, *refused* or *unconfirmed*; there is no boolean success. Where something goes wrong on the
way, only a read-out says which: a fresh session is tried once, at once, and if that fails too the update stays
unconfirmed until `settle` sees a later read-out. A fresh session ends the one before it, so that a commit which is
still on its way finds nobody.

Nothing here sleeps or records. The caller records the pending update before, and the outcome after.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from thecal.errors import LinkLost, OurFault, TheirFault
from thecal.programmer.links import Link
from thecal.pump.alarms import Alarm
from thecal.pump.commands import (
    Acknowledge,
    Command,
    Commit,
    GivePatientDose,
    Interrogate,
    SetClock,
    Stage,
    Stop,
    Update,
)
from thecal.pump.memory import Interrogation, SkinReading
from thecal.pump.refusals import Refusal, RefusalCode
from thecal.pump.reservoir import SILENT
from thecal.wand.credentials import Credential
from thecal.wand.emergency import matches, prove_stop, prove_stopped, read_key
from thecal.wand.frames import Frame, Kind, decode_frame, encode_frame
from thecal.wand.messages import (
    Done,
    EmergencyChallenge,
    EmergencyStop,
    EmergencyStopped,
    Nonce,
    ReadSkin,
    Reply,
    SkinReply,
    SkinRequest,
    Staged,
    decode_skin_reply,
    encode_skin_request,
)
from thecal.wand.session import WandSession

Answer = TypeVar("Answer")

TIMEOUT_MS = 2_000
RETRIES = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirmed:
    """The pump runs the update: a read-out says so."""

    interrogation: Interrogation


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """The pump does not run the update. `interrogation` is the read-out that says so, where there was one."""

    refusal: Refusal
    interrogation: Interrogation | None

    @property
    def says(self) -> str:
        """Why, what to do, and whether the pump stands: one class stops as soon as an update is staged."""
        stands = self.interrogation is not None and self.interrogation.state in SILENT
        still = " Nothing is delivered now: the pump is stopped." if stands else ""
        return f"{self.refusal.says} {self.refusal.remedy}{still}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Unconfirmed:
    """The update was sent and the pump could not be read afterwards: it may or may not run it.

    Settle with an interrogation. Until then no other update is sent. `why` is one sentence for a person.
    """

    why: str
    transaction_id: str
    digest: str


Outcome = Confirmed | Refused | Unconfirmed


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A link and the patience for it: `timeout_ms` for each answer, and `retries` more tries with the same bytes."""

    link: Link
    timeout_ms: int = TIMEOUT_MS
    retries: int = RETRIES

    def ask(self, request: bytes, read: Callable[[bytes], Answer]) -> Answer:
        """What `read` makes of the answer. Lost and garbled answers are asked for again, then the last error stands."""
        for left in range(self.retries, -1, -1):
            try:
                return read(self.link.exchange(request, self.timeout_ms))
            except (LinkLost, TheirFault):
                if left == 0:
                    raise
        raise AssertionError("the loop above answers or raises")


def open_session(
    link: Link, credential: Credential, pump_public: Credential, *, timeout_ms: int = TIMEOUT_MS, retries: int = RETRIES
) -> "OpenSession":
    """A session with the pump whose public half is `pump_public`; LinkLost or TheirFault where none can be had."""
    line = Line(link=link, timeout_ms=timeout_ms, retries=retries)
    return OpenSession(line, credential, pump_public)


class OpenSession:
    """One authenticated session. Its pump is the one it was opened with: another pump cannot take part in it."""

    def __init__(self, line: Line, credential: Credential, pump_public: Credential) -> None:
        self._line = line
        self._credential = credential
        self._pump_public = pump_public
        self._wand = _shake_hands(line, credential, pump_public)

    def interrogate(self) -> Interrogation:
        """The pump's read-out."""
        return _as(Interrogation, self._ask(Interrogate()))

    def stop(self) -> Interrogation:
        """Stop delivery now, and read the pump back. OurFault where this credential may not."""
        return self._done(Stop())

    def acknowledge(self, alarm: Alarm) -> Interrogation:
        """Quieten an alarm for its own while, and read the pump back. OurFault where it does not sound."""
        return self._done(Acknowledge(alarm=alarm))

    def set_clock(self, clock_ms: int) -> Interrogation:
        """Tell the pump the time, Unix ms UTC, and read it back. OurFault where the step is too large."""
        return self._done(SetClock(clock_ms=clock_ms))

    def give_patient_dose(self) -> Interrogation:
        """Ask for the dose that the order allows the patient, and read the pump back. OurFault where it gives none."""
        return self._done(GivePatientDose())

    def update(self, update: Update, onto_revision: int, transaction_id: str, reviewed_digest: str) -> Outcome:
        """Put the reviewed update into the pump. `onto_revision` is the revision that the review was made on."""
        if update.digest() != reviewed_digest:
            raise OurFault("this update is not the one that was reviewed", remedy="Review it again.")
        try:
            return self._update(Stage(transaction_id=transaction_id, onto_revision=onto_revision, update=update))
        except (LinkLost, TheirFault) as lost:
            try:
                self._wand = _shake_hands(self._line, self._credential, self._pump_public)
                return settle(transaction_id, reviewed_digest, onto_revision, self.interrogate())
            except (LinkLost, TheirFault):
                return Unconfirmed(why=lost.says, transaction_id=transaction_id, digest=reviewed_digest)

    def _update(self, stage: Stage) -> Outcome:
        """The four steps, while all goes well."""
        digest = stage.update.digest()
        staged = self._ask(stage)
        if isinstance(staged, Refusal):
            return Refused(refusal=staged, interrogation=None)
        _as(Staged, staged)
        before = self.interrogate()
        if before.staged_digest != digest:
            refusal = Refusal(
                code=RefusalCode.DIGEST_DIFFERS, says="What the pump has staged is not what was reviewed."
            )
            return Refused(refusal=refusal, interrogation=before)
        committed = self._ask(Commit(transaction_id=stage.transaction_id, digest=digest))
        if isinstance(committed, Refusal):
            return Refused(refusal=committed, interrogation=before)
        _as(Done, committed)
        return settle(stage.transaction_id, digest, stage.onto_revision, self.interrogate())

    def _done(self, command: Command) -> Interrogation:
        """The read-out after a command whose only answer is Done; OurFault with the pump's reason where it refused."""
        _as(Done, self._ask(command))
        return self.interrogate()

    def _ask(self, command: Command) -> Reply:
        return self._line.ask(self._wand.request(command), self._wand.reply)


def settle(
    pending_transaction_id: str, pending_digest: str, onto_revision: int, interrogation: Interrogation
) -> Confirmed | Refused:
    """What became of an update, told from a read-out of the same pump that was made after it was sent."""
    ours = interrogation.transaction_id == pending_transaction_id
    if ours and interrogation.update_digest == pending_digest:
        return Confirmed(interrogation=interrogation)
    if ours:
        refusal = Refusal(
            code=RefusalCode.TRANSACTION_REUSED, says="The pump knows this transaction by another update's digest."
        )
    elif interrogation.revision == onto_revision:
        refusal = Refusal(
            code=RefusalCode.NOTHING_STAGED,
            says=f"The update did not reach the pump: it still holds revision {onto_revision}.",
        )
    else:
        refusal = Refusal(
            code=RefusalCode.STALE_REVISION,
            says=f"The pump runs revision {interrogation.revision}, which is another update.",
        )
    return Refused(refusal=refusal, interrogation=interrogation)


def read_skin(link: Link, *, timeout_ms: int = TIMEOUT_MS, retries: int = RETRIES) -> SkinReading:
    """What anyone at the skin may read. Nothing proves that it comes from this pump: it is for orientation."""
    return _as(SkinReading, _ask_skin(Line(link=link, timeout_ms=timeout_ms, retries=retries), ReadSkin()))


def emergency_stop(
    link: Link, key: str, *, timeout_ms: int = TIMEOUT_MS, retries: int = RETRIES
) -> EmergencyStopped | Refusal:
    """Stop the pump by the code on the patient's card: it has stopped and proved it, or says why it has not.

    BadInput where `key` is no key. LinkLost where no answer came: then nobody knows; listen for the pump and try again.
    """
    secret = read_key(key)
    line = Line(link=link, timeout_ms=timeout_ms, retries=retries)
    nonce = _as(Nonce, _ask_skin(line, EmergencyChallenge())).nonce
    answer = _ask_skin(line, EmergencyStop(proof=prove_stop(secret, nonce)))
    if isinstance(answer, Refusal):
        return answer
    stopped = _as(EmergencyStopped, answer)
    if not matches(prove_stopped(secret, nonce), stopped.proof):
        raise TheirFault("something answered that does not know the key", remedy="The pump may still run. Try again.")
    return stopped


def _ask_skin(line: Line, request: SkinRequest) -> SkinReply:
    body = encode_skin_request(request)

    def read(data: bytes) -> SkinReply:
        frame = decode_frame(data)
        if frame.kind is not Kind.SKIN_REPLY or frame.sequence != 0:
            raise TheirFault("the pump does not answer at the skin", remedy="Hold the wand over the pump.")
        return decode_skin_reply(frame.body)

    return line.ask(encode_frame(Frame(kind=Kind.SKIN_REQUEST, sequence=0, body=body)), read)


def _shake_hands(line: Line, credential: Credential, pump_public: Credential) -> WandSession:
    wand = WandSession(credential, pump_public)
    frame: bytes | None = wand.start()
    while frame is not None:
        frame = line.ask(frame, wand.receive)
    return wand


def _as(kind: type[Answer], answer: object) -> Answer:
    """The answer, if it is of the kind that was asked for."""
    if isinstance(answer, kind):
        return answer
    if isinstance(answer, Refusal):
        raise OurFault(answer.says, remedy=answer.remedy)
    raise TheirFault(f"the pump answered with {type(answer).__name__}, not {kind.__name__}")
