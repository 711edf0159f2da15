"""Step 16, what is written at home: the diary, the exercises done; and the plan that a prescriber writes for home."""

from thecal.care.diary import AlarmSound, DiaryEntry, judge_entry
from thecal.clinic.models import Role, StepRecord
from thecal.clinic.models.people import AT_HOME
from thecal.clinic.steps.fields import NOT_KNOWN, Choice, Day, Number, Text, YesNo
from thecal.clinic.steps.known import Known
from thecal.clinic.steps.mechanism import Card, Look, Sheet, Step, Table, Values
from thecal.clinic.steps.sheet_form import Section, SheetForm
from thecal.clinic.when import show_date
from thecal.findings import Finding

LATEST = 14
"""Diary entries that the step's page shows."""
MIN_PER_TENTH_OF_HOUR = 6
SOUNDS = (
    (AlarmSound.SILENT.name, "No sound"),
    (AlarmSound.SINGLE.name, "One beep, about every hour"),
    (AlarmSound.TWO_TONE.name, "Two tones, over and over"),
    (AlarmSound.UNCLEAR.name, "A sound, I cannot say which"),
)
DONE = (("all", "All of them"), ("some", "Some of them"), ("none", "None"))


class DiaryForm(SheetForm):
    """One day. The questions are those that a twelve-year-old can answer; the first eight can be red flags."""

    sections = (
        Section("What cannot wait", ("breathing", "sleepy", "weak", "fever", "stiffer", "itch", "wound", "alarm")),
        Section("The day", ("spasms", "stiffness", "pain", "slept", "words")),
    )
    breathing = YesNo("Is it hard to breathe, or is the breath slow?")
    sleepy = YesNo("Very sleepy, fainted, had a fit, or hard to wake?")
    weak = YesNo("Is there new weakness or tingling?")
    fever = YesNo("Is there a fever?")
    stiffer = YesNo("Stiffer than on other days?")
    itch = YesNo("Does the skin itch, with no rash?")
    wound = YesNo("Is a wound red, swollen, open or wet?", help_text="Say no if there is no wound.")
    alarm = Choice("What do you hear from the pump?", SOUNDS, help_text="Put an ear to it in a quiet room.")
    spasms = Number("How many spasms since yesterday?", low=0, high=999)
    stiffness = Number("How stiff, from 0 to 10?", low=0, high=10, help_text="0 is loose, 10 is as stiff as can be.")
    pain = Number("How much pain, from 0 to 10?", low=0, high=10, help_text="0 is none, 10 is the worst.")
    slept = Number("How long did you sleep?", low=0, high=24, places=1, unit="hours")
    words = Text("Anything else?", rows=3, longest=1_000, help_text="The clinic reads it by day.")


class ExerciseForm(SheetForm):
    """What of the exercises was done on one day."""

    sections = (Section("Exercises", ("day", "done")),)
    day = Day("Day")
    done = Choice("Done", DONE)


class RescueForm(SheetForm):
    """What to do at home, in the prescriber's own words. Nothing is suggested here: no dose has a default."""

    sections = (
        Section(
            "In plain words, as the family will read them",
            ("too_little", "tablets", "too_much", "hospital", "other"),
            "It is shown to the patient and the carers as it is written, with its date and your name.",
        ),
    )
    too_little = Text("At the first signs of too little", rows=4, longest=1_500)
    tablets = Text(
        "Tablets kept at home", rows=3, longest=1_000, help_text="Which, how much, when, and when not. In milligrams."
    )
    too_much = Text("At the first signs of too much", rows=4, longest=1_500)
    hospital = Text("Which hospital, and what to say there", rows=2, longest=600)
    other = Text("What else they must know", rows=2, longest=600)


def entry_of(values: Values) -> DiaryEntry:
    """What the rules are asked about a diary's entries."""
    sound, slept = values.get("alarm"), values.get("slept")
    return DiaryEntry(
        spasms=values.get("spasms"),
        stiffness=values.get("stiffness"),
        pain=values.get("pain"),
        slept_min=None if slept is None else slept * MIN_PER_TENTH_OF_HOUR,
        stiffer=values.get("stiffer"),
        itch=values.get("itch"),
        sleepy=values.get("sleepy"),
        breathing=values.get("breathing"),
        fever=values.get("fever"),
        wound=values.get("wound"),
        weak=values.get("weak"),
        alarm=None if sound is None else AlarmSound[sound],
    )


def _judge_diary(values: Values, known: Known) -> list[Finding]:
    del known
    return judge_entry(entry_of(values))


FLAGS = {
    "breathing": "breathing",
    "sleepy": "sleepy, faint or a fit",
    "weak": "new weakness or tingling",
    "fever": "fever",
    "stiffer": "stiffer than usual",
    "itch": "itch",
    "wound": "wound",
}


def _tell_diary(values: Values) -> str:
    said = [words for name, words in FLAGS.items() if values.get(name)]
    if values.get("alarm") not in {None, AlarmSound.SILENT.name}:
        said.append(dict(SOUNDS)[values["alarm"]].lower())
    scores = (
        f"stiffness {_score(values, 'stiffness')}, pain {_score(values, 'pain')}, spasms {_score(values, 'spasms')}"
    )
    flags = f"Red flags: {', '.join(said)}" if said else "No red flag"
    return f"{flags}; {scores}"


def _score(values: Values, name: str) -> str:
    value = values.get(name)
    return NOT_KNOWN if value is None else str(value)


def _tell_exercise(values: Values) -> str:
    done = dict(DONE).get(values.get("done") or "", NOT_KNOWN)
    return f"Exercises of {values.get('day') or 'a day not known'}: {done.lower()}"


def _tell_rescue(values: Values) -> str:
    written = [str(RescueForm.base_fields[name].label) for name in values if values[name]]
    return f"Written: {'; '.join(written).lower()}" if written else "Nothing is written"


DIARY = Sheet(
    key="own.diary",
    title="Diary",
    button="Send diary",
    form=DiaryForm,
    judge=_judge_diary,
    tells=_tell_diary,
    roles=AT_HOME,
    says="Written at home. A red flag tells them at once whom to call; nobody reads it at night.",
)
EXERCISE = Sheet(
    key="own.exercise",
    title="Exercises done",
    button="Write down exercises",
    form=ExerciseForm,
    tells=_tell_exercise,
    roles=AT_HOME,
)
RESCUE = Sheet(
    key="own.rescue",
    title="Rescue plan for home",
    button="Write rescue plan",
    form=RescueForm,
    tells=_tell_rescue,
    roles=(Role.PRESCRIBER,),
    says="What the family does while help is on the way. They see it as you write it. The last one counts.",
)


def _look(known: Known) -> Look:
    """The latest entries of the diary, and what is missing at home."""
    accounts = [f"{person.name}, {person.get_role_display().lower()}" for person in known.patient.people.all()]
    plan = known.latest(RESCUE.key)
    facts = (
        ("Accounts at home", "; ".join(accounts) or "none"),
        ("Rescue plan", f"written {show_date(plan.made_ms)} by {plan.by.name}" if plan else "none is written"),
    )
    entries = known.all(DIARY.key)[-LATEST:]
    tables = (_diary_table(entries),) if entries else ()
    return Look(cards=_missing(known), facts=facts, tables=tables)


def _missing(known: Known) -> tuple[Card, ...]:
    """Somebody with a pump and no plan for home."""
    if known.chart.implant is None or known.latest(RESCUE.key) is not None:
        return ()
    says = "A pump is implanted, and the family has no written plan for the first signs of too little or too much."
    return (Card(urgency="urgent", title="No rescue plan", says=says),)


def _slept(tenths: int | None) -> str:
    return NOT_KNOWN if tenths is None else f"{tenths // 10}.{tenths % 10} h"


def _diary_table(entries: list[StepRecord]) -> Table:
    rows = tuple(
        (
            show_date(record.made_ms),
            _score(record.values, "stiffness"),
            _score(record.values, "pain"),
            _score(record.values, "spasms"),
            _slept(record.values.get("slept")),
            record.values.get("words") or "",
        )
        for record in reversed(entries)
    )
    head = ("Day", "Stiffness, of 10", "Pain, of 10", "Spasms", "Slept", "Words")
    return Table(caption="The diary's latest entries, as they were written at home", head=head, rows=rows)


STEP = Step(
    number=16,
    key="own",
    title="At home",
    purpose="The diary, the exercises, and a written plan for the first signs of too little and too much.",
    sheets=(RESCUE, DIARY, EXERCISE),
    look=_look,
)
