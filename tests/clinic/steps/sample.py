"""A step that exists in tests alone: every kind of entry, a sheet for prescribers, and rules of every severity."""

from typing import Any

from thecal.clinic.models import Role, StepRecord
from thecal.clinic.steps.fields import (
    Choice,
    Concentration,
    DailyDose,
    Day,
    Mass,
    Moment,
    Number,
    Several,
    Text,
    Volume,
    YesNo,
)
from thecal.clinic.steps.known import Known
from thecal.clinic.steps.mechanism import Card, Doing, Look, Sheet, Step, Table, Values
from thecal.clinic.steps.sheet_form import Grid, Section, SheetForm
from thecal.clinic.work_items import Urgency as WorkUrgency
from thecal.clinic.work_items import WorkItem, step_item
from thecal.findings import Finding, Rule, Severity, Urgency
from thecal.units import DAY_MS

SOURCE = "sample.org"
RULES = {
    severity.name.lower(): Rule(
        name=f"sample.{severity.name.lower()}", severity=severity, asks="Ask.", source=SOURCE, grade="paper"
    )
    for severity in Severity
}


class EveryForm(SheetForm):
    """One entry of each kind."""

    sections = (
        Section("Answers", ("fever", "side", "drug", "symptoms", "words", "long_words"), "What is said."),
        Section("Numbers", ("temperature_tenths", "pain", "mass_pg", "dose_pg_per_day", "concentration_pg_per_nl")),
        Section("More", ("volume_nl", "day", "at_ms")),
        Section(
            "Table",
            grid=Grid(
                corner="Muscle",
                columns=("Left", "Right"),
                rows=(("Calf", ("calf_left", "calf_right")), ("Thigh", ("thigh_left", "thigh_right"))),
            ),
        ),
    )
    fever = YesNo("Fever?", help_text="Above 38 degrees.")
    side = Choice("Side", (("left", "Left"), ("right", "Right")))
    drug = Choice("Drug", tuple((letter, f"Drug {letter.upper()}") for letter in "abcdefgh"))
    symptoms = Several("Symptoms", (("itch", "Itch"), ("stiff", "Stiffness")))
    words = Text("Words", longest=20)
    long_words = Text("More words", rows=3)
    temperature_tenths = Number("Temperature", low=30, high=45, places=1, unit="degrees")
    pain = Number("Pain", low=0, high=10)
    mass_pg = Mass("Bolus")
    dose_pg_per_day = DailyDose("Daily dose")
    concentration_pg_per_nl = Concentration("Concentration")
    volume_nl = Volume("Volume")
    day = Day("Day")
    at_ms = Moment("At")
    calf_left = Number("Calf, left", low=0, high=4)
    calf_right = Number("Calf, right", low=0, high=4)
    thigh_left = Number("Thigh, left", low=0, high=4)
    thigh_right = Number("Thigh, right", low=0, high=4)


def _judge(values: Values, known: Known) -> list[Finding]:
    """`words` names the severity that is found; a fever is an emergency."""
    del known
    found: list[Finding] = []
    rule = RULES.get(values["words"] or "")
    if rule is not None:
        found.append(rule.finding(field="words", says=f"The words ask for a {rule.severity.name}.", remedy="Reword."))
    if values["fever"]:
        found.append(RULES["note"].finding(field="fever", says="There is fever.", remedy="Call.", urgency=Urgency.NOW))
    return found


def _then(doing: Doing, record: StepRecord) -> None:
    """What follows from a signed record: the patient's allergies are written down."""
    doing.patient.allergies = str(record.entry("words"))
    doing.patient.save(update_fields=["allergies"])


EVERY = Sheet(
    key="sample.every",
    title="Sample sheet",
    button="Record sample",
    form=EveryForm,
    tells=lambda values: f"Fever: {values.get('fever')}",
    judge=_judge,
    then=_then,
    says="Everything that may be entered.",
)


class ShortForm(SheetForm):
    """Two words."""

    sections = (Section("Words", ("words", "fever")),)
    words = Text("Words")
    fever = YesNo("Fever?")


def _act(doing: Doing, room: Any) -> Values:
    """Done to the patient: the room says what was found."""
    return {"found": sorted(room.examine(doing.patient).items())}


ACTED = Sheet(
    key="sample.acted",
    title="Acted sheet",
    button="Do and record",
    form=ShortForm,
    tells=lambda values: str(values.get("words")),
    judge=_judge,
    roles=(Role.PRESCRIBER,),
    act=_act,
    second_later=False,
)


def _look(known: Known) -> Look:
    """Something of everything."""
    return Look(
        cards=(Card(urgency="urgent", title="A card", says="It says so."),),
        facts=(("Records", str(len(known.all("sample.every")))),),
        findings=(RULES["note"].finding(field="", says="A note on the step.", remedy="Read it."),),
        tables=(Table(caption="A table", head=("What", "How much"), rows=(("One", "1"),)),),
    )


def _due(known: Known) -> list[WorkItem]:
    """Until something is recorded, it is due."""
    if known.latest("sample.every") is not None:
        return []
    return [
        step_item(
            known.patient,
            "sample",
            urgency=WorkUrgency.ROUTINE,
            what="Fill in the sample",
            by_ms=known.now_ms + DAY_MS,
            why="Nothing is on record.",
            sheet_key="every",
        )
    ]


SAMPLE = Step(
    number=17,
    key="sample",
    title="The sample step",
    purpose="To see how a step works.",
    sheets=(EVERY, ACTED),
    look=_look,
    due=_due,
)
