"""Names in the document: each node has one, and it says where the node is."""

import pytest

from thecal.body import Body, Stature
from thecal.body.anatomy import LEVELS
from thecal.body.regime import USUAL, Regime
from thecal.interop.tree import coefficients, node_names


@pytest.mark.parametrize("height_cm", [95.0, 170.0, 210.0])
def test_every_node_has_a_name_of_its_own_that_tells_its_level(height_cm: float) -> None:
    """Levels come in order from head to sac, each counted from 1, and cord is named as the fluid beside it."""
    body = Body.of("T10", stature=Stature(height_cm=height_cm))
    names = node_names(body)
    assert len(set(names)) == len(names) == body.network.nodes
    cells = [name.removeprefix("csf_") for name in names[: body.network.cells]]
    levels = [cell.split("_")[0] for cell in cells]
    assert list(dict.fromkeys(levels)) == list(LEVELS)
    assert [int(cell.split("_")[1]) for cell in cells if cell.startswith("T10_")] == list(
        range(1, levels.count("T10") + 1)
    )
    assert [name.removeprefix("cord_") for name in names[body.network.cells : -2]] == [
        cells[at] for at in body.network.cord_of
    ]


def test_a_drain_changes_what_flows_to_the_needle_and_what_leaves_there() -> None:
    """Links below the needle, exchange with cord and every loss elsewhere stay as they were."""
    body = Body.adult("T10")
    names = node_names(body)
    usual = coefficients(body.network, names)
    drained = coefficients(body.under(Regime(drain_level="L3", drain_ml_per_h=20.0)).network, names)
    assert usual == coefficients(body.under(USUAL).network, names)
    changed = {name for name in usual if usual[name] != drained[name]}
    lost = [name for name in changed if name.startswith("loss_of_")]
    assert [drained[name] - usual[name] for name in lost] == [pytest.approx(20.0)]
    assert all(name.startswith("loss_of_csf_L3_") for name in lost)
    assert not any("cord" in name or "_S1_" in name for name in changed)
    assert {"from_cisterns_to_csf_C1_1", "from_csf_T9_1_to_csf_T9_2"} <= changed
