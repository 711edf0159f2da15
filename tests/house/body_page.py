"""The tables of the body's pages, from the code: python -m tests.house.body_page writes them and the picture anew."""

from functools import cache

from tests.house.numbers import shown
from tests.house.source import ROOT

from thecal.body import TWO_POOL
from thecal.body.validation.fit import residuals, with_values
from thecal.body.validation.report import Row, rows
from thecal.cli.validate import picture_of

MANUAL = ROOT / "docs" / "manual"
PICTURE = ROOT / "docs" / "pictures" / "validation.svg"
BY_HAND = {
    "dispersion_floor": 0.089,
    "spinal_clearance": 0.275,
    "fast_rate": 1.8,
    "slow_rate": 0.05,
    "slow_share": 0.5,
    "ashworth_ec50": 66.0,
    "ashworth_slope": 2.26,
    "reflex_ic50": 32.0,
    "reflex_slope": 1.58,
    "tolerance_chronic": 2.35,
}
"""What an earlier fit by hand had, for comparison: nothing else uses it."""
Table = tuple[list[str], list[list[str]]]


@cache
def computed() -> tuple[Row, ...]:
    """Every target, computed once."""
    return rows()


def parameters() -> Table:
    """Every number of the default set."""
    names = TWO_POOL.numbers()
    return ["parameter", "value", "grade"], [[each.name, shown(each), each.grade] for each in names.values()]


def targets() -> Table:
    """Published beside simulated."""
    head = ["target", "unit", "published", "range", "simulated", "verdict", "set"]
    return head, [_cells(each) for each in computed()]


def misses() -> Table:
    """What is outside, and why."""
    return ["outside", "why"], [[each.says, each.because] for each in computed() if not each.inside]


def before_and_after() -> Table:
    """The residuals of the fit, in σ, of the numbers by hand and of the default set."""
    before, after = residuals(with_values(BY_HAND)), residuals(TWO_POOL)
    says = {each.id: each.says for each in computed()}
    lines = [[says[name], f"{before[name]:+.1f}", f"{after[name]:+.1f}"] for name in after]
    sums = [f"{sum(each**2 for each in found.values()):.1f}" for found in (before, after)]
    return ["residual, in σ", "by hand", "now"], [*lines, ["sum of squares", *sums]]


def written(table: Table) -> str:
    """A table in Markdown."""
    head, lines = table
    return "\n".join(f"| {' | '.join(cells)} |".replace("|  |", "| |") for cells in (head, *lines)).replace(
        "\n", f"\n|{'---|' * len(head)}\n", 1
    )


PAGES = {"body.md": (parameters,), "validation.md": (targets, misses, before_and_after)}


def rewritten(page: str) -> str:
    """A page of the manual with its tables as the code has them."""
    text = (MANUAL / page).read_text(encoding="utf-8")
    for table in (make() for make in PAGES[page]):
        before, _, rest = text.partition(f"| {table[0][0]} |")
        text = before + written(table) + "\n\n" + rest.partition("\n\n")[2]
    return text


def drawn() -> str:
    """The validation as a picture."""
    return f"{picture_of(computed()).svg()}\n"


def _cells(row: Row) -> list[str]:
    return [
        row.says,
        "" if row.unit == "1" else row.unit,
        _digits(row.published),
        f"{_digits(row.low)} to {_digits(row.high)}",
        _digits(row.simulated),
        "inside" if row.inside else "**outside**",
        row.set,
    ]


def _digits(value: float | None) -> str:
    return "" if value is None else f"{value:.3g}"


if __name__ == "__main__":
    for page in PAGES:
        (MANUAL / page).write_text(rewritten(page), encoding="utf-8")
    PICTURE.write_text(drawn(), encoding="utf-8")
