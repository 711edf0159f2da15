"""What the tests of the rules share: a slowest rate with a source, whole doses, and values around a threshold."""

from hypothesis import strategies as st

from thecal.care.path import Holds, Part
from thecal.findings import Finding, Severity
from thecal.sources import Sourced
from thecal.units import PG_PER_MCG

MCG = PG_PER_MCG
ML = 1_000_000
SLOWEST = Sourced(name="rate_min", value=48_000, unit="nL/day", source="a maker's page", grade="maker")
CONCENTRATIONS = (500, 1_000, 2_000)

DOSES = st.integers(1, 3_000 * MCG)
"""Daily doses in pg, from next to nothing to half as much again as the highest on record."""
VOLUMES = st.integers(0, 40 * ML)
HOLDS = st.sampled_from(Holds)


def around(threshold: int, *, step: int = 1) -> tuple[int, ...]:
    """Values dense about a threshold and sparse away from it."""
    near = [threshold + step * offset for offset in range(-3, 4)]
    far = [threshold // 2, threshold * 2, threshold * 10]
    return tuple(value for value in (*near, *far) if value > 0)


def rules(findings: list[Finding]) -> list[str]:
    """The names of the rules, in order."""
    return [finding.rule for finding in findings]


def blocks(findings: list[Finding]) -> bool:
    """Whether anything is blocked."""
    return any(finding.severity is Severity.BLOCK for finding in findings)


def path(tubing_nl: int | None, catheter_nl: int | None, *, holds: Holds = Holds.DRUG) -> tuple[Part, ...]:
    """Tubing and catheter, both holding the same."""
    return (
        Part(name="tubing", volume_nl=tubing_nl, holds=holds),
        Part(name="catheter", volume_nl=catheter_nl, holds=holds),
    )
