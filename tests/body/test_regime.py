"""Regimes: what posture, movement and a needle do to the fluid, by name."""

import pytest

from thecal.body.regime import REGIMES, STIRRING, USUAL, Regime
from thecal.errors import BadInput


def test_an_ordinary_day_changes_nothing() -> None:
    """The default stirs once and drains nothing."""
    assert Regime() == USUAL == REGIMES["usual"]
    assert USUAL.drain_level is None


def test_more_movement_stirs_more() -> None:
    """Anaesthetised, lying, upright, walking: in this order; an anaesthetised body needs about a hundredth."""
    names = ["anaesthetised", "lying", "upright", "walking"]
    factors = [REGIMES[name].stirring for name in names]
    assert factors == sorted(set(factors))
    assert factors[0] == pytest.approx(0.01)


def test_every_factor_is_called_assumed() -> None:
    """Nobody measured what posture does to dispersion."""
    assert {factor.grade for factor in STIRRING.values()} == {"assumed"}
    assert set(STIRRING) == set(REGIMES)


@pytest.mark.parametrize("stirring", [0.0, -1.0, 101.0, float("nan"), float("inf")])
def test_a_stirring_that_nothing_brings_about_is_refused(stirring: float) -> None:
    """Still fluid would leave the cord cut off; a hundredfold is beyond any movement."""
    with pytest.raises(BadInput, match="stirring"):
        Regime(stirring=stirring)


@pytest.mark.parametrize("drain", [-1.0, float("nan"), float("inf")])
def test_a_drain_that_is_none_is_refused(drain: float) -> None:
    """Nothing is pushed in through a drain, and its flow is a number."""
    with pytest.raises(BadInput, match="drain_ml_per_h"):
        Regime(drain_level="L3", drain_ml_per_h=drain)


def test_a_drain_has_its_place() -> None:
    """Fluid is taken at a vertebral level that exists."""
    with pytest.raises(BadInput, match="drain_level"):
        Regime(drain_ml_per_h=70.0)
    with pytest.raises(BadInput, match="L9"):
        Regime(drain_level="L9", drain_ml_per_h=70.0)
    assert Regime(drain_level="L3", drain_ml_per_h=70.0).drain_ml_per_h == 70.0
