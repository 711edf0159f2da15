"""Faults that only the pump feels: power, clock, memory, telemetry. The metal reports them and is none of them."""

from dataclasses import dataclass

from thecal.mechanism.spans import Once, Span


@dataclass(frozen=True, slots=True, kw_only=True)
class BatteryFilm(Span):
    """A film in the battery: its voltage reads low from `start_ms` on and spent from `end_ms` on, if ever."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PowerCut(Span):
    """No power at all: nothing turns, nothing counts, nothing is sensed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TelemetryField(Span):
    """A field that the pump takes for a wand's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockDrift(Span):
    """The pump's clock gains `per_million`, or loses: negative."""

    per_million: int

    def __post_init__(self) -> None:
        Span.__post_init__(self)
        assert self.per_million > -1_000_000, "a clock does not run backwards"


@dataclass(frozen=True, slots=True, kw_only=True)
class LowBatteryReset(Once):
    """The battery's voltage dips: the pump's electronics start anew, once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockLost(Once):
    """The pump no longer knows what time it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BitFlip(Once):
    """One bit of the pump's memory turns over: bit `bit` of the variable numbered `cell`."""

    cell: int
    bit: int

    def __post_init__(self) -> None:
        assert self.cell >= 0, "memory is numbered from zero"
        assert self.bit >= 0, "bits are numbered from zero"
