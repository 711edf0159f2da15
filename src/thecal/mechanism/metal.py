"""The true state of a pump's metal: what is in the reservoir, and the plan of what goes wrong with it."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import Enum, auto

from thecal.flow import Batch, Slug, held_nl, held_pg
from thecal.mechanism.faults import (
    BatteryFilm,
    ClockDrift,
    Deformation,
    Fault,
    FeedThroughShort,
    Happening,
    LowBatteryReset,
    Measure,
    Overfill,
    PowerCut,
    Runaway,
    SafetyValveShut,
    Standstill,
    TelemetryField,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Metal:
    """The truth of reservoir, rotor and valves.

    `undeliverable_nl` is what neither rotor nor syringe can take out. `capacity_nl` is all that the reservoir holds,
    the undeliverable part included; None where it is not known and so never refuses. `air_nl` lies in it beside the
    fluid. `is_overfilled` from a forced fill until a syringe draws. `filled_ms` is when it was last filled.
    `carry_pl` is what the rotor's measure still owes, in thousandths of a nanolitre, 0 to 999.
    """

    reservoir: tuple[Slug, ...] = ()
    undeliverable_nl: int = 0
    capacity_nl: int | None = None
    faults: tuple[Fault, ...] = ()
    air_nl: int = 0
    is_overfilled: bool = False
    filled_ms: int | None = None
    carry_pl: int = 0

    def __post_init__(self) -> None:
        assert len(self.reservoir) <= 1, "a reservoir is well mixed"
        assert 0 <= self.carry_pl < 1_000, "the carry is a proper remainder"

    @property
    def reservoir_nl(self) -> int:
        """The fluid truly in the reservoir, the undeliverable part included, air not."""
        return held_nl(self.reservoir)

    @property
    def reservoir_pg(self) -> int:
        """The drug truly in the reservoir."""
        return held_pg(self.reservoir)

    @property
    def deliverable_nl(self) -> int:
        """The fluid that rotor or syringe can take out."""
        return max(0, self.reservoir_nl - self.undeliverable_nl)

    def is_stalled(self, at_ms: int) -> bool:
        """Whether something truly holds the rotor."""
        return any(isinstance(fault, Standstill) and fault.covers(at_ms) for fault in self.faults)

    def stalled_since_ms(self, at_ms: int) -> int | None:
        """Since when the rotor has truly stood, by the fault that came first; None while nothing holds it."""
        held = (fault for fault in self.faults if isinstance(fault, Standstill) and fault.covers(at_ms))
        return min((fault.start_ms for fault in held), default=None)

    def room_nl(self, at_ms: int) -> int | None:
        """How much more goes in without force; None where nothing says."""
        bent = (fault.capacity_nl for fault in self.faults if isinstance(fault, Deformation) and fault.at_ms <= at_ms)
        capacity_nl = min((*bent, *(() if self.capacity_nl is None else (self.capacity_nl,))), default=None)
        return None if capacity_nl is None else max(0, capacity_nl - self.reservoir_nl - self.air_nl)


class BatteryLevel(Enum):
    """What the battery's voltage shows."""

    GOOD = auto()
    LOW = auto()
    SPENT = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class Senses:
    """What the pump's sensors show at an instant. All of them are states: they hold until they no longer do.

    `rotor_unbidden` is that the rotor turns without a command, where nobody has cut its power. Without `has_power`
    the pump can read none of it.
    """

    rotor_stalled: bool
    rotor_unbidden: bool
    battery: BatteryLevel
    has_power: bool
    telemetry_field: bool


def changes_ms(metal: Metal) -> Iterator[int]:
    """Every instant at which the metal or a sensor changes by itself; nobody may step across one."""
    for fault in metal.faults:
        yield from fault.changes_ms()


def senses(metal: Metal, at_ms: int) -> Senses:
    """What the pump's sensors show at an instant, after their delays."""
    faults = metal.faults
    return Senses(
        rotor_stalled=any(isinstance(fault, Standstill) and fault.is_sensed(at_ms) for fault in faults),
        rotor_unbidden=any(isinstance(fault, Runaway) and fault.is_sensed(at_ms) for fault in faults),
        battery=_battery(metal, at_ms),
        has_power=has_power(metal, at_ms),
        telemetry_field=any(isinstance(fault, TelemetryField) and fault.covers(at_ms) for fault in faults),
    )


def happenings_at(metal: Metal, at_ms: int) -> tuple[Happening, ...]:
    """What happens to the pump's electronics at this very instant, in the plan's order."""
    return tuple(
        LowBatteryReset(at_ms=at_ms) if isinstance(fault, FeedThroughShort) else fault
        for fault in metal.faults
        if (isinstance(fault, Happening) and fault.at_ms == at_ms)
        or (isinstance(fault, FeedThroughShort) and fault.resets and fault.start_ms == at_ms)
    )


def clock_drift_per_million(metal: Metal, at_ms: int) -> int:
    """How much the pump's clock gains on true time, negative where it loses; the pump cannot sense it."""
    return sum(fault.per_million for fault in metal.faults if isinstance(fault, ClockDrift) and fault.covers(at_ms))


def has_power(metal: Metal, at_ms: int) -> bool:
    """Whether the battery feeds motor and electronics."""
    return not any(isinstance(fault, PowerCut) and fault.covers(at_ms) for fault in metal.faults)


def is_shut(metal: Metal, at_ms: int) -> bool:
    """Whether a safety valve has closed the way out."""
    return any(isinstance(fault, SafetyValveShut) and fault.covers(at_ms) for fault in metal.faults)


def flow_per_mille(metal: Metal, at_ms: int) -> int:
    """What truly moves where 1000 is commanded, never less than nothing."""
    changes = [fault.change_per_mille(at_ms) for fault in metal.faults if isinstance(fault, Measure)]
    forced = [fault for fault in metal.faults if metal.is_overfilled and isinstance(fault, Overfill)]
    changes += [fault.change_per_mille(at_ms, metal.filled_ms or 0) for fault in forced]
    return max(0, 1_000 + sum(changes))


def mixed(metal: Metal, volume_nl: int, mass_pg: int) -> Metal:
    """The metal with more fluid in its reservoir, one well-mixed batch."""
    assert volume_nl > 0, "there is something to mix in"
    batch = Batch(volume_nl=metal.reservoir_nl + volume_nl, mass_pg=metal.reservoir_pg + mass_pg)
    return replace(metal, reservoir=(Slug(batch=batch, from_nl=0, to_nl=batch.volume_nl),))


def reset_valves(metal: Metal, at_ms: int) -> Metal:
    """The metal after a hand has reset every safety valve that is shut."""
    return replace(metal, faults=tuple(_reset(fault, at_ms) for fault in metal.faults))


def _reset(fault: Fault, at_ms: int) -> Fault:
    if isinstance(fault, SafetyValveShut) and fault.start_ms < at_ms and fault.covers(at_ms):
        return replace(fault, end_ms=at_ms)
    return fault


def _battery(metal: Metal, at_ms: int) -> BatteryLevel:
    """The lowest of what the films let show."""
    films = [fault for fault in metal.faults if isinstance(fault, BatteryFilm) and fault.start_ms <= at_ms]
    if any(not film.covers(at_ms) for film in films):
        return BatteryLevel.SPENT
    return BatteryLevel.LOW if films else BatteryLevel.GOOD
