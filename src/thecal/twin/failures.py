"""What the body gets wrong, for pages that show predictions: published measurements that it does not come out with."""

from dataclasses import dataclass

from thecal.body.validation.outside import outside
from thecal.body.validation.report import Row
from thecal.body.validation.table import TARGETS
from thecal.units import NO_BREAK_SPACE


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """One published measurement and what is simulated instead, in words; `because` is why, where somebody knows."""

    id: str
    says: str
    published: str
    simulated: str
    because: str


def known_failures() -> tuple[Failure, ...]:
    """Every measurement outside, in the order of the validation. Kept ready: nothing is computed."""
    return tuple(
        Failure(
            id=row.id,
            says=f"{row.says}: {row.condition}" if row.condition else row.says,
            published=_published(row),
            simulated="not computed" if row.simulated is None else _number(row.simulated, row.unit),
            because=row.because,
        )
        for row in outside()
    )


def measurements() -> int:
    """How many published measurements there are in all."""
    return len(TARGETS)


def _published(row: Row) -> str:
    """The value with its range, or the range alone."""
    spread = f"{_plain(row.low)} to {_number(row.high, row.unit)}"
    return spread if row.published is None else f"{_number(row.published, row.unit)} ({spread})"


def _number(value: float, unit: str) -> str:
    return _plain(value) if unit in {"", "1"} else f"{_plain(value)}{NO_BREAK_SPACE}{unit}"


def _plain(value: float) -> str:
    return f"{value:.3g}"
