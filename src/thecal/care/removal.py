"""Removal: the table of a taper as a prescriber writes it.

It is arithmetic over the prescriber's own numbers; there is no default and no suggestion. Below the pump's slowest rate
a dose can only be given with a weaker concentration: the table says which, and before which step it is filled.
What is asked of a taper is in `thecal.care.tapering`, what is asked of the removal in `thecal.care.removal_day`.
"""

from dataclasses import dataclass

from thecal.care.limits import LIBRARY_PG_PER_NL
from thecal.care.starting import weaker_concentration_pg_per_nl
from thecal.sources import Sourced
from thecal.units import ceil_div, floor_div, round_div

WHOLE_PER_MILLE = 1_000
MOST_STEPS = 100
SHOWN_PG = 100_000
"""Doses are shown, and typed, to a tenth of a microgram."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """A taper as somebody published it: to be read, never a suggestion of a dose."""

    what: str
    source: str


READING = (
    Published(
        what=(
            "Seven infected systems, five of them run on outside the body: 400 mcg/day on average, lowered by 20 to "
            "50 % a day over about six days, without withdrawal."
        ),
        source="Hwang 2019, readbyqxmd.com/read/30325089",
    ),
    Published(
        what=(
            "One adult before a planned removal: 10 % less three days before and 20 % less two days before, with oral "
            "baclofen, tizanidine and clonazepam raised at the same time."
        ),
        source="PMC8477242, table 1",
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class TaperStep:
    """One step: its number, when it begins after the first, its dose, and the concentration that can give it.

    `runs` is whether the pump can: False where even the weakest concentration of the library would run too slowly.
    `fill_before` is whether the reservoir is filled with this concentration before the step.
    """

    number: int
    after_ms: int
    dose_pg_per_day: int
    concentration_pg_per_nl: int
    runs: bool
    fill_before: bool

    @property
    def rate_nl_per_day(self) -> int:
        """The rate that gives the dose, to the nearest nanolitre."""
        return round_div(self.dose_pg_per_day, self.concentration_pg_per_nl)


def taper(
    *,
    old_pg_per_day: int,
    steps: int,
    share_per_mille: int,
    interval_ms: int,
    concentration_pg_per_nl: int,
    slowest: Sourced,
) -> tuple[TaperStep, ...]:
    """The table that follows from a prescriber's numbers; there are no others.

    Each step takes `share_per_mille` off the dose before it, or less by what is missing to the next tenth of a
    microgram; a step that so small a rounding would undo is rounded down. It begins `interval_ms` after the last. Where
    the pump's `slowest` rate (nL/day) is reached, one fill with a weaker concentration is named: the strongest of the
    library that runs every step still to come, or the weakest there is.

    >>> slowest = Sourced(name="rate_min", value=48_000, unit="nL/day", source="maker", grade="maker")
    >>> table = taper(old_pg_per_day=100_000_000, steps=3, share_per_mille=200, interval_ms=86_400_000,
    ...     concentration_pg_per_nl=2_000, slowest=slowest)
    >>> [(step.number, step.dose_pg_per_day // 1_000_000, step.concentration_pg_per_nl) for step in table]
    [(1, 80, 1000), (2, 64, 1000), (3, 51, 1000)]
    >>> [step.fill_before for step in table]
    [True, False, False]
    """
    return table_of(old_pg_per_day, steps, share_per_mille, interval_ms, concentration_pg_per_nl, slowest.whole())


def table_of(
    old: int, steps: int, share: int, interval_ms: int, concentration_pg_per_nl: int, slowest_nl_per_day: int
) -> tuple[TaperStep, ...]:
    """Doses first, then what each is given with."""
    check_numbers(old, steps, share, interval_ms, concentration_pg_per_nl)
    doses = _doses(old, steps, share)
    filled = _concentrations(doses, concentration_pg_per_nl, slowest_nl_per_day)
    before = (concentration_pg_per_nl, *filled)
    return tuple(
        TaperStep(
            number=number,
            after_ms=(number - 1) * interval_ms,
            dose_pg_per_day=dose,
            concentration_pg_per_nl=concentration,
            runs=dose >= slowest_nl_per_day * concentration,
            fill_before=concentration != before[number - 1],
        )
        for number, (dose, concentration) in enumerate(zip(doses, filled, strict=True), 1)
    )


def check_numbers(
    old: int | None, steps: int | None, share: int | None, interval_ms: int | None, concentration_pg_per_nl: int | None
) -> None:
    """Numbers that a taper can have; what is not known is not judged here."""
    assert old is None or old > 0, "a taper begins at a running dose"
    assert steps is None or 0 < steps <= MOST_STEPS, "a taper has between one and a hundred steps"
    assert share is None or 0 < share < WHOLE_PER_MILLE, "a step takes something off, and less than all"
    assert interval_ms is None or interval_ms > 0, "steps follow one another"
    assert concentration_pg_per_nl is None or concentration_pg_per_nl > 0, "a dose needs drug"


def _doses(old: int, steps: int, share: int) -> list[int]:
    """Each step's dose."""
    doses = [old]
    for _ in range(steps):
        doses.append(_lowered(doses[-1], share))
    return doses[1:]


def _lowered(before: int, share: int) -> int:
    """The dose after a step: to the tenth of a microgram that a page shows, so that it is typed as it is read."""
    kept = before * (WHOLE_PER_MILLE - share)
    shown = ceil_div(kept, WHOLE_PER_MILLE * SHOWN_PG) * SHOWN_PG
    return shown if shown < before else floor_div(kept, WHOLE_PER_MILLE)


def _concentrations(doses: list[int], concentration_pg_per_nl: int, slowest_nl_per_day: int) -> list[int]:
    """Each step's concentration: as it is while that runs, then one weaker one for all that is to come."""
    least = min(doses)
    weaker = weaker_concentration_pg_per_nl(dose_pg_per_day=least, slowest_nl_per_day=slowest_nl_per_day)
    weaker = min(concentration_pg_per_nl, LIBRARY_PG_PER_NL[0] if weaker is None else weaker)
    return [
        concentration_pg_per_nl if dose >= slowest_nl_per_day * concentration_pg_per_nl else weaker for dose in doses
    ]
