"""The one date a refill is booked against, with every reason for it and the one that binds."""

from dataclasses import dataclass

from thecal.care.limits import BOOK_AHEAD, DRUG_LIFE, WORST_DELIVERY, WORST_UNDELIVERABLE
from thecal.sources import Sourced
from thecal.units import DAY_MS, floor_div, show_duration, show_volume


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """One date, `at_ms` Unix ms UTC, and what it rests on."""

    name: str
    at_ms: int
    says: str
    numbers: tuple[Sourced, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class BookBy:
    """The earliest of `reasons`, which are in order of date; None where there is no reason at all.

    `unknown` names the reasons that could not be worked out, and what is missing.
    """

    reasons: tuple[Reason, ...]
    unknown: tuple[str, ...]

    @property
    def binding(self) -> Reason | None:
        """The reason that comes first."""
        return self.reasons[0] if self.reasons else None

    @property
    def at_ms(self) -> int | None:
        """The date."""
        return self.binding.at_ms if self.binding else None


def book_by(
    *,
    at_ms: int,
    reservoir_nl: int,
    rate_nl_per_day: int,
    low_reservoir_ms: int | None,
    filled_ms: int | None,
    filled_nl: int | None,
    site_maximum_ms: int | None,
) -> BookBy:
    """The book-by date of a reservoir that is calculated to hold `reservoir_nl` at `at_ms`.

    `rate_nl_per_day` is the mean over the schedule. `filled_nl` was in the reservoir at `filled_ms`, the last fill;
    None where not known. `site_maximum_ms` is the longest interval the site allows from a fill; None for none.

    20 mL, filled now, at 0.175 mL a day: the worst case binds before the low-reservoir date does.

    >>> day = 86_400_000
    >>> booked = book_by(at_ms=0, reservoir_nl=20_000_000, rate_nl_per_day=175_000, low_reservoir_ms=102 * day,
    ...     filled_ms=0, filled_nl=20_000_000, site_maximum_ms=None)
    >>> booked.binding.name, booked.at_ms // day
    ('worst_case', 92)
    >>> [reason.name for reason in booked.reasons]
    ['worst_case', 'low_reservoir', 'drug_life']
    """
    unknown: list[str] = []
    reasons: list[Reason] = []
    if low_reservoir_ms is not None:
        reasons.append(_low_reservoir(low_reservoir_ms))
    if rate_nl_per_day > 0:
        reasons.append(_worst_case(at_ms, reservoir_nl, rate_nl_per_day, filled_nl))
    if filled_ms is not None:
        reasons += _from_fill(filled_ms, site_maximum_ms)
    else:
        unknown.append(f"{show_duration(DRUG_LIFE.whole())} from the fill: when it was filled is not known")
    if filled_nl is None:
        unknown.append("delivery since the fill: how much was filled is not known")
    return BookBy(reasons=tuple(sorted(reasons, key=lambda reason: reason.at_ms)), unknown=tuple(unknown))


def _low_reservoir(low_reservoir_ms: int) -> Reason:
    return Reason(
        name="low_reservoir",
        at_ms=low_reservoir_ms - BOOK_AHEAD.whole(),
        says=f"{show_duration(BOOK_AHEAD.whole())} before the calculated low-reservoir date",
        numbers=(BOOK_AHEAD,),
    )


def _from_fill(filled_ms: int, site_maximum_ms: int | None) -> list[Reason]:
    """What counts from the day of the fill."""
    life = Reason(
        name="drug_life",
        at_ms=filled_ms + DRUG_LIFE.whole(),
        says=f"{show_duration(DRUG_LIFE.whole())} from the fill",
        numbers=(DRUG_LIFE,),
    )
    if site_maximum_ms is None:
        return [life]
    at_ms = filled_ms + site_maximum_ms
    site = Reason(name="site_maximum", at_ms=at_ms, says=f"this site's maximum, {show_duration(site_maximum_ms)}")
    return [life, site]


def _worst_case(at_ms: int, reservoir_nl: int, rate_nl_per_day: int, filled_nl: int | None) -> Reason:
    """When the pump runs dry if it delivers 14.5 % more than it believes, since the fill, and cannot give the rest."""
    delivered_nl = 0 if filled_nl is None else max(0, filled_nl - reservoir_nl)
    excess_nl_per_mille = delivered_nl * (WORST_DELIVERY.whole() - 1_000)
    left_nl_per_mille = (reservoir_nl - WORST_UNDELIVERABLE.whole()) * 1_000 - excess_nl_per_mille
    lasts_ms = floor_div(left_nl_per_mille * DAY_MS, rate_nl_per_day * WORST_DELIVERY.whole())
    more = (WORST_DELIVERY.whole() - 1_000) / 10
    return Reason(
        name="worst_case",
        at_ms=at_ms + max(0, lasts_ms),
        says=f"worst case: {more:g} % over-delivery and {show_volume(WORST_UNDELIVERABLE.whole())} undeliverable",
        numbers=(WORST_DELIVERY, WORST_UNDELIVERABLE),
    )
