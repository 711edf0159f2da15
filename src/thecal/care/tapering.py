"""What a taper asks for: its steps, the time between them, the slowest rate, where it ends, and what goes with it.

Nothing here blocks: lowering never does. A taper replaces neither the cover by oral drugs nor somebody who looks for
withdrawal every day.
"""

from dataclasses import dataclass

from thecal.care.answers import Questions, require
from thecal.care.limits import LOWERING_STEP
from thecal.care.removal import TaperStep, check_numbers, table_of
from thecal.findings import Finding, Rule, Severity
from thecal.sources import OWN_CHOICE, Sourced, register
from thecal.units import DAY_MS, decimal_text, show_concentration, show_dose, show_duration, show_rate

TAPER_LEAST = Sourced(
    name="taper_step_least", value=100, unit="per mille", source=f"{OWN_CHOICE}: steps of 10 to 20 %", grade="assumed"
)
TAPER_MOST = Sourced(
    name="taper_step_most", value=200, unit="per mille", source=f"{OWN_CHOICE}: steps of 10 to 20 %", grade="assumed"
)
TAPER_INTERVAL = Sourced(
    name="taper_interval",
    value=DAY_MS,
    unit="ms",
    source="a continuous infusion acts fully after 24 to 48 h, label text of 2021, rxreasoner.com/monographs/gablofen",
    grade="label",
)
FULL_WITHDRAWAL_SEEN = Sourced(
    name="full_withdrawal_seen",
    value=260_000_000,
    unit="pg/day",
    source="full withdrawal from as little as 260 mcg/day, Hwang 2019, readbyqxmd.com/read/30325089",
    grade="paper",
)
NUMBERS = register(TAPER_LEAST, TAPER_MOST, TAPER_INTERVAL, FULL_WITHDRAWAL_SEEN)

_ONSET = "withdrawal within 12 to 96 h of stopping, fpnotebook.com/Rheum/Pharm/BclfnWthdrwl.htm"

UNWRITTEN = Rule(
    name="removal.unwritten",
    severity=Severity.TWO_PEOPLE,
    asks="Has a prescriber written each number of the taper?",
    source=f"{OWN_CHOICE}: a taper is a prescription",
    grade="assumed",
)
STEP = Rule(
    name="removal.step",
    severity=Severity.TWO_PEOPLE,
    asks="Does each step of the taper lower the dose by 10 to 20 %?",
    source=f"{OWN_CHOICE}: published tapers go from 10 % to 50 % a day",
    grade="assumed",
    numbers=(TAPER_LEAST, TAPER_MOST, LOWERING_STEP),
)
INTERVAL = Rule(
    name="removal.interval",
    severity=Severity.TWO_PEOPLE,
    asks="Has each step time to show before the next?",
    source=TAPER_INTERVAL.source,
    grade=TAPER_INTERVAL.grade,
    numbers=(TAPER_INTERVAL,),
)
SLOWEST = Rule(
    name="removal.slowest",
    severity=Severity.REASON,
    asks="Can the pump run each step's dose at this concentration?",
    source="tapered by program or with a weaker refill, neurosurgerywiki.com, intrathecal baclofen withdrawal",
    grade="paper",
)
LAST_DOSE = Rule(
    name="removal.last_dose",
    severity=Severity.TWO_PEOPLE,
    asks="Is the dose at the end of the taper one from which full withdrawal has been seen?",
    source=FULL_WITHDRAWAL_SEEN.source,
    grade=FULL_WITHDRAWAL_SEEN.grade,
    numbers=(FULL_WITHDRAWAL_SEEN,),
)
ORAL_COVER = Rule(
    name="removal.oral_cover",
    severity=Severity.TWO_PEOPLE,
    asks="Is the cover by oral drugs written?",
    source="oral drugs raised during a taper, PMC8477242; they may not prevent withdrawal, PMC514562",
    grade="paper",
)
DAILY_CHECK = Rule(
    name="removal.daily_check",
    severity=Severity.TWO_PEOPLE,
    asks="Does somebody look for withdrawal every day, by name?",
    source=_ONSET,
    grade="paper",
)

RULES = (UNWRITTEN, STEP, INTERVAL, SLOWEST, LAST_DOSE, ORAL_COVER, DAILY_CHECK)


@dataclass(frozen=True, slots=True, kw_only=True)
class TaperCase:
    """A taper as it was written; None is not known. Doses in pg/day, the share per mille of the dose before each step.

    `slowest_nl_per_day` is the pump's slowest rate. `written_by_prescriber` says who wrote it, `oral_cover` is the
    cover in the prescriber's words, `daily_checker` the name of who looks every day.
    """

    old_pg_per_day: int | None = None
    steps: int | None = None
    share_per_mille: int | None = None
    interval_ms: int | None = None
    concentration_pg_per_nl: int | None = None
    slowest_nl_per_day: int | None = None
    written_by_prescriber: bool | None = None
    oral_cover: str | None = None
    daily_checker: str | None = None

    def __post_init__(self) -> None:
        check_numbers(
            self.old_pg_per_day, self.steps, self.share_per_mille, self.interval_ms, self.concentration_pg_per_nl
        )

    @property
    def table(self) -> tuple[TaperStep, ...] | None:
        """The steps; None where one of the prescriber's numbers, or the pump's slowest rate, is not known."""
        numbers = (
            self.old_pg_per_day, self.steps, self.share_per_mille, self.interval_ms, self.concentration_pg_per_nl,
            self.slowest_nl_per_day,
        )  # fmt: skip
        known = [number for number in numbers if number is not None]
        return table_of(*known) if len(known) == len(numbers) else None


def judge_taper(case: TaperCase) -> list[Finding]:
    """What a taper asks for. Nothing here blocks: lowering never does.

    >>> day = 86_400_000
    >>> written = TaperCase(old_pg_per_day=300_000_000, steps=8, share_per_mille=200, interval_ms=day,
    ...     concentration_pg_per_nl=500, slowest_nl_per_day=48_000, written_by_prescriber=True,
    ...     oral_cover="as in the letter of today", daily_checker="Noor Haddad")
    >>> judge_taper(written)
    []
    >>> from dataclasses import replace
    >>> def asked(**changed):
    ...     return [(f.rule, f.severity.name) for f in judge_taper(replace(written, **changed))]
    >>> asked(share_per_mille=201), asked(interval_ms=day - 1)
    ([('removal.step', 'TWO_PEOPLE')], [('removal.interval', 'TWO_PEOPLE')])
    >>> asked(concentration_pg_per_nl=2_000)
    [('removal.slowest', 'REASON')]
    >>> asked(old_pg_per_day=2_000_000_000)
    [('removal.last_dose', 'TWO_PEOPLE')]
    >>> asked(oral_cover="", daily_checker=None)
    [('removal.oral_cover', 'TWO_PEOPLE'), ('removal.daily_check', 'TWO_PEOPLE')]
    >>> asked(written_by_prescriber=False), asked(steps=None)
    ([('removal.unwritten', 'TWO_PEOPLE')], [('removal.unwritten', 'TWO_PEOPLE')])
    """
    found = [*_judge_written(case), *_judge_step(case), *_judge_interval(case)]
    if case.table is not None:
        found += [*_judge_slowest(case.table), *_judge_last(case.table)]
    return found + _judge_cover(case)


def _judge_written(case: TaperCase) -> list[Finding]:
    """Every number there, and by a prescriber."""
    written = {
        "the dose now": case.old_pg_per_day,
        "the number of steps": case.steps,
        "each step's share": case.share_per_mille,
        "the time between steps": case.interval_ms,
        "the concentration": case.concentration_pg_per_nl,
        "the pump's slowest rate": case.slowest_nl_per_day,
    }
    gaps = [name for name, number in written.items() if number is None]
    if not gaps and case.written_by_prescriber:
        return []
    says = (
        f"Not known: {', '.join(gaps)}; no table can be worked out."
        if gaps
        else "No prescriber has written this taper."
    )
    return [
        UNWRITTEN.finding(
            field="steps" if gaps else "written_by_prescriber",
            says=says,
            remedy="Have the prescriber write each number. Until then a second person agrees to each lowering.",
        )
    ]


def _judge_step(case: TaperCase) -> list[Finding]:
    """Larger than usual asks for two people; smaller is only slower."""
    share = case.share_per_mille
    if share is None or TAPER_LEAST.whole() <= share <= TAPER_MOST.whole():
        return []
    large = share > TAPER_MOST.whole()
    return [
        STEP.finding(
            field="share_per_mille",
            says=(
                f"Each step takes {_percent(share)} off the dose, {'more' if large else 'less'} than the usual "
                f"{_percent(TAPER_LEAST.whole())} to {_percent(TAPER_MOST.whole())}."
            ),
            remedy=(
                "Watch for withdrawal after each step; have a second person agree."
                if large
                else "It only takes longer: see that drug and battery last."
            ),
            severity=Severity.TWO_PEOPLE if large else Severity.NOTE,
        )
    ]


def _judge_interval(case: TaperCase) -> list[Finding]:
    """A step that has not shown yet cannot be judged."""
    if case.interval_ms is None or case.interval_ms >= TAPER_INTERVAL.whole():
        return []
    return [
        INTERVAL.finding(
            field="interval_ms",
            says=(
                f"{show_duration(case.interval_ms)} between steps is less than "
                f"{show_duration(TAPER_INTERVAL.whole())}, so a step has not shown before the next."
            ),
            remedy="Watch as after each step at once; have a second person agree and say why it cannot wait.",
        )
    ]


def _judge_slowest(table: tuple[TaperStep, ...]) -> list[Finding]:
    """The fill that a step waits for, and the steps that no concentration can give."""
    fills = [step for step in table if step.fill_before]
    too_slow = [step for step in table if not step.runs]
    return [*(_weaker_fill(step) for step in fills), *(_too_slow(step) for step in too_slow[:1])]


def _weaker_fill(step: TaperStep) -> Finding:
    return SLOWEST.finding(
        field="concentration_pg_per_nl",
        says=(
            f"Before step {step.number}, {show_duration(step.after_ms)} after the first, the reservoir has to be "
            f"filled with {show_concentration(step.concentration_pg_per_nl)}: {show_dose(step.dose_pg_per_day)} would "
            "run below the pump's slowest rate."
        ),
        remedy="Book that fill, and decide about the bridge: while it runs, the dose of the step before goes on.",
    )


def _too_slow(step: TaperStep) -> Finding:
    return SLOWEST.finding(
        field="steps",
        says=(
            f"From step {step.number} on, {show_dose(step.dose_pg_per_day)} at "
            f"{show_concentration(step.concentration_pg_per_nl)} is {show_rate(step.rate_nl_per_day)}, below the "
            "pump's slowest rate, and there is no weaker concentration."
        ),
        remedy="End the taper at the step before, or have the pharmacist and the prescriber find another way.",
    )


def _judge_last(table: tuple[TaperStep, ...]) -> list[Finding]:
    """What the last step falls to nothing from."""
    last = table[-1].dose_pg_per_day
    if last < FULL_WITHDRAWAL_SEEN.whole():
        return []
    return [
        LAST_DOSE.finding(
            field="steps",
            says=(
                f"The taper ends at {show_dose(last)}; full withdrawal has been seen after stopping from "
                f"{show_dose(FULL_WITHDRAWAL_SEEN.whole())}."
            ),
            remedy="Go on lower where there is time, or have a second person agree to the plan against withdrawal.",
        )
    ]


def _judge_cover(case: TaperCase) -> list[Finding]:
    """The two things that a taper does not replace."""
    cover = require(
        ORAL_COVER,
        answer=bool((case.oral_cover or "").strip()) or None,
        field="oral_cover",
        lacking="",
        unknown="No cover by oral drugs is written.",
        remedy="Write it, or that there is none and why. It may not prevent withdrawal: keep the daily check.",
    )
    return cover + require(
        DAILY_CHECK,
        answer=bool((case.daily_checker or "").strip()) or None,
        field="daily_checker",
        lacking="",
        unknown="Nobody is named who looks for withdrawal every day.",
        remedy="Write down who does, every day until four days after the removal.",
    )


def _percent(per_mille: int) -> str:
    return f"{decimal_text(per_mille, 10)} %"


QUESTIONS: Questions = {"removal.taper": (TaperCase, judge_taper)}
"""What can be asked here: the case, and who judges it."""
