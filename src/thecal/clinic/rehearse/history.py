"""One fictional patient's past: the pump's by its scenario, the clinic's by the clinic's own actions."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial

from thecal.canonical import Plain
from thecal.clinic.actions import (
    close_visit,
    open_visit,
    record_fill,
    record_outcome,
    record_pending_update,
    record_read_out,
)
from thecal.clinic.actions.exchange import CONFIRMED_SAYS
from thecal.clinic.audit import append_row
from thecal.clinic.clock import Now
from thecal.clinic.models import Implant, Patient, Person, ReadOut, RecordKind, UpdateStatus, Visit
from thecal.clinic.rehearse.bedside import as_read
from thecal.clinic.rehearse.patients import FictionalPatient, Surgery
from thecal.errors import OurFault
from thecal.programmer.review import Review
from thecal.pump import machine
from thecal.pump.commands import Commit, Stage
from thecal.pump.refusals import Refusal
from thecal.rehearsal.world import Person as Somebody
from thecal.rehearsal.world import VirtualPatient
from thecal.scenario import Scenario, initial_device, initial_state, review_visit
from thecal.twin.device import Device, advance, command
from thecal.twin.hands import refill


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """Something that happened at `at_ms`."""

    at_ms: int
    act: Callable[[Now], None]


def admit(fictional: FictionalPatient, *, acting: Person, now: Now) -> Patient:
    """Begin a rehearsal's record."""
    patient = Patient.objects.create(
        name=fictional.name,
        born=fictional.born,
        record_number=fictional.record_number,
        allergies=fictional.allergies,
        origin=fictional.origin,
        tolerance=fictional.tolerance,
        baseline_mas_tenths=fictional.baseline_mas_tenths,
        flags=[flag.value for flag in fictional.flags],
        kind=RecordKind.REHEARSAL,
        stage=fictional.stage,
    )
    subject, detail = f"patient {patient.pk}", {"record_number": patient.record_number, "kind": str(patient.kind)}
    append_row(now=now, person=acting, action="add patient", subject=subject, detail=detail)
    return patient


def virtual(fictional: FictionalPatient, past: "Past | None") -> VirtualPatient:
    """The patient as a world takes one in, as of the pump's now."""
    somebody = Somebody(
        key=fictional.record_number,
        baseline_mas=fictional.muscles,
        tolerance=fictional.true_tolerance,
        tip_level=past.scenario.patient.tip_level if past else "T10",
        caller=fictional.caller,
        pronoun=fictional.pronoun,
    )
    if past is None:
        return VirtualPatient(person=somebody)
    body = initial_state(past.scenario, past.device, somebody.body())
    return VirtualPatient(person=somebody, device=past.device, body=body)


@dataclass(slots=True, kw_only=True)
class Past:
    """The device as it is lived through its visits, and the records that are written on the way."""

    fictional: FictionalPatient
    surgery: Surgery
    prescriber: Person
    nurse: Person
    scenario: Scenario
    device: Device
    implant: Implant = field(init=False)

    @staticmethod
    def of(fictional: FictionalPatient, *, prescriber: Person, nurse: Person) -> "Past":
        """The past of a patient who has a pump, at its beginning."""
        assert fictional.surgery is not None, "somebody without a pump has no pump's past"
        scenario = fictional.surgery.read()
        return Past(
            fictional=fictional,
            surgery=fictional.surgery,
            prescriber=prescriber,
            nurse=nurse,
            scenario=scenario,
            device=initial_device(scenario),
        )

    def steps(self, until_ms: int) -> Iterator[Step]:
        """The implant, and every visit before `until_ms`."""
        yield Step(at_ms=self.scenario.start_ms, act=self._implanted)
        for index, visit in enumerate(self.scenario.visits):
            if (at_ms := self.scenario.start_ms + visit.at_ms) < until_ms:
                yield Step(at_ms=at_ms, act=partial(self._seen, index))

    def live_to(self, at_ms: int) -> None:
        """Let the device be as it is at `at_ms`."""
        self.device, _ = advance(self.device, at_ms)

    def _implanted(self, now: Now) -> None:
        """The operating room: the record, the pump, its first fill, its first read-out."""
        patient = admit(self.fictional, acting=self.prescriber, now=now)
        self.implant = self._write_implant(patient, now)
        visit = open_visit(patient=patient, acting=self.prescriber, now=now)
        filled = self.scenario.reservoir.fill_nl
        self._write_fill(filled, self.scenario.program.concentration_pg_per_nl, None, None, self.prescriber, now)
        self._read(self.prescriber, now)
        close_visit(visit=visit, next_due_ms=None, acting=self.prescriber, now=now)

    def _seen(self, index: int, now: Now) -> None:
        """A refill: interrogate, empty, fill, update, read back."""
        self.live_to(now.clinic_ms)
        visit = open_visit(patient=self.implant.patient, acting=self.nurse, now=now)
        read = self._read(self.nurse, now).read()
        reviewed, _ = review_visit(self.scenario, index, read)
        done = self.scenario.visits[index].refill
        assert done is not None, "before the world begins, visits are refills"
        self.device, drawn_nl = refill(
            self.device, volume_nl=done.volume_nl, concentration_pg_per_nl=done.concentration_pg_per_nl
        )
        expected, drawn = read.reservoir_nl, as_read(drawn_nl)
        self._write_fill(done.volume_nl, done.concentration_pg_per_nl, expected, drawn, self.nurse, now)
        self._update(visit, reviewed, now)
        close_visit(visit=visit, next_due_ms=None, acting=self.nurse, now=now)

    def _update(self, visit: Visit, reviewed: Review, now: Now) -> None:
        """The update, written down before it was sent, confirmed by what the pump then said."""
        revision = self.device.pump.revision
        stage = Stage(
            transaction_id=f"{self.implant.serial}-{revision + 1}", onto_revision=revision, update=reviewed.update
        )
        pending = record_pending_update(
            visit=visit,
            implant=self.implant,
            transaction_id=stage.transaction_id,
            update=reviewed.update,
            onto_revision=revision,
            review={"digest": reviewed.digest, "findings": [finding.rule for finding in reviewed.findings]},
            reason="",
            second_person=None,
            acting=self.nurse,
            now=now,
        )
        for order in (stage, Commit(transaction_id=stage.transaction_id, digest=reviewed.digest)):
            answer = command(self.device, order)
            if isinstance(answer, Refusal):
                raise OurFault(f"a rehearsal's pump refuses its own past: {answer.says}", remedy="Mend its scenario.")
            self.device = answer
        self._read(self.nurse, now)
        record_outcome(update=pending, status=UpdateStatus.CONFIRMED, says=CONFIRMED_SAYS, acting=self.nurse, now=now)

    def _read(self, acting: Person, now: Now) -> ReadOut:
        read = machine.interrogate(self.device.pump)
        return record_read_out(implant=self.implant, interrogation=read, acting=acting, now=now)

    def _write_implant(self, patient: Patient, now: Now) -> Implant:
        implant = Implant.objects.create(
            patient=patient,
            serial=self.scenario.pump.serial,
            pump_model=self.scenario.pump.model,
            side=self.surgery.side,
            tip_level=self.scenario.patient.tip_level,
            catheter_total_mm=self.surgery.catheter_total_mm,
            catheter_trimmed_mm=self.surgery.catheter_trimmed_mm,
            tubing_nl=self.scenario.catheter.tubing_nl,
            implanted_ms=now.clinic_ms,
            mri_class=self.fictional.mri_class,
        )
        detail: dict[str, Plain] = {"patient": patient.pk, "serial": implant.serial}
        subject = f"implant {implant.pk}"
        append_row(now=now, person=self.prescriber, action="add implant", subject=subject, detail=detail)
        return implant

    def _write_fill(
        self,
        volume_nl: int,
        concentration_pg_per_nl: int,
        expected_nl: int | None,
        withdrawn_nl: int | None,
        acting: Person,
        now: Now,
    ) -> None:
        record_fill(
            implant=self.implant,
            at_ms=now.clinic_ms,
            volume_nl=volume_nl,
            concentration_pg_per_nl=concentration_pg_per_nl,
            residual_expected_nl=expected_nl,
            residual_withdrawn_nl=withdrawn_nl,
            acting=acting,
            now=now,
        )
