"""Wound and system checks: what was seen after each operation, when the next look is due, and an infected system."""

from collections.abc import Iterator

from thecal.care.wound import InfectionCase, Leak, SignsCase, judge_infection, judge_signs
from thecal.care.wound_checks import ScheduleCase, checks_after, due_checks, judge_schedule, open_checks
from thecal.clinic.models import Implant, StepRecord
from thecal.clinic.steps.assessed import seen_ms
from thecal.clinic.steps.fields import AS_RECORDED, Choice, Moment, Several, Text, YesNo
from thecal.clinic.steps.known import Known
from thecal.clinic.steps.mechanism import Card, Look, Sheet, Step, Table, Values
from thecal.clinic.steps.operating import beside
from thecal.clinic.steps.sheet_form import Section, SheetForm
from thecal.clinic.when import show_date
from thecal.clinic.work_items import Urgency, WorkItem, step_item
from thecal.findings import Finding
from thecal.units import DAY_MS

KEY = "wound"
AHEAD_MS = 2 * DAY_MS
LEAKS = {"none": Leak.NONE, "clear": Leak.CLEAR, "other": Leak.OTHER}
SIGNS = ("fever", "neck_stiffness", "drowsiness", "postural_headache", "redness", "swelling")
WORDS = {
    "fever": "fever",
    "neck_stiffness": "stiff neck",
    "drowsiness": "drowsy",
    "postural_headache": "headache when upright",
    "redness": "red",
    "swelling": "swollen",
}


class CheckForm(SheetForm):
    """One look at wound and system: what is dangerous first."""

    sections = (
        Section("When", ("checked_ms",)),
        Section("The person", ("fever", "neck_stiffness", "drowsiness", "postural_headache")),
        Section("The wounds, at the belly and at the back", ("leak", "redness", "swelling")),
        Section("The system", ("pump_in_place", "tone_as_expected", "words")),
    )
    checked_ms = Moment("Looked at", help_text="In UTC. Left empty, it was looked at now.", empty=AS_RECORDED)
    fever = YesNo("Fever?")
    neck_stiffness = YesNo("Stiff neck?")
    drowsiness = YesNo("Drowsy, or hard to wake?")
    postural_headache = YesNo("Headache that comes upright and goes lying flat?")
    leak = Choice(
        "Does a wound leak?", (("none", "No"), ("clear", "Clear fluid"), ("other", "Blood or pus")),
    )  # fmt: skip
    redness = YesNo("Redness?")
    swelling = YesNo("Swelling?")
    pump_in_place = YesNo("Does the pump lie as it was put in?")
    tone_as_expected = YesNo("Is the tone as expected at this dose?")
    words = Text("Anything else", rows=2)


class InfectionForm(SheetForm):
    """An infected system: what speaks for it, who was called, and the plan against withdrawal."""

    sections = (
        Section("The system", ("infected", "speaks_for", "surgeon_called")),
        Section("Before the pump comes out", ("removal_planned", "plan"), "Taking it out stops baclofen at once."),
    )
    infected = YesNo("Is the system held to be infected?")
    speaks_for = Several(
        "What speaks for it",
        (
            ("fever", "Fever"),
            ("wound", "The wound"),
            ("culture", "A culture"),
            ("blood", "Blood tests"),
            ("fluid", "Spinal fluid"),
            ("picture", "A picture"),
        ),
    )
    surgeon_called = Text("Which surgeon was called, and when")
    removal_planned = YesNo("Is it planned to take the system out?")
    plan = Text(
        "The plan against withdrawal, as the prescriber writes it",
        help_text="How baclofen is covered from the removal on, who watches, where, and for how long.",
        longest=2000,
        rows=4,
    )


def _judge_check(values: Values, known: Known) -> list[Finding]:
    del known
    return judge_signs(
        SignsCase(
            swelling=values["swelling"],
            redness=values["redness"],
            leak=LEAKS.get(values["leak"] or ""),
            fever=values["fever"],
            postural_headache=values["postural_headache"],
            drowsiness=values["drowsiness"],
            neck_stiffness=values["neck_stiffness"],
        )
    )


def _judge_infection(values: Values, known: Known) -> list[Finding]:
    del known
    case = InfectionCase(
        infected=values["infected"],
        removal_planned=values["removal_planned"],
        withdrawal_plan=True if values["plan"] else None,
    )
    return beside(judge_infection(case), {"withdrawal_plan": "plan"})


def _tells_check(values: Values) -> str:
    seen = [WORDS[name] for name in SIGNS if values.get(name) is True]
    seen += {"clear": ["leaks clear fluid"], "other": ["leaks blood or pus"]}.get(values.get("leak") or "", [])
    unknown = any(values.get(name) is None for name in (*SIGNS, "leak"))
    told = ", ".join(seen).capitalize() if seen else "No sign seen"
    return f"{told}; not everything was looked at." if unknown else f"{told}."


def _tells_infection(values: Values) -> str:
    held = {True: "The system is held to be infected", False: "The system is not held to be infected"}
    told = held.get(bool(values["infected"]), "") if values.get("infected") is not None else "Infected: not known"
    plan = "a plan against withdrawal is written" if values.get("plan") else "no plan against withdrawal is written"
    return f"{told}; {plan}."


CHECK = Sheet(
    key="wound.check",
    title="Wound and system check",
    button="Record wound check",
    form=CheckForm,
    judge=_judge_check,
    tells=_tells_check,
    says="On day 2, on days 10 to 14 and on day 30 after each operation, a replacement too. Unknown is not no.",
)
INFECTION = Sheet(
    key="wound.infection",
    title="Infected system",
    button="Record infected system",
    form=InfectionForm,
    judge=_judge_infection,
    tells=_tells_infection,
    says="The surgeon now; and before the pump comes out, a written plan against withdrawal.",
)


def schedule_of(known: Known) -> ScheduleCase:
    """The last operation before now, and every look since. The date of an operation is the implant's record's."""
    implants = Implant.objects.filter(patient=known.patient)
    dates = [at_ms for each in implants for at_ms in (each.implanted_ms, each.removed_ms) if at_ms is not None]
    operated_ms = max((at_ms for at_ms in dates if at_ms <= known.now_ms), default=None)
    done_ms = tuple(record.entry("checked_ms") or seen_ms(record) for record in known.all("wound.check"))
    return ScheduleCase(now_ms=known.now_ms, operated_ms=operated_ms, done_ms=done_ms)


def infected(known: Known) -> bool | None:
    """Whether the system that is in is held to be infected, as last written down; None where nobody wrote it."""
    record = _infection(known)
    answer = None if record is None else record.entry("infected")
    return answer if isinstance(answer, bool) else None


def withdrawal_plan(known: Known) -> str | None:
    """The plan against withdrawal for the system that is in, as last written down; None where there is none."""
    record = _infection(known)
    return None if record is None or not record.entry("plan") else str(record.entry("plan"))


def _infection(known: Known) -> StepRecord | None:
    """What was last written of the present system: an earlier one's infection went out with it."""
    record, implant = known.latest("wound.infection"), known.chart.implant
    if record is None or implant is None or seen_ms(record) < implant.implanted_ms:
        return None
    return record


def _look(known: Known) -> Look:
    case = schedule_of(known)
    if case.operated_ms is None:
        return Look(facts=(("Last operation", "none on record"),), cards=_cards(known))
    missing = open_checks(case.operated_ms, case.done_ms)
    rows = tuple(
        (check.name, show_date(check.from_ms), show_date(check.late_ms), "not done" if check in missing else "done")
        for check in checks_after(case.operated_ms)
    )
    return Look(
        facts=(("Last operation", show_date(case.operated_ms)),),
        cards=_cards(known),
        findings=tuple(judge_schedule(case)),
        tables=(Table(caption="Checks after this operation", head=("Check", "From", "Late from", ""), rows=rows),),
    )


def _cards(known: Known) -> tuple[Card, ...]:
    if infected(known) is not True:
        return ()
    plan = withdrawal_plan(known)
    if plan is None:
        return (
            Card(
                urgency="emergency",
                title="Infected system, and no plan against withdrawal",
                says="The surgeon now. Nobody takes the pump out or stops it before the plan is written.",
            ),
        )
    return (Card(urgency="urgent", title="Infected system: the plan against withdrawal", says=plan),)


def _due(known: Known) -> Iterator[WorkItem]:
    """The next look, announced two days ahead; and a plan that is missing."""
    checks = due_checks(schedule_of(known), ahead_ms=AHEAD_MS)
    if checks:
        late = checks[0].late_ms <= known.now_ms
        names = ", ".join(check.name for check in checks)
        yield step_item(
            known.patient,
            KEY,
            urgency=Urgency.URGENT if late else Urgency.ROUTINE,
            what="Look at wound and system",
            by_ms=checks[0].late_ms,
            why=f"The check of {names} after the operation is {'late' if late else 'due'}.",
            sheet_key="check",
        )
    if infected(known) is True and withdrawal_plan(known) is None:
        yield step_item(
            known.patient,
            KEY,
            urgency=Urgency.EMERGENCY,
            what="Write the plan against withdrawal",
            by_ms=known.now_ms,
            why="The system is held to be infected, and taking it out stops baclofen at once.",
            sheet_key="infection",
        )


STEP = Step(
    number=7,
    key=KEY,
    title="Wound and system checks",
    purpose="Seeing an infection or a leak while it is small, after the first operation and after every later one.",
    sheets=(CHECK, INFECTION),
    look=_look,
    due=_due,
)
