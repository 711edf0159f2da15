"""The scenario file: command-line input, test fixture, bug report and seed of the rehearsal.

    scenario = read(Path("examples/01_concentration_change.json"))
    story = run(scenario)

`load` and `read` answer with a `Scenario` or with BadInput: one line that names the field and what would be right.
"""

from thecal.scenario.build import initial_device, initial_state, person, prescription, review_visit, run, visit_steps
from thecal.scenario.faults import Plan, afflicted
from thecal.scenario.models import Scenario, Visit
from thecal.scenario.order import Order, order_of, read_interrogation, read_order
from thecal.scenario.reading import load, read, read_plan, schema
from thecal.scenario.story import Story, local_clock, numbers_used, tell

__all__ = [
    "Order",
    "Plan",
    "Scenario",
    "Story",
    "Visit",
    "afflicted",
    "initial_device",
    "initial_state",
    "load",
    "local_clock",
    "numbers_used",
    "order_of",
    "person",
    "prescription",
    "read",
    "read_interrogation",
    "read_order",
    "read_plan",
    "review_visit",
    "run",
    "schema",
    "tell",
    "visit_steps",
]
