"""An implant behind its wand: who may do what, and nothing acknowledged that is not kept."""

import secrets
from collections.abc import Callable
from dataclasses import replace

import pytest
from tests.rehearsal.helpers import HOUR_MS, MORNING_MS, SMALLER, device

from thecal.errors import BadInput, LinkLost, OurFault, TheirFault
from thecal.programmer.exchange import Confirmed, emergency_stop, open_session, read_skin
from thecal.programmer.links.memory import MemoryLink
from thecal.pump import machine, recovery
from thecal.pump.alarms import ActiveAlarm, Alarm
from thecal.pump.commands import FieldSensed
from thecal.pump.devices import REFERENCE_20, SYNCHROMED_20
from thecal.pump.events import EventKind
from thecal.pump.memory import Interrogation
from thecal.pump.refusals import Refusal, RefusalCode
from thecal.pump.states import State
from thecal.pump.telemetry import HANDSHAKE_NJ, budget_nj
from thecal.rehearsal.implant import Change, Identity, VirtualImplant, new_identity, role_credentials
from thecal.twin.device import Device, advance
from thecal.wand.credentials import RIGHTS
from thecal.wand.emergency import draw_key
from thecal.wand.messages import EmergencyStopped
from thecal.wand.session import NOT_ACCEPTED, WandSession

CREDENTIALS = role_credentials("a clinic")
SOUNDS = ActiveAlarm(alarm=Alarm.LOW_BATTERY_RESET, since_ms=0)


class Diary:
    """A memory that writes down what was asked of it, and fails when it is told to."""

    def __init__(self, kept: Device) -> None:
        self.kept = kept
        self.calls: list[str] = []
        self.is_full = False

    def read(self, now_ms: int) -> Device:
        """The device, then."""
        return advance(self.kept, now_ms)[0]

    def change(self, now_ms: int, act: Change) -> Device | Refusal:
        """Keep, unless full."""
        changed = act(self.read(now_ms))
        if self.is_full:
            raise OurFault("the disk is full")
        if not isinstance(changed, Refusal):
            self.kept = changed
            self.calls.append("kept")
        return changed


def identity() -> Identity:
    """TRP-1, which knows the clinic's credentials."""
    return new_identity("TRP-1", REFERENCE_20, tuple(CREDENTIALS.values()), secrets.token_bytes)


def implanted() -> tuple[Diary, Identity, Callable[[bytes], bytes]]:
    """(memory, identity, the pump's end of a wand) of one pump at nine in the morning."""
    diary, who = Diary(device()), identity()
    implant = VirtualImplant(who, diary, random_bytes=secrets.token_bytes)

    def respond(frame: bytes) -> bytes:
        reply = implant.receive(frame, MORNING_MS)
        diary.calls.append("replied")
        return reply

    return diary, who, respond


def test_what_is_answered_was_kept_before() -> None:
    """Every frame is paid before its reply, and a stage or a commit is kept beside; a reading only pays."""
    diary, who, respond = implanted()
    wand = open_session(MemoryLink(respond), CREDENTIALS["nurse"], who.credential.public())
    assert isinstance(wand.update(SMALLER, 1, "t2", SMALLER.digest()), Confirmed)
    paid, change = ["kept", "replied"], ["kept", "kept", "replied"]
    hands, stage, read_back, commit, read_again = [*paid, *paid], change, paid, change, paid
    assert diary.calls == [*hands, *stage, *read_back, *commit, *read_again]


def test_what_cannot_be_kept_is_not_answered() -> None:
    """A full disk ends in an error and no reply; the pump is as it was."""
    diary, who, respond = implanted()
    wand = open_session(MemoryLink(respond), CREDENTIALS["prescriber"], who.credential.public())
    before, diary.is_full, diary.calls = diary.kept, True, []
    with pytest.raises(OurFault):
        wand.stop()
    assert diary.kept == before
    assert diary.calls == []


def test_the_pump_lives_on_its_own_time_between_frames() -> None:
    """A read-out at nine tells of the nine hours since midnight: 0.225 mL at 0.6 mL/day."""
    _, who, respond = implanted()
    wand = open_session(MemoryLink(respond), CREDENTIALS["engineer"], who.credential.public())
    assert wand.interrogate().reservoir_nl == 20_000_000 - 225_000


@pytest.mark.parametrize("role", sorted(RIGHTS))
def test_every_role_reads_and_none_does_more_than_its_rights(role: str) -> None:
    """The table of rights holds behind the whole wand; what was turned away is a line in the pump's log."""
    diary, who, respond = implanted()
    wand = open_session(MemoryLink(respond), CREDENTIALS[role], who.credential.public())
    assert isinstance(wand.interrogate(), Interrogation)
    outcome = wand.update(SMALLER, 1, "t2", SMALLER.digest())
    if role in {"prescriber", "nurse"}:
        assert isinstance(outcome, Confirmed)
        return
    assert getattr(outcome, "refusal", None) is not None
    assert outcome.refusal.code is RefusalCode.NOT_AUTHORISED  # type: ignore[union-attr] # said in the line above
    assert diary.kept.pump.revision == 1
    assert (diary.kept.pump.log[-1].kind, diary.kept.pump.log[-1].detail) == (
        EventKind.ACCESS_REFUSED,
        f"{role}: Stage",
    )


def test_a_pump_without_power_answers_nobody_and_wakes_without_a_session() -> None:
    """Not a reading, not a stop; when the power is back, whoever was in has to prove themselves again."""
    diary, who, respond = implanted()
    wand = open_session(MemoryLink(respond), CREDENTIALS["nurse"], who.credential.public(), retries=0)
    awake = diary.kept
    diary.kept = replace(awake, pump=recovery.lose_power(awake.pump))
    with pytest.raises(LinkLost):
        wand.interrogate()
    with pytest.raises(LinkLost):
        read_skin(MemoryLink(respond))
    diary.kept = replace(diary.kept, pump=recovery.return_power(diary.kept.pump))
    with pytest.raises((TheirFault, OurFault)):
        wand.interrogate()
    again = open_session(MemoryLink(respond), CREDENTIALS["nurse"], who.credential.public()).interrogate()
    assert (again.clock_known, again.program) == (False, awake.pump.program)


def test_the_emergency_key_stops_and_says_so_in_the_log() -> None:
    """Its stop is told from a clinician's, and lasts."""
    diary, who, respond = implanted()
    assert isinstance(emergency_stop(MemoryLink(respond), who.emergency_key), EmergencyStopped)
    assert diary.kept.pump.state is State.STOPPED
    assert EventKind.EMERGENCY_STOPPED in [event.kind for event in diary.kept.pump.log]
    assert EventKind.STOPPED not in [event.kind for event in diary.kept.pump.log]


def test_a_wrong_emergency_key_stops_nothing_and_is_remembered() -> None:
    """Therapy goes on; the log says that somebody tried."""
    diary, _, respond = implanted()
    refused = emergency_stop(MemoryLink(respond), draw_key(secrets.token_bytes))
    assert isinstance(refused, Refusal)
    assert diary.kept.pump.state is State.INFUSING
    assert diary.kept.pump.log[-1].kind is EventKind.ACCESS_REFUSED
    with pytest.raises(BadInput):
        emergency_stop(MemoryLink(respond), "no key at all")


def test_a_credential_of_another_clinic_gets_nowhere() -> None:
    """Not enrolled is not accepted, and the pump does not change; the handshake is on the strangers' account."""
    diary, who, respond = implanted()
    before = diary.read(MORNING_MS).pump
    stranger = role_credentials("another clinic")["prescriber"]
    with pytest.raises(TheirFault):
        open_session(MemoryLink(respond), stranger, who.credential.public())
    assert diary.kept.pump.battery.strangers_nj == HANDSHAKE_NJ
    assert replace(diary.kept.pump, battery=before.battery) == before


def test_no_new_session_forgets_what_strangers_have_cost() -> None:
    """Each stranger comes to an implant that has just been switched on; the account is the device's, and is kept."""
    diary, who = Diary(device()), identity()
    stranger = role_credentials("another clinic")["prescriber"]
    turned_away = 0
    for _ in range(budget_nj(diary.kept.pump) // HANDSHAKE_NJ + 3):
        implant = VirtualImplant(who, diary, random_bytes=secrets.token_bytes)
        answer = implant.receive(WandSession(stranger, who.credential.public()).start(), MORNING_MS)
        turned_away += answer == NOT_ACCEPTED
    assert turned_away == 3
    assert diary.kept.pump.battery.strangers_nj <= budget_nj(diary.kept.pump)


def test_reading_a_pump_that_a_field_holds_lets_it_go_for_good() -> None:
    """The release is kept before the read-out is answered."""
    trapped = device()
    pump = replace(trapped.pump, pump_model=SYNCHROMED_20.name, alarms=(SOUNDS,), standing=(SOUNDS.alarm,))
    diary, who = Diary(replace(trapped, pump=machine.sense(pump, FieldSensed()))), identity()
    assert diary.kept.pump.state is State.HELD
    implant = VirtualImplant(who, diary, random_bytes=secrets.token_bytes)
    link = MemoryLink(lambda frame: implant.receive(frame, MORNING_MS))
    assert read_skin(link).state is State.HELD
    read = open_session(link, CREDENTIALS["nurse"], who.credential.public()).interrogate()
    assert (read.state, diary.kept.pump.state) == (State.INFUSING, State.INFUSING)


def test_what_is_neither_update_nor_stop_is_kept_too() -> None:
    """An acknowledged alarm and a set clock are there after the next start."""
    diary, who, respond = implanted()
    emergency_stop(MemoryLink(respond), who.emergency_key)
    wand = open_session(MemoryLink(respond), CREDENTIALS["nurse"], who.credential.public())
    wand.acknowledge(Alarm.EMERGENCY_STOP)
    wand.set_clock(MORNING_MS + HOUR_MS)
    assert diary.kept.pump.alarms[0].is_silent(MORNING_MS)
    assert diary.kept.pump.clock_shift_ms == HOUR_MS


def test_the_skin_tells_no_identity() -> None:
    """Without a credential: dose and alarms, and no serial number anywhere."""
    _, _, respond = implanted()
    reading = read_skin(MemoryLink(respond))
    assert reading.dose_pg_per_day == 300_000_000
    assert "TRP-1" not in repr(reading)


def test_noise_is_answered_and_changes_nothing() -> None:
    """Whatever bytes come, there is an answer, and nothing to keep."""
    diary, _, respond = implanted()
    for noise in (b"", b"\x7c", bytes(100), b"\x7c\x01" + bytes(30)):
        assert respond(noise)
    assert "kept" not in diary.calls


def test_keys_do_not_show_in_print() -> None:
    """An identity in a log or a traceback gives neither the private key nor the emergency key away."""
    who = identity()
    assert who.emergency_key not in repr(who)
    assert str(who.credential.private_key) not in repr(who)


def test_each_role_has_a_credential_and_none_shares_its_name_on_the_link() -> None:
    """One kid each, and none is the pump's."""
    kids = [credential.kid for credential in CREDENTIALS.values()]
    assert set(CREDENTIALS) == set(RIGHTS)
    assert len({*kids, identity().credential.kid}) == len(kids) + 1
