"""The update's three outcomes, at every frame where a link can be lost, against a real pump."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from tests.wand.helpers import (
    EMERGENCY_KEY,
    ENGINEER,
    NURSE,
    OTHER_PUMP,
    PATIENT,
    PUMP,
    STRANGER,
    Bedside,
    doubled,
)

from thecal.errors import BadInput, LinkLost, OurFault, TheirFault
from thecal.programmer.exchange import (
    Confirmed,
    OpenSession,
    Outcome,
    Refused,
    Unconfirmed,
    emergency_stop,
    open_session,
    read_skin,
    settle,
)
from thecal.programmer.links.memory import Lose, MemoryLink
from thecal.pump import machine
from thecal.pump.bolus import SingleBolus
from thecal.pump.commands import Commit, Stage, Update
from thecal.pump.memory import Interrogation
from thecal.pump.refusals import Refusal, RefusalCode
from thecal.pump.states import State
from thecal.units import MINUTE_MS
from thecal.wand.credentials import Credential
from thecal.wand.frames import Frame, Kind, encode_frame
from thecal.wand.messages import EmergencyStopped, encode_skin_reply

UPDATE = doubled()
DIGEST = UPDATE.digest()
ANSWERS_IN_AN_UPDATE = 4  # stage, read back, commit, read back
LOSSES: tuple[Lose, Lose] = ("request", "reply")


def at(bedside: Bedside, credential: Credential = NURSE, *, retries: int = 2) -> tuple[MemoryLink, OpenSession]:
    """A link to the bedside and an open session over it."""
    link = MemoryLink(bedside.respond)
    return link, open_session(link, credential, PUMP.public(), retries=retries)


def update(session: OpenSession) -> Outcome:
    """The reviewed update, onto revision 1."""
    return session.update(UPDATE, onto_revision=1, transaction_id="t1", reviewed_digest=DIGEST)


def paid(read: Interrogation) -> Interrogation:
    """A read-out but for what reading costs the battery."""
    return replace(read, indicator_ms=0, battery=replace(read.battery, used_nj=0))


def refusal_of(outcome: Outcome) -> RefusalCode:
    """Why it was refused."""
    assert isinstance(outcome, Refused), outcome
    return outcome.refusal.code


def test_an_update_that_goes_well_is_confirmed_by_a_read_out() -> None:
    """Staged, read back, committed, read back: the pump runs it, and the last read-out says so."""
    bedside = Bedside()
    _, session = at(bedside)
    outcome = update(session)
    assert isinstance(outcome, Confirmed)
    assert paid(outcome.interrogation) == paid(session.interrogate())
    assert (bedside.pump.program, bedside.pump.revision) == (UPDATE.program, 2)


@pytest.mark.parametrize("lose", LOSSES)
@pytest.mark.parametrize("answers", range(ANSWERS_IN_AN_UPDATE + 1))
def test_a_wand_lifted_at_any_frame_leaves_one_whole_program(answers: int, lose: Lose) -> None:
    """Old or new, never a mixture; unconfirmed until a later read-out settles it rightly."""
    bedside = Bedside()
    old = bedside.pump.program
    link, session = at(bedside)
    link.lift_after(answers, lose=lose)
    outcome = update(session)
    runs_new = bedside.pump.program == UPDATE.program
    assert runs_new or bedside.pump.program == old
    assert runs_new is (answers > 2 or (answers == 2 and lose == "reply"))
    if answers == ANSWERS_IN_AN_UPDATE:
        assert isinstance(outcome, Confirmed)
        return
    assert isinstance(outcome, Unconfirmed)
    assert (outcome.transaction_id, outcome.digest) == ("t1", DIGEST)
    link.lower()
    later = open_session(link, NURSE, PUMP.public()).interrogate()
    settled = settle(outcome.transaction_id, outcome.digest, 1, later)
    assert isinstance(settled, Confirmed) is runs_new
    assert bedside.commits <= 2


@pytest.mark.parametrize("lose", LOSSES)
@pytest.mark.parametrize("answers", range(ANSWERS_IN_AN_UPDATE))
def test_one_lost_frame_is_only_repeated(answers: int, lose: Lose) -> None:
    """The same bytes again bring the same reply; the update is confirmed and applied once."""
    bedside = Bedside()
    link, session = at(bedside)
    session._line = replace(session._line, link=Flickering(link))
    link.lift_after(answers, lose=lose)
    before = bedside.commits
    assert isinstance(update(session), Confirmed)
    assert (bedside.commits - before, bedside.pump.revision) == (1, 2)


class Flickering:
    """A wand that is put back as soon as it was lifted."""

    def __init__(self, link: MemoryLink) -> None:
        self._link = link

    def exchange(self, request: bytes, timeout_ms: int) -> bytes:
        """See `Link`."""
        try:
            return self._link.exchange(request, timeout_ms)
        except LinkLost:
            self._link.lower()
            raise


@pytest.mark.parametrize("lose", LOSSES)
@pytest.mark.parametrize("answers", range(ANSWERS_IN_AN_UPDATE))
def test_a_link_that_comes_back_at_once_settles_the_update_in_the_same_call(answers: int, lose: Lose) -> None:
    """Without retries, a fresh session's read-out decides: confirmed where the commit arrived, else refused."""
    bedside = Bedside()
    link, session = at(bedside, retries=0)
    session._line = replace(session._line, link=Flickering(link))
    link.lift_after(answers, lose=lose)
    outcome = update(session)
    if bedside.pump.program == UPDATE.program:
        assert isinstance(outcome, Confirmed)
    else:
        assert refusal_of(outcome) is RefusalCode.NOTHING_STAGED
    assert bedside.commits <= 2


def test_an_update_that_is_not_the_reviewed_one_is_not_sent() -> None:
    """The digest is compared before the first frame."""
    bedside = Bedside()
    _, session = at(bedside)
    before = bedside.pump
    with pytest.raises(OurFault, match="reviewed"):
        session.update(UPDATE, onto_revision=1, transaction_id="t1", reviewed_digest="0" * 64)
    assert bedside.pump == before


def test_a_stale_read_out_is_refused() -> None:
    """Somebody else updated the pump after the review."""
    bedside = Bedside()
    _, session = at(bedside)
    assert isinstance(update(session), Confirmed)
    outcome = session.update(UPDATE, onto_revision=1, transaction_id="t2", reviewed_digest=DIGEST)
    assert refusal_of(outcome) is RefusalCode.STALE_REVISION
    assert bedside.pump.revision == 2


def test_what_the_device_cannot_do_is_refused_with_its_own_words() -> None:
    """The pump's refusal reaches the person unchanged, and the program is the old one."""
    bedside = Bedside()
    _, session = at(bedside)
    too_much = replace(UPDATE, bolus=SingleBolus(volume_nl=19_000_000, rate_nl_per_day=600_000))
    outcome = session.update(too_much, onto_revision=1, transaction_id="t1", reviewed_digest=too_much.digest())
    assert refusal_of(outcome) is RefusalCode.VOLUME_ABOVE_RESERVOIR
    assert bedside.pump.revision == 1


@pytest.mark.parametrize("credential", [PATIENT, ENGINEER])
def test_a_role_that_may_not_update_is_refused(credential: Credential) -> None:
    """Refused by the pump, whatever the programmer thinks."""
    bedside = Bedside()
    _, session = at(bedside, credential)
    assert refusal_of(update(session)) is RefusalCode.NOT_AUTHORISED
    assert bedside.pump.revision == 1


class Meddling:
    """Between this programmer's read-back and its commit, another hand stages something else in the pump."""

    def __init__(self, bedside: Bedside, after: int) -> None:
        self._bedside = bedside
        self._left = after

    def exchange(self, request: bytes, timeout_ms: int) -> bytes:
        """See `Link`."""
        del timeout_ms
        self._left -= 1
        if self._left == 0:
            other = replace(UPDATE, reservoir_nl=1_000_000)
            staged = machine.handle(self._bedside.pump, Stage(transaction_id="t9", onto_revision=1, update=other))
            assert not isinstance(staged, Refusal)
            self._bedside.pump = staged
        return self._bedside.respond(request)


@pytest.mark.parametrize(("after", "code"), [(2, RefusalCode.DIGEST_DIFFERS), (3, RefusalCode.NOTHING_STAGED)])
def test_what_is_staged_is_what_was_reviewed_or_nothing_is_committed(after: int, code: RefusalCode) -> None:
    """The programmer sees another digest at the read-back; later, the pump does."""
    bedside = Bedside()
    _, session = at(bedside)
    session._line = replace(session._line, link=Meddling(bedside, after))
    assert refusal_of(update(session)) is code
    assert bedside.pump.revision == 1


class Altering:
    """A link that spoils every answer after the first few."""

    def __init__(self, bedside: Bedside, spoil: Callable[[bytes], bytes], after: int) -> None:
        self._bedside = bedside
        self._spoil = spoil
        self._left = after

    def exchange(self, request: bytes, timeout_ms: int) -> bytes:
        """See `Link`."""
        del timeout_ms
        answer = self._bedside.respond(request)
        self._left -= 1
        return answer if self._left >= 0 else self._spoil(answer)


@pytest.mark.parametrize("after", range(ANSWERS_IN_AN_UPDATE))
@pytest.mark.parametrize(
    "spoil",
    [
        lambda answer: answer[:-1],
        lambda answer: bytes([answer[0] ^ 1]) + answer[1:],
        lambda answer: encode_frame(Frame(kind=Kind.NOT_ACCEPTED, sequence=0, body=b"")),
        lambda answer: b"noise",
    ],
)
def test_answers_that_cannot_be_believed_leave_the_update_unconfirmed(
    after: int, spoil: Callable[[bytes], bytes]
) -> None:
    """Garbled or forged, an answer proves nothing: neither that it happened nor that it did not."""
    bedside = Bedside()
    _, session = at(bedside)
    session._line = replace(session._line, link=Altering(bedside, spoil, after))
    assert isinstance(update(session), Unconfirmed)


def test_stop_reads_the_pump_back() -> None:
    """Stop is answered by a read-out of a stopped pump; again and again, whatever the state."""
    bedside = Bedside()
    _, session = at(bedside, ENGINEER)
    for _ in range(2):
        assert session.stop().state is State.STOPPED


def test_a_stop_that_may_not_be_is_our_fault() -> None:
    """A patient's credential does not stop; the error says what would."""
    bedside = Bedside()
    _, session = at(bedside, PATIENT)
    with pytest.raises(OurFault, match="may not"):
        session.stop()
    assert bedside.pump.state is State.INFUSING


@pytest.mark.parametrize(("credential", "pump"), [(STRANGER, PUMP), (NURSE, OTHER_PUMP)])
def test_no_session_with_strangers(credential: Credential, pump: Credential) -> None:
    """Neither with a credential that is not enrolled, nor with a pump that is not the patient's."""
    with pytest.raises(TheirFault):
        open_session(MemoryLink(Bedside().respond), credential, pump.public())


def test_retries_are_bounded() -> None:
    """A wand that was never near is given up after as many tries as were handed in."""
    asked: list[bytes] = []

    class Nowhere:
        def exchange(self, request: bytes, timeout_ms: int) -> bytes:
            asked.append(request)
            assert timeout_ms == 77
            raise LinkLost("nobody there")

    with pytest.raises(LinkLost):
        open_session(Nowhere(), NURSE, PUMP.public(), timeout_ms=77, retries=4)
    assert len(asked) == 5
    assert len(set(asked)) == 1


def reading(**changes: object) -> Interrogation:
    """A read-out of a pump on revision 1, with changes."""
    return replace(machine.interrogate(Bedside().pump), **changes)  # type: ignore[arg-type] # the fields of each row


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"revision": 2, "transaction_id": "t1", "update_digest": DIGEST}, None),
        ({"revision": 2, "transaction_id": "t1", "update_digest": DIGEST, "state": State.STOPPED}, None),
        ({"revision": 1}, RefusalCode.NOTHING_STAGED),
        ({"revision": 1, "staged_digest": DIGEST}, RefusalCode.NOTHING_STAGED),
        ({"revision": 2, "transaction_id": "t2", "update_digest": DIGEST}, RefusalCode.STALE_REVISION),
        ({"revision": 3, "transaction_id": "t2"}, RefusalCode.STALE_REVISION),
        ({"revision": 0, "transaction_id": ""}, RefusalCode.STALE_REVISION),
        ({"revision": 2, "transaction_id": "t1", "update_digest": "other"}, RefusalCode.TRANSACTION_REUSED),
    ],
)
def test_a_later_read_out_settles(changes: dict[str, object], code: RefusalCode | None) -> None:
    """Confirmed where transaction and digest are the pending ones; else refused, and the reason says what runs."""
    read_out = reading(**changes)
    settled = settle("t1", DIGEST, 1, read_out)
    assert settled.interrogation == read_out
    assert (settled.refusal.code if isinstance(settled, Refused) else None) is code


def test_the_skin_is_read_without_a_credential() -> None:
    """Dose, concentration, mode and alarms, by anyone; nothing changes."""
    bedside = Bedside()
    before = bedside.therapy
    read = read_skin(MemoryLink(bedside.respond))
    assert (read.mode, read.concentration_pg_per_nl, read.dose_pg_per_day) == ("SimpleContinuous", 500, 300_000_000)
    assert bedside.therapy == before


@pytest.mark.parametrize(("kind", "sequence"), [(Kind.NOT_ACCEPTED, 0), (Kind.SEALED_REPLY, 0), (Kind.SKIN_REPLY, 1)])
def test_only_an_answer_at_the_skin_is_one(kind: Kind, sequence: int) -> None:
    """A frame of another kind, or to another question, is their fault and says where to hold the wand."""
    answer = encode_frame(Frame(kind=kind, sequence=sequence, body=b""))
    with pytest.raises(TheirFault, match="does not answer at the skin"):
        read_skin(MemoryLink(lambda _: answer))


def test_the_emergency_key_stops_the_pump() -> None:
    """Typed as people type; the pump has stopped and stays stopped, and a session still reads it."""
    bedside = Bedside()
    link = MemoryLink(bedside.respond)
    assert isinstance(emergency_stop(link, EMERGENCY_KEY.lower()), EmergencyStopped)
    bedside.wait(60 * MINUTE_MS)
    assert read_skin(link).state is State.STOPPED


def test_a_wrong_emergency_key_is_refused_and_no_key_is_bad_input() -> None:
    """The pump refuses the one; the other is not sent."""
    bedside = Bedside()
    link = MemoryLink(bedside.respond)
    answer = emergency_stop(link, "0000-0000-0000-0000")
    assert isinstance(answer, Refusal)
    with pytest.raises(BadInput):
        emergency_stop(link, "stop")
    assert (bedside.pump.state, bedside.session.wrong_keys) == (State.INFUSING, 1)


@pytest.mark.parametrize("lose", LOSSES)
@pytest.mark.parametrize("answers", [0, 1])
def test_an_emergency_stop_over_a_poor_link_stops_once(answers: int, lose: Lose) -> None:
    """A lost challenge or proof is repeated; a repeated proof is no second try."""
    bedside = Bedside()
    link = MemoryLink(bedside.respond)
    link.lift_after(answers, lose=lose)
    assert isinstance(emergency_stop(Flickering(link), EMERGENCY_KEY), EmergencyStopped)
    assert bedside.session.wrong_keys == 0
    assert sum(event.kind.name == "EMERGENCY_STOPPED" for event in bedside.pump.log) == 1


def test_somebody_who_plays_the_pump_cannot_say_it_has_stopped() -> None:
    """A forged confirmation is not believed: the rescuer hears that the pump may still run."""
    forged = encode_skin_reply(EmergencyStopped(proof="0" * 64))
    link = Altering(
        Bedside(), lambda _: encode_frame(Frame(kind=Kind.SKIN_REPLY, sequence=0, body=forged)), after=1
    )  # fmt: skip
    with pytest.raises(TheirFault, match="does not know the key") as raised:
        emergency_stop(link, EMERGENCY_KEY)
    assert "may still run" in raised.value.remedy


def test_the_reviewed_digest_is_what_the_pump_computes() -> None:
    """One digest from review to log: programmer, staging and commit agree on it."""
    bedside = Bedside()
    _, session = at(bedside)
    update(session)
    assert bedside.pump.update_digest == DIGEST == Update(program=UPDATE.program).digest()
    assert bedside.pump.log[-1].detail == DIGEST
    assert not isinstance(machine.handle(bedside.pump, Commit(transaction_id="t1", digest=DIGEST)), Refusal)
