"""Step 1, the assessment: stiffness muscle by muscle, spasms, what they do to the person, and what therapy is for."""

from collections.abc import Iterator
from enum import Enum

from django import forms

from thecal.care.assessment import Mobility, ToneUse, judge_examination
from thecal.care.goals import Goals, judge_goals
from thecal.care.scales import (
    Ashworth,
    AshworthVariant,
    GasLevel,
    MuscleGroup,
    PennFrequency,
    PennSeverity,
    PennWindow,
    Side,
    mean_hundredths,
)
from thecal.clinic.bedside import room_of
from thecal.clinic.models import Flag, Patient, Role, Stage, StepRecord
from thecal.clinic.steps.assessed import (
    AIMED,
    EXAMINED,
    GOALS,
    PLACES,
    as_seen,
    entry_name,
    examination_of,
    examined,
    goals_of,
    level_words,
    of_ten,
    penn_words,
    points_words,
    seen_ms,
    t_words,
)
from thecal.clinic.steps.fields import NOT_KNOWN, Choice, Number, Several, Text, YesNo
from thecal.clinic.steps.known import Known
from thecal.clinic.steps.mechanism import Doing, Look, Sheet, Step, Table, Values
from thecal.clinic.steps.sheet_form import Grid, Section, SheetForm
from thecal.clinic.when import offset_min, show_date
from thecal.clinic.work_items import Urgency, WorkItem, step_item
from thecal.errors import ThecalError
from thecal.figures import Assessed, Figure, Mark, body_chart, change_chart
from thecal.findings import Finding
from thecal.units import DAY_MS

EXAMINERS = (Role.PRESCRIBER, Role.NURSE, Role.THERAPIST, Role.SURGEON)
BEFORE_THERAPY = (Stage.ASSESSMENT, Stage.BEFORE_SCREENING)
WITHOUT_PUMP = (*BEFORE_THERAPY, Stage.BEFORE_IMPLANT, Stage.REMOVED, Stage.NO_PUMP)
MARKED_BEFORE_MS = 30 * DAY_MS
"""An implant so shortly before the first examination still belongs on the chart of change."""
VIRTUAL_MUSCLES = {
    "soleus": MuscleGroup.ANKLE_PLANTAR_FLEXORS,
    "quadriceps": MuscleGroup.KNEE_EXTENSORS,
    "biceps": MuscleGroup.ELBOW_FLEXORS,
}
"""What a rehearsal's examiner calls the muscle groups that a virtual patient has; both sides are alike."""


def _choices(kind: type[Enum]) -> tuple[tuple[str, str], ...]:
    """Every member by name, in the words of its value."""
    return tuple((member.name, f"{member.value[:1].upper()}{member.value[1:]}") for member in kind)


class Grade(Choice):
    """An Ashworth grade, chosen from a list that fits into a table."""

    def __init__(self, label: str) -> None:
        super().__init__(label, tuple((grade.name, grade.label) for grade in Ashworth))
        self.widget = forms.Select(choices=[("", "Not known"), *self.choices])


class ExaminationForm(SheetForm):
    """What is found and what the patient says today."""

    sections = (
        Section(
            "Stiffness",
            ("variant",),
            "Move each joint quickly through its range. Leave open what you did not examine.",
            Grid(
                corner="Muscle group",
                columns=("Right", "Left"),
                rows=tuple(
                    (group.value, (entry_name(group, Side.RIGHT), entry_name(group, Side.LEFT)))
                    for group in MuscleGroup
                ),
            ),
        ),
        Section("Spasms and clonus", ("penn_window", "penn_frequency", "penn_severity", "clonus")),
        Section("What it is like", ("pain", "wakings", "fatigue")),
        Section(
            "What stiffness hinders, and what it helps",
            ("contracture", "contracture_at", "mobility", "relies_on_tone", "tone_uses", "function"),
        ),
    )
    variant = Choice(
        "Scale",
        (
            (AshworthVariant.MODIFIED.name, "Modified Ashworth: 0, 1, 1+, 2, 3, 4"),
            (AshworthVariant.ORIGINAL.name, "Original Ashworth, 0 to 4; from one that counts 1 to 5 take one away"),
        ),
    )
    penn_window = Choice(
        "Spasms are counted over",
        ((PennWindow.LAST_DAY.name, "the last day"), (PennWindow.LAST_HOUR.name, "the last hour")),
    )
    penn_frequency = Choice(
        "How often are there spasms? (Penn)",
        (
            (PennFrequency.NONE.name, "0: none"),
            (PennFrequency.WHEN_STIMULATED.name, "1: mild, when something sets them off"),
            (PennFrequency.UNDER_ONE_AN_HOUR.name, "2: full spasms, less than one an hour"),
            (PennFrequency.OVER_ONE_AN_HOUR.name, "3: more than one an hour"),
            (PennFrequency.OVER_TEN_AN_HOUR.name, "4: more than ten an hour"),
        ),
    )
    penn_severity = Choice(
        "How severe are they? (Penn)",
        (
            (PennSeverity.MILD.name, "1: mild"),
            (PennSeverity.MODERATE.name, "2: moderate"),
            (PennSeverity.SEVERE.name, "3: severe"),
        ),
        help_text="Not asked where there are none.",
    )
    clonus = YesNo("Clonus?")
    pain = Number("Pain, 0 none to 10 worst", low=0, high=10)
    wakings = Number("Woken by stiffness or spasms last night", low=0, high=30, unit="times")
    fatigue = Number("Tired by day, 0 not at all to 10 worst", low=0, high=10)
    contracture = YesNo("A contracture?", help_text="A joint that does not move through its range however slowly.")
    contracture_at = Several("Where?", tuple((group.name, group.value) for group in MuscleGroup))
    mobility = Choice("Gets about", _choices(Mobility))
    relies_on_tone = YesNo("Does stiffness help with anything?")
    tone_uses = Several("With what?", _choices(ToneUse))
    function = Text("What the person can and cannot do", rows=3, longest=1_000)

    def prepare(self, known: Known) -> None:
        """A grade for each muscle group and side."""
        del known
        grades = {entry_name(group, side): Grade(f"{group.value}, {side.name.lower()}") for group, side in PLACES}
        self.fields.update(grades)

    @property
    def found(self) -> list[tuple[str, str]]:
        """What the examiner of a rehearsal finds now, to be typed by hand."""
        return examined_now(self.known.patient)


class GoalsForm(SheetForm):
    """Up to three goals, how far each is reached, and whether the patient wants them."""

    sections = (
        *(Section(f"Goal {number}", (f"goal_{number}", f"weight_{number}", f"level_{number}")) for number in GOALS),
        Section("Agreement", ("agreed",)),
    )
    agreed = YesNo("Agreed with the patient, or with who speaks for them?")

    def prepare(self, known: Known) -> None:
        """The goals that were set before are offered again, without their levels: those are graded each time."""
        for number in GOALS:
            self.fields[f"goal_{number}"] = Text("In the person's own words", longest=200)
            self.fields[f"weight_{number}"] = Number(
                "How much it weighs",
                low=1,
                high=9,
                help_text="1 to 9 against the other goals; 1 where it is left open.",
            )
            self.fields[f"level_{number}"] = Choice("Reached now", LEVELS)
        before = as_seen(known, AIMED)
        if before:
            kept = [f"{name}_{number}" for number in GOALS for name in ("goal", "weight")]
            self.initial = {name: self.entries[name].retype(before[-1].entry(name)) for name in kept}


LEVELS = (
    (GasLevel.MUCH_LESS.name, "−2: much less than expected"),
    (GasLevel.LESS.name, "−1: less than expected"),
    (GasLevel.AS_EXPECTED.name, "0: as expected"),
    (GasLevel.MORE.name, "+1: more than expected"),
    (GasLevel.MUCH_MORE.name, "+2: much more than expected"),
)


def examined_now(patient: Patient) -> list[tuple[str, str]]:
    """What an examiner finds now in a rehearsal, both sides alike; nothing where there is no room, or nobody in it."""
    room = room_of(patient)
    if room is None:
        return []
    try:
        found = room.examine(patient)
    except ThecalError:
        return []
    named = {muscle: group.value for muscle, group in VIRTUAL_MUSCLES.items()}
    return [(f"{named.get(muscle, muscle)}, both sides", grade) for muscle, grade in found.items()]


def _has_pump(known: Known) -> bool | None:
    """Whether a pump delivers, as far as the record tells."""
    if known.chart.implant is not None:
        return True
    return False if known.patient.stage in WITHOUT_PUMP else None


def _judge_examined(values: Values, known: Known) -> list[Finding]:
    """Against the examination before."""
    before = examined(known)
    earlier = None if before is None else before.found
    return judge_examination(examination_of(values, has_pump=_has_pump(known), earlier=earlier))


def _judge_aimed(values: Values, known: Known) -> list[Finding]:
    del known
    return judge_goals(goals_of(values))


def _tell_examined(values: Values) -> str:
    """Legs, spasms and pain in one sentence."""
    case = examination_of(values)
    told = [f"legs' mean grade {points_words(mean_hundredths(case.tones))}", f"Penn {penn_words(case)}"]
    return f"Examined: {', '.join(told)}, pain {of_ten(case.pain)}."


def _tell_aimed(values: Values) -> str:
    """Each goal with its level."""
    goals = goals_of(values)
    told = [f"{goal.says}: {level_words(goal.level)}" for goal in goals.goals]
    return f"Goals: {'; '.join(told)}. T-score {t_words(goals)}." if told else "No goal written down."


def _then_examined(doing: Doing, record: StepRecord) -> None:
    """Reliance on tone becomes a flag that everyone sees; before any pump, the legs' mean is the baseline.

    An older examination that is put right changes neither: a newer one has spoken.
    """
    case, patient = examination_of(record.values), doing.patient
    if any(seen_ms(other) > seen_ms(record) for other in doing.known.all(EXAMINED)):
        return
    relies = True if case.tone_uses else case.relies_on_tone
    if relies is not None:
        others = [flag for flag in patient.flags if flag != Flag.RELIES_ON_TONE]
        patient.flags = [*others, Flag.RELIES_ON_TONE.value] if relies else others
    mean = mean_hundredths(case.tones)
    if mean is not None and case.variant is AshworthVariant.MODIFIED and not patient.implants.exists():
        patient.baseline_mas_tenths = min(
            Ashworth, key=lambda grade: (abs(grade.tenths * 10 - mean), -grade.tenths)
        ).tenths
    patient.save(update_fields=["flags", "baseline_mas_tenths"])


def _look(known: Known) -> Look:
    """The last examination on a body, what it means, the goals, and how it all went over time."""
    seen, aimed = as_seen(known, EXAMINED), as_seen(known, AIMED)
    return Look(
        facts=tuple(_facts(seen, aimed)),
        findings=tuple(_findings(known, seen, aimed)),
        figures=tuple(_figures(known, seen)),
        tables=(_goal_table(aimed),) if aimed else (),
    )


def _facts(seen: list[StepRecord], aimed: list[StepRecord]) -> Iterator[tuple[str, str]]:
    """The last of everything, in words."""
    if seen:
        last, case = seen[-1], examination_of(seen[-1].values)
        yield "Examined", f"{show_date(seen_ms(last))}, {last.by.name}"
        yield "Legs, mean grade", points_words(mean_hundredths(case.tones))
        yield "Spasms (Penn)", penn_words(case)
        yield "Clonus", {True: "yes", False: "no"}.get(case.clonus, NOT_KNOWN)  # type: ignore[arg-type]  # None is unknown
        yield "Pain", of_ten(case.pain)
        yield "Woken last night", NOT_KNOWN if case.wakings is None else f"{case.wakings} times"
        yield "Tired by day", of_ten(case.fatigue)
        yield "Gets about", NOT_KNOWN if case.mobility is None else case.mobility.value
    if aimed:
        yield "Goals, T-score", f"{t_words(goals_of(aimed[-1].values))} (50 is as expected)"


def _findings(known: Known, seen: list[StepRecord], aimed: list[StepRecord]) -> Iterator[Finding]:
    """What the rules say of what is on record now; nothing is said of what nobody has begun."""
    if seen:
        earlier = examination_of(seen[-2].values).found if len(seen) > 1 else None
        yield from judge_examination(examination_of(seen[-1].values, has_pump=_has_pump(known), earlier=earlier))
    if seen or aimed:
        yield from judge_goals(goals_of(aimed[-1].values) if aimed else Goals())


def _figures(known: Known, seen: list[StepRecord]) -> Iterator[Figure]:
    """The body as it was last found, and from the second examination on what changed."""
    if seen:
        last, case = seen[-1], examination_of(seen[-1].values)
        says = f"Examined {show_date(seen_ms(last))} by {last.by.name}."
        yield body_chart(case.tones, variant=case.variant, examined=says)
    if len(seen) > 1:
        implants = known.patient.implants.order_by("implanted_ms")
        first = seen_ms(seen[0]) - MARKED_BEFORE_MS
        marks = [Mark(at_ms=one.implanted_ms, says="implant") for one in implants if one.implanted_ms >= first]
        yield change_chart([_assessed(record) for record in seen], utc_offset_min=offset_min(), marks=marks)


def _assessed(record: StepRecord) -> Assessed:
    case = examination_of(record.values)
    return Assessed(
        at_ms=seen_ms(record),
        variant=case.variant,
        tones=case.tones,
        penn_frequency=case.penn_frequency,
        penn_window=case.penn_window,
        pain=case.pain,
    )


def _goal_table(aimed: list[StepRecord]) -> Table:
    """Every time the goals were graded, newest first."""
    rows = tuple(
        (show_date(seen_ms(record)), goal.says, str(goal.weight), level_words(goal.level), t_words(goals))
        for record in reversed(aimed)
        for goals in (goals_of(record.values),)
        for goal in goals.goals
    )
    return Table(caption="Goals", head=("Graded", "Goal", "Weight", "Reached", "T-score of all"), rows=rows)


def _due(known: Known) -> Iterator[WorkItem]:
    """Before therapy an examination and goals are due until they are there."""
    if known.patient.stage not in BEFORE_THERAPY:
        return
    if known.latest(EXAMINED) is None:
        yield _begin(known, "Assess stiffness, spasms and function", "Nothing is on record.", "examination")
    elif known.latest(AIMED) is None:
        yield _begin(known, "Set goals with the patient", "There is no goal on record.", "goals")


def _begin(known: Known, what: str, why: str, sheet: str) -> WorkItem:
    return step_item(
        known.patient,
        "assessment",
        urgency=Urgency.ROUTINE,
        what=what,
        by_ms=known.now_ms,
        why=why,
        sheet_key=sheet,
    )


STEP = Step(
    number=1,
    key="assessment",
    title="Assessment",
    purpose="How stiff, where, what it does to the person, and what should become easier.",
    sheets=(
        Sheet(
            key=EXAMINED,
            title="Examination",
            button="Record examination",
            form=ExaminationForm,
            tells=_tell_examined,
            judge=_judge_examined,
            roles=EXAMINERS,
            then=_then_examined,
        ),
        Sheet(
            key=AIMED,
            title="Goals",
            button="Record goals",
            form=GoalsForm,
            tells=_tell_aimed,
            judge=_judge_aimed,
            roles=EXAMINERS,
            says="Set once, graded at every assessment: 0 is what you expect the therapy to reach.",
        ),
    ),
    look=_look,
    due=_due,
)
