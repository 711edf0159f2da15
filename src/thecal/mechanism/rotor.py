"""Faults of motor and rotor: it stands still, or it turns unbidden."""

from collections.abc import Iterator
from dataclasses import dataclass

from thecal.mechanism.numbers import MRI_RECOVERY_LONGEST, STALL_SENSED_AFTER
from thecal.mechanism.spans import SensedSpan
from thecal.units import DAY_MS


@dataclass(frozen=True, slots=True, kw_only=True)
class Stall(SensedSpan):
    """The rotor stands still, for a while or for good."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MriStall:
    """The rotor stands through a scan of `exposure_ms` and for `recovery_ms` beyond it, as bound gears do.

    The field hides both from the sensor: it tells of the stall and of the recovery late, each by its own delay.
    """

    start_ms: int
    exposure_ms: int
    recovery_ms: int = 0
    sensed_after_ms: int = STALL_SENSED_AFTER.whole()
    recovery_sensed_after_ms: int = STALL_SENSED_AFTER.whole()

    def __post_init__(self) -> None:
        assert self.exposure_ms > 0, "a scan lasts"
        assert 0 <= self.recovery_ms <= MRI_RECOVERY_LONGEST.whole(), "a rotor recovers within a day of the scan"
        assert self.sensed_after_ms >= 0, "nothing is sensed before it happens"
        assert self.recovery_sensed_after_ms >= 0, "nothing is sensed before it happens"

    @property
    def end_ms(self) -> int:
        """When the rotor turns again."""
        return self.start_ms + self.exposure_ms + self.recovery_ms

    def covers(self, at_ms: int) -> bool:
        """Whether the rotor stands."""
        return self.start_ms <= at_ms < self.end_ms

    def is_sensed(self, at_ms: int) -> bool:
        """Whether the sensor shows that it stands."""
        return self.start_ms + self.sensed_after_ms <= at_ms < self.end_ms + self.recovery_sensed_after_ms

    def changes_ms(self) -> Iterator[int]:
        """When the rotor stops and turns, and when the sensor shows so."""
        yield from (self.start_ms, self.start_ms + self.sensed_after_ms)
        yield from (self.end_ms, self.end_ms + self.recovery_sensed_after_ms)


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedThroughShort(SensedSpan):
    """The motor's feed-through leaks current: the rotor stands still, or, where it `resets`, the battery seems flat.

    A short that resets takes the pump's electronics down at its onset, once, and leaves the rotor alone.
    """

    resets: bool = False

    def covers(self, at_ms: int) -> bool:
        """Whether the rotor stands."""
        return not self.resets and SensedSpan.covers(self, at_ms)


@dataclass(frozen=True, slots=True, kw_only=True)
class Runaway(SensedSpan):
    """The motor turns unbidden, beside whatever it is told, until its power is cut."""

    rate_nl_per_day: int

    def __post_init__(self) -> None:
        SensedSpan.__post_init__(self)
        assert self.rate_nl_per_day > 0, "a runaway moves fluid"

    def passed_nl(self, at_ms: int) -> int:
        """What has flowed by an instant, if nothing was in its way."""
        return self.rate_nl_per_day * self.elapsed_ms(at_ms) // DAY_MS
