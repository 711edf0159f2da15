"""Exact flow, and the limits on it.

One remainder is carried across every change of rate, so that nothing is rounded away in ten years.
"""

from thecal.pump.devices import PUMP_MODELS
from thecal.pump.infusion import Program, largest_day_nl_ms_per_day
from thecal.pump.memory import Given, Pump
from thecal.units import DAY_MS, ceil_div


def deliver(rate_nl_per_day: int, elapsed_ms: int, carry_nl_ms_per_day: int) -> tuple[int, int]:
    """(volume_nl, carry) after `elapsed_ms` at a constant rate; 0 <= carry < 86_400_000.

    Any split of the interval delivers the same total:

    >>> whole = deliver(150_000, 1_000, 0)
    >>> first, carry = deliver(150_000, 400, 0)
    >>> rest, carry = deliver(150_000, 600, carry)
    >>> (first + rest, carry) == whole
    True
    """
    assert rate_nl_per_day >= 0, "nothing flows backwards"
    assert 0 <= carry_nl_ms_per_day < DAY_MS, "the carry is a proper remainder"
    return divmod(rate_nl_per_day * elapsed_ms + carry_nl_ms_per_day, DAY_MS)


def time_to_deliver_ms(volume_nl: int, rate_nl_per_day: int, carry_nl_ms_per_day: int) -> int | None:
    """The first whole millisecond at which `volume_nl` has been delivered; None at a rate of zero.

    >>> time_to_deliver_ms(150_000, 150_000, 0) == DAY_MS
    True
    """
    if volume_nl <= 0:
        return 0
    if rate_nl_per_day == 0:
        return None
    return ceil_div(volume_nl * DAY_MS - carry_nl_ms_per_day, rate_nl_per_day)


def given_since(pump: Pump) -> tuple[Given, ...]:
    """The single doses that were begun within the last 24 h."""
    return tuple(given for given in pump.given if given.at_ms > pump.now_ms - DAY_MS)


def day_with_nl(pump: Pump, program: Program, volume_nl: int) -> int:
    """What could flow in a day, nL: this dose, the last day's doses, and a whole day of the program still to come.

    A limit that looked only at what had flowed let a dose pass that the program then topped up beyond it (found by an
    event calculus of the open requirements of a bedside pump: Vašíček and others, arXiv 2408.09909, 2024).
    """
    minimum = PUMP_MODELS[pump.pump_model].minimum_rate_nl_per_day
    basal_nl = ceil_div(largest_day_nl_ms_per_day(program.infusion_mode, minimum), DAY_MS)
    return volume_nl + sum(given.volume_nl for given in given_since(pump)) + basal_nl
