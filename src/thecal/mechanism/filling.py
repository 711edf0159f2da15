"""Faults of the reservoir and of the hand that fills it."""

from collections.abc import Iterator
from dataclasses import dataclass

from thecal.mechanism.numbers import DEFORMED_CAPACITY, OVERFILL_FLOW, OVERFILL_MOST
from thecal.mechanism.spans import AtFill, Once


@dataclass(frozen=True, slots=True, kw_only=True)
class Deformation(Once):
    """Pressure has bent the reservoir: from `at_ms` on it takes no more than `capacity_nl` in all."""

    capacity_nl: int = DEFORMED_CAPACITY.whole()

    def __post_init__(self) -> None:
        assert self.capacity_nl > 0, "a reservoir holds something"


@dataclass(frozen=True, slots=True, kw_only=True)
class PocketFill(AtFill):
    """The needle lies beside the port: `per_mille` of the first fill at or after `at_ms` goes into the tissue."""

    per_mille: int = 1_000

    def __post_init__(self) -> None:
        assert 0 < self.per_mille <= 1_000, "no more can miss the port than there is"


@dataclass(frozen=True, slots=True, kw_only=True)
class Air(AtFill):
    """`volume_nl` of the first fill at or after `at_ms` is air: volume without drug, until a syringe draws it.

    It takes drug's place in the reservoir and is never delivered. Where it also speeds the flow, plan that beside it.
    """

    volume_nl: int

    def __post_init__(self) -> None:
        assert self.volume_nl > 0, "a bubble has a volume"


@dataclass(frozen=True, slots=True, kw_only=True)
class WrongSyringe(AtFill):
    """The first fill at or after `at_ms` is not what its label says: this concentration, or None: another drug."""

    concentration_pg_per_nl: int | None

    def __post_init__(self) -> None:
        assert self.concentration_pg_per_nl is None or self.concentration_pg_per_nl > 0, "another drug is None"


@dataclass(frozen=True, slots=True, kw_only=True)
class Overfill(AtFill):
    """The first fill at or after `at_ms` is forced: up to `over_nl` beyond the capacity goes in.

    While the reservoir is under that pressure, until `end_ms` or until a syringe draws from it, the flow is
    `per_mille` more. A reservoir that nobody forces refuses what is beyond its capacity.
    """

    end_ms: int
    over_nl: int = OVERFILL_MOST.whole()
    per_mille: int = OVERFILL_FLOW.whole()

    def __post_init__(self) -> None:
        assert self.at_ms < self.end_ms, "the pressure lasts"
        assert self.over_nl > 0, "an overfill is more than the capacity"
        assert self.per_mille >= 0, "pressure slows nothing"

    def change_per_mille(self, at_ms: int, filled_ms: int) -> int:
        """How much more flows at an instant, in a reservoir that is under pressure since a fill at `filled_ms`."""
        return self.per_mille if self.at_ms <= filled_ms and at_ms < self.end_ms else 0

    def changes_ms(self) -> Iterator[int]:
        """When the pressure has gone."""
        yield self.end_ms
