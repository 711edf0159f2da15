"""What a needle in the access port does to the catheter, and what it leaves alone."""

import pytest
from tests.catheter.helpers import CATHETER_NL, PATH_NL, TUBING_NL, at_tip_nl, at_tip_pg, leaked_pg, path, pushed

from thecal.catheter import Catheter, aspirate, filled, inject
from thecal.catheter.faults import CatheterFault, Disconnection, Kink, Leak, Migration, Occlusion, Space, TipPlace
from thecal.flow import held_nl, held_pg

WHOLE_PG = CATHETER_NL * 2_000
"""391.6 mcg: what 89 cm of catheter hold at 2000 mcg/mL."""
BEYOND_PORT = Occlusion(start_ms=0, place_nl=TUBING_NL, compliance_nl=2_000)


def dye(catheter: Catheter, volume_nl: int) -> tuple[Catheter, int]:
    """(the path after a push of dye over 10 s, the drug that left the tip)."""
    after, outflow = inject(catheter, at_ms=0, volume_nl=volume_nl, over_ms=10_000, concentration_pg_per_nl=0)
    assert at_tip_nl(outflow) == volume_nl
    assert (outflow.deliveries[0].start_ms, outflow.deliveries[-1].end_ms) == (0, 10_000)
    return after, at_tip_pg(outflow)


def test_dye_pushed_without_aspirating_is_a_bolus_of_all_that_the_catheter_held() -> None:
    """391.6 mcg in ten seconds, nearly four times the largest screening dose."""
    after, at_tip = dye(path(2_000), 1_000_000)
    assert at_tip == WHOLE_PG
    assert held_pg(after.slugs) == TUBING_NL * 2_000


def test_dye_pushed_after_aspirating_moves_no_drug() -> None:
    """2 mL drawn are the catheter's whole drug and then fluid without any; the tubing keeps its own."""
    catheter, drawn = aspirate(path(2_000), at_ms=0, volume_nl=2_000_000)
    assert (held_nl(drawn), held_pg(drawn)) == (2_000_000, WHOLE_PG)
    assert drawn[0].mass_pg == WHOLE_PG, "the drug comes first"
    assert held_pg(catheter.slugs) == TUBING_NL * 2_000
    assert dye(catheter, 1_000_000)[1] == 0


def test_after_aspirating_no_drug_reaches_the_tip_until_the_catheter_is_full_again() -> None:
    """0.1958 mL leave without drug: that is what a catheter-only prime is for."""
    catheter, _ = aspirate(path(2_000), at_ms=0, volume_nl=2_000_000)
    catheter, outflow = pushed(catheter, CATHETER_NL, 2_000)
    assert at_tip_pg(outflow) == 0
    _, outflow = pushed(catheter, 1_000, 2_000)
    assert at_tip_pg(outflow) == 2_000_000


def test_a_little_that_is_drawn_comes_from_the_port_s_side() -> None:
    """0.05 mL drawn leave 0.1458 mL of drug, which has moved away from the tip by as much as was drawn."""
    catheter, drawn = aspirate(path(2_000), at_ms=0, volume_nl=50_000)
    assert held_pg(drawn) == 50_000 * 2_000
    _, outflow = pushed(catheter, 50_001, 2_000)
    assert at_tip_pg(outflow) == 2_000


def test_the_syringe_draws_the_nearest_first() -> None:
    """Behind the port lies the newer drug: it comes before the older one."""
    newer_first, _ = pushed(path(500), TUBING_NL + 50_000, 2_000)
    _, drawn = aspirate(newer_first, at_ms=0, volume_nl=60_000)
    assert [(slug.volume_nl, slug.mass_pg) for slug in drawn] == [(50_000, 100_000_000), (10_000, 5_000_000)]


@pytest.mark.parametrize(
    "fault",
    [
        BEYOND_PORT,
        Kink(start_ms=0, end_ms=1, place_nl=PATH_NL, compliance_nl=0),
        Disconnection(start_ms=0, place_nl=200_000),
        Migration(at_ms=0, tip=TipPlace(space=Space.EPIDURAL)),
        Migration(at_ms=0, tip=TipPlace(space=Space.OUTSIDE)),
    ],
)
def test_nothing_can_be_drawn_where_nothing_can_follow(fault: CatheterFault) -> None:
    """Through a block or a disconnection, or from a tip in tissue, the syringe stays empty: a sign."""
    catheter = path(faults=(fault,))
    assert aspirate(catheter, at_ms=0, volume_nl=2_000_000) == (catheter, ())


@pytest.mark.parametrize(
    "fault",
    [
        Kink(start_ms=0, end_ms=1, place_nl=TUBING_NL - 1, compliance_nl=0),
        Disconnection(start_ms=0, place_nl=0),
        Leak(start_ms=0, place_nl=200_000, per_mille=500),
        Migration(at_ms=0, tip=TipPlace(space=Space.SUBDURAL)),
        Migration(at_ms=0, tip=TipPlace(space=Space.INTRATHECAL, level="L3")),
    ],
)
def test_what_is_wrong_elsewhere_does_not_show_at_the_port(fault: CatheterFault) -> None:
    """A fault before the port, a leak, a tip in other fluid: the syringe fills, and proves nothing."""
    _, drawn = aspirate(path(2_000, faults=(fault,)), at_ms=0, volume_nl=CATHETER_NL)
    assert held_pg(drawn) == WHOLE_PG


def test_nothing_can_be_pushed_against_a_block() -> None:
    """All of it is held back, and nothing has moved."""
    catheter = path(faults=(BEYOND_PORT,))
    after, outflow = inject(catheter, at_ms=0, volume_nl=7_000, over_ms=1, concentration_pg_per_nl=0)
    assert (after, outflow.held_back_nl, outflow.deliveries) == (catheter, 7_000, ())


def test_a_push_through_a_leak_goes_where_the_flow_goes() -> None:
    """Half of the catheter's drug beyond the leak never reaches the tip; a leak before the port sees nothing of it."""
    leaks = (Leak(start_ms=0, place_nl=TUBING_NL, per_mille=500), Leak(start_ms=0, place_nl=0, per_mille=1_000))
    _, outflow = inject(
        path(2_000, faults=leaks), at_ms=0, volume_nl=100_000, over_ms=1_000, concentration_pg_per_nl=500
    )
    assert (at_tip_pg(outflow), leaked_pg(outflow)) == (50_000 * 2_000, 50_000 * 500)


def test_a_drug_through_the_port_is_a_drug_in_the_catheter() -> None:
    """A refill by mistake through the port: 10 mL of 2000 mcg/mL are 20 mg, less what the catheter keeps."""
    after, outflow = inject(path(0), at_ms=0, volume_nl=10_000_000, over_ms=60_000, concentration_pg_per_nl=2_000)
    assert at_tip_pg(outflow) == (10_000_000 - CATHETER_NL) * 2_000
    assert held_pg(after.slugs) == WHOLE_PG


def test_a_pump_without_a_catheter_has_nothing_to_draw_but_what_follows() -> None:
    """Where the path ends at the port, the syringe draws fluid without drug and the tubing is untouched."""
    bare = filled(TUBING_NL, 2_000, port_nl=TUBING_NL)
    after, drawn = aspirate(bare, at_ms=0, volume_nl=5_000)
    assert (held_nl(drawn), held_pg(drawn), held_pg(after.slugs)) == (5_000, 0, TUBING_NL * 2_000)
