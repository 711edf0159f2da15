"""A patient before the screening test, with a virtual body and a clock: what the tests of its sheets stand on."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.test import Client
from django.urls import reverse
from tests.clinic.helpers import START_MS, Team, at, make_patient, sign_in, text_of
from tests.clinic.steps.helpers import fill_in, known_at, last_record

from thecal.care.responder import ResponderRule
from thecal.clinic.actions import move_clock, start_clock
from thecal.clinic.bedside import room_of
from thecal.clinic.models import Person, Stage, StepRecord
from thecal.clinic.steps.screened import (
    CHECKLIST,
    DISCHARGE,
    DOSE,
    EXTENDED,
    GIVEN,
    OBSERVATION,
    PLAN,
    VERDICT,
)
from thecal.clinic.worklist import worklist
from thecal.rehearsal.world import World
from thecal.units import HOUR_MS

DAY_H = 24
CLEAR = {
    **dict.fromkeys(
        (
            "allergic", "infection", "open_wound", "relapse", "pregnant", "takes_thinners", "renal_impairment",
            "shunt", "takes_oral_baclofen",
        ),
        "no",
    ),
    "airway_kit_ready": "yes",
    "staff_trained": "yes",
}  # fmt: skip
CHOSEN = {"rule": ResponderRule.TWO_POINTS.name, "very_small": "no", "relies_on_tone": "no"}
STIFF = {"knee_flexors_left": "GRADE_3", "ankle_plantar_flexors_left": "GRADE_4"}
LOOSE = {"knee_flexors_left": "GRADE_1", "ankle_plantar_flexors_left": "GRADE_1_PLUS"}
WELL = {"wakefulness": "AWAKE", "breathing_slow": "no"}
FIFTY = {"dose_pg": "50", "over_s": "60"}
READY = dict.fromkeys(
    ("awake", "breathing_checked", "tone_back", "can_pass_urine", "headache_advice", "number_given"), "yes"
)
SHEETS = (PLAN, CHECKLIST, DOSE, OBSERVATION, VERDICT, DISCHARGE, GIVEN, EXTENDED)


class Ward:
    """A patient without a pump, a virtual body, and a clock that both share."""

    def __init__(self, team: Team, client: Client, world: Path) -> None:
        self.team, self.client, self.world = team, client, world
        self.patient = make_patient("Wanda Example", record_number="W-1", stage=Stage.BEFORE_SCREENING)
        room = room_of(self.patient)
        assert room is not None
        room.admit(self.patient)
        self.now_ms = START_MS

    def wait(self, hours: float) -> None:
        """Let time pass for the clinic and the virtual patient."""
        self.now_ms += round(hours * HOUR_MS)
        with World.open(self.world) as opened:
            opened.advance_to(self.now_ms)
        move_clock(to_ms=self.now_ms, acting=None, now=at(self.now_ms))

    def send(self, sheet: str, entries: Mapping[str, Any], person: Person | None = None) -> Any:
        """Fill a sheet in as the prescriber, or as somebody else."""
        return fill_in(self.client, person or self.team.alice, self.patient, sheet, entries)

    def done(self, sheet: str, entries: Mapping[str, Any]) -> StepRecord:
        """A sheet that is recorded."""
        answer = self.send(sheet, entries)
        assert answer.status_code == 302, text_of(answer)
        return last_record(sheet)

    def begin(self) -> None:
        """Rule, checklist and tone before the first dose."""
        self.done(PLAN, CHOSEN)
        self.done(CHECKLIST, CLEAR)
        self.done(OBSERVATION, STIFF | {"phase": "before"})

    def page(self) -> str:
        """The step's page as it stands."""
        url = reverse("step", args=[self.patient.pk, "screening"])
        return text_of(sign_in(self.client, self.team.alice).get(url)).replace("\u00a0", " ")

    def work(self) -> list[tuple[str, str]]:
        """What the worklist says of this patient: its urgency and its words."""
        items = worklist([self.patient], now_ms=self.now_ms)
        return [(item.urgency.word, item.what.replace("\u00a0", " ")) for item in items if "/screening/" in item.url]

    def known(self) -> Any:
        """What is on record now."""
        self.patient.refresh_from_db()
        return known_at(self.patient, self.now_ms)


def make_ward(team: Team, client: Client, world: Path) -> Ward:
    """A world that begins with the clinic's clock, and the patient in it."""
    World.create(world, START_MS, 12).close()
    start_clock(now_ms=START_MS, acting=None, now=at(START_MS))
    return Ward(team, client, world)
