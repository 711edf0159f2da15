"""Virtual patients and their implants on one clock that stands until it is moved."""

import secrets
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Self

from thecal.body.response import mas_label
from thecal.errors import BadInput, LinkLost, OurFault
from thecal.pump.devices import PUMP_MODELS
from thecal.pump.refusals import Refusal
from thecal.rehearsal.implant import Change, VirtualImplant, new_identity, role_credentials
from thecal.rehearsal.world.admission import draw_person
from thecal.rehearsal.world.life import Happening, Life, born, effects_of, glimpse, live
from thecal.rehearsal.world.link import WorldLink
from thecal.rehearsal.world.patient import Moment, Person, VirtualPatient
from thecal.rehearsal.world.store import Store
from thecal.rehearsal.world.surgery import NewImplant, catheter_of, check_fill, put_in
from thecal.rehearsal.world.truth import Truth, truth
from thecal.rehearsal.world.watch import Report
from thecal.twin.device import Device
from thecal.twin.hands import refill, withdraw
from thecal.units import DAY_MS, PG_PER_MCG
from thecal.wand.credentials import RIGHTS, Credential

LONGEST_WAIT_MS = 31 * DAY_MS
RandomBytes = Callable[[int], bytes]


class World:
    """A rehearsal's whole truth, in a file of its own. Every change is durable when its method returns.

    Nothing runs between two calls. Objects of this class are cheap to make; any number may share the file.
    """

    def __init__(self, store: Store, random_bytes: RandomBytes) -> None:
        self._store = store
        self._random_bytes = random_bytes

    @staticmethod
    def create(path: Path, now_ms: int, seed: int, *, random_bytes: RandomBytes = secrets.token_bytes) -> "World":
        """A new world without patients, with one credential for each role of the clinic's wand."""
        return World(Store.create(path, now_ms, seed, role_credentials("rehearsal clinic")), random_bytes)

    @staticmethod
    def open(path: Path, *, random_bytes: RandomBytes = secrets.token_bytes) -> "World":
        """A world that was created before."""
        return World(Store.open(path), random_bytes)

    def close(self) -> None:
        """Let go of the file."""
        self._store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, raised: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def now_ms(self) -> int:
        """What the one clock shows, Unix ms UTC."""
        return self._store.now_ms()

    def patients(self) -> list[Person]:
        """Everybody, by key."""
        return self._store.people()

    def serial(self, patient_key: str) -> str | None:
        """The serial number of a patient's pump; None where there is none."""
        self._store.person(patient_key)
        return self._store.serial(patient_key)

    def add(self, patient: VirtualPatient) -> None:
        """Take in a patient; a device whose clock lags is lived forward to now, calls included."""
        device = patient.device
        with self._store.change():
            self._store.add(patient.person)
            if device is not None:
                self._enrol(patient.person.key, device)
            moment = born(patient, self.now_ms)
            self._record(
                patient.person.key, live(patient.person, self._store.seed(), moment, self.now_ms), moment.at_ms
            )

    def advance_to(self, to_ms: int) -> list[Happening]:
        """Move the clock, and everybody with it; what happened on the way, in order."""
        with self._store.change():
            return self._advance(to_ms)

    def advance_until_something(self, limit_ms: int | None = None) -> list[Happening]:
        """Move the clock to the first alarm, call or end of a bolus in any patient: what happened at that instant.

        Nothing, where 31 days or the instant `limit_ms` came first.
        """
        with self._store.change():
            furthest_ms = self.now_ms + LONGEST_WAIT_MS
            return self._advance(self._first_happening_ms(min(limit_ms or furthest_ms, furthest_ms)))

    def admit(self, key: str, *, recorded_mas: float | None, cerebral: bool, caller: str, pronoun: str) -> None:
        """Take in a new patient without implant, drawn from the record (see `draw_person`)."""
        person = draw_person(
            self._store.seed(),
            key=key,
            recorded_mas=recorded_mas,
            cerebral=cerebral,
            caller=caller,
            pronoun=pronoun,
        )
        self.add(VirtualPatient(person=person))

    def inject(self, patient_key: str, mass_pg: int) -> None:
        """A bolus by lumbar puncture, now."""
        if mass_pg <= 0:
            raise BadInput("dose", "an empty syringe injects nothing", remedy="Enter a dose.")
        with self._store.change():
            person, now = self._present(patient_key)
            body = person.body().injected(now.body, mass_pg / PG_PER_MCG)
            self._store.keep(patient_key, (replace(now, body=body),))

    def implant(self, patient_key: str, new: NewImplant) -> None:
        """Put a pump in: with its catheter, or, where a pump is in already, in its place and onto the catheter there.

        A catheter that stays keeps its length, its tip and what it holds, whatever `new` says; the old pump's tubing
        leaves with the old pump. For a new catheter as well, remove first.
        """
        with self._store.change():
            person, now = self._present(patient_key)
            catheter = None
            if now.device is None:
                self._move_tip(person, new.tip_level)
            else:
                catheter = catheter_of(now.device)
                self._store.remove_pump(now.device.pump.serial, self.now_ms)
            device = put_in(new, onto=catheter, now_ms=self.now_ms)
            self._enrol(patient_key, device)
            self._store.keep(patient_key, (replace(now, device=device),))

    def remove(self, serial: str) -> None:
        """Take pump and catheter out, with what they hold. What is in the canal stays, and fades."""
        with self._store.change():
            key, _ = self._store.identity(serial)
            _, now = self._present(key)
            self._store.remove_pump(serial, self.now_ms)
            self._store.keep(key, (replace(now, device=None),))

    def refill(self, serial: str, volume_nl: int, concentration_pg_per_nl: int) -> int:
        """Empty the reservoir by syringe and fill it: the volume drawn. The pump is not told; that is an update."""
        drawn: list[int] = []

        def act(device: Device) -> Device:
            check_fill(PUMP_MODELS[device.pump.pump_model], volume_nl, concentration_pg_per_nl)
            filled, drawn_nl = refill(device, volume_nl=volume_nl, concentration_pg_per_nl=concentration_pg_per_nl)
            drawn.append(drawn_nl)
            return filled

        self._change(serial, act)
        return drawn[0]

    def withdraw(self, serial: str) -> int:
        """Empty the reservoir by syringe: the volume drawn, all but what cannot be."""
        drawn: list[int] = []

        def act(device: Device) -> Device:
            emptied, drawn_nl = withdraw(device)
            drawn.append(drawn_nl)
            return emptied

        self._change(serial, act)
        return drawn[0]

    def examine(self, patient_key: str) -> dict[str, str]:
        """What an examiner finds now: a grade of the Modified Ashworth scale for each muscle group."""
        person, now = self._present(patient_key)
        return {muscle: mas_label(score) for muscle, score in person.ashworth(effects_of(person, now.body)).items()}

    def reports(self, since_ms: int) -> list[Report]:
        """The calls that came later than `since_ms`, in order."""
        return self._store.reports(since_ms)

    def truth(self, patient_key: str) -> Truth:
        """The truth of one patient, for the teaching view alone."""
        person = self._store.person(patient_key)
        return truth(person, self._store.seed(), self._store.moments(patient_key), self.now_ms)

    def credential(self, role: str) -> Credential:
        """The clinic's own credential for a role, private key included: a rehearsal's, worth nothing elsewhere."""
        return self._store.credential(role)

    def pump_public(self, serial: str) -> Credential:
        """What a wand must know of a pump before it can speak to it."""
        return self._store.identity(serial)[1].credential.public()

    def emergency_key(self, serial: str) -> str:
        """The code on the patient's second card."""
        return self._store.identity(serial)[1].emergency_key

    def responder(self, serial: str) -> Callable[[bytes], bytes]:
        """The pump's end of a wand, one frame in, one frame out; with no session yet, and of its own."""
        _, identity = self._store.identity(serial)
        implant = VirtualImplant(
            identity,
            _Kept(lambda: self._read(serial), lambda act: self._change(serial, act)),
            random_bytes=self._random_bytes,
        )
        return lambda frame: implant.receive(frame, self.now_ms)

    def link(self, serial: str) -> WorldLink:
        """A link to the pump that goes through the room's one wand, which may be lifted."""
        return WorldLink(self.responder(serial), self._pass_frame)

    def lift_wand(self, after_frames: int) -> None:
        """Take the wand away after so many more frames; each request and each reply is one.

        An update in a fresh session: 4 frames of handshake, 2 to stage, 2 to read back, 2 to commit, 2 to read back.
        After 9, the pump has committed and nobody has heard it.
        """
        if after_frames < 0:
            raise OurFault(f"a wand cannot be lifted after {after_frames} frames")
        with self._store.change():
            self._store.set_frames_left(after_frames)

    def hold_wand(self) -> None:
        """Put the wand back over the pump."""
        with self._store.change():
            self._store.set_frames_left(None)

    @property
    def wand_frames_left(self) -> int | None:
        """How many frames still pass; 0 is a lifted wand, None one that is held."""
        return self._store.frames_left()

    def _present(self, patient_key: str) -> tuple[Person, Moment]:
        """(who it is, what is true of them now)."""
        person = self._store.person(patient_key)
        return person, glimpse(person, self._store.last_moment(patient_key), self.now_ms)

    def _enrol(self, patient_key: str, device: Device) -> None:
        """Give a pump its identity: the wand of this world may speak to it."""
        enrolled = tuple(map(self._store.credential, RIGHTS))
        model = PUMP_MODELS[device.pump.pump_model]
        self._store.add_pump(patient_key, new_identity(device.pump.serial, model, enrolled, self._random_bytes))

    def _move_tip(self, person: Person, tip_level: str) -> None:
        """A catheter whose tip lies elsewhere: moments from before cannot be looked back on with it."""
        if tip_level != person.tip_level:
            self._store.set_person(replace(person, tip_level=tip_level))
            self._store.forget_before(person.key, self.now_ms)

    def _pass_frame(self) -> None:
        """One frame over the wand, or LinkLost."""
        if self._store.frames_left() is None:
            return
        with self._store.change():
            left = self._store.frames_left()
            if left == 0:
                raise LinkLost("no answer from the pump", remedy="Hold the wand over the pump.")
            self._store.set_frames_left(None if left is None else left - 1)

    def _read(self, serial: str) -> Device:
        """The device now."""
        key, _ = self._store.identity(serial)
        _, now = self._present(key)
        assert now.device is not None, "a pump that has a serial number is there"
        return now.device

    def _change(self, serial: str, act: Change) -> Device | Refusal:
        """Do something to a device now: the truth from here on. Durable on return."""
        with self._store.change():
            key, _ = self._store.identity(serial)
            _, now = self._present(key)
            assert now.device is not None, "a pump that has a serial number is there"
            changed = act(now.device)
            if not isinstance(changed, Refusal):
                self._store.keep(key, (replace(now, device=changed),))
            return changed

    def _advance(self, to_ms: int) -> list[Happening]:
        now_ms, seed = self.now_ms, self._store.seed()
        if to_ms < now_ms:
            raise OurFault("a clock that stands can only be moved forward")
        happenings: list[Happening] = []
        for person in self.patients():
            life = live(person, seed, self._store.last_moment(person.key), to_ms)
            happenings += self._record(person.key, life, now_ms)
        self._store.set_now(to_ms)
        return sorted(happenings, key=lambda happening: (happening.at_ms, happening.patient_key))

    def _record(self, key: str, life: Life, after_ms: int) -> list[Happening]:
        """Keep a stretch of life; what happened in it later than `after_ms`, the rest being known."""
        self._store.keep(key, life.moments)
        new = [happening for happening in life.happenings if happening.at_ms > after_ms]
        for report in (happening.report for happening in new):
            if report is not None:
                self._store.add_report(report)
        return new

    def _first_happening_ms(self, limit_ms: int) -> int:
        """When something happens first; the limit where nothing does."""
        now_ms, seed = self.now_ms, self._store.seed()
        people = self.patients()
        moments = {person.key: self._store.last_moment(person.key) for person in people}
        for to_ms in _widening(now_ms, limit_ms):
            lives = {person.key: live(person, seed, moments[person.key], to_ms) for person in people}
            happened = [each.at_ms for life in lives.values() for each in life.happenings if each.at_ms > now_ms]
            if happened:
                return min(happened)
            moments = {key: life.moments[-1] for key, life in lives.items()}
        return limit_ms


class _Kept:
    """One device in the world's file (see `thecal.rehearsal.implant.Memory`). The world's clock is the only one."""

    def __init__(self, read: Callable[[], Device], change: Callable[[Change], Device | Refusal]) -> None:
        self._read = read
        self._change = change

    def read(self, now_ms: int) -> Device:
        """The device now."""
        del now_ms
        return self._read()

    def change(self, now_ms: int, act: Change) -> Device | Refusal:
        """Act on it, durably."""
        del now_ms
        return self._change(act)


def _widening(from_ms: int, to_ms: int) -> Iterator[int]:
    """The end of a day, then of two more, of four more, and so on: what comes soon is found soon."""
    width_ms = DAY_MS
    while from_ms < to_ms:
        from_ms, width_ms = min(from_ms + width_ms, to_ms), 2 * width_ms
        yield from_ms
