"""Restart after an interruption: when the program before may be offered again, and what every other restart asks.

Short, and with a known and settled cause, the program before is offered. After a long or an unexplained interruption
a prescriber sets the dose, in a monitored bed: tolerance fades while nothing flows, and two overdoses came about six
hours after a restart. After a repair or a holiday it starts low. Nothing here blocks, for withdrawal does not wait.
"""

from dataclasses import dataclass
from enum import Enum, auto

from thecal.care.limits import LONG_INTERRUPTION
from thecal.care.slips import judge_slip
from thecal.findings import Finding, Rule, Severity
from thecal.units import show_dose, show_duration

FIELD = "dose_pg_per_day"
_SAULINO = "previous schedule after a short interruption, Saulino 2016, metajournal.com/articles/708421"
_SGOUROS = "Sgouros 2010: a full reservoir twice unexplained, then a restart that nearly killed"
_HOLIDAY = "Delhaas 1991: two overdoses about 6 h after a restart from a holiday, acemap.info/paper/164881186"
_HIGH_RISK = "re-introduction after an interruption is a time of overdose, pill2trip.com/medicine/gabalon-0-005"

INTERRUPTED = Rule(
    name="restart.interruption",
    severity=Severity.TWO_PEOPLE,
    asks="A restart after a long interruption, or one of unknown length, is watched and checked by a second person.",
    source=LONG_INTERRUPTION.source,
    grade=LONG_INTERRUPTION.grade,
    numbers=(LONG_INTERRUPTION,),
)
CAUSE_UNKNOWN = Rule(
    name="restart.cause_unknown",
    severity=Severity.TWO_PEOPLE,
    asks="A restart whose interruption nobody has explained is a prescriber's dose, in a monitored bed.",
    source=_SGOUROS,
    grade="paper",
)
START_LOW = Rule(
    name="restart.start_low",
    severity=Severity.TWO_PEOPLE,
    asks="After a repair, a drug holiday or an overdose the restart begins lower than the dose before.",
    source=_HOLIDAY,
    grade="paper",
)
DOSE = Rule(
    name="restart.dose",
    severity=Severity.TWO_PEOPLE,
    asks="A restart gives no more than the dose before.",
    source=_SAULINO,
    grade="paper",
)
WATCHED = Rule(
    name="restart.watched",
    severity=Severity.TWO_PEOPLE,
    asks="Where the program before is not offered, a prescriber sets the dose and a monitored bed is ready.",
    source=_HIGH_RISK,
    grade="label",
)
RULES = (INTERRUPTED, CAUSE_UNKNOWN, START_LOW, DOSE, WATCHED)


class Interruption(Enum):
    """Why delivery was interrupted. Nobody knows: None."""

    ON_PURPOSE = auto()
    """Stopped or slowed with a programmer, or left so by mistake; no harm of the drug was the reason."""
    SCAN = auto()
    """Stalled in a scanner's field."""
    EMPTY = auto()
    """The reservoir ran empty: a missed refill."""
    REPAIR = auto()
    """Pump or catheter failed and was mended."""
    HOLIDAY = auto()
    """A planned drug holiday."""
    OVERDOSE = auto()
    """Stopped because of too much."""
    REPLACED = auto()
    """A new pump took the old one's place on the same catheter."""


RESUMES = frozenset({Interruption.ON_PURPOSE, Interruption.SCAN, Interruption.EMPTY, Interruption.REPLACED})
"""After these, and shortly, the body is as used to the dose before as it was."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RestartCase:
    """A restart: the dose now, the dose before, how long nothing flowed and why. None is "not known"."""

    new_pg_per_day: int
    before_pg_per_day: int | None = None
    stopped_for_ms: int | None = None
    interruption: Interruption | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingCase:
    """Who sets a restart's dose, and where. None is "not known"."""

    stopped_for_ms: int | None = None
    interruption: Interruption | None = None
    set_by_prescriber: bool | None = None
    monitored_bed: bool | None = None


def offers_previous(*, stopped_for_ms: int | None, interruption: Interruption | None) -> bool:
    """Whether the program before may be offered as it was: a short interruption with a known, settled cause.

    >>> offers_previous(stopped_for_ms=48 * 3_600_000, interruption=Interruption.SCAN)
    True
    >>> offers_previous(stopped_for_ms=48 * 3_600_000 + 1, interruption=Interruption.SCAN)
    False
    >>> offers_previous(stopped_for_ms=1, interruption=Interruption.REPLACED)
    True
    >>> offers_previous(stopped_for_ms=1, interruption=None)
    False
    >>> offers_previous(stopped_for_ms=1, interruption=Interruption.OVERDOSE)
    False
    """
    short = stopped_for_ms is not None and stopped_for_ms <= LONG_INTERRUPTION.whole()
    return short and interruption in RESUMES


def judge_restart(case: RestartCase) -> list[Finding]:
    """What restoring delivery asks for: never a block, for withdrawal does not wait.

    >>> short = dict(before_pg_per_day=300, stopped_for_ms=48 * 3_600_000, interruption=Interruption.SCAN)
    >>> judge_restart(RestartCase(new_pg_per_day=300, **short))
    []
    >>> [f.rule for f in judge_restart(RestartCase(new_pg_per_day=301, **short))]
    ['restart.dose']
    >>> [f.rule for f in judge_restart(RestartCase(new_pg_per_day=300, before_pg_per_day=300))]
    ['restart.interruption', 'restart.cause_unknown']
    >>> [f.rule for f in judge_restart(RestartCase(new_pg_per_day=300, before_pg_per_day=300, stopped_for_ms=1,
    ...     interruption=Interruption.REPAIR))]
    ['restart.start_low']
    """
    found: list[Finding] = []
    if case.stopped_for_ms is None or case.stopped_for_ms > LONG_INTERRUPTION.whole():
        found.append(_interrupted(case.stopped_for_ms))
    if case.interruption is None:
        found.append(_cause_unknown())
    elif case.interruption not in RESUMES:
        found.append(_start_low(case))
    if case.before_pg_per_day is None or case.new_pg_per_day > case.before_pg_per_day:
        found.append(_dose(case))
    if case.before_pg_per_day:
        found += judge_slip(old_pg_per_day=case.before_pg_per_day, new_pg_per_day=case.new_pg_per_day, field=FIELD)
    return found


def judge_setting(case: SettingCase) -> list[Finding]:
    """Whether a dose that cannot simply be the one before is set by a prescriber, and watched.

    >>> judge_setting(SettingCase(stopped_for_ms=1, interruption=Interruption.EMPTY))
    []
    >>> judge_setting(SettingCase(set_by_prescriber=True, monitored_bed=True))
    []
    >>> [f.rule for f in judge_setting(SettingCase(set_by_prescriber=True))]
    ['restart.watched']
    """
    if offers_previous(stopped_for_ms=case.stopped_for_ms, interruption=case.interruption):
        return []
    lacking = [
        what
        for what, ready in (
            ("a prescriber who sets the dose", case.set_by_prescriber),
            ("a monitored bed", case.monitored_bed),
        )
        if ready is not True
    ]
    if not lacking:
        return []
    return [
        WATCHED.finding(
            field="monitored_bed" if case.set_by_prescriber is True else "set_by_prescriber",
            says=f"Not there, or not known: {' and '.join(lacking)}.",
            remedy="Call the prescriber, find a bed with monitoring, and restore delivery meanwhile with two people.",
        )
    ]


QUESTIONS = {"restart": (RestartCase, judge_restart), "restart.setting": (SettingCase, judge_setting)}


def _interrupted(stopped_for_ms: int | None) -> Finding:
    how_long = "is not known" if stopped_for_ms is None else f"was {show_duration(stopped_for_ms)}"
    return INTERRUPTED.finding(
        field=FIELD,
        says=f"The interruption {how_long}; after {show_duration(LONG_INTERRUPTION.whole())} tolerance may be lost.",
        remedy="Restore delivery, watch breathing and alertness, and have a second person check the dose and say why.",
    )


def _cause_unknown() -> Finding:
    return CAUSE_UNKNOWN.finding(
        field="interruption",
        says="Why delivery was interrupted is not known.",
        remedy="A prescriber sets the dose, in a monitored bed. Go on with the search for the cause.",
    )


def _start_low(case: RestartCase) -> Finding:
    """Lower than before is right here, and how low is the prescriber's: then a note remains."""
    words = {
        Interruption.REPAIR: "After a repair drug arrives that did not arrive before",
        Interruption.HOLIDAY: "After a drug holiday sensitivity has returned",
        Interruption.OVERDOSE: "The dose before was too much",
    }
    assert case.interruption is not None, "an unknown cause is judged as unknown"
    lower = case.before_pg_per_day is not None and case.new_pg_per_day < case.before_pg_per_day
    return START_LOW.finding(
        field=FIELD,
        says=f"{words[case.interruption]}, and delivery restarts at {show_dose(case.new_pg_per_day)}.",
        remedy="Start low: a prescriber sets the dose, and it is watched in a monitored bed.",
        severity=Severity.NOTE if lower else Severity.TWO_PEOPLE,
    )


def _dose(case: RestartCase) -> Finding:
    before = case.before_pg_per_day
    compared = "the dose before is not known" if before is None else f"the dose before was {show_dose(before)}"
    return DOSE.finding(
        field=FIELD,
        says=f"Delivery restarts at {show_dose(case.new_pg_per_day)}; {compared}.",
        remedy="Restore no more than the dose before. Have a second person check it, and write down why.",
    )
