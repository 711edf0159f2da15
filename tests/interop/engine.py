"""libroadrunner as an oracle: it reads SBML, compiles it, and runs it with CVODE."""

from collections.abc import Sequence

import numpy as np
import roadrunner
from numpy.typing import NDArray

Floats = NDArray[np.float64]

RELATIVE, ABSOLUTE = 1e-9, 1e-13
"""Its tolerances. The absolute one is set for each state: of a single one for all it loses sight at times."""
WARNINGS = sum(
    (
        roadrunner.VALIDATE_GENERAL,
        roadrunner.VALIDATE_IDENTIFIER,
        roadrunner.VALIDATE_UNITS,
        roadrunner.VALIDATE_MATHML,
        roadrunner.VALIDATE_OVERDETERMINED,
    )
)


def complaints(text: str) -> str:
    """What libSBML, inside libroadrunner, says against a document; nothing is nothing."""
    return str(roadrunner.validateSBML(text, WARNINGS))


def run(text: str, times_h: Sequence[float] | Floats, selections: Sequence[str]) -> Floats:
    """(times, selections): numbers by name, concentrations of nodes as `[name]`."""
    engine = roadrunner.RoadRunner(text)
    integrator = engine.getIntegrator()
    integrator.relative_tolerance, integrator.maximum_num_steps = RELATIVE, 1_000_000
    integrator.setValue("absolute_tolerance", [ABSOLUTE] * len(integrator.getAbsoluteToleranceVector()))
    engine.timeCourseSelections = list(selections)
    return np.array(engine.simulate(times=[float(at_h) for at_h in times_h]))
