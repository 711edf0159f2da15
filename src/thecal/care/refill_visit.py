"""A refill visit from opening to end: what is left to do, how much was typed, and what must be true before it ends.

One qualified person does a refill of the same drug at the same dose, with at most twelve entries. The expected residual
stays hidden until the withdrawn one is written down: who knows what should come tends to read it.
"""

from dataclasses import dataclass, field
from enum import Enum

from thecal.care.refill import IdentityCase, NeedleCase, VolumeCase
from thecal.care.refill_label import LabelCase
from thecal.findings import Finding, Rule, Severity
from thecal.sources import OWN_CHOICE, Sourced, register

_LEFT_STOPPED = "updates not completed left the pump stopped, HSA 2021, hsa.gov.sg"
_KEEP_BOOKED = "refills are scheduled from the pump's own calculation, pump management page, medtronic.com/us-en"

ROUTINE_ENTRIES = Sourced(
    name="routine_entries", value=12, unit="entries", source=f"{OWN_CHOICE}: the most for a refill", grade="assumed"
)
NUMBERS = register(ROUTINE_ENTRIES)

EMPTIED = Rule(
    name="refill.emptied",
    severity=Severity.BLOCK,
    asks="A visit does not end between emptying and filling.",
    source="abrupt discontinuation, boxed warning of the label, vdocuments.mx (lioresal-intrathecal)",
    grade="label",
)
NOT_TOLD = Rule(
    name="refill.not_told",
    severity=Severity.BLOCK,
    asks="A visit does not end with a reservoir that the pump was not told of.",
    source=_LEFT_STOPPED,
    grade="paper",
)
NOT_RUNNING = Rule(
    name="refill.not_running",
    severity=Severity.REASON,
    asks="After the update the pump is read back and infuses; one left stopped is left so for a written reason.",
    source=_LEFT_STOPPED,
    grade="paper",
)
NOT_BOOKED = Rule(
    name="refill.not_booked",
    severity=Severity.REASON,
    asks="The next refill is booked before the patient leaves.",
    source=_KEEP_BOOKED,
    grade="maker",
)
BOOKED_LATE = Rule(
    name="refill.booked_late",
    severity=Severity.REASON,
    asks="The next refill is booked no later than the book-by date.",
    source=_KEEP_BOOKED,
    grade="maker",
)
AT_HOME = Rule(
    name="refill.at_home",
    severity=Severity.NOTE,
    asks="A refill at home is not the follow-up that is due once or twice a year.",
    source=f"{OWN_CHOICE}: nobody examines function and catheter at a kitchen table",
    grade="assumed",
)
RULES = (EMPTIED, NOT_TOLD, NOT_RUNNING, NOT_BOOKED, BOOKED_LATE, AT_HOME)


class Place(Enum):
    """Where the refill is done."""

    CLINIC = "in the clinic"
    HOME = "at home"


@dataclass(frozen=True, slots=True, kw_only=True)
class EndCase:
    """How a visit ends. `running` is what the read-back said, None where the pump was not read after the update.

    `booked_ms` is the next refill, None where none is booked; `book_by_ms` is the latest day it should be.
    """

    emptied: bool = False
    filled: bool = False
    told: bool = False
    running: bool | None = None
    left_stopped_why: str = ""
    booked_ms: int | None = None
    book_by_ms: int | None = None
    booking_why: str = ""
    place: Place | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RefillCase:
    """One refill visit as far as it got. `withdrawn_nl` is the residual as the syringe read, None until it is typed."""

    read: bool = False
    withdrawn_nl: int | None = None
    identity: IdentityCase = field(default_factory=IdentityCase)
    label: LabelCase = field(default_factory=LabelCase)
    needle: NeedleCase = field(default_factory=NeedleCase)
    volume: VolumeCase = field(default_factory=VolumeCase)
    end: EndCase = field(default_factory=EndCase)


class Task(Enum):
    """One thing to do in a refill visit, in the order of the visit."""

    READ = "Read the pump"
    IDENTITY = "Ask for date of birth and record number"
    LABEL = "Read the label"
    LOT = "Write down lot and expiry"
    LABEL_AGAIN = "Read the label again"
    RESIDUAL = "Write down what was withdrawn"
    NEEDLE = "Check the needle before drug goes in"
    DRAW_BACK = "Draw back after 5 mL"
    FILL = "Fill"
    TELL = "Tell the pump: update it"
    RUNNING = "See that it runs"
    BOOK = "Book the next refill"


def may_show_expected(withdrawn_nl: int | None) -> bool:
    """Whether the expected residual may be shown: only once the withdrawn one is written down.

    >>> may_show_expected(None), may_show_expected(0)
    (False, True)
    """
    return withdrawn_nl is not None


def count_entries(case: RefillCase) -> int:
    """How many values were typed or chosen for what is known of this refill; a grouped answer at the needle is one.

    >>> count_entries(RefillCase())
    0
    >>> count_entries(RefillCase(identity=IdentityCase(said_born="1990-05-17"), withdrawn_nl=2_000_000))
    2
    """
    label, needle = case.label, case.needle
    given = (
        case.identity.said_born != "",
        case.identity.said_record_number != "",
        label.first is not None,
        label.second is not None,
        label.lot != "",
        label.expires_ms is not None,
        case.withdrawn_nl is not None,
        needle.at_stop is not None or needle.aspirated is not None,
        needle.drawn_back is not None or needle.no_resistance is not None or needle.no_swelling is not None,
        case.volume.fill_nl is not None,
        case.end.place is not None,
        case.end.booked_ms is not None,
    )
    return sum(given)


def not_yet_done(case: RefillCase) -> tuple[Task, ...]:
    """What is left to do, in the order of the visit.

    >>> [task.name for task in not_yet_done(RefillCase(read=True, end=EndCase(filled=True)))][-4:]
    ['DRAW_BACK', 'TELL', 'RUNNING', 'BOOK']
    """
    label, needle, end = case.label, case.needle, case.end
    done = {
        Task.READ: case.read,
        Task.IDENTITY: bool(case.identity.said_born and case.identity.said_record_number),
        Task.LABEL: label.first is not None,
        Task.LOT: bool(label.lot) and label.expires_ms is not None,
        Task.LABEL_AGAIN: label.second is not None,
        Task.RESIDUAL: case.withdrawn_nl is not None,
        Task.NEEDLE: None not in (needle.at_stop, needle.aspirated),
        Task.DRAW_BACK: None not in (needle.drawn_back, needle.no_resistance, needle.no_swelling),
        Task.FILL: end.filled,
        Task.TELL: end.told,
        Task.RUNNING: end.told and (end.running is True or end.left_stopped_why.strip() != ""),
        Task.BOOK: end.booked_ms is not None or end.booking_why.strip() != "",
    }
    return tuple(task for task in Task if not done[task])


def judge_end(case: EndCase) -> list[Finding]:
    """What stands against ending the visit. Only a reservoir that was opened asks for anything.

    >>> good = dict(emptied=True, filled=True, told=True, running=True, booked_ms=1, book_by_ms=1)
    >>> judge_end(EndCase(**good)), judge_end(EndCase())
    ([], [])
    >>> def rules(**changed): return [(f.rule, f.severity.name) for f in judge_end(EndCase(**good | changed))]
    >>> rules(filled=False), rules(told=False)
    ([('refill.emptied', 'BLOCK')], [('refill.not_told', 'BLOCK')])
    >>> rules(running=None), rules(running=False, left_stopped_why="Taken out tomorrow.")
    ([('refill.not_running', 'REASON')], [])
    >>> rules(booked_ms=None), rules(booked_ms=2), rules(booked_ms=2, booking_why="Seen at home before.")
    ([('refill.not_booked', 'REASON')], [('refill.booked_late', 'REASON')], [])
    >>> rules(place=Place.HOME)
    [('refill.at_home', 'NOTE')]
    """
    if not (case.emptied or case.filled):
        return []
    if not case.filled:
        return [_emptied()]
    if not case.told:
        return [_not_told()]
    found = [] if case.running or case.left_stopped_why.strip() else [_not_running(case)]
    found += _judge_booking(case)
    return [*found, _at_home()] if case.place is Place.HOME else found


QUESTIONS = {"refill.end": (EndCase, judge_end)}


def _judge_booking(case: EndCase) -> list[Finding]:
    """The next refill, in time or for a written reason."""
    if case.booking_why.strip():
        return []
    if case.booked_ms is None:
        return [
            NOT_BOOKED.finding(
                field="next_days",
                says="No next refill is booked.",
                remedy="Book it no later than the book-by date, or write why there is none.",
            )
        ]
    if case.book_by_ms is None or case.booked_ms <= case.book_by_ms:
        return []
    return [
        BOOKED_LATE.finding(
            field="next_days",
            says="The next refill is booked after the book-by date.",
            remedy="Book it sooner, or write why it is in time all the same.",
        )
    ]


def _emptied() -> Finding:
    return EMPTIED.finding(
        field="fill_volume",
        says="The reservoir was emptied and is not filled: nothing is delivered, and withdrawal follows.",
        remedy="Fill it. If that is not possible here, stay with the patient and call the prescriber now.",
    )


def _not_told() -> Finding:
    return NOT_TOLD.finding(
        field="confirm",
        says="The pump was filled and not told: it still counts the drug from before the refill.",
        remedy="Update the pump.",
    )


def _not_running(case: EndCase) -> Finding:
    said = "was not read after the update" if case.running is None else "does not infuse"
    return NOT_RUNNING.finding(
        field="left_stopped",
        says=f"The pump {said}.",
        remedy="Interrogate it; update it, or write why it is left so.",
    )


def _at_home() -> Finding:
    return AT_HOME.finding(
        field="place",
        says="This refill was done at home. The follow-up visit is still due.",
        remedy="Keep the follow-up on the worklist.",
    )
