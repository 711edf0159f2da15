"""The bridge after a change of concentration: old drug leaves at the old dose until new drug is at the tip.

    volume   = the parts that still hold old drug
    rate     = old daily dose / old concentration
    duration = volume / rate
    mass     = volume × old concentration

With no bridge, old drug leaves at the new rate: the tip gets the new dose times old over new concentration, for as
long as the old drug lasts. A bridge takes plug flow for granted; in truth the front between the drugs blurs.
"""

from dataclasses import dataclass

from thecal.care.asking import Question, slowest_rate
from thecal.care.limits import BRIDGE_DECISION, hardest
from thecal.care.path import Holds, Part, missing, volume_of
from thecal.findings import Finding, Rule, Severity
from thecal.sources import OWN_CHOICE, Sourced
from thecal.units import (
    DAY_MS,
    decimal_text,
    round_div,
    show_concentration,
    show_dose,
    show_duration,
    show_mass,
    show_rate,
    show_volume,
)

FIELD = "bridge"


OTHER_DRUG = Rule(
    name="bridge.other_drug",
    severity=Severity.TWO_PEOPLE,
    asks="A change of drug, not only of its concentration, is checked against both labels by a second person.",
    source=f"{OWN_CHOICE}: the label is the only witness of what is in the reservoir",
    grade="assumed",
)
UNDECIDED = Rule(
    name="bridge.undecided",
    severity=Severity.BLOCK,
    asks="A change of concentration is not sent before somebody has decided about a bridge.",
    source=BRIDGE_DECISION.source,
    grade=BRIDGE_DECISION.grade,
    numbers=(BRIDGE_DECISION,),
)
NO_BRIDGE = Rule(
    name="bridge.none",
    severity=Severity.TWO_PEOPLE,
    asks="To leave the bridge out takes a reason and a second person.",
    source=BRIDGE_DECISION.source,
    grade=BRIDGE_DECISION.grade,
    numbers=(BRIDGE_DECISION,),
)
NO_AUTOMATIC = Rule(
    name="bridge.no_automatic",
    severity=Severity.BLOCK,
    asks="A bridge whose volume or content is not known is not worked out.",
    source=BRIDGE_DECISION.source,
    grade=BRIDGE_DECISION.grade,
    numbers=(BRIDGE_DECISION,),
)
BELOW_DEVICE = Rule(
    name="bridge.below_device",
    severity=Severity.TWO_PEOPLE,
    asks="A bridge runs no slower than the pump can.",
    source="SynchroMed II product page for clinicians, medtronic.com/de-de",
    grade="maker",
)

RULES = (OTHER_DRUG, UNDECIDED, NO_BRIDGE, NO_AUTOMATIC, BELOW_DEVICE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bridge:
    """A bridge to be programmed. `duration_ms` is to the nearest ms; the pump ends it by volume."""

    volume_nl: int
    rate_nl_per_day: int
    concentration_pg_per_nl: int

    @property
    def duration_ms(self) -> int:
        """How long the volume takes at the rate."""
        return round_div(self.volume_nl * DAY_MS, self.rate_nl_per_day)

    @property
    def mass_pg(self) -> int:
        """The old drug it carries."""
        return self.volume_nl * self.concentration_pg_per_nl

    def __str__(self) -> str:
        volume, rate = show_volume(self.volume_nl), show_rate(self.rate_nl_per_day)
        return f"{volume} at {rate} for {show_duration(self.duration_ms)}, carrying {show_mass(self.mass_pg)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class WithoutBridge:
    """What the tip gets with no bridge: `tip_pg_per_day` for `duration_ms`, where the order is `dose_pg_per_day`."""

    dose_pg_per_day: int
    tip_pg_per_day: int
    duration_ms: int

    def __str__(self) -> str:
        share = f"{decimal_text(round_div(self.tip_pg_per_day * 1_000, self.dose_pg_per_day), 10)} % of the dose"
        return f"the tip gets {share} ({show_dose(self.tip_pg_per_day)}) for {show_duration(self.duration_ms)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class UseBridge:
    """The decision to bridge."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NoBridge:
    """The decision not to, with its reason: an aspirated catheter, say."""

    reason: str

    def __post_init__(self) -> None:
        assert self.reason.strip(), "no bridge needs a reason"


BridgeDecision = UseBridge | NoBridge
"""None, beside it, is no decision yet."""


def bridge(*, parts: tuple[Part, ...], old_pg_per_day: int, old_concentration_pg_per_nl: int) -> Bridge | None:
    """The bridge, or None where a part's volume or content is not known or no part holds old drug.

    300 mcg/day of 500 mcg/mL, 0.140 mL of tubing and 0.1958 mL of catheter:

    >>> tubing = Part(name="tubing", volume_nl=140_000, holds=Holds.DRUG)
    >>> catheter = Part(name="catheter", volume_nl=195_800, holds=Holds.DRUG)
    >>> print(str(bridge(parts=(tubing, catheter), old_pg_per_day=300_000_000,
    ...     old_concentration_pg_per_nl=500)).replace(chr(160), " "))
    0.3358 mL at 0.6 mL/day for 13 h 26 min, carrying 167.9 mcg
    >>> unknown = Part(name="catheter", volume_nl=None, holds=Holds.DRUG)
    >>> bridge(parts=(tubing, unknown), old_pg_per_day=300_000_000, old_concentration_pg_per_nl=500) is None
    True
    """
    volume_nl = volume_of(parts, Holds.DRUG)
    rate_nl_per_day = round_div(old_pg_per_day, old_concentration_pg_per_nl)
    if not volume_nl or not rate_nl_per_day:
        return None
    return Bridge(
        volume_nl=volume_nl, rate_nl_per_day=rate_nl_per_day, concentration_pg_per_nl=old_concentration_pg_per_nl
    )


def without_bridge(
    *,
    parts: tuple[Part, ...],
    new_pg_per_day: int,
    old_concentration_pg_per_nl: int,
    new_concentration_pg_per_nl: int,
) -> WithoutBridge | None:
    """What happens with no bridge, or None where a volume or content is not known, or no part holds old drug.

    >>> parts = (Part(name="path", volume_nl=335_800, holds=Holds.DRUG),)
    >>> print(str(without_bridge(parts=parts, new_pg_per_day=300_000_000, old_concentration_pg_per_nl=500,
    ...     new_concentration_pg_per_nl=2_000)).replace(chr(160), " "))
    the tip gets 25 % of the dose (75 mcg/day) for 53 h 44 min
    """
    volume_nl = volume_of(parts, Holds.DRUG)
    if not volume_nl or not new_pg_per_day:
        return None
    return WithoutBridge(
        dose_pg_per_day=new_pg_per_day,
        tip_pg_per_day=round_div(new_pg_per_day * old_concentration_pg_per_nl, new_concentration_pg_per_nl),
        duration_ms=round_div(volume_nl * new_concentration_pg_per_nl * DAY_MS, new_pg_per_day),
    )


def judge_bridge(
    *,
    decision: BridgeDecision | None,
    parts: tuple[Part, ...],
    old_pg_per_day: int,
    new_pg_per_day: int,
    old_concentration_pg_per_nl: int,
    new_concentration_pg_per_nl: int,
    same_drug: bool,
    slowest: Sourced,
) -> list[Finding]:
    """What a change of concentration or drug asks for. `slowest` is the pump's slowest rate in nL/day.

    A missing decision blocks the update, which takes a moment to mend; the fill itself goes on.

    >>> parts = (Part(name="path", volume_nl=335_800, holds=Holds.DRUG),)
    >>> slowest = Sourced(name="rate_min", value=48_000, unit="nL/day", source="maker", grade="maker")
    >>> change = dict(parts=parts, old_pg_per_day=300_000_000, new_pg_per_day=300_000_000, same_drug=True,
    ...     old_concentration_pg_per_nl=500, slowest=slowest)
    >>> judge_bridge(decision=None, new_concentration_pg_per_nl=500, **change)
    []
    >>> judge_bridge(decision=UseBridge(), new_concentration_pg_per_nl=2_000, **change)
    []
    >>> for decision in (None, NoBridge(reason="aspirated")):
    ...     [(f.rule, f.severity.name) for f in judge_bridge(
    ...         decision=decision, new_concentration_pg_per_nl=2_000, **change)]
    [('bridge.undecided', 'BLOCK')]
    [('bridge.none', 'TWO_PEOPLE')]
    >>> nowhere = (Part(name="path", volume_nl=None, holds=Holds.DRUG),)
    >>> [f.rule for f in judge_bridge(
    ...     decision=UseBridge(), new_concentration_pg_per_nl=2_000, **(change | {"parts": nowhere}))]
    ['bridge.no_automatic']
    >>> trickle = change | {"old_pg_per_day": 20_000_000, "same_drug": False}
    >>> [f.rule for f in judge_bridge(decision=UseBridge(), new_concentration_pg_per_nl=2_000, **trickle)]
    ['bridge.other_drug', 'bridge.below_device']
    """
    if same_drug and old_concentration_pg_per_nl == new_concentration_pg_per_nl:
        return []
    lacking = without_bridge(
        parts=parts,
        new_pg_per_day=new_pg_per_day,
        old_concentration_pg_per_nl=old_concentration_pg_per_nl,
        new_concentration_pg_per_nl=new_concentration_pg_per_nl,
    )
    unknown = missing(parts)
    what = f"{show_concentration(old_concentration_pg_per_nl)} to {show_concentration(new_concentration_pg_per_nl)}"
    found: list[Finding] = [] if same_drug else [_other_drug()]
    if decision is None:
        return [*found, _undecided(what, lacking, unknown)]
    if isinstance(decision, NoBridge):
        return [*found, _no_bridge(lacking, unknown, decision)]
    planned = bridge(
        parts=parts, old_pg_per_day=old_pg_per_day, old_concentration_pg_per_nl=old_concentration_pg_per_nl
    )
    return found + _judge_planned(planned, unknown, slowest)


@dataclass(frozen=True, slots=True, kw_only=True)
class BridgeCase:
    """The values of `judge_bridge`, as one record."""

    parts: tuple[Part, ...]
    old_pg_per_day: int
    new_pg_per_day: int
    old_concentration_pg_per_nl: int
    new_concentration_pg_per_nl: int
    same_drug: bool
    slowest_nl_per_day: int
    decision: BridgeDecision | None = None

    def __post_init__(self) -> None:
        assert min(self.old_concentration_pg_per_nl, self.new_concentration_pg_per_nl) > 0, "a bridge is between drugs"


def judge_bridge_case(case: BridgeCase) -> list[Finding]:
    """What a change of concentration asks for, of a pump whose slowest rate is as entered."""
    return judge_bridge(
        decision=case.decision,
        parts=case.parts,
        old_pg_per_day=case.old_pg_per_day,
        new_pg_per_day=case.new_pg_per_day,
        old_concentration_pg_per_nl=case.old_concentration_pg_per_nl,
        new_concentration_pg_per_nl=case.new_concentration_pg_per_nl,
        same_drug=case.same_drug,
        slowest=slowest_rate(case.slowest_nl_per_day),
    )


QUESTIONS: dict[str, Question] = {"bridge.change": (BridgeCase, judge_bridge_case)}


def _judge_planned(planned: Bridge | None, unknown: str, slowest: Sourced) -> list[Finding]:
    """Whether the bridge that was chosen can be worked out and run."""
    if planned is None:
        return [_no_automatic(unknown)]
    if planned.rate_nl_per_day < slowest.whole():
        return [_too_slow(planned, slowest)]
    return []


def _other_drug() -> Finding:
    return OTHER_DRUG.finding(
        field="drug",
        says="The drug changes, not only its concentration.",
        remedy="Read the label of what is filled and of what was there; have a second person check and say why.",
    )


def _undecided(what: str, lacking: WithoutBridge | None, unknown: str) -> Finding:
    effect = f"with no bridge, {lacking}" if lacking else f"{unknown or 'what the path holds'} is not known"
    return UNDECIDED.finding(
        severity=hardest(BRIDGE_DECISION),
        field=FIELD,
        says=f"The concentration changes, {what}, and nothing is decided about a bridge: {effect}.",
        remedy="Choose the bridge, or no bridge with a reason and a second person.",
    )


def _no_bridge(lacking: WithoutBridge | None, unknown: str, decision: NoBridge) -> Finding:
    effect = f"with no bridge, {lacking}"
    if lacking is None:
        effect = f"no bridge was chosen, and {unknown} is not known" if unknown else "no part holds the old drug"
    return NO_BRIDGE.finding(
        field=FIELD,
        says=f"{effect[0].upper()}{effect[1:]}. Reason given: {decision.reason.strip()}.",
        remedy="Have a second person check the reason.",
    )


def _no_automatic(unknown: str) -> Finding:
    why = f"{unknown} is not known" if unknown else "no part is recorded to hold the old drug"
    return NO_AUTOMATIC.finding(
        severity=hardest(BRIDGE_DECISION),
        field=FIELD,
        says=f"No bridge can be worked out: {why}.",
        remedy="Record the implanted length and what each part holds, or choose no bridge with a reason.",
    )


def _too_slow(planned: Bridge, slowest: Sourced) -> Finding:
    return BELOW_DEVICE.finding(
        field=FIELD,
        says=(
            f"The bridge would run at {show_rate(planned.rate_nl_per_day)}, below the pump's slowest rate of "
            f"{show_rate(slowest.whole())}; the pump will refuse it."
        ),
        remedy="Aspirate the catheter and choose no bridge with that reason, or keep the old concentration.",
        numbers=(slowest,),
    )
