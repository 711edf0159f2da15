"""The two columns of a review, what mixes in the reservoir, and the pictures."""

from dataclasses import dataclass, replace

from thecal.care.book_by import BookBy, book_by
from thecal.care.mixing import concentration_pg_per_ul, mix, off_label_per_mille, rinsed
from thecal.care.path import Holds
from thecal.programmer.prescription import ordered_dose_pg_per_day, program_peak_hour_pg
from thecal.programmer.review.case import Case
from thecal.programmer.review.circumstances import LastFill
from thecal.programmer.tip import LONGEST_MS, SETTLED_MS, Picture, arrival_ms, draw, layers_in_path
from thecal.pump.commands import Update
from thecal.pump.devices import UNDELIVERABLE
from thecal.pump.infusion import WEEKDAYS, Program, rates_of, weekly_nl_ms_per_day
from thecal.pump.machine import interrogate
from thecal.pump.memory import Interrogation, Pump
from thecal.pump.refusals import Refusal
from thecal.pump.reservoir import SILENT
from thecal.pump.states import State
from thecal.units import DAY_MS, round_div


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One column of the review: a program as the pump carries it out.

    `ordered_pg_per_day` is what was ordered, None for what already runs; `dose_pg_per_day` is computed from the
    pump's rates. `rates_nl_per_day` are its different rates, in order; `rate_nl_per_day` their mean over a week. All
    of them are zero, or none, where the pump is stopped. `reservoir_pg` is the drug in the reservoir, by its
    label: what a needle beside it would inject.
    """

    program: Program | None
    ordered_pg_per_day: int | None
    dose_pg_per_day: int
    peak_hour_pg: int
    rate_nl_per_day: int
    rates_nl_per_day: tuple[int, ...]
    reservoir_nl: int
    reservoir_pg: int
    low_reservoir_ms: int | None
    empty_ms: int | None
    book_by: BookBy


@dataclass(frozen=True, slots=True, kw_only=True)
class Mixture:
    """What the undeliverable residual does to a fill of another concentration, and what one rinse leaves of it."""

    residual_nl: int
    concentration_pg_per_ul: int
    off_label_per_mille: int
    rinsed_per_mille: int


def pending_side(case: Case, before: Pump, after: Pump | Refusal, update: Update) -> Side:
    """The pending column; of an update that the pump would refuse, the program with the reservoir as it would be."""
    refilled = update.reservoir_nl is not None
    if isinstance(after, Refusal):
        held_nl = before.reservoir_nl if update.reservoir_nl is None else update.reservoir_nl
        after = replace(before, state=State.INFUSING, program=case.program, reservoir_nl=held_nl, bolus=None)
    ordered = ordered_dose_pg_per_day(case.order.dosing) if case.infuses else None
    return side(case, after, ordered=ordered, refilled=refilled)


def side(case: Case, pump: Pump, *, ordered: int | None, refilled: bool) -> Side:
    """One column, in the pump's own numbers."""
    read = interrogate(pump)
    program = None if pump.state in SILENT else pump.program
    rate = _mean_rate(program, case)
    return Side(
        program=pump.program,
        ordered_pg_per_day=ordered,
        dose_pg_per_day=read.dose_pg_per_day,
        peak_hour_pg=program_peak_hour_pg(program, case.model) if program is not None else 0,
        rate_nl_per_day=rate,
        rates_nl_per_day=tuple(sorted(set(rates_of(program.infusion_mode)))) if program is not None else (),
        reservoir_nl=pump.reservoir_nl,
        reservoir_pg=pump.reservoir_nl * (pump.program.concentration_pg_per_nl if pump.program is not None else 0),
        low_reservoir_ms=read.low_reservoir_ms,
        empty_ms=read.empty_ms,
        book_by=_book(case, read, rate, refilled=refilled),
    )


def _mean_rate(program: Program | None, case: Case) -> int:
    """nL/day over a week; 0 where nothing flows."""
    if program is None:
        return 0
    return round_div(weekly_nl_ms_per_day(program.infusion_mode, case.model.minimum_rate_nl_per_day), WEEKDAYS * DAY_MS)


def _book(case: Case, read: Interrogation, rate_nl_per_day: int, *, refilled: bool) -> BookBy:
    """When to book the next refill, from this fill or the last."""
    last = LastFill(at_ms=read.at_ms, filled_nl=read.reservoir_nl) if refilled else case.now.last_fill
    return book_by(
        at_ms=read.at_ms,
        reservoir_nl=read.reservoir_nl,
        rate_nl_per_day=rate_nl_per_day,
        low_reservoir_ms=read.low_reservoir_ms,
        filled_ms=last.at_ms if last else None,
        filled_nl=last.filled_nl if last else None,
        site_maximum_ms=case.now.site_maximum_ms,
    )


def change_per_mille(old_pg_per_day: int, new_pg_per_day: int) -> int | None:
    """New over old, less one, per mille; None where there was nothing to compare with."""
    return round_div((new_pg_per_day - old_pg_per_day) * 1_000, old_pg_per_day) if old_pg_per_day else None


def mixture_of(case: Case) -> Mixture | None:
    """What the residual does to this fill; None where nothing different is mixed."""
    refill = case.now.refill
    if refill is None or not case.changes_drug or case.old is None or case.old.drug != case.program.drug:
        return None
    volumes = {
        "residual_nl": UNDELIVERABLE.whole(),
        "residual_concentration_pg_per_nl": case.old.concentration_pg_per_nl,
        "fill_nl": refill.filled_nl,
        "fill_concentration_pg_per_nl": case.program.concentration_pg_per_nl,
    }
    mixed, label = mix(**volumes), case.program.concentration_pg_per_nl
    return Mixture(
        residual_nl=UNDELIVERABLE.whole(),
        concentration_pg_per_ul=concentration_pg_per_ul(mixed),
        off_label_per_mille=round(off_label_per_mille(mixed, label)),
        rinsed_per_mille=round(off_label_per_mille(rinsed(**volumes), label)),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """The pictures and how long they run."""

    arrival_ms: int | None
    until_ms: int
    picture: Picture | None
    unchanged: Picture | None


def pictures(case: Case, before: Pump, after: Pump | Refusal) -> Drawn:
    """Until the change has reached the tip plus 24 h. A change of rate alone is at the tip at once, in plug flow."""
    at_ms = case.read.at_ms
    layers = _layers(case, before)
    if isinstance(after, Refusal):
        return Drawn(arrival_ms=None, until_ms=at_ms + SETTLED_MS, picture=None, unchanged=None)
    arrival = None if layers is None else _arrival(case, after, layers)
    until_ms = min((arrival or at_ms) + SETTLED_MS, at_ms + LONGEST_MS)
    return Drawn(
        arrival_ms=arrival,
        until_ms=until_ms,
        picture=draw(after, layers=layers, until_ms=until_ms),
        unchanged=draw(before, layers=layers, until_ms=until_ms),
    )


def _arrival(case: Case, after: Pump, layers: tuple[tuple[int, int], ...]) -> int | None:
    """When the new drug is at the tip, or the new dose where the drug stays the same."""
    if case.changes_drug or any(concentration == 0 for _, concentration in layers):
        return arrival_ms(after, sum(volume_nl for volume_nl, _ in layers))
    if case.running_bridge_nl:
        return arrival_ms(after, case.running_bridge_nl)
    return case.read.at_ms


def _layers(case: Case, before: Pump) -> tuple[tuple[int, int], ...] | None:
    """What the path holds, the tip's end first; None where that is not known."""
    tubing, catheter = case.parts
    if tubing.volume_nl is None or catheter.volume_nl is None:
        return None
    if case.running_bridge_nl and before.program is not None:
        return layers_in_path(before, tubing.volume_nl + catheter.volume_nl)
    if Holds.UNKNOWN in {tubing.holds, catheter.holds}:
        return None
    drug = (case.old or case.program).concentration_pg_per_nl
    return tuple((part.volume_nl or 0, drug if part.holds is Holds.DRUG else 0) for part in (catheter, tubing))
