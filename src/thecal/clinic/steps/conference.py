"""Step 4: the team's conference: everybody's view, goals agreed with the patient, a decision, and where it leads."""

from collections.abc import Iterator

from thecal.care.conference import ConferenceCase, Decision, Discipline, Stance, View, dissents, judge_conference
from thecal.care.limits import LARGEST_SCREENING
from thecal.clinic.models import Role, Stage, StepRecord
from thecal.clinic.steps.assessed import AIMED, goals_of
from thecal.clinic.steps.candidacy import FORWARD, blocking
from thecal.clinic.steps.candidate import FACTS
from thecal.clinic.steps.fields import Choice, Day, Text, YesNo, day_ms
from thecal.clinic.steps.known import Known
from thecal.clinic.steps.mechanism import Card, Doing, Look, Sheet, Step, Table, Values
from thecal.clinic.steps.screened import implant_case
from thecal.clinic.steps.sheet_form import Section, SheetForm
from thecal.clinic.when import show_date
from thecal.clinic.work_items import Urgency, WorkItem, step_item
from thecal.findings import Finding

DECISION = "conference.decision"
DISCIPLINES = {
    Discipline.PHYSICIAN: "Physician",
    Discipline.NURSE: "Nurse",
    Discipline.THERAPIST: "Therapist",
    Discipline.SURGEON: "Surgeon",
    Discipline.PHARMACIST: "Pharmacist",
    Discipline.PATIENT: "The patient",
}
STANCES = (("go_on", "Would go on"), ("not", "Would not"), ("unsure", "Unsure"))
DECISIONS = (
    ("screening_test", "On to a screening test"),
    ("implant", "On to an implant"),
    ("not_now", "Not now"),
    ("not_a_candidate", "Not a candidate"),
)
STAGES = {
    "screening_test": Stage.BEFORE_SCREENING,
    "implant": Stage.BEFORE_IMPLANT,
    "not_now": Stage.ASSESSMENT,
    "not_a_candidate": Stage.NO_PUMP,
}
BEFORE_A_PUMP = (Stage.ASSESSMENT, Stage.BEFORE_SCREENING, Stage.BEFORE_IMPLANT, Stage.NO_PUMP, Stage.REMOVED)


def _names(discipline: Discipline) -> tuple[str, str, str]:
    """The entries of one discipline: stance, words, answer."""
    name = discipline.name.lower()
    return f"{name}_stance", f"{name}_why", f"{name}_answer"


class DecisionForm(SheetForm):
    """Six views, the goals, the decision."""

    sections = (
        *(Section(title, _names(discipline)) for discipline, title in DISCIPLINES.items()),
        Section("Goals", ("goals_agreed", "goals_words")),
        Section("Decision", ("decision", "why", "instead", "again_on")),
        Section("For an implant", ("handover_agreed", "handover_words")),
    )
    goals_agreed = YesNo("Did the patient agree to the goals?")
    goals_words = Text("The goals in the patient's words", rows=2)
    decision = Choice("The team decides", DECISIONS)
    why = Text("Why", rows=2, longest=1_000)
    instead = Text("What is done instead, or meanwhile", rows=2)
    again_on = Day("The team looks again on")
    handover_agreed = YesNo("Are the pump's size, the tip's level and the first dose agreed?")
    handover_words = Text("Size, level and first dose", rows=2)

    def prepare(self, known: Known) -> None:
        """The three entries of each discipline."""
        del known
        for discipline in DISCIPLINES:
            stance, why, answer = _names(discipline)
            speaker = ", or who speaks for them," if discipline is Discipline.PATIENT else ""
            self.fields[stance] = Choice(f"Would the {discipline.name.lower()}{speaker} go on?", STANCES)
            self.fields[why] = Text("In their own words", rows=1, longest=1_000)
            self.fields[answer] = Text("The team's answer, where they disagree", rows=1, longest=1_000)


def case_of(values: Values, known: Known) -> ConferenceCase:
    """What was heard and decided, beside what candidacy and the screening test say now."""
    tested = implant_case(known)
    largest = tested.largest_pg is not None and tested.largest_pg >= LARGEST_SCREENING.whole()
    return ConferenceCase(
        views=tuple(_view(discipline, values) for discipline in DISCIPLINES),
        goals_agreed=values.get("goals_agreed"),
        decision=Decision[values["decision"].upper()] if values.get("decision") else None,
        candidacy_blocks=None if known.latest(FACTS) is None else tuple(blocking(known)),
        put_forward=_put_forward(known),
        responded=None if tested.responded is False and not largest else tested.responded,
        extended_responded=tested.extended_responded,
        handover_agreed=values.get("handover_agreed"),
    )


def _put_forward(known: Known) -> bool:
    """Whether what candidacy says was signed and put before the team since it was last changed."""
    facts, forward = known.latest(FACTS), known.latest(FORWARD)
    if facts is None or forward is None:
        return False
    return (facts.made_ms, facts.pk) < (forward.made_ms, forward.pk)


def _view(discipline: Discipline, values: Values) -> View:
    stance, why, answer = _names(discipline)
    chosen = values.get(stance)
    return View(
        discipline=discipline,
        stance=Stance[chosen.upper()] if chosen else None,
        why=values.get(why) or "",
        answer=values.get(answer) or "",
    )


def _judge(values: Values, known: Known) -> list[Finding]:
    return judge_conference(case_of(values, known))


def _then(doing: Doing, record: StepRecord) -> None:
    """Before there is a pump, the decision says where on the way the patient is."""
    patient, decision = doing.patient, record.entry("decision")
    has_pump = patient.implants.filter(removed_ms__isnull=True).exists()
    if decision is None or has_pump or patient.stage not in BEFORE_A_PUMP:
        return
    patient.stage = STAGES[decision]
    patient.save(update_fields=["stage"])


def _tell(values: Values) -> str:
    """The decision, and who disagreed."""
    if values.get("decision") is None:
        return "No decision yet."
    decision = Decision[values["decision"].upper()]
    against = [DISCIPLINES[view.discipline].lower() for view in _views(values) if dissents(view, decision)]
    dissent = f"; disagreed: {', '.join(against)}" if against else ""
    return f"{dict(DECISIONS)[values['decision']]}{dissent}"


def _views(values: Values) -> Iterator[View]:
    return (_view(discipline, values) for discipline in DISCIPLINES)


def _look(known: Known) -> Look:
    """The last conference, view by view; what blocks; the goals that stand."""
    blocked = tuple(
        Card(urgency="urgent", title="Candidacy blocks going on", says=says) for says in blocking(known)
    ) if known.latest(FACTS) else ()  # fmt: skip
    last, aimed = known.latest(DECISION), known.latest(AIMED)
    goals = "; ".join(goal.says for goal in goals_of(aimed.values).goals) if aimed else ""
    facts = [("Goals of the assessment", goals or "not known")]
    tables: tuple[Table, ...] = ()
    if last is not None:
        facts.append((f"Decided {show_date(last.made_ms)}", _tell(last.values)))
        facts.append(("Why", last.entry("why") or "not written"))
        facts.append(("Goals as agreed", last.entry("goals_words") or "not written"))
        tables = (_table(last),)
    return Look(cards=blocked, facts=tuple(facts), tables=tables)


def _table(record: StepRecord) -> Table:
    """Everybody's view of the last conference; who was not heard is said."""
    words = dict(STANCES)
    rows = tuple(
        (
            DISCIPLINES[view.discipline],
            "not heard" if view.stance is None else words[view.stance.name.lower()],
            view.why or "not written",
            view.answer,
        )
        for view in _views(record.values)
    )
    head = ("Who", "Would", "In their own words", "The team's answer")
    return Table(caption=f"The conference of {show_date(record.made_ms)}", head=head, rows=rows)


def _due(known: Known) -> Iterator[WorkItem]:
    """A conference after somebody was put before the team, and again on the day that the last one named."""
    forward, last = known.latest(FORWARD), known.latest(DECISION)
    if forward is not None and (last is None or (last.made_ms, last.pk) < (forward.made_ms, forward.pk)):
        day = forward.entry("conference_on")
        by_ms = day_ms(day) if day else forward.made_ms
        yield _item(known, "Hold the team conference", by_ms, f"Put before the team {show_date(forward.made_ms)}.")
    elif _wants_handover(known, last):
        why = "The screening test worked; pump size, tip level and first dose are the team's to agree on."
        yield _item(known, "Hold the team conference", known.now_ms, why)
    elif last is not None and last.entry("again_on") and known.patient.stage in BEFORE_A_PUMP:
        why = f"The conference of {show_date(last.made_ms)} named this day."
        yield _item(known, "Look again at the decision", day_ms(last.entry("again_on")), why)


def _wants_handover(known: Known, last: StepRecord | None) -> bool:
    """Whether the test worked and the team has not yet decided for an implant."""
    waits = known.patient.stage == Stage.BEFORE_IMPLANT and known.chart.implant is None
    decided = last is not None and last.entry("decision") == "implant"
    return waits and not decided and bool(implant_case(known).responded)


def _item(known: Known, what: str, by_ms: int, why: str) -> WorkItem:
    late = by_ms < known.now_ms
    return step_item(
        known.patient,
        "conference",
        urgency=Urgency.URGENT if late else Urgency.ROUTINE,
        what=what,
        by_ms=by_ms,
        why=why,
        sheet_key="decision",
    )


STEP = Step(
    number=4,
    key="conference",
    title="Team conference",
    purpose="Each discipline's view, the patient's own, dissent that is answered, goals, and a decision.",
    sheets=(
        Sheet(
            key=DECISION,
            title="Conference",
            button="Record the conference",
            form=DecisionForm,
            judge=_judge,
            tells=_tell,
            then=_then,
            roles=(Role.PRESCRIBER, Role.SURGEON, Role.NURSE, Role.THERAPIST),
        ),
    ),
    look=_look,
    due=_due,
)
