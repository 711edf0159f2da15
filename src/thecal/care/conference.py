"""The team's conference: each discipline's view, dissent that is written and answered, goals, and a decision.

To wait and to decline are never blocked. To go on asks that candidacy blocks nothing, that the goals are the patient's
own, and that nobody's objection is left standing. An implant needs a screening test that worked; who did not respond
to the largest dose gets none, unless an extended infusion test, which the label does not know, showed a response.
"""

from dataclasses import dataclass
from enum import Enum, auto

from thecal.care.candidate import ENGLAND, SELECTION
from thecal.care.limits import LARGEST_SCREENING
from thecal.findings import Finding, Rule, Severity
from thecal.sources import OWN_CHOICE
from thecal.units import show_mass

_PANEL = "CMSC 2015 panel, cmsc.confex.com/cmsc/2015/webprogram/Paper3442.html"
_EXPECTATIONS = "expectations exceeded results in 29 patients, medicaljournalssweden.se/jrm/article/view/3424"

CANDIDACY_BLOCK = Rule(
    name="conference.candidacy_block",
    severity=Severity.BLOCK,
    asks="What blocks a candidate blocks the team too: an allergy to baclofen, an active infection.",
    source=SELECTION,
    grade="paper",
)
NO_RESPONSE = Rule(
    name="conference.no_response",
    severity=Severity.BLOCK,
    asks="Who did not respond to the largest screening dose gets no implant.",
    source=f"{LARGEST_SCREENING.source}; skyscape.com tc256",
    grade="label",
    numbers=(LARGEST_SCREENING,),
)
NO_TEST = Rule(
    name="conference.no_test",
    severity=Severity.TWO_PEOPLE,
    asks="An implant without a screening test that worked needs a reason and a second person.",
    source="indications of the Lioresal label as restated by epgonline.org/global/drugs/lioresal",
    grade="label",
)
CANDIDACY_UNKNOWN = Rule(
    name="conference.candidacy_unknown",
    severity=Severity.TWO_PEOPLE,
    asks="Where nobody has written down what speaks for and against, going on takes two people.",
    source=f"{OWN_CHOICE}: an allergy or an infection that nobody asked for is not absent",
    grade="assumed",
)
NOT_PUT_FORWARD = Rule(
    name="conference.not_put_forward",
    severity=Severity.TWO_PEOPLE,
    asks="Going on takes two people where candidacy was not put before the team as it is known now.",
    source=f"{OWN_CHOICE}: what asks for two people in candidacy is not passed by leaving it out",
    grade="assumed",
)
GOALS_NOT_AGREED = Rule(
    name="conference.goals",
    severity=Severity.TWO_PEOPLE,
    asks="Going on without goals that the patient agreed to takes two people.",
    source=f"{SELECTION}; {ENGLAND}; {_EXPECTATIONS}",
    grade="paper",
)
PATIENT_MISSING = Rule(
    name="conference.patient_missing",
    severity=Severity.TWO_PEOPLE,
    asks="Going on without the patient's own view, or that of who speaks for them, takes two people.",
    source=f"{OWN_CHOICE}: nobody decides on a body without asking who lives in it",
    grade="assumed",
)
VIEW_MISSING = Rule(
    name="conference.view_missing",
    severity=Severity.REASON,
    asks="A decision to go on says why a discipline was not heard.",
    source=f"{OWN_CHOICE}: each discipline sees what the others do not",
    grade="assumed",
)
DISSENT_UNWRITTEN = Rule(
    name="conference.dissent_unwritten",
    severity=Severity.TWO_PEOPLE,
    asks="Who disagrees has the reason written down in their own words.",
    source=f"{OWN_CHOICE}: an objection that is not written is lost",
    grade="assumed",
)
DISSENT_UNANSWERED = Rule(
    name="conference.dissent_unanswered",
    severity=Severity.TWO_PEOPLE,
    asks="Every objection has a written answer before the decision stands.",
    source=f"{OWN_CHOICE}: an objection is met, not outvoted",
    grade="assumed",
)
HANDOVER = Rule(
    name="conference.handover",
    severity=Severity.REASON,
    asks="Whoever decides for an implant agrees on the pump's size, the tip's level and the first dose.",
    source=_PANEL,
    grade="paper",
)
INSTEAD = Rule(
    name="conference.instead",
    severity=Severity.NOTE,
    asks="Who is told to wait, or gets no pump, is told what is done instead.",
    source=f"{OWN_CHOICE}: spasticity goes on",
    grade="assumed",
)
UNDECIDED = Rule(
    name="conference.undecided",
    severity=Severity.NOTE,
    asks="A conference without a decision says so.",
    source=f"{OWN_CHOICE}: no decision is not a refusal",
    grade="assumed",
)

RULES = (
    CANDIDACY_BLOCK,
    NO_RESPONSE,
    NO_TEST,
    CANDIDACY_UNKNOWN,
    NOT_PUT_FORWARD,
    GOALS_NOT_AGREED,
    PATIENT_MISSING,
    VIEW_MISSING,
    DISSENT_UNWRITTEN,
    DISSENT_UNANSWERED,
    HANDOVER,
    INSTEAD,
    UNDECIDED,
)


class Discipline(Enum):
    """Whose view it is."""

    PHYSICIAN = auto()
    NURSE = auto()
    THERAPIST = auto()
    SURGEON = auto()
    PHARMACIST = auto()
    PATIENT = auto()


class Stance(Enum):
    """What somebody would do."""

    GO_ON = auto()
    NOT = auto()
    UNSURE = auto()


class Decision(Enum):
    """What the conference decides."""

    SCREENING_TEST = auto()
    IMPLANT = auto()
    NOT_NOW = auto()
    NOT_A_CANDIDATE = auto()


GOING_ON = (Decision.SCREENING_TEST, Decision.IMPLANT)


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """One discipline's view; `why` are its own words and `answer` the team's to a dissent. Empty is not written."""

    discipline: Discipline
    stance: Stance | None = None
    why: str = ""
    answer: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConferenceCase:
    """What a conference heard and decided; None is not known.

    `candidacy_blocks` are the sentences that block a candidate, empty where none does, None where candidacy is not on
    record. `responded` is the screening test's verdict: False is no response at the largest dose, None that there is no
    finished test. `extended_responded` is that of an extended infusion test.
    """

    views: tuple[View, ...] = ()
    goals_agreed: bool | None = None
    decision: Decision | None = None
    candidacy_blocks: tuple[str, ...] | None = None
    put_forward: bool | None = None
    responded: bool | None = None
    extended_responded: bool | None = None
    handover_agreed: bool | None = None


def judge_conference(case: ConferenceCase) -> list[Finding]:
    """What a decision asks for. Waiting and declining are never blocked; going on may be.

    >>> views = tuple(View(discipline=each, stance=Stance.GO_ON) for each in Discipline)
    >>> good = dict(views=views, goals_agreed=True, candidacy_blocks=(), put_forward=True)
    >>> judge_conference(ConferenceCase(decision=Decision.SCREENING_TEST, **good))
    []
    >>> judge_conference(ConferenceCase(decision=Decision.IMPLANT, responded=True, handover_agreed=True, **good))
    []
    >>> against = (View(discipline=Discipline.NURSE, stance=Stance.NOT),)
    >>> for finding in judge_conference(ConferenceCase(views=against, decision=Decision.IMPLANT, responded=False)):
    ...     print(finding.severity.name, finding.rule)
    TWO_PEOPLE conference.candidacy_unknown
    BLOCK conference.no_response
    TWO_PEOPLE conference.goals
    TWO_PEOPLE conference.patient_missing
    REASON conference.view_missing
    REASON conference.handover
    TWO_PEOPLE conference.dissent_unwritten
    TWO_PEOPLE conference.dissent_unanswered
    >>> allergic = ConferenceCase(decision=Decision.IMPLANT, **good | dict(candidacy_blocks=("Allergic to baclofen.",)))
    >>> [f.rule for f in judge_conference(allergic)]
    ['conference.candidacy_block', 'conference.no_test', 'conference.handover']
    >>> passed_by = ConferenceCase(decision=Decision.SCREENING_TEST, **good | dict(put_forward=False))
    >>> [f.rule for f in judge_conference(passed_by)]
    ['conference.not_put_forward']
    >>> [f.rule for f in judge_conference(ConferenceCase(decision=Decision.NOT_NOW, **good | dict(views=())))]
    ['conference.instead']
    >>> [f.rule for f in judge_conference(ConferenceCase())]
    ['conference.undecided']
    """
    if case.decision is None:
        return [
            UNDECIDED.finding(
                field="decision",
                says="No decision is on record.",
                remedy="Decide, or write down what is waited for and until when.",
            )
        ]
    if case.decision in GOING_ON:
        return [*_judge_candidacy(case), *_judge_test(case), *_judge_heard(case), *_judge_dissent(case)]
    return [_instead(case.decision), *_judge_dissent(case)]


QUESTIONS = {"conference.decision": (ConferenceCase, judge_conference)}
"""What can be asked of this module by name."""


def dissents(view: View, decision: Decision) -> bool:
    """Whether a view stands against the decision; to be unsure is to be heard, not to object.

    >>> dissents(View(discipline=Discipline.NURSE, stance=Stance.GO_ON), Decision.NOT_NOW)
    True
    """
    return view.stance is (Stance.NOT if decision in GOING_ON else Stance.GO_ON)


def not_heard(case: ConferenceCase) -> tuple[Discipline, ...]:
    """The disciplines without a view, in their order."""
    heard = {view.discipline for view in case.views if view.stance is not None}
    return tuple(each for each in Discipline if each not in heard)


def _judge_candidacy(case: ConferenceCase) -> list[Finding]:
    """What candidacy found stands."""
    if case.candidacy_blocks is None:
        return [
            CANDIDACY_UNKNOWN.finding(
                field="decision",
                says="What speaks for and against is not on record.",
                remedy="Fill in candidacy first; at the least ask for allergy and infection.",
            )
        ]
    found = [
        CANDIDACY_BLOCK.finding(
            field="decision", says=says, remedy="Decide for not now, and come back when it is settled."
        )
        for says in case.candidacy_blocks
    ]
    if not case.put_forward:
        found.append(
            NOT_PUT_FORWARD.finding(
                field="decision",
                says="Candidacy as it is known now was not put before the team.",
                remedy="Put it before the team in candidacy, or have a second person sign here.",
            )
        )
    return found


def _judge_test(case: ConferenceCase) -> list[Finding]:
    """An implant rests on a screening test."""
    if case.decision is not Decision.IMPLANT or case.responded:
        return []
    if case.responded is False and not case.extended_responded:
        return [
            NO_RESPONSE.finding(
                field="decision",
                says=f"No response to the screening test, up to {show_mass(LARGEST_SCREENING.whole())}.",
                remedy="No implant. Look for another treatment, or for why the test may have failed.",
            )
        ]
    says = "No finished screening test is on record."
    if case.responded is False:
        says = "No response to the screening test; only the extended infusion test worked."
    return [
        NO_TEST.finding(
            field="decision",
            says=says,
            remedy="Decide for a screening test, or write down why not and have a second person agree.",
        )
    ]


def _judge_heard(case: ConferenceCase) -> list[Finding]:
    """Goals, and who was heard."""
    found = []
    if not case.goals_agreed:
        agreed = "Whether the patient agreed to the goals is not known."
        found.append(
            GOALS_NOT_AGREED.finding(
                field="goals_agreed",
                says=agreed if case.goals_agreed is None else "The patient has not agreed to the goals.",
                remedy="Talk about what a pump can and cannot do, and write the goals in the patient's words.",
            )
        )
    missing = not_heard(case)
    if Discipline.PATIENT in missing:
        found.append(
            PATIENT_MISSING.finding(
                field="patient_stance",
                says="The patient's own view is not on record.",
                remedy="Ask the patient, or who speaks for them, and write down what they say.",
            )
        )
    if absent := [each.name.lower() for each in missing if each is not Discipline.PATIENT]:
        found.append(
            VIEW_MISSING.finding(
                field=f"{absent[0]}_stance",
                says=f"Not heard: {', '.join(absent)}.",
                remedy="Hear them, or say why not.",
            )
        )
    if case.decision is Decision.IMPLANT and not case.handover_agreed:
        found.append(
            HANDOVER.finding(
                field="handover_agreed",
                says="Pump size, tip level and first dose are not known to be agreed.",
                remedy="Agree on them, or say who will.",
            )
        )
    return found


def _judge_dissent(case: ConferenceCase) -> list[Finding]:
    """Who disagrees, in writing and answered."""
    assert case.decision is not None, "dissent is from a decision"
    against = [view for view in case.views if dissents(view, case.decision)]
    found = [
        DISSENT_UNWRITTEN.finding(
            field=f"{view.discipline.name.lower()}_why",
            says=f"The {view.discipline.name.lower()} disagrees, and the reason is not written.",
            remedy="Write it down in their words.",
        )
        for view in against
        if not view.why.strip()
    ]
    return found + [
        DISSENT_UNANSWERED.finding(
            field=f"{view.discipline.name.lower()}_answer",
            says=f"The {view.discipline.name.lower()} disagrees, and nobody has answered.",
            remedy="Answer it in writing; the decision may change.",
        )
        for view in against
        if not view.answer.strip()
    ]


def _instead(decision: Decision) -> Finding:
    waits = decision is Decision.NOT_NOW
    return INSTEAD.finding(
        field="decision",
        says="Not now." if waits else "Not a candidate.",
        remedy=f"Write down {'what is waited for, and ' if waits else ''}what is done instead, and tell the patient.",
    )
