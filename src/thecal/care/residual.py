"""What the syringe says against what the pump calculated: before the fill, and after it.

    residual discrepancy  = expected − withdrawn, before the fill
    post-fill discrepancy = put in − found again, after it

Less left than expected means more was delivered, or leaked: fill, and see the patient sooner. More left means less was
delivered: fill and keep the program, but no increase and no restart until somebody knows why (in Sgouros 2010 a full
reservoir, unexplained, and a restart nearly killed).
"""

from dataclasses import dataclass

from thecal.care.asking import Question, one_by_one
from thecal.care.limits import (
    POST_FILL_LARGE,
    POST_FILL_SMALL,
    RESIDUAL_SHARE,
    RESIDUAL_TREND,
    RESIDUAL_VOLUME,
    SMALL_PUMP,
    hardest,
)
from thecal.findings import Finding, Rule, Severity
from thecal.sources import Sourced
from thecal.units import decimal_text, show_volume

FIELD = "residual_actual_nl"


_SGOUROS = "Sgouros 2010: a full reservoir twice unexplained, then a restart that nearly killed"

LESS_LEFT = Rule(
    name="residual.less_left",
    severity=Severity.REASON,
    asks="Less left than expected is looked into, after the fill: more was delivered, or it leaked.",
    source=RESIDUAL_VOLUME.source,
    grade=RESIDUAL_VOLUME.grade,
    numbers=(RESIDUAL_VOLUME, RESIDUAL_SHARE, RESIDUAL_TREND),
)
MORE_LEFT = Rule(
    name="residual.more_left",
    severity=Severity.REASON,
    asks="More left than expected is looked into, after the fill: less was delivered than the pump counts.",
    source=RESIDUAL_VOLUME.source,
    grade=RESIDUAL_VOLUME.grade,
    numbers=(RESIDUAL_VOLUME, RESIDUAL_SHARE, RESIDUAL_TREND),
)
INCREASE = Rule(
    name="residual.increase",
    severity=Severity.BLOCK,
    asks="A dose is not raised on top of drug that did not flow before somebody knows why.",
    source=_SGOUROS,
    grade="paper",
    numbers=(RESIDUAL_VOLUME, RESIDUAL_SHARE, RESIDUAL_TREND),
)
RESTART = Rule(
    name="residual.restart",
    severity=Severity.TWO_PEOPLE,
    asks="Nobody restarts a pump alone that left more than expected, unexplained.",
    source=_SGOUROS,
    grade="paper",
    numbers=(RESIDUAL_VOLUME, RESIDUAL_SHARE, RESIDUAL_TREND),
)
UNKNOWN = Rule(
    name="residual.unknown",
    severity=Severity.REASON,
    asks="A residual that nobody measured has its reason.",
    source=RESIDUAL_VOLUME.source,
    grade=RESIDUAL_VOLUME.grade,
    numbers=(RESIDUAL_VOLUME, RESIDUAL_SHARE),
)
SHARE_UNKNOWN = Rule(
    name="residual.share_unknown",
    severity=Severity.NOTE,
    asks="Without the last fill a residual is judged by its volume alone, and that is said.",
    source=RESIDUAL_SHARE.source,
    grade=RESIDUAL_SHARE.grade,
    numbers=(RESIDUAL_SHARE, RESIDUAL_TREND),
)
POST_FILL = Rule(
    name="post_fill.discrepancy",
    severity=Severity.TWO_PEOPLE,
    asks="What is found again after a fill is what was put in; otherwise drug may lie beside the reservoir.",
    source=POST_FILL_SMALL.source,
    grade=POST_FILL_SMALL.grade,
    numbers=(POST_FILL_SMALL, POST_FILL_LARGE, SMALL_PUMP),
)

RULES = (LESS_LEFT, MORE_LEFT, INCREASE, RESTART, UNKNOWN, SHARE_UNKNOWN, POST_FILL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Discrepancy:
    """One refill's numbers: expected and withdrawn before the fill, and what was programmed to flow since the last.

    `programmed_nl` is None where the last fill is not known; then only the volume itself can be judged.
    """

    expected_nl: int
    withdrawn_nl: int
    programmed_nl: int | None

    @property
    def less_left_nl(self) -> int:
        """Expected − withdrawn: above zero, less is left than expected; below, more."""
        return self.expected_nl - self.withdrawn_nl

    @property
    def more_left(self) -> bool:
        """Whether the pump gave less than it believes."""
        return self.less_left_nl < 0

    def beyond(self, share: Sourced) -> bool:
        """Whether it is more than this share of what was programmed, as far as that is known."""
        return self.programmed_nl is not None and abs(self.less_left_nl) * 1_000 > share.whole() * self.programmed_nl


def limits_broken(now: Discrepancy, earlier: Discrepancy | None) -> tuple[Sourced, ...]:
    """The limits that this refill is beyond, `earlier` being the refill before; None where it is not known.

    >>> small = Discrepancy(expected_nl=4_000_000, withdrawn_nl=2_000_000, programmed_nl=16_000_000)
    >>> limits_broken(small, None)
    ()
    >>> [limit.name for limit in limits_broken(small, small)]
    ['residual_trend']
    """
    broken: list[Sourced] = []
    if abs(now.less_left_nl) > RESIDUAL_VOLUME.whole():
        broken.append(RESIDUAL_VOLUME)
    if now.beyond(RESIDUAL_SHARE):
        broken.append(RESIDUAL_SHARE)
    if earlier is not None and _same_way(now, earlier):
        broken.append(RESIDUAL_TREND)
    return tuple(broken)


def judge_residual(
    *, now: Discrepancy, earlier: Discrepancy | None, increases: bool, restarts: bool, explained: bool
) -> list[Finding]:
    """What the residual asks for. Filling, and the same program, are never blocked; an unexplained increase can wait.

    >>> less = Discrepancy(expected_nl=4_100_000, withdrawn_nl=2_000_000, programmed_nl=16_000_000)
    >>> more = Discrepancy(expected_nl=2_000_000, withdrawn_nl=4_100_000, programmed_nl=18_000_000)
    >>> for now in (less, more):
    ...     [(f.rule, f.severity.name) for f in judge_residual(
    ...         now=now, earlier=None, increases=True, restarts=False, explained=False)]
    [('residual.less_left', 'REASON')]
    [('residual.more_left', 'REASON'), ('residual.increase', 'BLOCK')]
    >>> [f.rule for f in judge_residual(now=more, earlier=None, increases=False, restarts=True, explained=False)]
    ['residual.more_left', 'residual.restart']
    >>> as_expected = Discrepancy(expected_nl=4_000_000, withdrawn_nl=4_000_000, programmed_nl=None)
    >>> [f.rule for f in judge_residual(
    ...     now=as_expected, earlier=None, increases=True, restarts=True, explained=False)]
    ['residual.share_unknown']
    """
    broken = limits_broken(now, earlier)
    found: list[Finding] = [] if now.programmed_nl is not None else [_share_unknown()]
    if not broken:
        return found
    if not now.more_left:
        return [*found, _less_left(now, broken)]
    found.append(_more_left(now, broken))
    if increases:
        found.append(_increase(broken, explained=explained))
    if restarts and not explained:
        found.append(_restart(broken))
    return found


def residual_unknown() -> Finding:
    """What a fill asks for whose residual nobody measured or wrote down.

    >>> residual_unknown().rule
    'residual.unknown'
    """
    return UNKNOWN.finding(
        field=FIELD,
        says="What was drawn from the reservoir, or what was expected, is not known, so nothing can be compared.",
        remedy="Record the volume withdrawn, or write down why there is none.",
    )


def judge_post_fill(*, put_in_nl: int, found_nl: int | None, capacity_nl: int) -> list[Finding]:
    """What is found again after the fill beside what was put in; None where nobody measured.

    >>> judge_post_fill(put_in_nl=20_000_000, found_nl=19_000_000, capacity_nl=20_000_000)
    []
    >>> [f.rule for f in judge_post_fill(put_in_nl=20_000_000, found_nl=18_999_999, capacity_nl=20_000_000)]
    ['post_fill.discrepancy']
    >>> judge_post_fill(put_in_nl=40_000_000, found_nl=38_000_000, capacity_nl=40_000_000)
    []
    """
    if found_nl is None:
        return []
    limit = POST_FILL_SMALL if capacity_nl <= SMALL_PUMP.whole() else POST_FILL_LARGE
    if abs(put_in_nl - found_nl) <= limit.whole():
        return []
    return [
        POST_FILL.finding(
            field="post_fill_nl",
            says=(
                f"{show_volume(put_in_nl)} was put in and {show_volume(found_nl)} found again, "
                f"more than {show_volume(limit.whole())} apart: drug may lie beside the reservoir."
            ),
            remedy="Keep the patient under watch for overdose, look for fluid in the pocket, and call a second person.",
            numbers=(limit, SMALL_PUMP),
        )
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class ResidualCase:
    """The values of `judge_residual`, as one record."""

    now: Discrepancy
    increases: bool
    restarts: bool
    explained: bool
    earlier: Discrepancy | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PostFillCase:
    """The values of `judge_post_fill`, as one record."""

    put_in_nl: int
    capacity_nl: int
    found_nl: int | None = None


QUESTIONS: dict[str, Question] = {
    "residual.refill": (ResidualCase, one_by_one(judge_residual)),
    "post_fill.volume": (PostFillCase, one_by_one(judge_post_fill)),
}


def _share_unknown() -> Finding:
    return SHARE_UNKNOWN.finding(
        field=FIELD,
        says="The last fill is not on record, so the discrepancy cannot be set against what was programmed.",
        remedy="Record the last fill's date and volume.",
    )


def _same_way(now: Discrepancy, earlier: Discrepancy) -> bool:
    """Twice running the same sign, both beyond 10 %."""
    same_sign = now.less_left_nl * earlier.less_left_nl > 0
    return same_sign and now.beyond(RESIDUAL_TREND) and earlier.beyond(RESIDUAL_TREND)


def _numbers_in_words(now: Discrepancy) -> str:
    expected, withdrawn = show_volume(now.expected_nl), show_volume(now.withdrawn_nl)
    difference = show_volume(abs(now.less_left_nl))
    return f"{withdrawn} drawn where {expected} was expected, {difference} {'more' if now.more_left else 'less'}"


def _broken_in_words(broken: tuple[Sourced, ...]) -> str:
    words = {
        RESIDUAL_VOLUME.name: f"more than {show_volume(RESIDUAL_VOLUME.whole())}",
        RESIDUAL_SHARE.name: f"beyond {decimal_text(RESIDUAL_SHARE.whole(), 10)} % of what was programmed",
        RESIDUAL_TREND.name: f"the same way twice, beyond {decimal_text(RESIDUAL_TREND.whole(), 10)} %",
    }
    return "; ".join(words[limit.name] for limit in broken)


def _less_left(now: Discrepancy, broken: tuple[Sourced, ...]) -> Finding:
    return LESS_LEFT.finding(
        field=FIELD,
        says=f"{_numbers_in_words(now)}: {_broken_in_words(broken)}.",
        remedy="Fill, look for signs of overdose and of a leak, and book the next visit sooner.",
        numbers=broken,
    )


def _more_left(now: Discrepancy, broken: tuple[Sourced, ...]) -> Finding:
    return MORE_LEFT.finding(
        field=FIELD,
        says=f"{_numbers_in_words(now)}: {_broken_in_words(broken)}.",
        remedy="Fill and keep the same program. No increase and no restart until it is explained.",
        numbers=broken,
    )


def _increase(broken: tuple[Sourced, ...], *, explained: bool) -> Finding:
    """An increase on top of drug that did not flow can wait for an explanation."""
    return INCREASE.finding(
        severity=Severity.TWO_PEOPLE if explained else hardest(*broken),
        field="dose_pg_per_day",
        says="More was left than expected, and the dose is to be raised.",
        remedy="Keep the dose until it is explained; then have a second person check the increase and say why.",
        numbers=broken,
    )


def _restart(broken: tuple[Sourced, ...]) -> Finding:
    """Restoring is never blocked; but nobody restarts an unexplained pump alone."""
    return RESTART.finding(
        field="infusion_mode",
        says="More was left than expected, and delivery is to be restarted.",
        remedy="Find out why first where the patient allows it; otherwise two people, a reason, and close watch.",
        numbers=broken,
    )
