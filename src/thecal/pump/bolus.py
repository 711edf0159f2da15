"""Boluses: single, bridge, priming and purge. Each is a volume at a rate and ends by delivered volume.

Then what was programmed goes on. On devices of the 2000s a single bolus ended in a stopped pump; one class still does.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class SingleBolus:
    """One dose: `volume_nl` at `rate_nl_per_day`."""

    volume_nl: int
    rate_nl_per_day: int

    def __post_init__(self) -> None:
        _check(self.volume_nl, self.rate_nl_per_day)


@dataclass(frozen=True, slots=True, kw_only=True)
class BridgeBolus:
    """The old drug still in tubing and catheter, `volume_nl` at the rate that gives the old dose.

    `concentration_pg_per_nl` is the old drug's.
    """

    volume_nl: int
    rate_nl_per_day: int
    concentration_pg_per_nl: int

    def __post_init__(self) -> None:
        _check(self.volume_nl, self.rate_nl_per_day)
        assert self.concentration_pg_per_nl > 0, "the old drug has a concentration"


@dataclass(frozen=True, slots=True, kw_only=True)
class PrimingBolus:
    """Fills parts that hold no drug: `volume_nl` at `rate_nl_per_day`."""

    volume_nl: int
    rate_nl_per_day: int

    def __post_init__(self) -> None:
        _check(self.volume_nl, self.rate_nl_per_day)


@dataclass(frozen=True, slots=True, kw_only=True)
class Purge:
    """A few drops in the operating room, before the catheter is joined, to see that the pump runs."""

    volume_nl: int
    rate_nl_per_day: int

    def __post_init__(self) -> None:
        _check(self.volume_nl, self.rate_nl_per_day)


Bolus = SingleBolus | BridgeBolus | PrimingBolus | Purge


def _check(volume_nl: int, rate_nl_per_day: int) -> None:
    assert volume_nl > 0, "a bolus has a volume"
    assert rate_nl_per_day > 0, "a bolus has a rate"
