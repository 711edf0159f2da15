"""Dose at the pump and at the tip, over time, for a pump that runs on or is updated.

The pump's own machine says what flows, the catheter's own queue says what leaves the tip: the same code that runs in a
rehearsal, in plug flow, fed with the pump's belief. In truth the front between two drugs blurs.
"""

from dataclasses import dataclass, replace

from thecal.catheter import layered, transit
from thecal.flow import Batch, Segment, Slug
from thecal.pump.bolus import BridgeBolus
from thecal.pump.commands import Commit, Stage, Update
from thecal.pump.machine import advance, handle
from thecal.pump.memory import Interrogation, Pump, as_read
from thecal.pump.refusals import Refusal
from thecal.pump.reservoir import reached_ms
from thecal.units import DAY_MS, round_div

SETTLED_MS = DAY_MS
"""How long a picture runs on after the change has reached the tip."""
LONGEST_MS = 30 * DAY_MS
"""No picture is longer, however slow the rate."""
_WELL_NL = 10**12


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """A constant dose rate over `[start_ms, end_ms)`."""

    start_ms: int
    end_ms: int
    dose_pg_per_day: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """What leaves the reservoir and what leaves the tip, end to end over one span of time.

    `at_tip` is None where the path's volume is not known: nobody can draw it.
    """

    at_pump: tuple[Stretch, ...]
    at_tip: tuple[Stretch, ...] | None


def pump_as_read(read: Interrogation) -> Pump:
    """The pump that was read, with a motor that turns: a what-if asks what the program does."""
    return replace(as_read(read), motor_stalled=False)


def what_if(pump: Pump, update: Update) -> Pump | Refusal:
    """The pump after the update, or what it would answer instead. Nothing is sent."""
    name = "what-if " + update.digest()
    staged = handle(pump, Stage(transaction_id=name, onto_revision=pump.revision, update=update))
    if isinstance(staged, Refusal):
        return staged
    return handle(staged, Commit(transaction_id=name, digest=update.digest()))


def layers_in_path(pump: Pump, path_nl: int) -> tuple[tuple[int, int], ...]:
    """What the path holds, the tip's end first, as (volume_nl, concentration_pg_per_nl).

    While a bridge runs, what it still owes is the older drug; behind it follows the program's.
    """
    assert pump.program is not None, "a path's drug is known from a program"
    here = pump.program.concentration_pg_per_nl
    if isinstance(pump.bolus, BridgeBolus) and pump.bolus_left_nl is not None:
        older_nl = min(pump.bolus_left_nl, path_nl)
        return ((older_nl, pump.bolus.concentration_pg_per_nl), (path_nl - older_nl, here))
    return ((path_nl, here),)


def arrival_ms(pump: Pump, path_nl: int) -> int | None:
    """When what leaves the reservoir now will be at the tip; None if it never will."""
    return reached_ms(replace(pump, reservoir_nl=path_nl), 0)


def draw(pump: Pump, *, layers: tuple[tuple[int, int], ...] | None, until_ms: int) -> Picture:
    """The picture from now to `until_ms` of a pump whose path holds `layers`; None where that is not known."""
    _, segments = advance(pump, until_ms)
    concentration = pump.program.concentration_pg_per_nl if pump.program is not None else 0
    at_pump = tuple(
        _stretch(segment.start_ms, segment.end_ms, segment.volume_nl * concentration) for segment in segments
    )
    gaps_filled = _with_stops(at_pump, pump.now_ms, until_ms)
    if layers is None:
        return Picture(at_pump=gaps_filled, at_tip=None)
    at_tip = _at_tip(segments, layers, concentration)
    return Picture(at_pump=gaps_filled, at_tip=_with_stops(at_tip, pump.now_ms, until_ms))


def merged(layers: tuple[tuple[int, int], ...]) -> tuple[tuple[int, int], ...]:
    """Layers of one fluid as one layer; parts of no volume gone.

    >>> merged(((195_800, 500), (0, 7), (140_000, 500)))
    ((335800, 500),)
    """
    whole: list[tuple[int, int]] = []
    for volume_nl, concentration in layers:
        if whole and whole[-1][1] == concentration:
            whole[-1] = (whole[-1][0] + volume_nl, concentration)
        elif volume_nl:
            whole.append((volume_nl, concentration))
    return tuple(whole)


def _at_tip(
    segments: tuple[Segment, ...], layers: tuple[tuple[int, int], ...], concentration_pg_per_nl: int
) -> tuple[Stretch, ...]:
    """Push what flows through the path, stretch by stretch."""
    catheter = layered(merged(layers))
    well = Batch(volume_nl=_WELL_NL, mass_pg=_WELL_NL * concentration_pg_per_nl)
    drawn_nl, out = 0, []
    for segment in segments:
        entering = Slug(batch=well, from_nl=drawn_nl, to_nl=drawn_nl + segment.volume_nl)
        drawn_nl += segment.volume_nl
        if not segment.volume_nl:
            continue
        catheter, outflow = transit(catheter, segment, entering)
        out += [_stretch(each.start_ms, each.end_ms, each.mass_pg) for each in outflow.deliveries]
    return tuple(out)


def _stretch(start_ms: int, end_ms: int, mass_pg: int) -> Stretch:
    dose = round_div(mass_pg * DAY_MS, end_ms - start_ms)
    return Stretch(start_ms=start_ms, end_ms=end_ms, dose_pg_per_day=dose)


def _with_stops(stretches: tuple[Stretch, ...], start_ms: int, end_ms: int) -> tuple[Stretch, ...]:
    """The same, with the time in which nothing flowed written out as zero, and equal neighbours joined."""
    whole: list[Stretch] = []
    for stretch in stretches:
        if stretch.start_ms > start_ms:
            whole.append(Stretch(start_ms=start_ms, end_ms=stretch.start_ms, dose_pg_per_day=0))
        if whole and whole[-1].dose_pg_per_day == stretch.dose_pg_per_day:
            whole[-1] = replace(whole[-1], end_ms=stretch.end_ms)
        else:
            whole.append(stretch)
        start_ms = stretch.end_ms
    if start_ms < end_ms:
        whole.append(Stretch(start_ms=start_ms, end_ms=end_ms, dose_pg_per_day=0))
    return tuple(whole)
