"""What the tests of operations share: a patient whose test worked, a virtual body, and a clock that both share."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.test import Client
from django.urls import reverse
from tests.clinic.helpers import START_MS, Team, at, read_pump, sign_in, text_of
from tests.clinic.steps.helpers import code_now, fill_in, known_at, last_record

from thecal.care.rule_book import RULES_VERSION
from thecal.clinic.actions import move_clock, start_clock
from thecal.clinic.actions.read_outs import record_read_out
from thecal.clinic.bedside import Bedside, room_of
from thecal.clinic.models import Implant, Patient, Person, PumpUpdate, Stage, StepRecord, UpdateStatus, Visit
from thecal.clinic.steps.known import Known
from thecal.clinic.steps.screened import GIVEN, VERDICT
from thecal.clinic.worklist import worklist
from thecal.pump.devices import REFERENCE_20
from thecal.pump.memory import Interrogation
from thecal.rehearsal.world import World
from thecal.units import DAY_MS, HOUR_MS

SAID = dict.fromkeys(("said_alarms", "said_too_little", "said_too_much", "said_refills"), "yes") | {
    "driver": "Oda Fenn",
    "said_by": "patient",
    "can_report": "yes",
}
BOOKED = {
    "surgery_day": "2026-03-04",
    "rehabilitation_provider": "Ms Abara, community physiotherapy",
    "authorised": "yes",
    **dict.fromkeys(
        (
            "monitored_bed", "pump_size_agreed", "tip_level_agreed", "first_dose_agreed", "anaesthesia_judged",
            "surgical_risk_judged",
        ),
        "yes",
    ),
    **dict.fromkeys(("infection", "epilepsy", "feeding_tube", "breathing_risk", "bleeding_risk"), "no"),
}  # fmt: skip
PUMP = {
    "pump_model": REFERENCE_20.name,
    "serial": "TH-90001",
    "pump_lot": "P-1",
    "side": "right",
    "pump_depth_mm": "2",
    "mri_class": "conditional",
    "filled_nl": "20",
    "concentration_pg_per_nl": "500",
    "drug_lot": "D-1",
    "tubing_holds": "drug",
}
OPERATED = PUMP | {
    "catheter_model": "Reference catheter",
    "catheter_lot": "C-1",
    "catheter_total_mm": "89",
    "catheter_trimmed_mm": "12",
    "tip_level": "T10",
    "tip_seen_on_x_ray": "yes",
    "catheter_holds": "no_drug",
}


class Theatre:
    """A patient before the operation, whose screening test worked unless the records say otherwise."""

    def __init__(self, team: Team, client: Client, patient: Patient, world: Path | None) -> None:
        self.team, self.client, self.world = team, client, world
        self.patient = patient
        self.patient.stage = Stage.BEFORE_IMPLANT
        self.patient.save()
        self.now_ms = START_MS
        start_clock(now_ms=START_MS, acting=None, now=at(START_MS))
        if world is not None:
            World.create(world, START_MS, 12).close()
            self.room.admit(self.patient)

    @property
    def room(self) -> Bedside:
        """The room of this patient."""
        found = room_of(self.patient)
        assert found is not None, "this patient has a room"
        return found

    @property
    def implant(self) -> Implant:
        """The pump that is in."""
        return Implant.objects.get(patient=self.patient, removed_ms__isnull=True)

    def wait(self, ms: int) -> None:
        """Let time pass for the clinic and the virtual patient."""
        self.now_ms += ms
        if self.world is not None:
            with World.open(self.world) as opened:
                opened.advance_to(self.now_ms)
        move_clock(to_ms=self.now_ms, acting=None, now=at(self.now_ms))

    def write(self, sheet: str, values: Mapping[str, Any]) -> StepRecord:
        """A record as another step would have left it."""
        return StepRecord.objects.create(
            patient=self.patient,
            sheet=sheet,
            made_ms=self.now_ms,
            by=self.team.alice,
            values=dict(values),
            rules_version=RULES_VERSION,
        )

    def screen(self, judged: str = "ENOUGH", *, dose_pg: int = 50_000_000) -> None:
        """A screening dose the day before, and the team's verdict."""
        self.write(GIVEN, {"dose_pg": dose_pg, "at_ms": START_MS - DAY_MS})
        self.write(VERDICT, {"judged": judged, "at_ms": START_MS - DAY_MS + 8 * HOUR_MS})

    def send(self, sheet: str, entries: Mapping[str, Any], person: Person | None = None) -> Any:
        """Fill a sheet in as the surgeon, or as somebody else."""
        return fill_in(self.client, person or self.team.sol, self.patient, sheet, entries)

    def done(self, sheet: str, entries: Mapping[str, Any], person: Person | None = None) -> StepRecord:
        """A sheet that is recorded."""
        answer = self.send(sheet, entries, person)
        assert answer.status_code == 302, text_of(answer)
        self.patient.refresh_from_db()
        return last_record(sheet)

    def agreed(self, entries: Mapping[str, Any]) -> dict[str, Any]:
        """The entries with a reason and a second person's code."""
        return {
            **entries,
            "reason": "agreed with the team today",
            "second_person": self.team.alice.username,
            "second_code": code_now(),
        }

    def operate(self, **changed: Any) -> StepRecord:
        """Test, consent, booking and operation, all of it in order."""
        self.screen()
        self.done("surgery.consent", SAID)
        self.done("surgery.booking", BOOKED)
        return self.done("surgery.operation", OPERATED | changed)

    def program(self) -> PumpUpdate:
        """A first program, confirmed now."""
        visit = Visit.objects.create(
            patient=self.patient, by=self.team.alice, opened_ms=self.now_ms, closed_ms=self.now_ms
        )
        return PumpUpdate.objects.create(
            visit=visit,
            implant=self.implant,
            transaction_id=f"t-{self.now_ms}",
            digest="0" * 64,
            onto_revision=0,
            update={},
            review={},
            by=self.team.alice,
            status=UpdateStatus.CONFIRMED,
            created_ms=self.now_ms,
            settled_ms=self.now_ms,
        )

    def read(self, *, made_ms: int) -> Interrogation:
        """The pump that is in, made then, as it is read now; since yesterday it runs 300 mcg/day of 2000 mcg/mL."""
        found = read_pump(self.implant.serial, at_ms=self.now_ms, now_ms=self.now_ms - DAY_MS, made_ms=made_ms)
        record_read_out(implant=self.implant, interrogation=found, acting=self.team.alice, now=at(self.now_ms))
        return found

    def page(self, step: str) -> str:
        """A step's page as it stands."""
        url = reverse("step", args=[self.patient.pk, step])
        return text_of(sign_in(self.client, self.team.alice).get(url)).replace("\u00a0", " ")

    def work(self, step: str) -> list[tuple[str, str]]:
        """What the worklist says of this step: urgency and words."""
        items = worklist([self.patient], now_ms=self.now_ms)
        return [(item.urgency.word, item.what) for item in items if f"/{step}/" in item.url]

    def known(self) -> Known:
        """What is on record now."""
        self.patient.refresh_from_db()
        return known_at(self.patient, self.now_ms)
