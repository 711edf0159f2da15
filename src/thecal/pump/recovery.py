"""What the pump makes of its memory: after a loss of power, and when it finds a cell damaged.

The newest count names the revision, and only a bank of that revision runs. An older program never comes back, and none
is invented: without a bank, or without a count, the pump stops and sounds. What was being given when the power went is
not made up for: a single dose is over, what fills or empties the path goes on by the volume that its count leaves.

The time of day is lost with the power. How long it was away, the host of this pump says.
"""

from dataclasses import replace

from thecal.pump.alarms import Alarm
from thecal.pump.battery import Battery, BatteryLevel
from thecal.pump.bolus import SingleBolus
from thecal.pump.cells import LIMITER, LOG, Bank, Contents, Count, Image, contents
from thecal.pump.devices import PUMP_MODELS
from thecal.pump.events import GENESIS, EventKind
from thecal.pump.journal import move, remember, settle, trigger_of, without_bolus
from thecal.pump.limiter import Limiter, until
from thecal.pump.memory import Pump, limiter_for
from thecal.pump.sensing import damaged
from thecal.pump.states import State, Trigger
from thecal.pump.writing import image_of


def lose_power(pump: Pump) -> Pump:
    """The pump dark: silent, delivering nothing, and what its memory holds of it."""
    if not pump.powered:
        return pump
    image = image_of(pump)
    return _dark(image, contents(image), pump.now_ms)


def return_power(pump: Pump) -> Pump:
    """The pump with its power back at its `now_ms`."""
    return pump if pump.powered else settle(_woken(pump))


def restart(image: Image, *, now_ms: int) -> Pump:
    """The pump that wakes at `now_ms` with this memory, whatever has become of it."""
    held = contents(image)
    pump = _woken(_dark(image, held, now_ms))
    no_program = pump.program is None and pump.revision > 0
    return damaged(pump, cells=_named(held), is_lost=no_program or held.count is None)


def flip(pump: Pump, *places: tuple[int, int]) -> Pump:
    """What the pump's own test of its memory makes of bits that turned over at one instant.

    Each is (cell, bit), counted from zero and round again: two banks, two counts, the limiter, the log. Program and
    limiter run from their cells; everything else is in working memory too and is written anew. A spent pump tests
    nothing.
    """
    if pump.state is State.END_OF_SERVICE:
        return pump
    image = image_of(pump)
    held = contents(replace(image, cells=_flipped(image.cells, places)))
    if LIMITER in held.damaged:
        pump = replace(pump, limiter=_armed_anew(pump))
    is_lost = not held.banks and pump.revision > 0
    if is_lost:
        pump = replace(pump, program=None, transaction_id="", update_digest="")
    return damaged(pump, cells=_named(held), is_lost=is_lost)


def _flipped(cells: dict[str, bytes], places: tuple[tuple[int, int], ...]) -> dict[str, bytes]:
    """The cells with those bits turned over."""
    cells = dict(cells)
    for cell, bit in places:
        name = sorted(cells)[cell % len(cells)]
        turned = bytearray(cells[name])
        byte, of_byte = divmod(bit % (8 * len(turned)), 8)
        turned[byte] ^= 1 << of_byte
        cells[name] = bytes(turned)
    return cells


def _dark(image: Image, held: Contents, now_ms: int) -> Pump:
    """What the cells hold, as a pump without power; stopped, where they do not say at what it was."""
    bank = _runs(held)
    count = held.count or _lost_count(bank, now_ms)
    armed = held.armed.limiter if held.armed is not None and held.armed.revision == count.revision else None
    pump = Pump(
        serial=image.serial, pump_model=image.pump_model, now_ms=now_ms, made_ms=image.made_ms, powered=False,
        state=count.state, state_since_ms=count.state_since_ms, program=bank.program if bank is not None else None,
        revision=max(count.revision, bank.revision if bank is not None else 0),
        transaction_id=bank.transaction_id if bank is not None else "",
        update_digest=bank.update_digest if bank is not None else "",
        bolus=count.bolus, bolus_left_nl=count.bolus_left_nl, given=count.given, reservoir_nl=count.reservoir_nl,
        carry_nl_ms_per_day=0, owed_nl=0, delivered_nl=count.delivered_nl,
        limiter=until(armed, now_ms) if armed is not None else None, motor_stalled=False, battery=count.battery,
        clock_shift_ms=count.clock_shift_ms, clock_known=False, standing=count.standing, alarms=(), staged=None,
        log=held.log, log_head=held.log[-1].hash() if held.log else GENESIS,
    )  # fmt: skip
    if pump.revision > count.revision:
        pump = _committed(pump)
    return pump if pump.limiter is not None else replace(pump, limiter=_armed_anew(pump))


def _runs(held: Contents) -> Bank | None:
    """The bank that the newest count names. Two of a newer revision outdo it: a second is written after the commit."""
    found = list(held.banks.values())
    newest = max(found, key=lambda bank: bank.revision, default=None)
    if held.count is None or newest is None:
        return newest
    if found == [newest, newest] and newest.revision > held.count.revision:
        return newest
    return next((bank for bank in found if bank.revision == held.count.revision), None)


def _lost_count(bank: Bank | None, now_ms: int) -> Count:
    """Nothing is known of where therapy stood: it stands still."""
    battery = Battery(
        used_nj=0, level=BatteryLevel.GOOD, indicator_since_ms=None, strangers_nj=0, strangers_since_ms=now_ms
    )
    return Count(
        sequence=0, lines=0, revision=bank.revision if bank is not None else 0, state=State.STOPPED,
        state_since_ms=now_ms, bolus=None, bolus_left_nl=None, given=(), reservoir_nl=0, delivered_nl=0,
        battery=battery, clock_shift_ms=0, standing=(),
    )  # fmt: skip


def _committed(pump: Pump) -> Pump:
    """The count of the update was lost right after it was committed: the new program, and nothing before it."""
    return move(
        replace(pump, standing=(), limiter=None, bolus=None, bolus_left_nl=None), trigger_of(replace(pump, bolus=None))
    )


def _armed_anew(pump: Pump) -> Limiter | None:
    """The limiter for what runs; one that had cut has still cut."""
    limiter = limiter_for(pump.program, pump.bolus, pump.bolus_left_nl, PUMP_MODELS[pump.pump_model].pulse_nl)
    return limiter and replace(limiter, is_cut=Alarm.LIMITER_CUT in pump.standing)


def _woken(pump: Pump) -> Pump:
    """The processor runs again. A single dose is over: it counts as given."""
    pump = remember(replace(pump, powered=True), EventKind.RESTARTED, "power")
    if not isinstance(pump.bolus, SingleBolus):
        return pump
    pump = without_bolus(pump)
    return move(pump, Trigger.BOLUS_ENDED) if pump.state is State.BOLUS else pump


def _named(held: Contents) -> str:
    """The damaged cells in words; empty where there are none. Lines that were due and never came are damaged too."""
    names = [name for name in held.damaged if not name.startswith(LOG)]
    lines = len(held.damaged) - len(names)
    if held.count is not None:
        lines = max(lines, held.count.lines - (held.log[-1].sequence + 1 if held.log else 0))
    return ", ".join([*names, f"{lines} of the log's lines"] if lines else names)
