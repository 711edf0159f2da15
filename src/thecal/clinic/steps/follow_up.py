"""Step 10, the follow-up: once or twice a year somebody looks at the person, and at what is done at home."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from thecal.care.follow_up import (
    BOOK_FOLLOW_UP,
    Adherence,
    Due,
    FollowUp,
    Interval,
    counts,
    judge_due,
    judge_follow_up,
    longest,
    next_due_ms,
)
from thecal.clinic.models import Role, Stage, StepRecord
from thecal.clinic.steps.assessed import as_seen, seen_ms
from thecal.clinic.steps.fields import NOT_KNOWN, Choice, Day, Text, YesNo, day_ms
from thecal.clinic.steps.known import Known
from thecal.clinic.steps.mechanism import Look, Sheet, Step, Table, Values
from thecal.clinic.steps.sheet_form import Section, SheetForm
from thecal.clinic.when import show_date
from thecal.clinic.work_items import Urgency, WorkItem, step_item
from thecal.findings import Finding

VISITED = "follow_up.visit"
FOLLOWED = (Stage.TITRATING, Stage.MAINTAINED, Stage.TAPERING)
"""Who has a pump that delivers."""
ADHERENCE = {
    Adherence.AS_PLANNED: "as planned",
    Adherence.MOSTLY: "mostly",
    Adherence.NOW_AND_THEN: "now and then",
    Adherence.NOT_AT_ALL: "not at all",
    Adherence.NONE_PLANNED: "none are planned",
}


class VisitForm(SheetForm):
    """What was looked at, what is done at home, and when the next is."""

    sections = (
        Section("This visit", ("only_refilled", "examined", "pump_read", "words")),
        Section("Rehabilitation", ("has_plan", "provider", "plan")),
        Section("Exercises at home", ("exercises_words", "exercises", "hindrance")),
        Section("The next follow-up", ("interval", "next_day"), "At most a year away, or half a year."),
    )
    only_refilled = YesNo(
        "Was this visit for a refill and nothing more?", help_text="A refill, here or at home, is no follow-up."
    )
    examined = YesNo(
        "Were stiffness, spasms and function assessed?", help_text="They have a sheet of their own, under Assessment."
    )
    pump_read = YesNo("Was the pump interrogated, its battery looked at?")
    words = Text("What the person and the carers say", rows=3, longest=1_000)
    has_plan = YesNo("Is there a rehabilitation plan?")
    provider = Text("Who carries it out, and where", longest=200)
    plan = Text("The plan", rows=3, longest=1_000)
    exercises_words = Text("Which exercises, how often", rows=2, longest=600)
    exercises = Choice("Done", tuple((each.name, words.capitalize()) for each, words in ADHERENCE.items()))
    hindrance = Text("What stands in the way", longest=400)
    interval = Choice("How often", tuple((each.name, each.value.capitalize()) for each in Interval))
    next_day = Day("Booked for")

    def clean(self) -> dict[str, Any]:
        """The next one comes after this one."""
        cleaned: dict[str, Any] = super().clean() or {}
        day = cleaned.get("next_day")
        if day is not None and day_ms(day) <= _at_ms(self.known):
            self.add_error("next_day", "This day had begun or was over by then. Choose a later one.")
        return cleaned


def follow_up_of(values: Values, *, at_ms: int) -> FollowUp:
    """The follow-up that these entries are, made at `at_ms`."""
    day = values.get("next_day")
    return FollowUp(
        at_ms=at_ms,
        interval=_interval(values),
        only_refilled=values.get("only_refilled"),
        examined=values.get("examined"),
        pump_read=values.get("pump_read"),
        has_plan=values.get("has_plan"),
        provider=values.get("provider") or "",
        exercises=_exercises(values),
        next_ms=None if day is None else day_ms(day),
    )


def _at_ms(known: Known) -> int:
    """When this visit is: now, or when the record that is being corrected was made."""
    return known.now_ms if known.corrects is None else seen_ms(known.corrects)


def _interval(values: Values) -> Interval | None:
    name = values.get("interval")
    return None if name is None else Interval[name]


def _exercises(values: Values) -> Adherence | None:
    name = values.get("exercises")
    return None if name is None else Adherence[name]


def _visits(known: Known) -> list[tuple[StepRecord, FollowUp]]:
    """Every record of a follow-up with what it was, oldest first."""
    return [(record, follow_up_of(record.values, at_ms=seen_ms(record))) for record in as_seen(known, VISITED)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where a patient's follow-up stands. `from_implant`: there was none yet, and the implant is not long ago."""

    due: Due
    due_ms: int
    booked_ms: int | None
    from_implant: bool


def standing(known: Known) -> Standing:
    """The last visit that counted, and by when the next one must be."""
    visits = _visits(known)
    last_ms = max((case.at_ms for _, case in visits if counts(case)), default=None)
    chosen = [case.interval for _, case in visits if case.interval is not None]
    interval = chosen[-1] if chosen else None
    start_ms = _implanted_lately_ms(known, interval) if last_ms is None else None
    counted_ms = start_ms if last_ms is None else last_ms
    return Standing(
        due=Due(now_ms=known.now_ms, last_ms=counted_ms, interval=interval),
        due_ms=next_due_ms(last_ms=counted_ms, interval=interval, now_ms=known.now_ms),
        booked_ms=visits[-1][1].next_ms if visits else None,
        from_implant=start_ms is not None,
    )


def _implanted_lately_ms(known: Known, interval: Interval | None) -> int | None:
    """The implant, where a follow-up after it is not overdue yet: then none can have been missed."""
    implant = known.chart.implant
    if implant is None or not 0 <= known.now_ms - implant.implanted_ms <= longest(interval).whole():
        return None
    return implant.implanted_ms


def _judge(values: Values, known: Known) -> list[Finding]:
    """The rules of this visit."""
    return judge_follow_up(follow_up_of(values, at_ms=_at_ms(known)))


def _tell(values: Values) -> str:
    """Whether it was one, and what is done at home."""
    case = follow_up_of(values, at_ms=0)
    what = "Followed up" if counts(case) else "Seen, and it does not count as the follow-up"
    return f"{what}. Exercises at home: {_done(case.exercises)}. Next: {_day(values.get('next_day'))}."


def _look(known: Known) -> Look:
    """What stands between two follow-ups."""
    if known.patient.stage not in FOLLOWED:
        return Look(facts=(("Follow-up", "begins with the pump"),))
    now, visits = standing(known), _visits(known)
    return Look(
        facts=tuple(_facts(now, visits)),
        findings=tuple(judge_due(now.due)),
        tables=(_table(visits),) if visits else (),
    )


def _facts(now: Standing, visits: list[tuple[StepRecord, FollowUp]]) -> Iterator[tuple[str, str]]:
    """The last, the next, and the plan between them."""
    last = NOT_KNOWN if now.due.last_ms is None else show_date(now.due.last_ms)
    yield "Last follow-up", f"none since the implant, {last}" if now.from_implant else last
    yield "Due at the latest", show_date(now.due_ms)
    yield "Booked for", NOT_KNOWN if now.booked_ms is None else show_date(now.booked_ms)
    yield "How often", NOT_KNOWN if now.due.interval is None else now.due.interval.value
    if visits:
        record, case = visits[-1]
        yield "Rehabilitation", case.provider or NOT_KNOWN
        yield "Exercises at home", f"{record.entry('exercises_words') or NOT_KNOWN}; done: {_done(case.exercises)}"


def _table(visits: list[tuple[StepRecord, FollowUp]]) -> Table:
    """Every visit, newest first."""
    rows = tuple(
        (
            show_date(case.at_ms),
            "yes" if counts(case) else "no",
            case.provider or NOT_KNOWN,
            _done(case.exercises),
            record.entry("hindrance") or "",
        )
        for record, case in reversed(visits)
    )
    head = ("Seen", "Counts as follow-up", "Rehabilitation", "Exercises at home", "In the way")
    return Table(caption="Follow-ups", head=head, rows=rows)


def _done(exercises: Adherence | None) -> str:
    return NOT_KNOWN if exercises is None else ADHERENCE[exercises]


def _day(day: str | None) -> str:
    return NOT_KNOWN if day is None else show_date(day_ms(day))


def _due(known: Known) -> Iterator[WorkItem]:
    """The next follow-up, some weeks before it is due; at once where nobody knows when the last was."""
    if known.patient.stage not in FOLLOWED:
        return
    now = standing(known)
    by_ms = now.due_ms if now.booked_ms is None else min(now.due_ms, now.booked_ms)
    if by_ms - known.now_ms > BOOK_FOLLOW_UP.whole():
        return
    yield step_item(
        known.patient,
        "follow_up",
        urgency=Urgency.ROUTINE,
        what="Follow-up",
        by_ms=by_ms,
        why=_why(now, known.now_ms),
        sheet_key="visit",
    )


def _why(now: Standing, now_ms: int) -> str:
    """Why it is due, in one sentence."""
    if now.due.last_ms is None:
        return "When the last one was is not known. A refill does not take its place."
    since = "The implant was on" if now.from_implant else "The last one was on"
    booked = ""
    if now.booked_ms is not None:
        passed = now.booked_ms <= now_ms
        booked = (
            f" One was booked for {show_date(now.booked_ms)}." if passed else f" Booked for {show_date(now.booked_ms)}."
        )
    return f"{since} {show_date(now.due.last_ms)}; {longest(now.due.interval).shown()} is the longest.{booked}"


STEP = Step(
    number=10,
    key="follow_up",
    title="Follow-up",
    purpose="At least once or twice a year: how the person is, what the pump says, what is done at home.",
    sheets=(
        Sheet(
            key=VISITED,
            title="Follow-up visit",
            button="Record follow-up",
            form=VisitForm,
            tells=_tell,
            judge=_judge,
            roles=(Role.PRESCRIBER, Role.NURSE, Role.THERAPIST),
        ),
    ),
    look=_look,
    due=_due,
)
