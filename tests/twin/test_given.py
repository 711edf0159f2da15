"""What needles and postures do to a body is a row of regimes, each with its beginning."""

import pytest

from thecal.body.regime import REGIMES, USUAL
from thecal.twin.given import Drain, Given, Posture
from thecal.units import HOUR_MS

DRAIN = Drain(start_ms=4 * HOUR_MS, end_ms=5 * HOUR_MS, volume_nl=35_000_000, level="L3")
LYING = Posture(at_ms=2 * HOUR_MS, regime=REGIMES["lying"])


def test_nothing_given_is_the_usual_regime_from_the_start() -> None:
    """One episode, at hour 0."""
    (episode,) = Given().episodes(7 * HOUR_MS)
    assert (episode.at_h, episode.regime) == (0.0, USUAL)


def test_a_drain_runs_within_the_posture_and_gives_it_back() -> None:
    """Usual, lying, lying with 35 mL/h at L3, lying again; the hours count from the start."""
    episodes = Given(drains=[DRAIN], postures=[LYING]).episodes(HOUR_MS)
    assert [episode.at_h for episode in episodes] == [0.0, 1.0, 3.0, 4.0]
    usual, lying, draining, after = (episode.regime for episode in episodes)
    assert (usual, lying, after) == (USUAL, REGIMES["lying"], REGIMES["lying"])
    assert draining.stirring == lying.stirring
    assert draining.drain_level == "L3"
    assert draining.drain_ml_per_h == pytest.approx(35.0)


def test_getting_up_while_fluid_runs_changes_the_stirring_alone() -> None:
    """The needle stays where it is."""
    up = Posture(at_ms=4 * HOUR_MS + HOUR_MS // 2, regime=USUAL)
    regimes = [episode.regime for episode in Given(drains=[DRAIN], postures=[LYING, up]).episodes(0)]
    assert [regime.drain_ml_per_h for regime in regimes] == [0.0, 0.0, 35.0, 35.0, 0.0]
    assert regimes[3].stirring == USUAL.stirring


def test_a_drain_of_less_than_an_hour_is_faster_than_its_volume() -> None:
    """35 mL in three quarters of an hour are 46.7 mL/h."""
    short = Drain(start_ms=0, end_ms=HOUR_MS * 3 // 4, volume_nl=35_000_000, level="L3")
    assert short.within(USUAL).drain_ml_per_h == pytest.approx(46.6667, abs=1e-4)
