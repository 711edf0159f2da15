"""What must be true of every pump and every implant at the end of every test, written from the specification.

While a test runs, what the functions of the pump's machine, of the implant and of the hands on it take and give back is
noted, the last few of each. At the end of the test, whatever was right before such a call must be right after it. What
a test forged by hand is not held against the code: it was not right before.
"""

import functools
from collections import deque
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any

from thecal.errors import TheirFault
from thecal.pump import machine
from thecal.pump.alarms import Alarm
from thecal.pump.bolus import BridgeBolus, PrimingBolus, Purge, SingleBolus
from thecal.pump.devices import PUMP_MODELS
from thecal.pump.events import EventKind, verify_chain
from thecal.pump.limiter import Limiter
from thecal.pump.memory import Pump
from thecal.pump.states import State
from thecal.twin import device as implant
from thecal.twin import hands
from thecal.twin.device import Device

DAY = 24 * 60 * 60 * 1000
KEPT = 24
WITNESSED = (
    (machine, ("advance", "handle", "manufacture", "note_access_refused", "sense", "stop")),
    (implant, ("advance", "command", "opened", "settle")),
    (hands, ("aspirate", "fill", "inject", "refill", "withdraw")),
)
GIVES = {
    State.BRIDGING: BridgeBolus,
    State.PRIMING: PrimingBolus,
    State.PURGING: Purge,
    State.BOLUS: SingleBolus,
}


class Witness:
    """The last calls that were made: what each took, and what it gave back."""

    def __init__(self) -> None:
        self.pumps: deque[tuple[Pump | None, Pump]] = deque(maxlen=KEPT)
        self.devices: deque[tuple[Device | None, Device]] = deque(maxlen=KEPT)

    def watching(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """The function, its calls noted."""

        @functools.wraps(function)
        def watched(*args: Any, **kwargs: Any) -> Any:
            answer = function(*args, **kwargs)
            self.note(args[0] if args else None, answer[0] if isinstance(answer, tuple) else answer)
            return answer

        return watched

    def note(self, before: object, after: object) -> None:
        """One call."""
        if isinstance(after, Pump):
            self.pumps.append((before if isinstance(before, Pump) else None, after))
        elif isinstance(after, Device):
            self.devices.append((before if isinstance(before, Device) else None, after))

    def complaints(self) -> list[str]:
        """Everything that was right before a call and was not after it; the notes are emptied."""
        wrong = [what for before, after in self.pumps for what in wronged(before, after)]
        wrong += [what for before, after in self.devices for what in astray(before, after)]
        if self.pumps:
            wrong += logged(*self.pumps[-1])
        self.pumps.clear()
        self.devices.clear()
        return wrong


def wronged(before: Pump | None, after: Pump) -> list[str]:
    """What a call broke in a pump that was right; nothing where it was not."""
    if before is after or (before is not None and list(invalid(before))):
        return []
    return [*invalid(after), *(turned_back(before, after) if before is not None else ())]


def turned_back(before: Pump, after: Pump) -> Iterator[str]:
    """What only grows, and did not."""
    if after.now_ms < before.now_ms:
        yield "the pump's time ran backwards"
    if after.delivered_nl < before.delivered_nl:
        yield "less was delivered than before"
    if after.revision < before.revision:
        yield "the revision fell"
    if after.battery.used_nj < before.battery.used_nj:
        yield "the battery charged itself"


def logged(before: Pump | None, after: Pump) -> list[str]:
    """A log whose chain a call broke."""
    if before is not None and not _chained(before):
        return []
    return [] if _chained(after) else ["the log's chain is broken"]


def _chained(pump: Pump) -> bool:
    try:
        verify_chain(pump.log, head=pump.log_head)
    except TheirFault:
        return False
    return True


def invalid(pump: Pump) -> Iterator[str]:
    """Everything about a pump that can never be."""
    yield from _counts(pump)
    yield from _gives(pump)
    yield from _remembers(pump)
    if pump.limiter is not None:
        yield from _limits(pump.limiter, pump.now_ms)
    if pump.powered:
        yield from _sounds(pump)


def _counts(pump: Pump) -> Iterator[str]:
    """Volumes in their ranges, whole pulses, less than one owed."""
    model = PUMP_MODELS[pump.pump_model]
    if not 0 <= pump.carry_nl_ms_per_day < DAY:
        yield f"a carry of {pump.carry_nl_ms_per_day}"
    if not 0 <= pump.owed_nl < model.pulse_nl:
        yield f"{pump.owed_nl} nL owed at pulses of {model.pulse_nl}"
    if pump.delivered_nl < 0 or pump.delivered_nl % model.pulse_nl:
        yield f"{pump.delivered_nl} nL delivered are not whole pulses"
    if not 0 <= pump.reservoir_nl <= model.capacity_nl:
        yield f"{pump.reservoir_nl} nL in the reservoir"


def _gives(pump: Pump) -> Iterator[str]:
    """A state and what it gives: a bolus only in its own state, and nothing without a program or against a cut."""
    delivers = pump.state not in {State.STOPPED, State.HELD, State.END_OF_SERVICE}
    if (pump.bolus is None) is not (pump.bolus_left_nl is None):
        yield "a bolus without a volume, or a volume without a bolus"
    least_nl = 1 if pump.powered else 0  # in the dark the memory counts ahead
    if pump.bolus is not None and not least_nl <= (pump.bolus_left_nl or 0) <= pump.bolus.volume_nl:
        yield f"a bolus of {pump.bolus.volume_nl} nL owes {pump.bolus_left_nl}"
    if pump.state is not State.HELD and GIVES.get(pump.state, type(None)) is not type(pump.bolus):
        yield f"{pump.state.name} with {type(pump.bolus).__name__}"
    if delivers and (pump.program is None or pump.limiter is None):
        yield f"{pump.state.name} without a program or a limiter"
    if delivers and pump.powered and pump.limiter is not None and pump.limiter.is_cut:
        yield f"{pump.state.name} though the limiter has cut"


def _remembers(pump: Pump) -> Iterator[str]:
    """Instants that have passed, in order."""
    past = [pump.state_since_ms, *(active.since_ms for active in pump.alarms), *(given.at_ms for given in pump.given)]
    past += [event.at_ms for event in pump.log]
    if max(past) > pump.now_ms:
        yield "something happened in the future"
    if any(later.at_ms < earlier.at_ms for earlier, later in pairwise(pump.log)):
        yield "the log runs backwards"
    if any(later.sequence <= earlier.sequence for earlier, later in pairwise(pump.log)):
        yield "the log's numbers do not rise"
    for active in pump.alarms:
        flat = [edge for silence in active.silences for edge in silence]
        if flat != sorted(flat):
            yield f"silences of {active.alarm.name} out of order"


def _limits(limiter: Limiter, now_ms: int) -> Iterator[str]:
    """A limiter's window: in order, past, and no 24 h of it with more drive than the ceiling and a pulse."""
    if any(drove.start_ms >= drove.end_ms or drove.rate_nl_per_day <= 0 for drove in limiter.window):
        yield "the limiter counts what did not run"
    if any(earlier.end_ms > later.start_ms for earlier, later in pairwise(limiter.window)):
        yield "the limiter's window is out of order"
    if limiter.window and limiter.window[-1].end_ms > now_ms:
        yield "the limiter counts what has not run yet"
    held = sum(
        drove.rate_nl_per_day * max(0, drove.end_ms - max(drove.start_ms, now_ms - DAY)) for drove in limiter.window
    )
    if held > (limiter.ceiling_nl + limiter.pulse_nl) * DAY:
        yield "more was driven in 24 h than the ceiling and a pulse"


def _sounds(pump: Pump) -> Iterator[str]:
    """Exactly the alarms whose cause lasts, each once."""
    names = [active.alarm for active in pump.alarms]
    if len(names) != len(set(names)):
        yield "an alarm sounds twice"
    if set(names) != _causes(pump):
        missing, idle = _causes(pump) - set(names), set(names) - _causes(pump)
        yield f"silent {sorted(each.name for each in missing)}, idle {sorted(each.name for each in idle)}"


def _causes(pump: Pump) -> set[Alarm]:
    """Every alarm that has a cause now."""
    programmed = pump.program is not None
    low_nl = pump.program.low_reservoir_alarm_nl if pump.program is not None else -1
    stopped_ms = pump.now_ms - pump.state_since_ms if pump.state is State.STOPPED else -1
    causes = {
        Alarm.END_OF_SERVICE: pump.state is State.END_OF_SERVICE,
        Alarm.MOTOR_STALL: pump.motor_stalled,
        Alarm.REPLACEMENT_INDICATOR: pump.battery.indicator_since_ms is not None,
        Alarm.CLOCK_UNKNOWN: not pump.clock_known,
        Alarm.LOG_NEARLY_FULL: _unread(pump) >= 320,
        Alarm.LOW_RESERVOIR: programmed and pump.reservoir_nl <= low_nl,
        Alarm.EMPTY_RESERVOIR: programmed and pump.reservoir_nl == 0,
        Alarm.STOPPED_TOO_LONG: programmed and stopped_ms >= 2 * DAY,
    }
    return {alarm for alarm, lasts in causes.items() if lasts} | set(pump.standing)


_LASTING = {
    EventKind.MANUFACTURED,
    EventKind.EMERGENCY_STOPPED,
    EventKind.BOLUS_ABANDONED,
    EventKind.MOTOR_STALLED,
    EventKind.MOTOR_RECOVERED,
    EventKind.LIMITER_CUT,
    EventKind.MEMORY_DAMAGED,
    EventKind.RESTARTED,
    EventKind.CLOCK_LOST,
    EventKind.HELD_BY_FIELD,
    EventKind.END_OF_SERVICE,
}


def _unread(pump: Pump) -> int:
    """The faults that are kept, where the newest came after the last update; a visit has read them otherwise."""
    for event in reversed(pump.log):
        if event.kind is EventKind.UPDATE_COMMITTED:
            return 0
        if event.kind in _LASTING:
            return sum(each.kind in _LASTING for each in pump.log)
    return 0


def astray(before: Device | None, after: Device) -> list[str]:
    """Drug that came from nowhere or went nowhere."""
    if before is after or (before is not None and lost_pg(before)):
        return []
    return [f"{lost_pg(after)} pg are missing"] if lost_pg(after) else []


def lost_pg(device: Device) -> int:
    """What was filled in, less what left and what is held: zero, to the picogram."""
    account = device.account
    out_pg = account.tip_pg + account.astray_pg + account.leaked_pg + account.pocket_pg + account.drawn_pg
    return account.filled_pg - out_pg - device.held_pg
