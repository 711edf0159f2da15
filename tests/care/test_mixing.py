"""What a residual does to a fill, on both sides of each limit."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.care.helpers import CONCENTRATIONS, MCG, ML

from thecal.care.mixing import concentration_pg_per_ul, judge_mixture, mix, off_label_per_mille, rinsed
from thecal.findings import Severity


def judged(residual_nl: int, old: int, new: int, fill_nl: int = 20 * ML) -> Severity | None:
    """The severity of the one finding, or None."""
    found = judge_mixture(
        residual_nl=residual_nl,
        residual_concentration_pg_per_nl=old,
        fill_nl=fill_nl,
        fill_concentration_pg_per_nl=new,
        dose_pg_per_day=300 * MCG,
    )
    assert len(found) <= 1
    return found[0].severity if found else None


@given(
    residual=st.integers(0, 5 * ML), fill=st.integers(1, 40 * ML), old=st.sampled_from(CONCENTRATIONS),
    new=st.sampled_from(CONCENTRATIONS),
)  # fmt: skip
def test_mixing_conserves_drug_and_agrees_with_fractions(residual: int, fill: int, old: int, new: int) -> None:
    """No picogram is lost, the concentration lies between the two, and the same drug mixes to itself."""
    mixed = mix(
        residual_nl=residual,
        residual_concentration_pg_per_nl=old,
        fill_nl=fill,
        fill_concentration_pg_per_nl=new,
    )
    exact = Fraction(residual * old + fill * new, residual + fill)
    assert (mixed.volume_nl, mixed.mass_pg) == (residual + fill, residual * old + fill * new)
    assert min(old, new) <= exact <= max(old, new)
    assert concentration_pg_per_ul(mixed) == round(exact * 1_000)
    assert off_label_per_mille(mixed, new) == (exact / new - 1) * 1_000


@pytest.mark.parametrize(
    ("residual_nl", "severity"),
    [
        # 2000 under 20 mL of 500: off = 3r/(20 + r); 5 % at r = 0.33898 mL, 10 % at r = 0.68966 mL
        (0, None), (338_983, None), (338_984, Severity.NOTE), (689_655, Severity.NOTE),
        (689_656, Severity.TWO_PEOPLE), (1_400_000, Severity.TWO_PEOPLE),
    ],
)  # fmt: skip
def test_too_strong_a_fill_takes_two_people(residual_nl: int, severity: Severity | None) -> None:
    """Within the label's 5 % nothing, beyond it a note, beyond 10 % two people."""
    assert judged(residual_nl, 2_000, 500) is severity


@pytest.mark.parametrize(
    ("fill_nl", "severity"),
    [
        # 1.4 mL of 500 under 2000: off = −0.75 × 1.4/(f + 1.4); −5 % at f = 19.6 mL, −10 % at f = 9.1 mL
        (19_600_000, None), (19_599_999, Severity.NOTE), (9_100_000, Severity.NOTE), (9_099_999, Severity.REASON),
    ],
)  # fmt: skip
def test_too_weak_a_fill_asks_why(fill_nl: int, severity: Severity | None) -> None:
    """Within the label's 5 % nothing, beyond it a note, beyond 10 % a reason: less drug is a lowering."""
    assert judged(1_400_000, 500, 2_000, fill_nl) is severity


def test_the_remedy_offers_a_rinse_and_a_lower_dose() -> None:
    """The dose that makes up for +19.6 % is 250.8 mcg/day, and one 5 mL rinse leaves +4.3 %."""
    found = judge_mixture(
        residual_nl=1_400_000,
        residual_concentration_pg_per_nl=2_000,
        fill_nl=20 * ML,
        fill_concentration_pg_per_nl=500,
        dose_pg_per_day=300 * MCG,
    )
    remedy = found[0].remedy.replace("\u00a0", " ")
    assert "598.1 mcg/mL, +19.6 %" in found[0].says.replace("\u00a0", " ")
    assert "250.8 mcg/day would give 300 mcg/day" in remedy
    assert "+4.3 % remains" in remedy


@given(residual=st.integers(1, 3 * ML), fill=st.integers(1 * ML, 40 * ML))
def test_a_rinse_always_brings_the_fill_nearer_its_label(residual: int, fill: int) -> None:
    """After a rinse less of the old drug is left, never more."""
    volumes = {
        "residual_nl": residual,
        "residual_concentration_pg_per_nl": 2_000,
        "fill_nl": fill,
        "fill_concentration_pg_per_nl": 500,
    }
    before, after = off_label_per_mille(mix(**volumes), 500), off_label_per_mille(rinsed(**volumes), 500)
    assert 0 <= after < before
