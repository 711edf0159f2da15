"""What was found of the fictional patients, and when they were followed up, as sheets that the nurse recorded."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from thecal.care.scales import LEGS, Ashworth, PennFrequency, PennSeverity
from thecal.clinic.actions.steps import record_sheet
from thecal.clinic.clock import Now
from thecal.clinic.models import Patient, Person
from thecal.clinic.rehearse.history import Step
from thecal.clinic.steps.assessed import AIMED, EXAMINED, PLACES, entry_name
from thecal.clinic.steps.follow_up import VISITED
from thecal.clinic.steps.known import known_of
from thecal.clinic.steps.mechanism import Doing
from thecal.clinic.steps.registry import sheet_of
from thecal.clinic.steps.titrating import ORDERED
from thecal.errors import OurFault
from thecal.units import HOUR_MS, PG_PER_MCG


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One examination: the grade of the legs and of the arms, spasms over the last day, and what the patient said."""

    legs: Ashworth
    arms: Ashworth
    spasms: PennFrequency
    severity: PennSeverity | None
    pain: int
    wakings: int
    fatigue: int
    mobility: str = "TRANSFERS_WITH_HELP"
    tone_uses: tuple[str, ...] = ()

    @property
    def values(self) -> dict[str, Any]:
        """The entries of the sheet."""
        grades = {entry_name(group, side): (self.legs if group in LEGS else self.arms).name for group, side in PLACES}
        return grades | {
            "variant": "MODIFIED",
            "penn_window": "LAST_DAY",
            "penn_frequency": self.spasms.name,
            "penn_severity": None if self.severity is None else self.severity.name,
            "clonus": self.legs >= Ashworth.GRADE_3,
            "pain": self.pain,
            "wakings": self.wakings,
            "fatigue": self.fatigue,
            "contracture": False,
            "contracture_at": [],
            "mobility": self.mobility,
            "relies_on_tone": bool(self.tone_uses),
            "tone_uses": list(self.tone_uses),
            "function": None,
        }


STIFF = Found(
    legs=Ashworth.GRADE_3,
    arms=Ashworth.GRADE_1_PLUS,
    spasms=PennFrequency.OVER_ONE_AN_HOUR,
    severity=PennSeverity.MODERATE,
    pain=6,
    wakings=3,
    fatigue=6,
)
STIFF_AND_STANDING = Found(
    legs=Ashworth.GRADE_3,
    arms=Ashworth.GRADE_1,
    spasms=PennFrequency.OVER_ONE_AN_HOUR,
    severity=PennSeverity.MODERATE,
    pain=5,
    wakings=2,
    fatigue=5,
    mobility="STANDS_TO_TRANSFER",
    tone_uses=("STANDING", "TRANSFERRING"),
)
LOOSER = Found(
    legs=Ashworth.GRADE_1,
    arms=Ashworth.GRADE_1,
    spasms=PennFrequency.WHEN_STIMULATED,
    severity=PennSeverity.MILD,
    pain=2,
    wakings=0,
    fatigue=3,
)


def first_seen(patient: Patient, *, acting: Person, now: Now) -> None:
    """Before the screening test: who stands on stiffness, and what should become easier all the same."""
    _record(EXAMINED, STIFF_AND_STANDING.values, patient=patient, acting=acting, now=now)
    _record(AIMED, _goals("LESS"), patient=patient, acting=acting, now=now)


def followed(record_number: str, *, implanted_ms: int, seen_ms: int, acting: Person) -> Iterator[Step]:
    """Examined on the day of the implant, and followed up at `seen_ms`."""
    told = partial(_told, record_number, acting=acting)
    yield Step(at_ms=implanted_ms + HOUR_MS, act=partial(told, {EXAMINED: STIFF.values, AIMED: _goals("LESS")}))
    sheets = {EXAMINED: LOOSER.values, AIMED: _goals("AS_EXPECTED"), VISITED: _visit()}
    yield Step(at_ms=seen_ms, act=partial(told, sheets))


def _told(record_number: str, sheets: dict[str, dict[str, Any]], now: Now, *, acting: Person) -> None:
    """Every one of these sheets, in their order."""
    patient = Patient.objects.get(record_number=record_number)
    for key, values in sheets.items():
        _record(key, values, patient=patient, acting=acting, now=now)


def healing(patient: Patient, *, acting: Person, now: Now) -> None:
    """A quiet look at wound and system after the operation."""
    quiet = dict.fromkeys(
        ("fever", "neck_stiffness", "drowsiness", "postural_headache", "redness", "swelling"),
        False,
    )
    rest = {"checked_ms": None, "leak": "none", "pump_in_place": True, "tone_as_expected": True, "words": None}
    _record("wound.check", quiet | rest, patient=patient, acting=acting, now=now)


ORDER_SET = {
    "lowest_pg_per_day": 80 * PG_PER_MCG,
    "highest_pg_per_day": 200 * PG_PER_MCG,
    "largest_step_per_mille": 200,
    "shortest_interval_h": 24,
    "steps": 5,
    "expires_on": "2026-03-31",
    "words": "Stop and call me where he can no longer hold his trunk.",
}


def ordered(patient: Patient, *, acting: Person, now: Now) -> None:
    """The order set within which the nurse goes on, signed after the first increase."""
    _record(ORDERED, ORDER_SET, patient=patient, acting=acting, now=now)


def _record(key: str, values: dict[str, Any], *, patient: Patient, acting: Person, now: Now) -> None:
    """One sheet, judged and written down."""
    sheet = sheet_of(key)
    if sheet is None:
        raise OurFault(f"there is no sheet {key}", remedy="Mend the rehearsal's past.")
    known = known_of(patient, now_ms=now.clinic_ms)
    doing = Doing(values=values, known=known, acting=acting, now=now)
    record_sheet(sheet=sheet, doing=doing, findings=sheet.judge(values, known), reason="", second_person=None)


def _goals(level: str) -> dict[str, Any]:
    """Two goals, both at this level."""
    return {
        "goal_1": "Sleep through without spasms",
        "weight_1": 2,
        "level_1": level,
        "goal_2": "Be dressed without pain",
        "weight_2": 1,
        "level_2": level,
        "goal_3": None,
        "weight_3": None,
        "level_3": None,
        "agreed": True,
    }


def _visit() -> dict[str, Any]:
    """A follow-up that counts, to be repeated in a year."""
    return {
        "only_refilled": False,
        "examined": True,
        "pump_read": True,
        "words": "Sleeps through; dressing takes half the time.",
        "has_plan": True,
        "provider": "Home physiotherapy, twice a week (fictional)",
        "plan": "Standing frame, stretching, wheelchair seat checked every half year.",
        "exercises_words": "Calf and thigh stretches, ten minutes each day",
        "exercises": "MOSTLY",
        "hindrance": None,
        "interval": "ONCE_A_YEAR",
        "next_day": None,
    }
