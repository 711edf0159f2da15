"""The scenario file (design D13): command-line input, test fixture, bug report and seed of the rehearsal.

    scenario = read(Path("examples/01_concentration_change.json"))
    story = run(scenario)

`load` and `read` answer with a `Scenario` or with BadInput: one line that names the field and what would be right.
"""

from thecal.scenario.build import initial_device, initial_state, path, person, prescription, run, visit_steps
from thecal.scenario.models import Scenario, Visit
from thecal.scenario.reading import load, read, schema

__all__ = [
    "Scenario",
    "Visit",
    "initial_device",
    "initial_state",
    "load",
    "path",
    "person",
    "prescription",
    "read",
    "run",
    "schema",
    "visit_steps",
]
