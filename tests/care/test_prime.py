"""Priming: only what is recorded as empty, never what nobody wrote about."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.care.helpers import HOLDS, rules

from thecal.care.path import Holds, Part, missing
from thecal.care.prime import in_path_pg, judge_prime, over_prime_pg, prime

VOLUME = st.none() | st.integers(1, 400_000)


@st.composite
def paths(draw: st.DrawFn) -> tuple[Part, ...]:
    """Tubing and catheter, each of any volume and content."""
    return tuple(Part(name=name, volume_nl=draw(VOLUME), holds=draw(HOLDS)) for name in ("tubing", "catheter"))


@given(parts=paths())
def test_a_prime_fills_exactly_what_is_recorded_as_empty(parts: tuple[Part, ...]) -> None:
    """No unknown part, no unknown volume, no part that holds drug is ever primed."""
    primed = prime(parts=parts, concentration_pg_per_nl=500)
    empty = [part.volume_nl for part in parts if part.holds is Holds.NO_DRUG]
    known = all(part.holds is not Holds.UNKNOWN for part in parts) and None not in empty
    expected = sum(volume or 0 for volume in empty) if known else 0
    assert (primed.volume_nl if primed else 0) == expected


@given(parts=paths())
def test_the_path_may_hold_whatever_is_not_recorded_as_empty(parts: tuple[Part, ...]) -> None:
    """Unknown counts as full: the drug shown is never less than what may be there."""
    held = in_path_pg(parts=parts, concentration_pg_per_nl=500)
    full = [part.volume_nl for part in parts if part.holds is not Holds.NO_DRUG]
    assert held == (None if None in full else sum(volume or 0 for volume in full) * 500)


@given(parts=paths(), asked=st.booleans())
def test_an_unknown_part_is_always_said(parts: tuple[Part, ...], asked: bool) -> None:
    """Whether a prime is asked for or not, not knowing what a part holds is a finding that names it."""
    found = judge_prime(parts=parts, asked=asked, concentration_pg_per_nl=500)
    if any(part.holds is Holds.UNKNOWN for part in parts):
        assert rules(found) == ["prime.no_automatic" if asked else "prime.unknown"]
        assert missing(parts) in found[0].says


@pytest.mark.parametrize(
    ("primed_nl", "extra_nl"), [(0, 0), (309_399, 0), (309_400, 0), (309_401, 1), (368_400, 59_000)]
)
def test_only_what_is_too_much_leaves_the_tip(primed_nl: int, extra_nl: int) -> None:
    """A prime up to the path's volume pushes nothing out."""
    assert over_prime_pg(primed_nl=primed_nl, empty_nl=309_400, concentration_pg_per_nl=2_000) == extra_nl * 2_000


def test_the_refusal_shows_the_drug_in_the_path() -> None:
    """A prime of an unknown path is refused with the micrograms that it would push out."""
    parts = (Part(name="catheter", volume_nl=195_800, holds=Holds.UNKNOWN),)
    found = judge_prime(parts=parts, asked=True, concentration_pg_per_nl=2_000)
    assert "391.6\u00a0mcg" in found[0].says
