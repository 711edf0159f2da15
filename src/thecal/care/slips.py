"""Slips of the hand with a name: a digit too many, an hour for a day, the wrong vial.

They are named wherever they appear, inside the titration limits or not, up or down.
"""

from dataclasses import dataclass

from thecal.care.asking import Question, one_by_one
from thecal.care.limits import SLIP_WINDOW
from thecal.findings import Finding, Rule, Severity
from thecal.units import show_dose

NAMED = Rule(
    name="slip.named",
    severity=Severity.TWO_PEOPLE,
    asks="A change of dose by the ratio of a known slip of the hand is read again by a second person.",
    source="the recall of 2004, fda.gov ucm133126; baclofen programming error, ismp.org",
    grade="maker",
    numbers=(SLIP_WINDOW,),
)

RULES = (NAMED,)


@dataclass(frozen=True, slots=True, kw_only=True)
class Slip:
    """A ratio of new to old, `up / down`, and what it usually means."""

    name: str
    up: int
    down: int
    means: str


SLIPS = (
    Slip(name="×10", up=10, down=1, means="a digit too many, or a decimal point lost"),
    Slip(name="÷10", up=1, down=10, means="a digit lost, or a decimal point too many"),
    Slip(name="×24", up=24, down=1, means="a dose per day entered as a dose per hour"),
    Slip(name="÷24", up=1, down=24, means="a dose per hour entered as a dose per day"),
    Slip(name="×60", up=60, down=1, means="minutes taken for hours"),
    Slip(name="÷60", up=1, down=60, means="hours taken for minutes"),
    Slip(name="×1000", up=1_000, down=1, means="milligrams taken for micrograms"),
    Slip(name="÷1000", up=1, down=1_000, means="micrograms taken for milligrams"),
    Slip(name="×4", up=4, down=1, means="the rate for 500 mcg/mL with 2000 mcg/mL"),
    Slip(name="÷4", up=1, down=4, means="the rate for 2000 mcg/mL with 500 mcg/mL"),
)
"""Sources: ×60, the recall of 2004 (fda.gov, list of recalls, ucm133126); ×24, ismp.org, baclofen programming error;
the others are Thecal's own choice: slips of a digit, of a unit and of a concentration."""


def named_slip(*, old: int, new: int) -> Slip | None:
    """The slip whose ratio `new / old` comes within 3 % of, or None. The two are in one unit, whichever.

    >>> named_slip(old=60, new=1_440).name
    '×24'
    >>> named_slip(old=300, new=30).name
    '÷10'
    >>> named_slip(old=300, new=360) is None
    True
    >>> named_slip(old=0, new=360) is None
    True
    """
    return next((slip for slip in SLIPS if _near(slip, old, new)), None)


def judge_slip(*, old_pg_per_day: int, new_pg_per_day: int, field: str) -> list[Finding]:
    """A named slip asks for two people, whatever the limits say.

    >>> judge_slip(old_pg_per_day=60_000_000, new_pg_per_day=66_000_000, field="dose_pg_per_day")
    []
    >>> [f.rule for f in judge_slip(old_pg_per_day=60_000_000, new_pg_per_day=1_440_000_000, field="dose_pg_per_day")]
    ['slip.named']
    """
    slip = named_slip(old=old_pg_per_day, new=new_pg_per_day)
    if slip is None:
        return []
    return [
        NAMED.finding(
            field=field,
            says=f"{show_dose(new_pg_per_day)} is {slip.name} of {show_dose(old_pg_per_day)}: {slip.means}?",
            remedy="Read the order again, figure and unit. If it is meant, have a second person check it and say why.",
        )
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class SlipCase:
    """The values of `judge_slip`, as one record."""

    old_pg_per_day: int
    new_pg_per_day: int
    field: str = "dose_pg_per_day"


QUESTIONS: dict[str, Question] = {"slip.dose": (SlipCase, one_by_one(judge_slip))}


def _near(slip: Slip, old: int, new: int) -> bool:
    """Whether new/old lies within the window around up/down, ends included."""
    meant = old * slip.up
    return old > 0 and new > 0 and abs(new * slip.down - meant) * 1_000 <= SLIP_WINDOW.whole() * meant
