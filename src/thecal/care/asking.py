"""A rule that takes its values one by one, asked with all of them in one record."""

from collections.abc import Callable
from dataclasses import fields
from typing import Any

from thecal.findings import Finding
from thecal.sources import Sourced

Question = tuple[type[Any], Callable[[Any], list[Finding]]]
"""A record of values, and the rule function that judges it."""


def one_by_one(judge: Callable[..., list[Finding]]) -> Callable[[Any], list[Finding]]:
    """The rule as a function of a record whose fields have the names of its values."""

    def judged(case: Any) -> list[Finding]:
        return judge(**{field.name: getattr(case, field.name) for field in fields(case)})

    return judged


def slowest_rate(slowest_nl_per_day: int) -> Sourced:
    """A pump's slowest rate, on the word of whoever asks.

    >>> slowest_rate(48_000).whole()
    48000
    """
    return Sourced(
        name="slowest_rate",
        value=slowest_nl_per_day,
        unit="nL/day",
        source="the pump's maker, as entered",
        grade="maker",
    )
