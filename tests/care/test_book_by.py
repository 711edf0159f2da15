"""The book-by date: which reason binds, on both sides of where they cross, and what is not known."""

from fractions import Fraction
from math import floor

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.care.helpers import ML

from thecal.care.book_by import BookBy, book_by
from thecal.units import DAY_MS


def booked(
    *,
    reservoir_nl: int = 20 * ML,
    rate: int = 150_000,
    low_days: int | None = 120,
    filled_days_ago: int | None = 0,
    filled_nl: int | None = 20 * ML,
    site_days: int | None = None,
) -> BookBy:
    """A fill of 20 mL today at 0.15 mL a day, unless said otherwise; day 0 is today."""
    return book_by(
        at_ms=0,
        reservoir_nl=reservoir_nl,
        rate_nl_per_day=rate,
        low_reservoir_ms=None if low_days is None else low_days * DAY_MS,
        filled_ms=None if filled_days_ago is None else -filled_days_ago * DAY_MS,
        filled_nl=filled_nl,
        site_maximum_ms=None if site_days is None else site_days * DAY_MS,
    )


def dates(book: BookBy) -> dict[str, int]:
    """Each reason's date in ms."""
    return {reason.name: reason.at_ms for reason in book.reasons}


def test_each_reason_has_its_date() -> None:
    """120 days less 7; 180 days; 18.6 mL at 0.17175 mL a day; and the site's own 90."""
    assert dates(booked(site_days=90)) == {
        "low_reservoir": 113 * DAY_MS,
        "drug_life": 180 * DAY_MS,
        "worst_case": floor(Fraction(18_600_000, 171_750) * DAY_MS),
        "site_maximum": 90 * DAY_MS,
    }


@pytest.mark.parametrize("site_days", [1, 107, 108, 109, 400])
def test_the_site_s_maximum_binds_only_where_it_is_first(site_days: int) -> None:
    """The worst case falls on day 108.3; a site maximum before it binds, one after it does not."""
    binding = booked(site_days=site_days).binding
    assert binding is not None
    assert binding.name == ("site_maximum" if site_days <= 108 else "worst_case")


@pytest.mark.parametrize("low_days", [100, 114, 115, 116, 200])
def test_a_week_before_the_low_reservoir_date_binds_where_it_is_first(low_days: int) -> None:
    """Seven days before the low-reservoir date, as soon as that is before the worst case."""
    binding = booked(low_days=low_days).binding
    assert binding is not None
    assert binding.name == ("low_reservoir" if low_days - 7 <= 108 else "worst_case")


def test_the_drug_s_life_binds_a_slow_pump() -> None:
    """At 0.05 mL a day the drug is too old long before the reservoir is low; it counts from the fill, not today."""
    slow = booked(rate=50_000, low_days=360, filled_days_ago=30, filled_nl=21 * ML)
    assert slow.binding is not None
    assert (slow.binding.name, slow.at_ms) == ("drug_life", 150 * DAY_MS)


def test_over_delivery_counts_since_the_fill() -> None:
    """Half-way through a fill the worst case has already lost 14.5 % of the half that flowed."""
    half = booked(reservoir_nl=10 * ML, filled_days_ago=66, filled_nl=20 * ML)
    left = Fraction(10 * ML) - Fraction(145, 1_000) * 10 * ML - 1_400_000
    assert dates(half)["worst_case"] == floor(left / (150_000 * Fraction(1_145, 1_000)) * DAY_MS)


@given(reservoir=st.integers(0, 40 * ML), more=st.integers(0, 10 * ML), rate=st.integers(6_000, 24 * ML))
def test_knowing_the_fill_never_moves_the_worst_case_later(reservoir: int, more: int, rate: int) -> None:
    """What has flowed since the fill can only have flowed too fast."""
    known = dates(booked(reservoir_nl=reservoir, filled_nl=reservoir + more, rate=rate))["worst_case"]
    unknown = dates(booked(reservoir_nl=reservoir, filled_nl=None, rate=rate))["worst_case"]
    assert 0 <= known <= unknown


def test_the_worst_case_says_what_it_assumes() -> None:
    """14.5 % and 1.4 mL stand in its words, and its numbers are graded assumed."""
    worst = booked().binding
    assert worst is not None
    assert "14.5 %" in worst.says
    assert "1.4\u00a0mL" in worst.says
    assert {number.grade for number in worst.numbers} == {"assumed"}


def test_an_unknown_fill_is_named_and_not_guessed() -> None:
    """Without the fill's date and volume those reasons are missing, and the answer says so."""
    book = booked(filled_days_ago=None, filled_nl=None, site_days=90)
    assert set(dates(book)) == {"low_reservoir", "worst_case"}
    assert len(book.unknown) == 2
    assert booked().unknown == ()


def test_a_stopped_pump_still_ages_its_drug() -> None:
    """With no flow there is no low-reservoir date; 180 days remain. With nothing known there is no date at all."""
    assert set(dates(booked(rate=0, low_days=None))) == {"drug_life"}
    nothing = booked(rate=0, low_days=None, filled_days_ago=None)
    assert nothing.at_ms is None
    assert nothing.binding is None


@given(
    reservoir=st.integers(0, 40 * ML), rate=st.integers(0, 24 * ML), low=st.none() | st.integers(0, 400),
    ago=st.none() | st.integers(0, 400), site=st.none() | st.integers(1, 400),
)  # fmt: skip
def test_the_one_date_is_the_earliest_of_its_reasons(
    reservoir: int, rate: int, low: int | None, ago: int | None, site: int | None
) -> None:
    """Reasons come in order of date, and the first is the date."""
    book = booked(reservoir_nl=reservoir, rate=rate, low_days=low, filled_days_ago=ago, site_days=site)
    every = [reason.at_ms for reason in book.reasons]
    assert every == sorted(every)
    assert book.at_ms == min(every, default=None)
