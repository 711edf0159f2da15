"""Priming: filling the parts that are recorded to hold no drug, and only those.

What already holds drug would be pushed through the tip by a prime. So a part nobody wrote about gets no automatic
prime, and the rule shows how much drug may already lie in the path.
"""

from dataclasses import dataclass

from thecal.care.asking import Question, one_by_one
from thecal.care.limits import PRIME_RATE
from thecal.care.path import Holds, Part, missing, volume_of
from thecal.findings import Finding, Rule, Severity
from thecal.sources import COMPUTED
from thecal.units import DAY_MS, round_div, show_mass, show_volume

FIELD = "prime"


_PRIMING_NOTICE = "SynchroMed II priming notice 2016/17, medicaldevices.icij.org, 8870 software card"

NOT_EMPTY = Rule(
    name="prime.not_empty",
    severity=Severity.TWO_PEOPLE,
    asks="Only a part that is recorded to hold no drug is primed: a prime pushes what is there through the tip.",
    source=_PRIMING_NOTICE,
    grade="maker",
)
NO_AUTOMATIC = Rule(
    name="prime.no_automatic",
    severity=Severity.TWO_PEOPLE,
    asks="No prime is worked out for a path of which nobody knows what it holds.",
    source=_PRIMING_NOTICE,
    grade="maker",
)
UNKNOWN_PATH = Rule(
    name="prime.unknown",
    severity=Severity.NOTE,
    asks="When the drug is at the tip is not told of a path of which nobody knows what it holds.",
    source=f"{COMPUTED}: the volume of the path over the rate",
    grade="derived",
)
EMPTY_PATH = Rule(
    name="prime.empty_path",
    severity=Severity.REASON,
    asks="An empty path is primed, or there is a reason to let the drug take its time to the tip.",
    source=f"{COMPUTED}: the volume of the path over the rate",
    grade="derived",
    numbers=(PRIME_RATE,),
)

RULES = (NOT_EMPTY, NO_AUTOMATIC, UNKNOWN_PATH, EMPTY_PATH)


@dataclass(frozen=True, slots=True, kw_only=True)
class Prime:
    """A prime to be programmed: it brings `volume_nl` of the new drug into the path and nothing through the tip."""

    volume_nl: int
    rate_nl_per_day: int
    concentration_pg_per_nl: int

    @property
    def mass_pg(self) -> int:
        """The drug that lies in the primed parts afterwards."""
        return self.volume_nl * self.concentration_pg_per_nl

    @property
    def duration_ms(self) -> int:
        """How long the volume takes at the rate."""
        return round_div(self.volume_nl * DAY_MS, self.rate_nl_per_day)


def prime(*, parts: tuple[Part, ...], concentration_pg_per_nl: int) -> Prime | None:
    """The prime, or None where what a part holds or measures is not known, or every part holds drug.

    A new catheter of 77 cm behind a pump that was primed before the implant:

    >>> tubing = Part(name="tubing", volume_nl=140_000, holds=Holds.DRUG)
    >>> new = Part(name="catheter", volume_nl=169_400, holds=Holds.NO_DRUG)
    >>> prime(parts=(tubing, new), concentration_pg_per_nl=500).volume_nl
    169400
    >>> unknown = Part(name="catheter", volume_nl=169_400, holds=Holds.UNKNOWN)
    >>> prime(parts=(tubing, unknown), concentration_pg_per_nl=500) is None
    True
    """
    volume_nl = volume_of(parts, Holds.NO_DRUG)
    if not volume_nl:
        return None
    return Prime(
        volume_nl=volume_nl,
        rate_nl_per_day=PRIME_RATE.whole(),
        concentration_pg_per_nl=concentration_pg_per_nl,
    )


def in_path_pg(*, parts: tuple[Part, ...], concentration_pg_per_nl: int) -> int | None:
    """The drug that may lie in the path: every part not recorded as empty counts. None where a volume is not known.

    >>> parts = (Part(name="path", volume_nl=309_400, holds=Holds.UNKNOWN),)
    >>> in_path_pg(parts=parts, concentration_pg_per_nl=500)
    154700000
    """
    volumes = [part.volume_nl for part in parts if part.holds is not Holds.NO_DRUG]
    if any(volume is None for volume in volumes):
        return None
    return sum(volume for volume in volumes if volume is not None) * concentration_pg_per_nl


def over_prime_pg(*, primed_nl: int, empty_nl: int, concentration_pg_per_nl: int) -> int:
    """The drug that a prime larger than the empty parts pushes through the tip, by plug flow.

    >>> over_prime_pg(primed_nl=368_400, empty_nl=309_400, concentration_pg_per_nl=2_000)
    118000000
    """
    return max(0, primed_nl - empty_nl) * concentration_pg_per_nl


def judge_prime(*, parts: tuple[Part, ...], asked: bool, concentration_pg_per_nl: int) -> list[Finding]:
    """What a wish to prime asks for, and what a path without drug asks for.

    >>> full = (Part(name="path", volume_nl=309_400, holds=Holds.DRUG),)
    >>> judge_prime(parts=full, asked=False, concentration_pg_per_nl=500)
    []
    >>> [f.rule for f in judge_prime(parts=full, asked=True, concentration_pg_per_nl=500)]
    ['prime.not_empty']
    >>> unknown = (Part(name="path", volume_nl=309_400, holds=Holds.UNKNOWN),)
    >>> [f.rule for f in judge_prime(parts=unknown, asked=True, concentration_pg_per_nl=500)]
    ['prime.no_automatic']
    >>> [(f.rule, f.severity.name) for f in judge_prime(parts=unknown, asked=False, concentration_pg_per_nl=500)]
    [('prime.unknown', 'NOTE')]
    >>> empty = (Part(name="path", volume_nl=309_400, holds=Holds.NO_DRUG),)
    >>> [f.rule for f in judge_prime(parts=empty, asked=False, concentration_pg_per_nl=500)]
    ['prime.empty_path']
    """
    planned = prime(parts=parts, concentration_pg_per_nl=concentration_pg_per_nl)
    if asked and planned is None:
        held = in_path_pg(parts=parts, concentration_pg_per_nl=concentration_pg_per_nl)
        return [_refuse(missing(parts), held)]
    if not asked and planned is not None:
        return [_empty_path(planned)]
    if any(part.holds is Holds.UNKNOWN for part in parts):
        return [_unknown_path(missing(parts))]
    return []


@dataclass(frozen=True, slots=True, kw_only=True)
class PrimeCase:
    """The values of `judge_prime`, as one record."""

    parts: tuple[Part, ...]
    asked: bool
    concentration_pg_per_nl: int


QUESTIONS: dict[str, Question] = {"prime.path": (PrimeCase, one_by_one(judge_prime))}


def _refuse(unknown: str, held_pg: int | None) -> Finding:
    """No automatic prime, because nothing is empty or nobody knows."""
    held = "an unknown amount of drug" if held_pg is None else show_mass(held_pg)
    why = f"{unknown} is not known" if unknown else "no part is recorded as empty"
    rule = NO_AUTOMATIC if unknown else NOT_EMPTY
    return rule.finding(
        field=FIELD,
        says=f"No prime is worked out: {why}. The path may already hold {held}, which a prime would push out.",
        remedy="Prime only a new or aspirated part, and record it as empty first.",
    )


def _unknown_path(unknown: str) -> Finding:
    return UNKNOWN_PATH.finding(
        field=FIELD,
        says=f"When the drug will be at the tip cannot be worked out: {unknown} is not known.",
        remedy="Record what each part holds: drug, or nothing yet.",
    )


def _empty_path(planned: Prime) -> Finding:
    return EMPTY_PATH.finding(
        field=FIELD,
        says=f"{show_volume(planned.volume_nl)} of the path is recorded as empty, and no prime is ordered.",
        remedy="Order the prime, or write down why the drug may take its time to the tip.",
    )
