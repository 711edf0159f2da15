"""Step 3: what speaks for a pump and against it, and what is missing, before the team meets.

What is known is written down as it is, also what blocks: a fact is never refused. To put somebody before the team is
a sheet of its own, and there the rules hold.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from thecal.care.candidacy import judge_candidacy
from thecal.care.weighing import Point, weigh
from thecal.clinic.models import Flag, Patient, Role, Stage, StepRecord
from thecal.clinic.steps.assessed import EXAMINED
from thecal.clinic.steps.candidate import DRUG, FACTS, candidate_of
from thecal.clinic.steps.fields import Choice, Day, Number, Text, YesNo
from thecal.clinic.steps.known import Known
from thecal.clinic.steps.mechanism import Doing, Look, Sheet, Step, Values
from thecal.clinic.steps.sheet_form import Section, SheetForm
from thecal.clinic.work_items import Urgency, WorkItem, step_item
from thecal.findings import Finding, Severity

FORWARD = "candidacy.forward"
FLAGS = {"kidneys_impaired": Flag.RENAL, "breathing_risk": Flag.BREATHING_RISK}
"""Answers that stand on every page of the patient."""
ASKED_EACH_TIME = {"baclofen_allergy", "active_infection", "pregnant", "weight_g"}


class FactsForm(SheetForm):
    """What no other sheet asks."""

    sections = (
        Section("What blocks", ("baclofen_allergy", "active_infection"), "The two that stop everything until settled."),
        Section("The body", ("weight_g", "malnutrition", "pregnant", "kidneys_impaired", "breathing_risk",
                             "coagulopathy", "other_device")),
        Section("Brain and spine", ("brain_injury", "brain_injury_on", "epilepsy", "seizures", "psychosis",
                                    "dysreflexia", "fusion", "shunt", "abdominal_surgery")),
        Section("What it would be for", ("interferes", "goals_realistic")),
        Section("The years after", ("refills_committed", "refills_who")),
    )  # fmt: skip
    baclofen_allergy = YesNo("Allergic to baclofen?")
    active_infection = YesNo("An active infection now?", help_text="Also of skin, bladder or chest.")
    weight_g = Number("Weight", low=1, high=300, places=3, unit="kg")
    malnutrition = YesNo("Malnutrition?")
    pregnant = YesNo("Pregnant?")
    kidneys_impaired = YesNo("Kidneys impaired?")
    breathing_risk = YesNo("A risk that breathing fails?")
    coagulopathy = YesNo("A disorder of clotting?")
    other_device = YesNo("Another implanted device that is programmed?")
    brain_injury = YesNo("A traumatic brain injury?")
    brain_injury_on = Day("When")
    epilepsy = Choice("Epilepsy", (("none", "None"), ("controlled", "Controlled"), ("uncontrolled", "Not controlled")))
    seizures = YesNo("Seizures, ever?")
    psychosis = YesNo("Psychosis, or states of confusion?")
    dysreflexia = YesNo("Autonomic dysreflexia, ever?")
    fusion = Choice("Fusion of the spine", (("none", "None"), ("planned", "Planned"), ("done", "Done")))
    shunt = YesNo("A shunt?")
    abdominal_surgery = YesNo("Earlier surgery of abdomen or pelvis?")
    interferes = YesNo("Does spasticity stand in the way of comfort, movement, posture or care?")
    goals_realistic = YesNo("Are the goals ones that a pump may reach?")
    refills_committed = YesNo("Does somebody commit to every refill, for years?")
    refills_who = Text("Who brings the patient, and who stands in")

    def prepare(self, known: Known) -> None:
        """Begin with the answers on record, but for those that change from day to day: these are asked each time."""
        before = known.latest(FACTS)
        if before is not None:
            kept = set(self.entries) - ASKED_EACH_TIME
            self.initial = {name: self.entries[name].retype(before.entry(name)) for name in kept}


class ForwardForm(SheetForm):
    """Before the team."""

    sections = (Section("Before the team", ("summary", "conference_on")),)
    summary = Text("What the team should know", rows=3, longest=1_000)
    conference_on = Day("Conference on")


def judge_known(values: Values, known: Known) -> list[Finding]:
    """The rules' findings about what is on record."""
    del values
    return judge_candidacy(candidate_of(known).case)


def _judge_facts(values: Values, known: Known) -> list[Finding]:
    """The findings about what is typed, as notes: what is so may be written down."""
    found = judge_candidacy(candidate_of(known, values).case)
    here = FactsForm.base_fields
    return [
        replace(finding, severity=Severity.NOTE, field=finding.field if finding.field in here else "")
        for finding in found
    ]


def _judge_forward(values: Values, known: Known) -> list[Finding]:
    return [replace(finding, field="") for finding in judge_known(values, known)]


def _tell_facts(values: Values) -> str:
    """The two that block."""
    said = {True: "yes", False: "no", None: "not known"}
    allergy, infection = values.get("baclofen_allergy"), values.get("active_infection")
    return f"Allergy to baclofen: {said[allergy]}; active infection: {said[infection]}"


def _tell_forward(values: Values) -> str:
    return values.get("summary") or "Put before the team."


def _then_facts(doing: Doing, record: StepRecord) -> None:
    """What everybody must know at once goes to the patient's header; a correction takes it back."""
    patient, before = doing.patient, record.corrects
    for name, flag in FLAGS.items():
        taken_back = before is not None and before.entry(name) and not record.entry(name)
        if record.entry(name) or taken_back:
            others = [each for each in patient.flags if each != flag]
            patient.flags = others if taken_back else [*others, flag.value]
    if record.entry("baclofen_allergy"):
        patient.allergies = _named([*_allergies(patient), DRUG])
    elif before is not None and before.entry("baclofen_allergy"):
        patient.allergies = _named(_allergies(patient))
    patient.save(update_fields=["flags", "allergies"])


def _allergies(patient: Patient) -> list[str]:
    """The allergies on record but for baclofen; "none known" is none."""
    named = [each.strip() for each in patient.allergies.split(",") if each.strip()]
    return [each for each in named if each.lower() not in {DRUG, "none", "none known"}]


def _named(allergies: list[str]) -> str:
    """As the header writes them."""
    return ", ".join(allergies)


def _look(known: Known) -> Look:
    """For, against and missing side by side, each with its source."""
    candidate = candidate_of(known)
    weighed = weigh(candidate.case)
    lists = (
        ("Speaks for it", "for", weighed.speaks_for),
        ("Speaks against it", "against", weighed.speaks_against),
        ("Nobody knows", "missing", weighed.missing),
        ("Often taken for a reason against, and is none", "none", weighed.no_obstacle),
    )
    shown = [(title, css, [(point, _read(point, candidate.read_from)) for point in points])
             for title, css, points in lists if points or css != "none"]  # fmt: skip
    asks = tuple(finding for finding in judge_known({}, known) if finding.severity > Severity.NOTE)
    return Look(findings=asks, extra={"weighed": shown})


def _read(point: Point, read_from: dict[str, str]) -> str:
    return read_from.get(point.field, "")


def _due(known: Known) -> Iterator[WorkItem]:
    """Before the first conference: ask what nobody has asked, then put it before the team."""
    if known.patient.stage != Stage.ASSESSMENT or known.latest(EXAMINED) is None:
        return
    facts, forward = known.latest(FACTS), known.latest(FORWARD) or known.waiting(FORWARD)
    if facts is None:
        yield _item(known, "Ask what speaks for and against a pump", "Candidacy is not on record.", "facts")
    elif forward is None and not blocking(known):
        yield _item(known, "Put before the team", "Candidacy is on record; the team has not been asked.", "forward")


def blocking(known: Known) -> Sequence[str]:
    """The sentences that block a candidate now."""
    found = judge_known({}, known)
    return tuple(finding.says for finding in found if finding.severity is Severity.BLOCK)


def _item(known: Known, what: str, why: str, sheet: str) -> WorkItem:
    return step_item(
        known.patient, "candidacy", urgency=Urgency.ROUTINE, what=what, by_ms=known.now_ms, why=why, sheet_key=sheet
    )


STEP = Step(
    number=3,
    key="candidacy",
    title="Candidacy",
    purpose="What speaks for a pump, what against, and what is missing. The team decides; this page adds nothing up.",
    sheets=(
        Sheet(
            key=FACTS,
            title="What is asked",
            button="Record answers",
            form=FactsForm,
            judge=_judge_facts,
            tells=_tell_facts,
            then=_then_facts,
            says=(
                "The assessment and what was tried are read from their own sheets. Answers on record stand here again; "
                "allergy, infection, pregnancy and weight are asked each time."
            ),
        ),
        Sheet(
            key=FORWARD,
            title="Before the team",
            button="Put before the team",
            form=ForwardForm,
            judge=_judge_forward,
            tells=_tell_forward,
            roles=(Role.PRESCRIBER, Role.NURSE, Role.THERAPIST, Role.SURGEON),
        ),
    ),
    look=_look,
    due=_due,
    template="steps/candidacy.html",
)
