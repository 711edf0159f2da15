"""Plug and mixed side by side: a prime, after a new implant, at high flow.

The oracle is a row of well-mixed tanks in exact fractions, written from those words: of every step's volume that comes
in, each tank hands on as much of what it holds.
"""

from dataclasses import replace
from fractions import Fraction
from math import exp, factorial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.catheter.helpers import at_tip_pg, fluid, path, pushed

from thecal.catheter import Catheter, aspirate, inject, joined_to, layered, transit
from thecal.catheter.numbers import MIXING_CELLS
from thecal.flow import Segment, held_pg

STEP_NL = 1_000
TUBING_NL = 140_000
CATHETER_NL = 169_400
"""77 cm (TV-D07)."""
RIGHT_PRIME_NL = TUBING_NL + CATHETER_NL
OLD_PRIME_NL = 199_000 + CATHETER_NL
"""What the tubing was once said to hold made the prime 0.059 mL too long (TV-20, TV-D08)."""


def newly_implanted(concentration: int, cells: int) -> Catheter:
    """A primed pump's tubing is not: both tubing and catheter hold water; `concentration` waits in the reservoir."""
    water = layered(((CATHETER_NL, 0),))
    return replace(joined_to(water, tubing_nl=TUBING_NL, concentration_pg_per_nl=0), mixing_cells=cells)


def primed(concentration: int, prime_nl: int, cells: int) -> tuple[Catheter, int]:
    """(the path after a prime, the drug that left the tip in it)."""
    catheter, outflow = pushed(newly_implanted(concentration, cells), prime_nl, concentration, over_ms=600_000)
    return catheter, at_tip_pg(outflow)


def tanks(volumes_nl: list[int], concentration: int, pushed_nl: int) -> tuple[list[Fraction], Fraction]:
    """(what each tank holds, what left the last), in pg, the pump's end first; tanks of water at the beginning."""
    held, left = [Fraction(0)] * len(volumes_nl), Fraction(0)
    for _ in range(pushed_nl // STEP_NL):
        handed_on = [pg * STEP_NL / volume for pg, volume in zip(held, volumes_nl, strict=True)]
        comes = [Fraction(concentration * STEP_NL), *handed_on]
        held = [pg - goes + came for pg, goes, came in zip(held, handed_on, comes, strict=False)]
        left += handed_on[-1]
    return held, left


@pytest.mark.parametrize(("concentration", "too_much_mcg"), [(500, "29.5"), (1_000, "59.0"), (2_000, "118.0")])
def test_in_plug_flow_an_old_prime_gives_its_excess_and_a_right_one_nothing(
    concentration: int, too_much_mcg: str
) -> None:
    """0.3094 mL bring the drug to the very tip; 0.3684 mL give 29.5, 59.0 or 118 mcg (TV-D07, TV-D08)."""
    catheter, at_tip = primed(concentration, RIGHT_PRIME_NL, 0)
    assert (at_tip, held_pg(catheter.slugs)) == (0, RIGHT_PRIME_NL * concentration)
    _, at_tip = primed(concentration, OLD_PRIME_NL, 0)
    assert Fraction(at_tip, 1_000_000) == Fraction(too_much_mcg)


def test_a_right_prime_at_500_holds_what_the_table_says() -> None:
    """154.7 mcg for the whole path, 184.2 by the old constant, 84.7 for the catheter alone (TV-D07)."""
    pushed_mcg = [Fraction(nl * 500, 1_000_000) for nl in (RIGHT_PRIME_NL, OLD_PRIME_NL, CATHETER_NL)]
    assert pushed_mcg == [Fraction("154.7"), Fraction("184.2"), Fraction("84.7")]
    assert held_pg(primed(500, RIGHT_PRIME_NL, 0)[0].slugs) == pushed_mcg[0] * 1_000_000


@pytest.mark.parametrize("cells", [1, 5, MIXING_CELLS.whole()])
def test_in_a_mixed_path_drug_is_early_and_then_thin(cells: int) -> None:
    """A right prime already gives drug, an old one more than its excess; and yet the path is not full of drug."""
    for prime_nl, in_plug_flow in ((RIGHT_PRIME_NL, 0), (OLD_PRIME_NL, 59_000 * 500)):
        catheter, at_tip = primed(500, prime_nl, cells)
        assert at_tip > in_plug_flow
        assert held_pg(catheter.slugs) < RIGHT_PRIME_NL * 500
        assert held_pg(catheter.slugs) + at_tip == prime_nl * 500


def test_drug_is_at_the_tip_long_before_the_path_s_volume_has_passed() -> None:
    """With twenty cells 1 % of the concentration arrives before seven tenths of the path; the last 1 % after 1.3."""
    cells = MIXING_CELLS.whole()
    for share, at_least, at_most in ((Fraction(7, 10), 5, 250), (Fraction(13, 10), 250, 495)):
        catheter, _ = primed(500, int(RIGHT_PRIME_NL * share), cells)
        tip = catheter.slugs[0]
        assert at_least <= Fraction(tip.mass_pg, tip.volume_nl) <= at_most


def test_the_more_cells_the_nearer_to_a_plug() -> None:
    """The early dose falls with every cell more."""
    early = [primed(500, RIGHT_PRIME_NL, cells)[1] for cells in (1, 2, 5, 20, 80)]
    assert early == sorted(early, reverse=True)
    assert early[-1] > 0


def test_ten_cells_are_the_exact_tanks_but_for_picograms() -> None:
    """0.3094 mL in ten cells, one of them cut by the port; each step may round each tank by a picogram."""
    volumes = [30_940] * 4 + [16_240, 14_700] + [30_940] * 5
    steps = 309
    catheter, at_tip = primed(777, steps * STEP_NL, 10)
    held, left = tanks(volumes, 777, steps * STEP_NL)
    tolerance = steps * len(volumes)
    assert abs(at_tip - left) <= tolerance
    assert [slug.volume_nl for slug in reversed(catheter.slugs)] == volumes
    for slug, pg in zip(reversed(catheter.slugs), held, strict=True):
        assert abs(slug.mass_pg - pg) <= tolerance


@settings(max_examples=15, deadline=None)
@given(
    volumes=st.lists(st.just(20_000), min_size=1, max_size=6),
    concentration=st.integers(1, 4_000),
    steps=st.integers(1, 120),
)
def test_any_row_of_equal_tanks_is_the_exact_row(volumes: list[int], concentration: int, steps: int) -> None:
    """However many cells, whatever drug, however much was pushed."""
    water = replace(layered(((sum(volumes), 0),)), mixing_cells=len(volumes))
    _, outflow = pushed(water, steps * STEP_NL, concentration)
    _, left = tanks(volumes, concentration, steps * STEP_NL)
    assert abs(at_tip_pg(outflow) - left) <= steps * len(volumes)


def test_four_cells_are_four_stirred_tanks_of_a_textbook() -> None:
    """1 − e^−θ Σ θ^k/k! of the concentration after θ tanks, to a hundredth: the step is a hundredth of a tank."""
    for tanks_passed in (1, 2, 4, 8):
        water = replace(layered(((400_000, 0),)), mixing_cells=4)
        catheter, _ = pushed(water, tanks_passed * 100_000, 1_000_000)
        tail = exp(-tanks_passed) * sum(tanks_passed**k / factorial(k) for k in range(4))
        assert catheter.slugs[0].mass_pg / (100_000 * 1_000_000) == pytest.approx(1 - tail, abs=0.01)


def test_a_path_of_one_drug_stays_one_whatever_is_stirred() -> None:
    """Nothing is rounded where there is nothing to mix."""
    catheter, outflow = pushed(path(500, cells=20), 1_000_000, 500)
    assert at_tip_pg(outflow) == 1_000_000 * 500
    assert all(slug.mass_pg == slug.volume_nl * 500 for slug in catheter.slugs)


def test_within_a_step_a_mixed_path_moves_as_a_plug() -> None:
    """999 nL in a hundred pushes leave what the tip's cell held; the step's last nanolitre stirs."""
    catheter = newly_implanted(500, 5)
    for start_nl in range(0, 999, 9):
        entering = replace(fluid(999, 500), from_nl=start_nl, to_nl=start_nl + 9)
        catheter, _ = transit(catheter, Segment(start_ms=0, end_ms=1, volume_nl=9), entering)
    assert [(slug.volume_nl, slug.mass_pg) for slug in catheter.slugs][-1] == (999, 999 * 500)
    catheter, _ = pushed(catheter, 1, 500)
    assert catheter.step_nl == 0
    assert catheter.slugs[-1].mass_pg == 1_000 * 500
    assert catheter.slugs[-1].volume_nl == RIGHT_PRIME_NL - RIGHT_PRIME_NL * 4 // 5


def test_dye_pushed_through_a_mixed_catheter_leaves_some_drug_behind() -> None:
    """One catheter's volume of dye washes out most of its drug and not all; the tubing keeps all of its own."""
    catheter = replace(path(2_000, cells=20))
    held = held_pg(catheter.slugs)
    in_tubing = 140_000 * 2_000
    catheter, outflow = inject(catheter, at_ms=0, volume_nl=195_800, over_ms=10_000, concentration_pg_per_nl=0)
    assert (held - in_tubing) * 8 // 10 < at_tip_pg(outflow) < held - in_tubing
    assert sum(slug.mass_pg for slug in catheter.slugs[-8:]) >= in_tubing
    emptied, drawn = aspirate(catheter, at_ms=0, volume_nl=2_000_000)
    assert held_pg(drawn) + held_pg(emptied.slugs) == held_pg(catheter.slugs)
    assert 0 <= held_pg(emptied.slugs) - in_tubing < held // 1_000
