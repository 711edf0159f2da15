"""The days in hospital after the start: watching, and what must be in hand before going home.

Going home can wait, so it is blocked where the observation is too short or where somebody would be left without a card,
a number to call or a date for the next refill. Who leaves against advice leaves: nothing is blocked then. What was seen
is written down as it was, and a sign of danger says how soon somebody must act.
"""

from dataclasses import dataclass

from thecal.care.answers import Questions, require
from thecal.findings import Finding, Rule, Severity, Urgency
from thecal.sources import OWN_CHOICE, Sourced, register
from thecal.units import DAY_MS, HOUR_MS, show_duration

OBSERVE_START = Sourced(
    name="observe_start", value=8 * HOUR_MS, unit="ms", source="Saulino 2016, doi 10.1111/ner.12388", grade="paper"
)
FULL_EFFECT = Sourced(
    name="full_effect",
    value=2 * DAY_MS,
    unit="ms",
    source="greatest effect 24 to 48 h after the start, label text of 2021, rxreasoner.com/monographs/gablofen",
    grade="label",
)
NUMBERS = register(OBSERVE_START, FULL_EFFECT)

_CARD = (
    "emergency card and numbers, medtronic.com and gillettechildrens.org, Intrathecal Baclofen Discharge Information"
)
_BOXED_WARNING = "boxed warning of the Lioresal label, api.fda.gov/drug/label.json"

OBSERVATION = Rule(
    name="surgery.observation",
    severity=Severity.BLOCK,
    asks="Has the patient been watched for 8 hours and more since the start?",
    source=OBSERVE_START.source,
    grade=OBSERVE_START.grade,
    numbers=(OBSERVE_START,),
)
BEFORE_FULL = Rule(
    name="surgery.before_full_effect",
    severity=Severity.NOTE,
    asks="Is the drug's full effect still to come?",
    source=FULL_EFFECT.source,
    grade=FULL_EFFECT.grade,
    numbers=(FULL_EFFECT,),
)
CARD = Rule(
    name="surgery.card",
    severity=Severity.BLOCK,
    asks="Is the emergency card in the patient's hands?",
    source=_CARD,
    grade="maker",
)
NUMBERS_TO_CALL = Rule(
    name="surgery.numbers_to_call",
    severity=Severity.BLOCK,
    asks="Are the numbers to call by day and by night in the patient's hands?",
    source=_CARD,
    grade="maker",
)
REFILL_DATE = Rule(
    name="surgery.refill_date",
    severity=Severity.BLOCK,
    asks="Is the first refill's date written down for the patient?",
    source=f"attention to the scheduling of refills, {_BOXED_WARNING}",
    grade="label",
)
ORAL_PLAN = Rule(
    name="surgery.oral_plan",
    severity=Severity.TWO_PEOPLE,
    asks="Is it written down what becomes of the oral drugs?",
    source="taper oral drugs, baclofen first, CMSC 2015, cmsc.confex.com/cmsc/2015/webprogram/Paper3442.html",
    grade="paper",
)
TABLETS = Rule(
    name="surgery.tablets_at_home",
    severity=Severity.REASON,
    asks="Is oral baclofen, with written instructions, at home for an interruption?",
    source="tablets and instructions at hand at all times, teaching sheet 1227, childrenswi.org",
    grade="maker",
)
WOUND_DATES = Rule(
    name="surgery.wound_dates",
    severity=Severity.REASON,
    asks="Are the wound checks booked?",
    source=f"{OWN_CHOICE}: most infections and leaks show in the first month",
    grade="assumed",
)
TRAINING = Rule(
    name="surgery.training",
    severity=Severity.REASON,
    asks="Have transfers, positioning and equipment been trained with the weaker muscles?",
    source="new weakness, gillettechildrens.org, Rehabilitation After Intrathecal Baclofen Pump Placement",
    grade="paper",
)
TOO_MUCH = Rule(
    name="surgery.too_much",
    severity=Severity.NOTE,
    asks="Is there a sign of too much drug?",
    source="signs of overdose, baclofenpump.com and teaching sheet 1227, childrenswi.org",
    grade="maker",
)
TOO_LITTLE = Rule(
    name="surgery.too_little",
    severity=Severity.NOTE,
    asks="Is there a sign of too little drug?",
    source=f"signs of withdrawal, {_BOXED_WARNING}",
    grade="label",
)
NOT_LOOKED = Rule(
    name="surgery.not_looked",
    severity=Severity.NOTE,
    asks="Was each sign looked at?",
    source=f"{OWN_CHOICE}: what nobody looked at is not known",
    grade="assumed",
)

RULES = (
    OBSERVATION, BEFORE_FULL, CARD, NUMBERS_TO_CALL, REFILL_DATE, ORAL_PLAN, TABLETS, WOUND_DATES, TRAINING, TOO_MUCH,
    TOO_LITTLE, NOT_LOOKED,
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class DischargeCase:
    """What is in hand on the way home; None is not known. `since_start_ms` counts from the start of the infusion.

    `against_advice` is whether the patient leaves although asked to stay.
    """

    since_start_ms: int | None = None
    card_given: bool | None = None
    numbers_given: bool | None = None
    refill_date_given: bool | None = None
    oral_plan_written: bool | None = None
    tablets_at_home: bool | None = None
    wound_checks_booked: bool | None = None
    trained: bool | None = None
    against_advice: bool | None = None


def judge_discharge(case: DischargeCase) -> list[Finding]:
    """What going home asks for.

    >>> hour = 3_600_000
    >>> ready = DischargeCase(since_start_ms=48 * hour, card_given=True, numbers_given=True, refill_date_given=True,
    ...     oral_plan_written=True, tablets_at_home=True, wound_checks_booked=True, trained=True)
    >>> judge_discharge(ready)
    []
    >>> from dataclasses import replace
    >>> def asked(**changed):
    ...     return [(f.rule, f.severity.name) for f in judge_discharge(replace(ready, **changed))]
    >>> asked(since_start_ms=8 * hour - 1), asked(since_start_ms=8 * hour)
    ([('surgery.observation', 'BLOCK')], [('surgery.before_full_effect', 'NOTE')])
    >>> asked(since_start_ms=None, against_advice=True)
    [('surgery.observation', 'TWO_PEOPLE')]
    >>> asked(card_given=None, numbers_given=False, refill_date_given=None)
    [('surgery.card', 'BLOCK'), ('surgery.numbers_to_call', 'BLOCK'), ('surgery.refill_date', 'BLOCK')]
    >>> asked(oral_plan_written=None, tablets_at_home=False)
    [('surgery.oral_plan', 'TWO_PEOPLE'), ('surgery.tablets_at_home', 'REASON')]
    >>> asked(wound_checks_booked=None, trained=False)
    [('surgery.wound_dates', 'REASON'), ('surgery.training', 'REASON')]
    """
    most = Severity.TWO_PEOPLE if case.against_advice else None
    return [*_judge_observation(case.since_start_ms, most), *_judge_in_hand(case, most)]


def _judge_observation(since_start_ms: int | None, most: Severity | None) -> list[Finding]:
    """Eight hours at least; up to two days a note."""
    if since_start_ms is None or since_start_ms < OBSERVE_START.whole():
        seen = "is not known" if since_start_ms is None else f"was {show_duration(since_start_ms)} ago"
        return [
            OBSERVATION.finding(
                field="since_start_ms",
                says=f"The start of the infusion {seen}; {show_duration(OBSERVE_START.whole())} of watching are asked.",
                remedy="Keep the patient in a watched bed until then.",
                severity=most,
            )
        ]
    if since_start_ms < FULL_EFFECT.whole():
        return [
            BEFORE_FULL.finding(
                field="since_start_ms",
                says=f"{show_duration(since_start_ms)} after the start, the full effect may still be to come.",
                remedy="Say so at home: sleepiness or weakness that grows is a reason to call.",
            )
        ]
    return []


def _judge_in_hand(case: DischargeCase, most: Severity | None) -> list[Finding]:
    """Each thing that goes home with the patient."""
    asked = (
        (CARD, case.card_given, "card_given", "the emergency card is given", "Print and give the card."),
        (
            NUMBERS_TO_CALL, case.numbers_given, "numbers_given", "the numbers for day and night are given",
            "Write both numbers on the card.",
        ),
        (
            REFILL_DATE, case.refill_date_given, "refill_date_given", "the first refill's date is given",
            "Book it, and write it on the card.",
        ),
        (
            ORAL_PLAN, case.oral_plan_written, "oral_plan_written", "the plan for the oral drugs is written",
            "Write which drug is lowered first and by how much, never all at once; have a second person agree.",
        ),
        (
            TABLETS, case.tablets_at_home, "tablets_at_home", "oral baclofen is at home",
            "Prescribe it with written instructions, or write down why not.",
        ),
        (
            WOUND_DATES, case.wound_checks_booked, "wound_checks_booked", "the wound checks are booked",
            "Book them, or write down who looks at the wound and when.",
        ),
        (
            TRAINING, case.trained, "trained", "transfers and equipment are trained",
            "Train them before going home, or write down who does and when.",
        ),
    )  # fmt: skip
    found: list[Finding] = []
    for rule, answer, field, what, remedy in asked:
        found += require(
            rule,
            answer=answer,
            field=field,
            lacking=f"It is not so that {what}.",
            unknown=f"It is not known whether {what}.",
            remedy=remedy,
            most=most,
        )
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class DayCheckCase:
    """What was seen at one check in hospital; None where nobody looked."""

    hard_to_wake: bool | None = None
    slow_breathing: bool | None = None
    drowsy: bool | None = None
    floppy: bool | None = None
    seizure: bool | None = None
    fever: bool | None = None
    confused: bool | None = None
    itch: bool | None = None
    stiffer: bool | None = None


TOO_MUCH_SIGNS = (
    ("hard_to_wake", "hard to wake", Urgency.NOW),
    ("slow_breathing", "slow or shallow breathing", Urgency.NOW),
    ("seizure", "a seizure", Urgency.NOW),
    ("drowsy", "drowsiness", Urgency.TODAY),
    ("floppy", "floppy muscles", Urgency.TODAY),
)
TOO_LITTLE_SIGNS = (
    ("confused", "confusion", Urgency.NOW),
    ("fever", "fever", Urgency.NOW),
    ("itch", "itch", Urgency.TODAY),
    ("stiffer", "more stiffness or spasms than before", Urgency.TODAY),
)
"""Each sign with its field and how soon a prescriber must act on it."""


def judge_day_check(case: DayCheckCase) -> list[Finding]:
    """What a check in hospital asks for. It is always kept.

    >>> from dataclasses import fields
    >>> well = DayCheckCase(**{field.name: False for field in fields(DayCheckCase)})
    >>> judge_day_check(well)
    []
    >>> from dataclasses import replace
    >>> [(f.rule, f.urgency.name) for f in judge_day_check(replace(well, slow_breathing=True, drowsy=True, itch=True))]
    [('surgery.too_much', 'NOW'), ('surgery.too_little', 'TODAY')]
    >>> [(f.rule, f.says) for f in judge_day_check(replace(well, fever=None))]
    [('surgery.not_looked', 'Not looked at: fever.')]
    """
    found: list[Finding] = []
    for rule, signs, remedy in (
        (TOO_MUCH, TOO_MUCH_SIGNS, "Call a prescriber. Open the page “Too much drug” and follow it."),
        (TOO_LITTLE, TOO_LITTLE_SIGNS, "Call a prescriber. Open the page “Too little drug” and follow it."),
    ):
        there = [sign for sign in signs if getattr(case, sign[0])]
        if there:
            found.append(
                rule.finding(
                    field=there[0][0],
                    says=f"Seen: {', '.join(words for _, words, _ in there)}.",
                    remedy=remedy,
                    urgency=max(urgency for _, _, urgency in there),
                )
            )
    return found + _judge_unseen(case)


def _judge_unseen(case: DayCheckCase) -> list[Finding]:
    """What nobody looked at."""
    unseen = [sign for sign in TOO_MUCH_SIGNS + TOO_LITTLE_SIGNS if getattr(case, sign[0]) is None]
    if not unseen:
        return []
    return [
        NOT_LOOKED.finding(
            field=unseen[0][0],
            says=f"Not looked at: {', '.join(words for _, words, _ in unseen)}.",
            remedy="Look, and write it down.",
        )
    ]


QUESTIONS: Questions = {
    "surgery.discharge": (DischargeCase, judge_discharge),
    "surgery.day_check": (DayCheckCase, judge_day_check),
}
"""What can be asked here: the case, and who judges it."""
