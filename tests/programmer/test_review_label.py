"""What stands on the label of a fill, beside what the order says of it."""

from dataclasses import replace

import pytest
from tests.programmer.reviews import CHANGE, FILL, asked, order, reviewed, running

from thecal.care.bridge import UseBridge
from thecal.findings import Severity
from thecal.pump.infusion import MinimumRate, StopPump

RULE = "concentration.not_the_label"


@pytest.mark.parametrize(
    ("label", "blocked"), [(None, False), (2_000, False), (1_999, True), (2_001, True), (500, True)]
)
def test_an_order_that_is_not_what_was_filled_waits(label: int | None, *, blocked: bool) -> None:
    """The pump would count another drug than it holds; where nobody wrote the label down, nothing is claimed."""
    circumstances = replace(CHANGE, bridge=UseBridge(), refill=replace(FILL, label_pg_per_nl=label))
    found = asked(reviewed(running(), order(concentration=2_000), circumstances))
    assert (found.get(RULE) is Severity.BLOCK) == blocked


@pytest.mark.parametrize("dosing", [StopPump(), MinimumRate()])
def test_no_label_stops_a_stop(dosing: StopPump | MinimumRate) -> None:
    """Stopping and slowing down wait for nothing."""
    circumstances = replace(CHANGE, refill=replace(FILL, label_pg_per_nl=1_000))
    assert RULE not in asked(reviewed(running(), order(concentration=2_000, dosing=dosing), circumstances))
