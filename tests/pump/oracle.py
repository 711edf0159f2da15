"""What a pump should have given, in exact fractions: written from the specification, sharing no arithmetic with it.

The specification: rates in nL/day, time in whole ms, one running total that no change of rate rounds, and volumes
counted in whole nL of that total. A bolus and a reservoir end at the first whole ms at which enough was counted; what a
stop interrupts is not made up for. Between two changes the total is a closed form of local time, so nothing is walked.
"""

from bisect import bisect_left
from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction
from math import floor

from thecal.pump.bolus import Bolus, Purge, SingleBolus
from thecal.pump.commands import Update
from thecal.pump.devices import PumpModel
from thecal.pump.infusion import (
    FlexSchedule,
    InfusionMode,
    MinimumRate,
    PeriodicBolus,
    Program,
    SimpleContinuous,
    StopPump,
)

DAY = 24 * 60 * 60 * 1000
EPOCH_WEEKDAY = 3
"""The first of January 1970 was a Thursday, and weeks begin on Monday."""
FAR = 2**45
"""More than a thousand years in ms: what is not reached by then is never reached."""


def volume_nl(mode: InfusionMode, start_ms: int, end_ms: int, utc_offset_min: int, slowest: int) -> Fraction:
    """What a mode gives between two instants of UTC, exactly; `slowest` is the rate of the minimum-rate mode."""
    lasts_ms = end_ms - start_ms
    match mode:
        case StopPump():
            return Fraction(0)
        case MinimumRate():
            return Fraction(slowest * lasts_ms, DAY)
        case SimpleContinuous(rate_nl_per_day=rate):
            return Fraction(rate * lasts_ms, DAY)
    shift = utc_offset_min * 60_000
    return Fraction(_since_epoch(mode, end_ms + shift) - _since_epoch(mode, start_ms + shift), DAY)


def _since_epoch(mode: FlexSchedule | PeriodicBolus, local_ms: int) -> int:
    return _flex(mode, local_ms) if isinstance(mode, FlexSchedule) else _periodic(mode, local_ms)


def _flex(mode: FlexSchedule, local_ms: int) -> int:
    """Rate times time from the Monday before the epoch to a local instant: whole weeks, whole days, the day's part."""
    weeks, of_week = divmod(local_ms + EPOCH_WEEKDAY * DAY, 7 * DAY)
    weekday, of_day = divmod(of_week, DAY)
    week = [mode.days[number % len(mode.days)] for number in range(7)]

    def until(number: int, end_ms: int) -> int:
        """A step's height over the step before, for as long as it lasted: the sum of what every change added."""
        steps, rate, area = week[number].steps, 0, 0
        for step in steps:
            area += (step.rate_nl_per_day - rate) * max(0, end_ms - step.start_ms)
            rate = step.rate_nl_per_day
        return area

    whole = [until(number, DAY) for number in range(7)]
    return weeks * sum(whole) + sum(whole[:weekday]) + until(weekday, of_day)


def _periodic(mode: PeriodicBolus, local_ms: int) -> int:
    """The basal rate all the time, and on top of it what each dose adds."""
    doses, into = divmod(local_ms - mode.first_ms, mode.every_ms)
    dosing_ms = doses * mode.lasts_ms + min(into, mode.lasts_ms)
    return mode.basal_rate_nl_per_day * local_ms + (mode.bolus_rate_nl_per_day - mode.basal_rate_nl_per_day) * dosing_ms


def first_ms(holds: Callable[[int], bool]) -> int | None:
    """The fewest whole ms after which something holds that holds ever after; None where it never does."""
    if not holds(FAR):
        return None
    return bisect_left(range(FAR), True, key=holds)


@dataclass(kw_only=True)
class Exact:
    """One therapy as it should go. `total` is everything given, in nL; `boluses` is what each finished bolus gave."""

    model: PumpModel
    now_ms: int
    total: Fraction = Fraction(0)
    program: Program | None = None
    runs: bool = False
    bolus: Bolus | None = None
    bolus_from: Fraction = Fraction(0)
    filled_nl: int = 0
    filled_at: Fraction = Fraction(0)
    clock_shift_ms: int = 0
    boluses: list[tuple[Bolus, Fraction, int]] = field(default_factory=list)

    def update(self, update: Update) -> None:
        """A whole update at this instant."""
        if update.reservoir_nl is not None:
            self.filled_nl, self.filled_at = update.reservoir_nl, self.total
        else:
            self.filled_nl, self.filled_at = self.reservoir_nl(), self.total
        self.program, self.bolus, self.bolus_from, self.runs = update.program, update.bolus, self.total, True

    def give(self, bolus: Bolus) -> None:
        """A dose on top of what runs."""
        self.bolus, self.bolus_from = bolus, self.total

    def stop(self) -> None:
        """No more, and the running bolus is given up."""
        self.runs, self.bolus = False, None

    def advance(self, to_ms: int) -> None:
        """The therapy at `to_ms`; a bolus on the way ends, and what was programmed goes on."""
        ends_ms = self.bolus_end_ms()
        if self.bolus is not None and ends_ms is not None and ends_ms <= to_ms:
            self.total, self.now_ms = self.after(ends_ms), ends_ms
            self.boluses.append((self.bolus, self.total - self.bolus_from, ends_ms))
            if isinstance(self.bolus, SingleBolus) and self.model.single_bolus_stops:
                self.runs = False
            self.bolus = None
        self.total, self.now_ms = self.after(to_ms), to_ms

    def after(self, at_ms: int) -> Fraction:
        """The total at an instant to come, if what runs now ran until then."""
        if not self.runs or self.program is None:
            return self.total
        if self.bolus is not None:
            return self.total + Fraction(self.bolus.rate_nl_per_day * (at_ms - self.now_ms), DAY)
        mode, offset, shift = self.program.infusion_mode, self.program.utc_offset_min, self.clock_shift_ms
        slowest = self.model.minimum_rate_nl_per_day
        return self.total + volume_nl(mode, self.now_ms + shift, at_ms + shift, offset, slowest)

    def bolus_end_ms(self) -> int | None:
        """The first ms at which the running bolus is counted whole; None where none runs."""
        bolus = self.bolus
        if bolus is None or not self.runs:
            return None
        wanted = floor(self.bolus_from) + bolus.volume_nl
        left = (wanted - self.total) * DAY / bolus.rate_nl_per_day
        return self.now_ms - floor(-left)

    def reservoir_nl(self, total: Fraction | None = None) -> int:
        """What should be left in the reservoir: whole nL, and never less than none."""
        counted = floor(self.total if total is None else total) - floor(self.filled_at)
        return max(0, self.filled_nl - counted)

    def reached_ms(self, left_nl: int) -> int | None:
        """When no more than `left_nl` is left, if nothing else is done; None where that never comes."""
        if self.reservoir_nl() <= left_nl:
            return self.now_ms
        waits_ms = first_ms(lambda ms: self.reservoir_nl(self.in_future(ms)) <= left_nl)
        return None if waits_ms is None else self.now_ms + waits_ms

    def used_up_ms(self, left_nj: int, per_ms_nj: int) -> int | None:
        """When `left_nj` more are used: time costs `per_ms_nj`, and every counted nL what the model says."""

        def used(ms: int) -> int:
            counted = floor(self.in_future(ms)) - floor(self.total)
            return per_ms_nj * ms + self.model.pulse_nj_per_nl * counted

        waits_ms = first_ms(lambda ms: used(ms) >= left_nj)
        return None if waits_ms is None else self.now_ms + waits_ms

    def in_future(self, ms: int) -> Fraction:
        """The total after so many ms, a bolus's end on the way included."""
        copy = Exact(**{name: getattr(self, name) for name in _CARRIED})
        copy.advance(self.now_ms + ms)
        return copy.total


_CARRIED = (
    "model", "now_ms", "total", "program", "runs", "bolus", "bolus_from", "filled_nl", "filled_at", "clock_shift_ms",
)  # fmt: skip


def is_idle(program: Program) -> bool:
    """Whether a program gives no dose, so that only a purge may come with it."""
    return isinstance(program.infusion_mode, StopPump | MinimumRate)


def allowed_with(program: Program, bolus: Bolus | None) -> Bolus | None:
    """The bolus, where a pump takes one of its kind with this program."""
    return bolus if not is_idle(program) or isinstance(bolus, Purge) else None
