"""The limiter: a second pair of eyes on the motor's current, with its own memory and its own arithmetic.

It knows nothing of programs. Whoever commits an update hands it two volumes: the most that may pass in any 24 h, and an
allowance that passes once, for a bridge, a prime or a purge. It watches the drive of the motor, rate by rate, and cuts
the current so that no 24 h hold more than was allowed and two pulses beside: at the millisecond at which it was driven
for one pulse more, since another may have been due before, and become whole now. A cut lasts until it is armed anew.
Arming begins a new window: what an earlier program gave within its own ceiling is not held against it.

A drive is counted as rate times time, in nL/day x ms, so nothing is rounded and no cut of time makes a difference.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

WINDOW_MS = 24 * 60 * 60 * 1000
PULSES_BESIDE = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Drove:
    """The motor was driven at `rate_nl_per_day` over `[start_ms, end_ms)`."""

    start_ms: int
    end_ms: int
    rate_nl_per_day: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Limiter:
    """What it was armed with and what it saw. `allowance` is left of what may pass once, in nL/day x ms.

    `window` is at least the last 24 h of drive since it was armed, in order, stretches of one rate joined.
    `is_cut` is true from the moment it took the current away until it is armed again.
    """

    ceiling_nl: int
    pulse_nl: int
    allowance_nl_ms_per_day: int
    window: tuple[Drove, ...]
    is_cut: bool


def armed(*, ceiling_nl: int, allowance_nl: int, pulse_nl: int) -> Limiter:
    """A limiter that has seen nothing yet."""
    assert ceiling_nl >= 0, "a ceiling is a volume"
    assert allowance_nl >= 0, "an allowance is a volume"
    return Limiter(
        ceiling_nl=ceiling_nl,
        pulse_nl=pulse_nl,
        allowance_nl_ms_per_day=allowance_nl * WINDOW_MS,
        window=(),
        is_cut=False,
    )


def watch(limiter: Limiter, start_ms: int, end_ms: int, rate_nl_per_day: int) -> tuple[Limiter, int]:
    """(the limiter after a stretch of drive, until when the current was left on). It is cut where that is earlier."""
    assert start_ms < end_ms, "a stretch lasts"
    assert rate_nl_per_day >= 0, "nothing flows backwards"
    if rate_nl_per_day == 0:
        return limiter, end_ms
    if limiter.is_cut:
        return limiter, start_ms
    free_ms = min(limiter.allowance_nl_ms_per_day // rate_nl_per_day, end_ms - start_ms)
    if free_ms:
        left = limiter.allowance_nl_ms_per_day - free_ms * rate_nl_per_day
        limiter, start_ms = replace(limiter, allowance_nl_ms_per_day=left), start_ms + free_ms
    until_ms = _allowed_ms(limiter, start_ms, end_ms, rate_nl_per_day)
    window = _joined(limiter.window, start_ms, until_ms, rate_nl_per_day) if until_ms > start_ms else limiter.window
    return replace(limiter, window=window, is_cut=until_ms < end_ms), until_ms


def until(limiter: Limiter, at_ms: int) -> Limiter:
    """The limiter without the drive that it had counted ahead, after `at_ms`."""
    window = tuple(replace(each, end_ms=min(each.end_ms, at_ms)) for each in limiter.window if each.start_ms < at_ms)
    return replace(limiter, window=window)


def _allowed_ms(limiter: Limiter, start_ms: int, end_ms: int, rate_nl_per_day: int) -> int:
    """The last instant of the stretch up to which no 24 h hold more than is allowed."""
    most = (limiter.ceiling_nl + (PULSES_BESIDE - 1) * limiter.pulse_nl) * WINDOW_MS
    held = sum(_overlap(drove, start_ms - WINDOW_MS, start_ms) * drove.rate_nl_per_day for drove in limiter.window)
    end_check_ms = min(end_ms, start_ms + WINDOW_MS)
    if held + rate_nl_per_day * (end_check_ms - start_ms) <= most:
        return end_ms
    at_ms = start_ms
    for leaves_rate, until_ms in _leaving(limiter.window, start_ms, end_check_ms):
        rises = rate_nl_per_day - leaves_rate
        if held + rises * (until_ms - at_ms) > most:
            return at_ms + (most - held) // rises
        held, at_ms = held + rises * (until_ms - at_ms), until_ms
    return end_ms


def _leaving(window: tuple[Drove, ...], start_ms: int, end_ms: int) -> Iterator[tuple[int, int]]:
    """(the rate that leaves the 24 h, until when), from `start_ms` to `end_ms`, as time goes on."""
    at_ms = start_ms
    for drove in window:
        for rate, edge_ms in ((0, drove.start_ms + WINDOW_MS), (drove.rate_nl_per_day, drove.end_ms + WINDOW_MS)):
            until_ms = min(edge_ms, end_ms)
            if until_ms > at_ms:
                yield rate, until_ms
                at_ms = until_ms
    if at_ms < end_ms:
        yield 0, end_ms


def _overlap(drove: Drove, start_ms: int, end_ms: int) -> int:
    """How long it drove within `[start_ms, end_ms)`."""
    return max(0, min(drove.end_ms, end_ms) - max(drove.start_ms, start_ms))


def _joined(window: tuple[Drove, ...], start_ms: int, end_ms: int, rate_nl_per_day: int) -> tuple[Drove, ...]:
    """The window with one more stretch, without what no 24 h that end later can hold."""
    if window and window[-1].end_ms == start_ms and window[-1].rate_nl_per_day == rate_nl_per_day:
        start_ms, window = window[-1].start_ms, window[:-1]
    kept = tuple(drove for drove in window if drove.end_ms > end_ms - WINDOW_MS)
    return (*kept, Drove(start_ms=start_ms, end_ms=end_ms, rate_nl_per_day=rate_nl_per_day))
