"""Scenario files as SBML: what an engine makes of them is what the twin says."""

from pathlib import Path

import numpy as np
import pytest
from tests.interop.engine import complaints, run

from thecal.body import Body
from thecal.interop.scenario import exported
from thecal.interop.tree import node_names
from thecal.scenario import read
from thecal.scenario import run as simulated
from thecal.scenario.living import body_of

AGREES = 1e-6


def test_an_overdose_and_its_drain_are_confirmed(repository: Path) -> None:
    """Fluid everywhere and what the calf feels, from the file's first instant to its last."""
    scenario = read(repository / "examples" / "14_overdose_drained.json")
    found, body = simulated(scenario), body_of(scenario)
    text = exported(scenario)
    assert not complaints(text)
    times, cells = found.exposure.times_h, node_names(body)[: body.network.cells]
    engine = run(text, times, [*(f"[{cell}]" for cell in cells), "felt_soleus"])
    ours = np.column_stack([found.course.csf_mcg_per_ml, found.course.effect_ng_per_ml["soleus"]])
    assert np.abs(engine - ours).max(axis=0) == pytest.approx(0.0, abs=AGREES * ours.max())


def test_the_file_says_what_kind_of_tolerance_is_written(repository: Path) -> None:
    """Held, it is a constant of the parameter set; dynamic, it begins with what a settled patient is used to."""
    scenario = read(repository / "examples" / "12_night_dose.json")
    texts = {
        kind: exported(scenario.model_copy(update={"patient": scenario.patient.model_copy(update={"tolerance": kind})}))
        for kind in ("naive", "chronic", "dynamic")
    }
    chronic = Body.adult("T10").parameters.tolerance_chronic.value
    assert '<parameter id="tolerance_soleus" value="1.0"' in texts["naive"]
    assert f'<parameter id="tolerance_soleus" value="{chronic!r}"' in texts["chronic"]
    assert '<rateRule variable="fast_soleus">' in texts["dynamic"]
    assert '<parameter id="fast_soleus" value="0.0"' not in texts["dynamic"]
