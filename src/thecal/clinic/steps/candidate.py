"""Who is weighed: what the assessment, the drugs tried, the record and candidacy's own sheet say of one person."""

from dataclasses import dataclass

from thecal.care.assessment import Examination
from thecal.care.candidate import SEVERE_GROUPS, CandidacyCase, Epilepsy, Fusion
from thecal.care.oral_drugs import Drug
from thecal.care.scales import ARMS, LEGS, Ashworth, MuscleGroup
from thecal.care.titration import Origin
from thecal.care.tried import failed
from thecal.clinic.models import Flag, Patient
from thecal.clinic.steps.ages import age_years, days_since
from thecal.clinic.steps.assessed import EXAMINED, examination_of
from thecal.clinic.steps.known import Known
from thecal.clinic.steps.mechanism import Values
from thecal.clinic.steps.tried import oral_cases
from thecal.clinic.when import show_date

FACTS = "candidacy.facts"
DRUG = "baclofen"
ASKED = (
    "baclofen_allergy",
    "active_infection",
    "coagulopathy",
    "malnutrition",
    "psychosis",
    "dysreflexia",
    "pregnant",
    "other_device",
    "goals_realistic",
    "refills_committed",
    "interferes",
    "shunt",
    "seizures",
    "abdominal_surgery",
)
"""What candidacy's sheet alone knows, under the same names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """The case, and from which record each known entry of it was read."""

    case: CandidacyCase
    read_from: dict[str, str]


def candidate_of(known: Known, facts: Values | None = None) -> Candidate:
    """One person as the records know them. `facts` are candidacy's entries, those on record unless they are given."""
    record = known.latest(FACTS)
    asked: Values = facts if facts is not None else record.values if record else {}
    examined = known.latest(EXAMINED)
    examination = examination_of(examined.values) if examined else Examination()
    patient = known.patient
    case = CandidacyCase(
        age_years=age_years(patient, known.now_ms),
        weight_g=asked.get("weight_g"),
        origin=Origin[patient.origin.upper()],
        brain_injury=asked.get("brain_injury"),
        brain_injury_days_ago=days_since(asked.get("brain_injury_on"), known.now_ms),
        fusion=Fusion[asked["fusion"].upper()] if asked.get("fusion") else None,
        epilepsy=Epilepsy[asked["epilepsy"].upper()] if asked.get("epilepsy") else None,
        breathing_risk=_flagged(patient, Flag.BREATHING_RISK, answer=asked.get("breathing_risk")),
        kidneys_impaired=_flagged(patient, Flag.RENAL, answer=asked.get("kidneys_impaired")),
        relies_on_tone=_flagged(patient, Flag.RELIES_ON_TONE, answer=_relies(examination)),
        oral_failed=_oral_failed(known),
        one_region=_one_region(known),
        arms=_spastic(examination, ARMS),
        legs=_spastic(examination, LEGS),
        groups_at_4=_groups_at_4(examination),
        penn_frequency=None if examination.penn_frequency is None else int(examination.penn_frequency),
        **{name: asked.get(name) for name in ASKED} | {"baclofen_allergy": _allergic(patient, asked)},
    )
    return Candidate(case=case, read_from=_read_from(known))


def _read_from(known: Known) -> dict[str, str]:
    """Where each entry comes from, in words."""
    facts, examined, oral, other = (known.latest(key) for key in (FACTS, EXAMINED, "tried.oral", "tried.other"))
    words = dict.fromkeys(("age_years", "origin"), "the record")
    sheets = (
        (examined, "examination", ("relies_on_tone", "arms", "legs", "groups_at_4", "penn_frequency")),
        (oral, "drugs by mouth", ("oral_failed",)),
        (other, "what else was tried", ("one_region",)),
        (facts, "candidacy", (*ASKED, "weight_g", "brain_injury", "brain_injury_days_ago", "fusion", "epilepsy",
                              "breathing_risk", "kidneys_impaired")),
    )  # fmt: skip
    for record, name, fields in sheets:
        if record is not None:
            words |= dict.fromkeys(fields, f"{name}, {show_date(record.made_ms)}")
    return words


def _flagged(patient: Patient, flag: Flag, *, answer: bool | None) -> bool | None:
    """A flag on the record outlives an answer that says otherwise."""
    return True if flag in patient.flags else answer


def _allergic(patient: Patient, asked: Values) -> bool | None:
    """As it was answered; until then a record whose allergies name the drug counts as yes."""
    answer: bool | None = asked.get("baclofen_allergy")
    return True if answer is None and DRUG in patient.allergies.lower() else answer


def _relies(examination: Examination) -> bool | None:
    return True if examination.tone_uses else examination.relies_on_tone


def _groups_at_4(examination: Examination) -> int | None:
    """How many muscle groups are at 4, counted once for both sides; None where those not examined could change it."""
    groups = {tone.group for tone in examination.tones if tone.grade is Ashworth.GRADE_4}
    enough = len(groups) >= SEVERE_GROUPS.whole()
    complete = bool(examination.tones) and all(tone.grade is not None for tone in examination.tones)
    return len(groups) if enough or complete else None


def _spastic(examination: Examination, groups: frozenset[MuscleGroup]) -> bool | None:
    """Whether any of these groups is stiff; None where those not examined could change it."""
    grades = [tone.grade for tone in examination.tones if tone.group in groups]
    if any(grade is not None and grade > Ashworth.GRADE_0 for grade in grades):
        return True
    return None if not grades or None in grades else False


def _oral_failed(known: Known) -> bool | None:
    """Whether a drug by mouth failed: baclofen where the origin is spinal, as the label says, else any."""
    spinal = known.patient.origin == "spinal"
    cases = [case for case in oral_cases(known) if case.drug is Drug.BACLOFEN or not spinal]
    answers = [failed(case) for case in cases]
    if True in answers:
        return True
    return None if not answers or None in answers else False


def _one_region(known: Known) -> bool | None:
    record = known.latest("tried.other")
    answer: bool | None = record.entry("one_region") if record else None
    return answer
