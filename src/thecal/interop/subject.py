"""Whose tone it is."""

from dataclasses import dataclass

from thecal.body.adaptation import Adaptation


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Subject:
    """`baseline_mas` without drug, `sensitivity`, and a constant tolerance or, changing, what it starts from.

    An `Adaptation` has a value (targets,) for each muscle.
    """

    baseline_mas: float = 3.0
    sensitivity: float = 1.0
    tolerance: float | Adaptation = 1.0
