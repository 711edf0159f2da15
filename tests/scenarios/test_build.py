"""What a scenario's visits do, reviewed or not."""

import json
from typing import Any

import pytest
from tests.scenarios.helpers import PLAIN, spoilt

from thecal.errors import BadInput, OurFault
from thecal.programmer.review import Verdict
from thecal.scenario import Scenario, load, order_of, read_interrogation, read_order, review_visit, tell

CHANGE: dict[str, Any] = {
    "at": "1 day",
    "refill": {"volume": "20 mL", "concentration": "500 mcg/mL", "withdrawn": "19.87 mL"},
    "program": {"infusion_mode": "simple continuous", "concentration": "500 mcg/mL", "daily_dose": "300 mcg/day"},
}


def visiting(**visit: object) -> Scenario:
    """The scenario with one visit that goes down to 500 mcg/mL, and what is said of it."""
    return load(spoilt("visits", [{**CHANGE, **visit}]))


def test_a_missing_bridge_decision_blocks() -> None:
    """Nothing decided is no decision; the bridge decided leaves what the residual does."""
    undecided, _ = review_visit(visiting(), 0)
    assert undecided.verdict is Verdict.BLOCKED
    assert "bridge.undecided" in [finding.rule for finding in undecided.findings]


def test_no_bridge_takes_a_reason_and_two_people() -> None:
    """The reason may not be left out of the file; the second person is asked for by the review."""
    with pytest.raises(BadInput, match="reason: is missing"):
        visiting(bridge="no bridge")
    alone, _ = review_visit(visiting(bridge="no bridge", reason="aspirated"), 0)
    assert alone.verdict is Verdict.WANTS_SIGNATURE
    assert alone.missing == ("a second person",)
    both, _ = review_visit(visiting(bridge="no bridge", reason="aspirated", second_person="Ruth Kerr"), 0)
    assert both.verdict is Verdict.CLEAR


def test_a_program_the_pump_refuses_names_the_visit() -> None:
    """A rate below the pump's slowest is bad input for a simulation, and a block for a review."""
    scenario = load(spoilt("visits.0.program.daily_dose", "10 mcg/day"))
    with pytest.raises(BadInput) as refused:
        tell(scenario)
    assert refused.value.field == "visits[0]"
    assert review_visit(scenario, 0)[0].verdict is Verdict.BLOCKED
    with pytest.raises(BadInput) as refused:
        tell(load(spoilt("program.days.0.0.dose_rate", "1 mcg/h")))
    assert refused.value.field == "program"


def test_a_visit_that_is_not_there_is_named() -> None:
    """Counted from 1, as people count."""
    with pytest.raises(BadInput, match="no visit 2"):
        review_visit(load(json.dumps(PLAIN)), 1)


def test_an_order_is_written_for_a_clear_review_only_and_read_back_whole() -> None:
    """A blocked review makes none; a made one survives its file, and an altered one is refused."""
    blocked, read = review_visit(visiting(), 0)
    with pytest.raises(OurFault):
        order_of(blocked, read, reason="", second_person="")
    clear, read = review_visit(visiting(bridge="bridge", reason="rinsed", second_person="Ruth Kerr"), 0)
    order = order_of(clear, read, reason="rinsed", second_person="Ruth Kerr")
    assert read_order(order.to_json()) == order
    altered = order.to_json().replace(b'"rate_nl_per_day":600000', b'"rate_nl_per_day":600001')
    assert altered != order.to_json()
    for content in (altered, b"", b"[]", b"\xff", order.to_json()[:-9], b"[" * 100_000):
        with pytest.raises(BadInput):
            read_order(content)
    with pytest.raises(BadInput):
        read_interrogation(order.to_json())


def test_many_visits_are_carried_out_in_time() -> None:
    """Each visit is reviewed on the pump as the one before left it; forty of them take a moment, not a minute."""
    raised = [
        {
            "at": f"{day} days",
            "program": {
                "infusion_mode": "simple continuous",
                "concentration": "2000 mcg/mL",
                "daily_dose": f"{300 + day} mcg/day",
            },
        }
        for day in range(1, 41)
    ]
    plain = json.loads(spoilt("visits", raised)) | {"until": "50 days", "every": "1 day", "faults": []}
    told = tell(load(json.dumps(plain)))
    assert told.at_tip[-1].dose_pg_per_day == 340_000_000
    assert told.run.device.pump.revision == 41
    reviewed, read = review_visit(told.scenario, 39)
    assert read.revision == 40
    assert reviewed.verdict is Verdict.CLEAR


def test_the_story_is_the_same_story_twice() -> None:
    """Two runs of one scenario give the same JSON."""
    assert tell(load(json.dumps(PLAIN))).to_plain() == tell(load(json.dumps(PLAIN))).to_plain()
