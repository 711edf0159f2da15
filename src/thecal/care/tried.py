"""What was tried before a pump: drugs by mouth, each with its dose, time, effect and side effects, and everything else.

Writing down what happened is never refused, so nothing here asks for more than a note, but for one thing: a drug that
was stopped too soon to tell wants a reason. Who stopped baclofen at once in the last days may be in danger, and that
is said with an urgency. An answer that nobody gave is unknown; it never counts as no.
"""

from dataclasses import dataclass
from enum import Enum, auto

from thecal.care.limits import PAEDIATRIC_BELOW
from thecal.care.oral_drugs import (
    BACLOFEN_ADULT,
    BACLOFEN_FROM_8,
    BACLOFEN_YOUNG,
    DANTROLENE_MOST,
    DIAZEPAM_MOST,
    MUSCLE_RELAXANTS,
    NEVER_STOP_AT_ONCE,
    ORAL_BACLOFEN,
    ORAL_TIZANIDINE,
    TIZANIDINE_US,
    TIZANIDINE_USUAL,
    YOUNG_BELOW,
    Drug,
    published_maxima,
    show_oral_dose,
)
from thecal.findings import Finding, Rule, Severity, Urgency
from thecal.sources import OWN_CHOICE, UNREAD, Sourced, register
from thecal.units import PG_PER_MG

_WITHDRAWAL = "fpnotebook.com/Rheum/Pharm/BclfnWthdrwl.htm"
_NON_INVASIVE = "non-invasive treatment comes first, NICE CG145, recommendation 1.6.1, 1library.net"
_CENTRAL = "botulinum for one region, ITB for the rest, PMC2853324"
_PAYERS = f"{UNREAD}: six weeks, as third-party summaries have payers' policies, verity.backworkai.com"

ENOUGH_WEEKS = Sourced(name="oral_trial_least", value=6, unit="weeks", source=_PAYERS, grade="assumed")
WITHDRAWAL_DAYS = Sourced(
    name="oral_baclofen_withdrawal_within", value=4, unit="days", source=_WITHDRAWAL, grade="paper"
)

NUMBERS = register(ENOUGH_WEEKS, WITHDRAWAL_DAYS)

NEVER_AT_ONCE = Rule(
    name="tried.never_at_once",
    severity=Severity.NOTE,
    asks="Wherever baclofen is or was taken, it is said that it must never be stopped at once.",
    source=f"{ORAL_BACLOFEN}; {_WITHDRAWAL}",
    grade="paper",
)
STOPPED_AT_ONCE = Rule(
    name="tried.stopped_at_once",
    severity=Severity.NOTE,
    asks="Where a drug was stopped at once, withdrawal is looked for: the same day after baclofen.",
    source=f"{_WITHDRAWAL}; diazepam tapered over weeks, medilib.ir/uptodate/show/63526",
    grade="paper",
    numbers=(WITHDRAWAL_DAYS,),
)
ABOVE_MAXIMUM = Rule(
    name="tried.above_maximum",
    severity=Severity.NOTE,
    asks="A daily dose by mouth above a published maximum is read again.",
    source=f"{ORAL_BACLOFEN}; {ORAL_TIZANIDINE}; {MUSCLE_RELAXANTS}",
    grade="paper",
    numbers=(
        BACLOFEN_ADULT,
        BACLOFEN_YOUNG,
        BACLOFEN_FROM_8,
        YOUNG_BELOW,
        PAEDIATRIC_BELOW,
        TIZANIDINE_USUAL,
        TIZANIDINE_US,
        DANTROLENE_MOST,
        DIAZEPAM_MOST,
    ),
)
TOO_SHORT = Rule(
    name="tried.too_short",
    severity=Severity.REASON,
    asks="A drug that was taken for less than six weeks needs the reason why it was stopped so soon.",
    source=_PAYERS,
    grade="assumed",
    numbers=(ENOUGH_WEEKS,),
)
SIDE_EFFECTS_UNKNOWN = Rule(
    name="tried.side_effects_unknown",
    severity=Severity.NOTE,
    asks="Each of drowsiness, dizziness, weakness, nausea and headache is asked for by name.",
    source=f"side effects of {ORAL_BACLOFEN}",
    grade="paper",
)
UNKNOWN = Rule(
    name="tried.unknown",
    severity=Severity.NOTE,
    asks="Dose, weeks, effect and how the drug was stopped are on record, or said to be unknown.",
    source=f"{OWN_CHOICE}: who decides on a pump, and who pays for it, asks for each of them",
    grade="assumed",
)
HANDS_ON_UNKNOWN = Rule(
    name="tried.hands_on_unknown",
    severity=Severity.NOTE,
    asks="Whether stretching, exercise and rehabilitation were done is on record.",
    source=_NON_INVASIVE,
    grade="paper",
)
HANDS_ON_MISSING = Rule(
    name="tried.hands_on_missing",
    severity=Severity.NOTE,
    asks="Stretching, exercise and rehabilitation come before a pump and go on beside it.",
    source=f"{_NON_INVASIVE}; both arms of SISTERS, PubMed 29326296",
    grade="paper",
)
FOCAL = Rule(
    name="tried.focal",
    severity=Severity.NOTE,
    asks="Where one region is the problem, botulinum toxin is considered before a pump.",
    source=_CENTRAL,
    grade="paper",
)

RULES = (
    NEVER_AT_ONCE,
    STOPPED_AT_ONCE,
    ABOVE_MAXIMUM,
    TOO_SHORT,
    SIDE_EFFECTS_UNKNOWN,
    UNKNOWN,
    HANDS_ON_UNKNOWN,
    HANDS_ON_MISSING,
    FOCAL,
)


class Effect(Enum):
    """What it did."""

    ENOUGH = auto()
    TOO_LITTLE = auto()
    NOTHING = auto()


class Ended(Enum):
    """Whether and how it was stopped."""

    STILL_TAKEN = auto()
    TAPERED = auto()
    AT_ONCE = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class OralCase:
    """One drug by mouth: highest daily dose, weeks at it, effect, side effects, how it ended. None is not known.

    `unbearable` says whether side effects were the reason, or would be, to take no more of it. `days_since_end` counts
    from the last tablet.
    """

    drug: Drug | None = None
    dose_pg_per_day: int | None = None
    age_years: int | None = None
    weeks: int | None = None
    effect: Effect | None = None
    drowsiness: bool | None = None
    dizziness: bool | None = None
    weakness: bool | None = None
    nausea: bool | None = None
    headache: bool | None = None
    unbearable: bool | None = None
    ended: Ended | None = None
    days_since_end: int | None = None

    def __post_init__(self) -> None:
        counted = (self.dose_pg_per_day, self.age_years, self.weeks, self.days_since_end)
        assert all(value is None or value >= 0 for value in counted), "doses, ages and times are not negative"


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherCase:
    """What else was tried. `one_region` says that a single region, an arm or a foot, is the problem."""

    stretching: bool | None = None
    exercise: bool | None = None
    rehabilitation: bool | None = None
    one_region: bool | None = None
    botulinum: bool | None = None


def failed(case: OralCase) -> bool | None:
    """Whether the drug helped too little or could not be borne; None where neither answer is known.

    >>> failed(OralCase(drug=Drug.BACLOFEN, effect=Effect.ENOUGH, unbearable=True))
    True
    >>> failed(OralCase(drug=Drug.BACLOFEN, effect=Effect.ENOUGH)) is None
    True
    """
    if case.unbearable or case.effect in {Effect.TOO_LITTLE, Effect.NOTHING}:
        return True
    return False if case.effect is Effect.ENOUGH and case.unbearable is False else None


def reached_maximum(case: OralCase) -> bool | None:
    """Whether the dose came up to a published maximum for this person; None where nobody can tell.

    >>> reached_maximum(OralCase(drug=Drug.BACLOFEN, dose_pg_per_day=80 * PG_PER_MG, age_years=40))
    True
    >>> reached_maximum(OralCase(drug=Drug.BACLOFEN, dose_pg_per_day=60 * PG_PER_MG)) is None
    True
    """
    maxima = [most.whole() * PG_PER_MG for most in published_maxima(case.drug, case.age_years)]
    if not maxima or case.dose_pg_per_day is None:
        return None
    if case.drug is Drug.BACLOFEN and case.age_years is None and maxima[0] <= case.dose_pg_per_day < maxima[-1]:
        return None
    return case.dose_pg_per_day >= maxima[0]


def judge_oral(case: OralCase) -> list[Finding]:
    """What the record of one drug by mouth asks for: a reason at most.

    >>> told = dict(drowsiness=False, dizziness=False, weakness=False, nausea=False, headache=False, unbearable=False)
    >>> judge_oral(OralCase(
    ...     drug=Drug.TIZANIDINE, dose_pg_per_day=24 * PG_PER_MG, weeks=6, effect=Effect.TOO_LITTLE,
    ...     ended=Ended.TAPERED, **told))
    []
    >>> slip = OralCase(
    ...     drug=Drug.BACLOFEN, dose_pg_per_day=81 * PG_PER_MG, age_years=18, weeks=5, ended=Ended.AT_ONCE)
    >>> for finding in judge_oral(slip):
    ...     print(finding.rule)
    tried.stopped_at_once
    tried.too_short
    tried.never_at_once
    tried.above_maximum
    tried.side_effects_unknown
    tried.unknown
    """
    return [
        *_judge_end(case),
        *_judge_time(case),
        *_judge_baclofen(case),
        *_judge_dose(case),
        *_judge_side_effects(case),
        *_judge_unknown(case),
    ]


def judge_other(case: OtherCase) -> list[Finding]:
    """What else was tried, and what is not known of it.

    >>> judge_other(OtherCase(stretching=True, exercise=True, rehabilitation=True, one_region=False))
    []
    >>> [f.rule for f in judge_other(OtherCase(exercise=False, rehabilitation=True, one_region=True))]
    ['tried.hands_on_missing', 'tried.hands_on_unknown', 'tried.focal']
    """
    answers = {name: getattr(case, name) for name in ("stretching", "exercise", "rehabilitation")}
    found = []
    if missing := [name for name, done in answers.items() if done is False]:
        found.append(
            HANDS_ON_MISSING.finding(
                field=missing[0],
                says=f"Not done: {', '.join(missing)}.",
                remedy="Offer it before a pump is weighed; it goes on beside a pump too.",
            )
        )
    if unknown := [name for name, done in answers.items() if done is None]:
        found.append(
            HANDS_ON_UNKNOWN.finding(
                field=unknown[0],
                says=f"Whether these were done is not known: {', '.join(unknown)}.",
                remedy="Ask the patient, the family and the therapist.",
            )
        )
    return found + _judge_focal(case)


QUESTIONS = {"tried.oral": (OralCase, judge_oral), "tried.other": (OtherCase, judge_other)}
"""What can be asked of this module by name."""


def _judge_end(case: OralCase) -> list[Finding]:
    """A drug that was stopped at once."""
    if case.ended is not Ended.AT_ONCE:
        return []
    recent = case.days_since_end is None or case.days_since_end <= WITHDRAWAL_DAYS.whole()
    danger = case.drug in {Drug.BACLOFEN, None} and recent
    name = "A drug that is not named" if case.drug is None else case.drug.name.capitalize()
    when = "when is not known" if case.days_since_end is None else f"{case.days_since_end} days ago"
    return [
        STOPPED_AT_ONCE.finding(
            field="ended",
            says=f"{name} was stopped at once; {when}.",
            remedy=(
                "Look today for fever, itch, confusion, more stiffness or spasms. Any of them: emergency now."
                if danger
                else "Ask what followed, and write it down."
            ),
            urgency=Urgency.TODAY if danger else None,
        )
    ]


def _judge_time(case: OralCase) -> list[Finding]:
    """Too few weeks to tell."""
    if case.weeks is None or case.weeks >= ENOUGH_WEEKS.whole() or case.ended is Ended.STILL_TAKEN:
        return []
    return [
        TOO_SHORT.finding(
            field="weeks",
            says=f"{case.weeks} weeks are fewer than the {ENOUGH_WEEKS.whole()} that payers ask for.",
            remedy="Write down why it was stopped: side effects that cannot be borne are a reason that counts.",
        )
    ]


def _judge_baclofen(case: OralCase) -> list[Finding]:
    """The sentence that stands beside every baclofen."""
    if case.drug is not Drug.BACLOFEN:
        return []
    return [
        NEVER_AT_ONCE.finding(
            field="ended",
            says=NEVER_STOP_AT_ONCE,
            remedy="Lower it step by step as the prescriber writes, and tell the patient and the family so.",
        )
    ]


def _judge_dose(case: OralCase) -> list[Finding]:
    """A dose above what is in print."""
    maxima = published_maxima(case.drug, case.age_years)
    dose = case.dose_pg_per_day
    passed = [most for most in maxima if dose is not None and dose > most.whole() * PG_PER_MG]
    if dose is None or not passed:
        return []
    beside = " and ".join(f"{most.shown()}" for most in passed)
    age = "; the age is not known" if case.drug is Drug.BACLOFEN and case.age_years is None else ""
    return [
        ABOVE_MAXIMUM.finding(
            field="dose_pg_per_day",
            says=f"{show_oral_dose(dose)} is above a published maximum of {beside}{age}.",
            remedy="Read the entry again: milligrams a day, all tablets together.",
            numbers=tuple(passed),
        )
    ]


def _judge_side_effects(case: OralCase) -> list[Finding]:
    """Side effects that nobody asked for."""
    named = ("drowsiness", "dizziness", "weakness", "nausea", "headache")
    unknown = [name for name in named if getattr(case, name) is None]
    if not unknown:
        return []
    return [
        SIDE_EFFECTS_UNKNOWN.finding(
            field=unknown[0],
            says=f"Not known: {', '.join(unknown)}.",
            remedy="Ask for each by its name; tiredness from tablets is often taken for the disease.",
        )
    ]


def _judge_unknown(case: OralCase) -> list[Finding]:
    """What is missing from the entry."""
    asked = {
        "drug": case.drug,
        "dose_pg_per_day": case.dose_pg_per_day,
        "weeks": case.weeks,
        "effect": case.effect,
        "unbearable": case.unbearable,
        "ended": case.ended,
    }
    unknown = [name for name, value in asked.items() if value is None]
    if not unknown:
        return []
    words = {"drug": "which drug", "dose_pg_per_day": "dose", "ended": "how it was stopped"}
    words["unbearable"] = "whether side effects were unbearable"
    return [
        UNKNOWN.finding(
            field=unknown[0],
            says=f"Not known: {', '.join(words.get(name, name) for name in unknown)}.",
            remedy="Ask the patient, the family doctor or the pharmacy.",
        )
    ]


def _judge_focal(case: OtherCase) -> list[Finding]:
    """One region, and botulinum toxin not tried or not known to be."""
    if not case.one_region or case.botulinum:
        return []
    tried = "was not tried" if case.botulinum is False else "may not have been tried: it is not known"
    return [
        FOCAL.finding(
            field="botulinum",
            says=f"One region is the problem, and botulinum toxin {tried}.",
            remedy="Ask whether it would do; a pump is for spasticity that is general.",
        )
    ]
