"""What is done to a person besides visits at the pump: boluses by needle, fluid drained, posture.

A push through the access port is a matter of catheter and tip; a puncture, a drain and a posture are the body's.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from thecal.body.episodes import Episode
from thecal.body.regime import USUAL, Regime
from thecal.twin.effect import hours
from thecal.units import HOUR_MS, NL_PER_ML


@dataclass(frozen=True, slots=True, kw_only=True)
class Push:
    """A syringe emptied evenly into the access port over `[at_ms, at_ms + over_ms)`."""

    at_ms: int
    over_ms: int
    volume_nl: int
    concentration_pg_per_nl: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Puncture:
    """A dose by lumbar puncture, there at once."""

    at_ms: int
    mass_pg: int
    level: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Drain:
    """Fluid let out at a level, evenly over `[start_ms, end_ms)`."""

    start_ms: int
    end_ms: int
    volume_nl: int
    level: str

    def within(self, regime: Regime) -> Regime:
        """A regime while the fluid runs."""
        drain_ml_per_h = self.volume_nl / NL_PER_ML / ((self.end_ms - self.start_ms) / HOUR_MS)
        return replace(regime, drain_level=self.level, drain_ml_per_h=drain_ml_per_h)


@dataclass(frozen=True, slots=True, kw_only=True)
class Posture:
    """From `at_ms` on, how fluid moves."""

    at_ms: int
    regime: Regime


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """Everything of the kind in one run, each in order of time; drains do not overlap."""

    pushes: Sequence[Push] = ()
    punctures: Sequence[Puncture] = ()
    drains: Sequence[Drain] = ()
    postures: Sequence[Posture] = ()

    def episodes(self, start_ms: int) -> tuple[Episode, ...]:
        """The regimes one after the other, from `start_ms` on, in hours after it."""
        edges = {start_ms, *(posture.at_ms for posture in self.postures)}
        edges |= {edge for drain in self.drains for edge in (drain.start_ms, drain.end_ms)}
        return tuple(Episode(at_h=hours(at_ms, start_ms), regime=self._at(at_ms)) for at_ms in sorted(edges))

    def _at(self, at_ms: int) -> Regime:
        """The regime at an instant."""
        postures = [posture.regime for posture in self.postures if posture.at_ms <= at_ms]
        regime = postures[-1] if postures else USUAL
        return next((drain.within(regime) for drain in self._running(at_ms)), regime)

    def _running(self, at_ms: int) -> Iterator[Drain]:
        return (drain for drain in self.drains if drain.start_ms <= at_ms < drain.end_ms)


NOTHING = Given()
