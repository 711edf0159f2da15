"""The implant whole: what the pump believes, what the metal did, what the catheter holds, at one instant.

Time is cut at every instant at which metal or catheter change or a sensor speaks, so that a pump never commands across
an event that it would have noticed. Between two cuts drug is neither made nor lost, to the picogram.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from thecal import catheter as path
from thecal import mechanism
from thecal.catheter import Catheter, Outflow
from thecal.catheter.faults import Space
from thecal.flow import Delivery, Segment, held_pg, in_turn
from thecal.mechanism import Metal
from thecal.pump import machine
from thecal.pump.commands import Command
from thecal.pump.memory import Pump
from thecal.pump.refusals import Refusal
from thecal.twin.account import Account, Way
from thecal.twin.crystal import gained_after, true_segments
from thecal.twin.senses import cuts_ms, happened, told


@dataclass(frozen=True, slots=True, kw_only=True)
class Device:
    """Belief (`pump`) and truth (`metal`, `catheter`) of one implant.

    `gained` is by how much the pump's crystal has run ahead of true time, in millionths of a millisecond.
    """

    pump: Pump
    metal: Metal
    catheter: Catheter
    account: Account
    gained: int

    @property
    def now_ms(self) -> int:
        """True time; the pump's own count is `pump.now_ms`."""
        return self.pump.now_ms - self.gained // 1_000_000

    @property
    def held_pg(self) -> int:
        """All the drug that is truly in the implant."""
        return self.metal.reservoir_pg + held_pg(self.catheter.slugs)


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """One stretch of time: the implant at its end, what the pump counted as delivered, and what truly left.

    `deliveries` went into the fluid around the cord, `leaked` into tissue or from a tip that lies elsewhere.
    """

    device: Device
    counted: tuple[Segment, ...]
    deliveries: tuple[Delivery, ...]
    leaked: tuple[Delivery, ...]


def opened(*, pump: Pump, metal: Metal, catheter: Catheter) -> Device:
    """An implant whose account begins with what it holds."""
    held = metal.reservoir_pg + held_pg(catheter.slugs)
    return Device(pump=pump, metal=metal, catheter=catheter, account=Account(filled_pg=held), gained=0)


def advance(device: Device, to_ms: int) -> tuple[Device, tuple[Delivery, ...]]:
    """(the implant at `to_ms`, what reached the fluid around the cord on the way, in order)."""
    deliveries: list[Delivery] = []
    for passage in travel(device, to_ms):
        device = passage.device
        deliveries += passage.deliveries
    return device, tuple(deliveries)


def travel(device: Device, to_ms: int) -> Iterator[Passage]:
    """The way to `to_ms`, stretch by stretch."""
    while device.now_ms < to_ms:
        later = [at_ms for at_ms in cuts_ms(device.metal, device.catheter) if device.now_ms < at_ms < to_ms]
        passage = _run(device, min(later, default=to_ms))
        device = passage.device
        yield passage


def settle(device: Device) -> Device:
    """The pump told what its sensors show now."""
    return replace(device, pump=told(device.pump, device.metal, device.now_ms))


def command(device: Device, order: Command) -> Device | Refusal:
    """The implant after a command, or the pump's refusal."""
    answer = machine.handle(device.pump, order)
    return answer if isinstance(answer, Refusal) else replace(device, pump=answer)


def _run(device: Device, to_ms: int) -> Passage:
    """One stretch in which metal and catheter stay what they are; at its end the sensors are read."""
    start_ms, before = device.now_ms, settle(device)
    was_cut = _is_cut(before.pump)
    gained = gained_after(before.gained, to_ms - start_ms, mechanism.clock_drift_per_million(device.metal, start_ms))
    pump, commanded = machine.advance(before.pump, to_ms + gained // 1_000_000)
    if _is_cut(pump) and not was_cut and start_ms < (cut_ms := pump.state_since_ms - gained // 1_000_000) < to_ms:
        return _run(device, cut_ms)
    flowing = true_segments(commanded, before.pump.now_ms, before.gained, gained, start_ms, to_ms)
    device, out = _flow(replace(before, pump=pump, gained=gained), flowing, start_ms, to_ms, motor_cut=was_cut)
    device = settle(replace(device, pump=happened(device.pump, device.metal, to_ms)))
    counted = () if before.pump.motor_stalled else commanded
    return Passage(device=device, counted=counted, deliveries=out.deliveries, leaked=out.leaked)


def _is_cut(pump: Pump) -> bool:
    return pump.limiter is not None and pump.limiter.is_cut


def _flow(
    device: Device, commanded: tuple[Segment, ...], start_ms: int, to_ms: int, *, motor_cut: bool
) -> tuple[Device, Outflow]:
    """(the implant, what left it) where the commanded flow went through metal and catheter."""
    held_pg = device.held_pg
    catheter, released = path.release(device.catheter, start_ms, to_ms)
    metal, flows, ran_back = mechanism.run(
        device.metal, commanded, start_ms, to_ms, motor_cut=motor_cut, path_room_nl=path.room_nl(catheter, start_ms)
    )
    outs = [released]
    for flowed in flows:
        catheter, out = path.transit(catheter, flowed.segment, flowed.fluid)
        assert not out.held_back_nl, "the metal knew how much room there was"
        outs.append(out)
    if ran_back is not None:
        catheter, fluid = path.backflow(catheter, ran_back.segment)
        metal = mechanism.take_back(metal, fluid)
    out = _astray(
        Outflow(
            deliveries=in_turn(delivery for each in outs for delivery in each.deliveries),
            leaked=tuple(delivery for each in outs for delivery in each.leaked),
        ),
        catheter,
        start_ms,
    )
    account = _booked(device.account, outs, catheter, start_ms)
    device = replace(device, metal=metal, catheter=catheter, account=account)
    left_pg = sum(delivery.mass_pg for each in outs for delivery in (*each.deliveries, *each.leaked))
    assert held_pg == device.held_pg + left_pg, "drug is neither made nor lost"
    return device, out


def _astray(out: Outflow, catheter: Catheter, at_ms: int) -> Outflow:
    """What leaves a tip outside the fluid around the cord reaches no cord."""
    if _in_fluid(catheter, at_ms):
        return out
    return Outflow(leaked=(*out.leaked, *out.deliveries))


def _in_fluid(catheter: Catheter, at_ms: int) -> bool:
    tip = path.tip_at(catheter, at_ms)
    return tip is None or tip.space is Space.INTRATHECAL


def _booked(account: Account, outs: list[Outflow], catheter: Catheter, at_ms: int) -> Account:
    """The account with everything that left in a stretch."""
    tip = Way.TIP if _in_fluid(catheter, at_ms) else Way.ASTRAY
    account = account.went(tip, sum(delivery.mass_pg for out in outs for delivery in out.deliveries))
    return account.went(Way.LEAK, sum(delivery.mass_pg for out in outs for delivery in out.leaked))


def left(device: Device, out: Outflow, at_ms: int) -> tuple[Device, Outflow]:
    """(the implant with its account of what a hand pushed out of it, what of that reached the fluid and what not)."""
    account = _booked(device.account, [out], device.catheter, at_ms)
    return replace(device, account=account), _astray(out, device.catheter, at_ms)
