"""Published beside simulated: one row for each target, inside or outside, and why."""

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from thecal.body.validation.experiments import Subject
from thecal.body.validation.table import TARGETS
from thecal.body.validation.targets import Target
from thecal.sources import Grade


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One target as computed: `published`, `low`, `high` and `simulated` are in `unit`.

    `published` is None where there were only words; `simulated` where the body cannot answer or the event never came.
    `because` says why it is outside, and nothing where it is inside.
    """

    id: str
    says: str
    condition: str
    unit: str
    published: float | None
    low: float
    high: float
    range_from: str
    simulated: float | None
    inside: bool
    set: str
    parameter_set: str
    source: str
    grade: Grade
    because: str


def row(target: Target, simulated: float | None) -> Row:
    """A target beside what was `simulated`, in its unit; None or infinite where there is no number."""
    finite = simulated if simulated is not None and math.isfinite(simulated) else None
    inside = finite is not None and target.range.holds(finite)
    return Row(
        id=target.id,
        says=target.says,
        condition=target.condition,
        unit=target.unit,
        published=target.published,
        low=target.range.low,
        high=target.range.high,
        range_from=target.range.says,
        simulated=finite,
        inside=inside,
        set="held-out" if target.held_out else "calibration",
        parameter_set=target.parameter_set,
        source=target.source,
        grade=target.grade,
        because="" if inside else target.because,
    )


def rows(subject: Subject | None = None) -> tuple[Row, ...]:
    """Every target, computed with the default set unless another subject is given. A second or two."""
    who = Subject() if subject is None else subject
    return tuple(row(target, None if target.simulate is None else target.simulate(who)) for target in TARGETS)


def to_plain(rows: Sequence[Row]) -> dict[str, object]:
    """What `thecal twin validate --json` prints."""
    return {"targets": [asdict(each) for each in rows]}
