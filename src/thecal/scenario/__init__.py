"""The scenario file: command-line input, test fixture, bug report and seed of the rehearsal.

    scenario = read(Path("examples/01_concentration_change.json"))
    story = run(scenario)

`load` and `read` answer with a `Scenario` or with BadInput: one line that names the field and what would be right.
"""

from thecal.scenario.build import initial_device, prescription, review_visit, run, visit_steps
from thecal.scenario.faults import Plan, afflicted
from thecal.scenario.living import body_of, initial_state
from thecal.scenario.models import Scenario, Visit
from thecal.scenario.numbers import numbers_used
from thecal.scenario.order import Order, order_of, read_interrogation, read_order
from thecal.scenario.reading import load, read, read_plan, schema
from thecal.scenario.story import Story, local_clock, tell

__all__ = [
    "Order",
    "Plan",
    "Scenario",
    "Story",
    "Visit",
    "afflicted",
    "body_of",
    "initial_device",
    "initial_state",
    "load",
    "local_clock",
    "numbers_used",
    "order_of",
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
