"""The table of published numbers: whole, sourced, computed, and true about what is outside."""

import json
import math
from functools import cache

import pytest

from thecal.body import SETS
from thecal.body.validation.fit import SIGMAS
from thecal.body.validation.outside import outside
from thecal.body.validation.report import Row, row, rows, to_plain
from thecal.body.validation.table import PUBLISHED, TARGETS, target
from thecal.body.validation.targets import Range, Target, about, fraction

CHECKED = {
    "half-life": (1.5, 0.9, 5.0),
    "clearance-bolus": (30.0, 13.0, 80.0),
    "clearance-infusion": (30.0, 16.0, 40.0),
    "lumbar-cisternal": (4.0, 1.8, 8.7),
    "volume": (59.0, 22.0, 157.0),
    "fluid-settles": (None, 24.0, 48.0),
    "aspirates": (3.55, 0.5, 12.9),
    "dtpa": (0.43, 0.33, 0.53),
    "onset-50": (None, 0.5, 1.0),
    "duration-100": (None, 4.0, 8.0),
    "infusion-onset": (None, 6.0, 8.0),
    "infusion-maximum": (None, 24.0, 48.0),
    "withdrawal-onset": (None, 24.0, 72.0),
}
PUBLISHED_ALONE = {
    "reflex-puncture-1h": 0.23,
    "reflex-puncture-1-6h": 0.09,
    "reflex-pump-1h": 0.37,
    "reflex-pump-1-6h": 0.18,
    "dose-reflex-75": 30.0,
    "dose-reflex-50": 70.0,
    "dose-reflex-25": 110.0,
    "tone-4h": 0.64,
    "tone-6h": 0.71,
    "tone-stroke-legs": 0.83,
    "tone-stroke-arms": 0.56,
    "peak-75": 4.0,
    "dose-12-months": 270.0,
    "dose-18-months": 350.0,
    "dose-still-rising": 0.22,
    "gadobutrol": 10.0,
}


@cache
def found() -> dict[str, Row]:
    """Every row, computed once."""
    return {each.id: each for each in rows()}


def test_the_published_numbers_are_those_of_the_papers() -> None:
    """Typed here a second time, with their ranges where there are some."""
    for name, (published, low, high) in CHECKED.items():
        here = target(name)
        assert (here.published, here.range.low, here.range.high) == pytest.approx((published, low, high)), name
    for name, published in PUBLISHED_ALONE.items():
        assert target(name).published == published, name


def test_no_target_is_missing() -> None:
    """Fluid, reflexes, tone, therapy, overdoses, tracers and pigs; every row of the fit; nobody twice."""
    names = [each.id for each in TARGETS]
    assert len(names) == len(set(names)) == len({each.says for each in TARGETS})
    assert set(SIGMAS) <= set(names)
    doses = {f"{what}-{mcg}" for what in ("onset", "peak", "duration") for mcg in (25, 50, 75, 100)}
    overdoses = {"overdose-bolus-50", "overdose-bolus-280", "overdose-infusion-800", "overdose-infusion-1920"}
    assert doses | overdoses | set(CHECKED) | set(PUBLISHED_ALONE) <= set(names)
    assert {"pig-tenth", "pig-near", "withdrawal-rate", "withdrawal-order", "reflex-brainstem"} <= set(names)


def test_what_took_part_in_the_fit_is_not_held_out() -> None:
    """And the rest that is held out did not."""
    assert not {each.id for each in TARGETS if each.held_out} & set(SIGMAS)


def test_no_constant_is_set_for_a_target() -> None:
    """Every row uses one of four sets; only tracers and pigs use another than the default."""
    used = {each.parameter_set for each in TARGETS}
    assert used <= set(SETS)
    assert {each.id for each in TARGETS if each.parameter_set != "two_pool_2026"} == {
        "dtpa",
        "gadobutrol",
        "pig-tenth",
        "pig-near",
    }


def test_what_is_outside_is_kept_as_it_is_computed() -> None:
    """`outside()` names the rows that fall outside, no other, with their values and a reason each."""
    computed = [each for each in found().values() if not each.inside]
    told = outside()
    assert [each.id for each in told] == [each.id for each in computed]
    for kept, now in zip(told, computed, strict=True):
        assert kept.because == now.because != "", now.id
        assert kept.simulated == (None if now.simulated is None else pytest.approx(now.simulated, rel=5e-3)), now.id


def test_more_than_half_is_inside_and_the_ordering_is_right() -> None:
    """A puncture suppresses the reflex more than a pump's bolus does, at an hour and over six."""
    assert sum(each.inside for each in found().values()) > len(TARGETS) / 2
    for span in ("1h", "1-6h"):
        puncture, pump = found()[f"reflex-puncture-{span}"].simulated, found()[f"reflex-pump-{span}"].simulated
        assert puncture is not None
        assert pump is not None
        assert puncture < pump
    assert found()["reflex-puncture-against-pump"].inside


def test_the_json_has_the_agreed_keys() -> None:
    """`targets`, and at least eight keys each; numbers or null, so that it is JSON for everybody."""
    plain = json.loads(json.dumps(to_plain(list(found().values())), allow_nan=False))
    assert list(plain) == ["targets"]
    for each in plain["targets"]:
        assert {"id", "condition", "published", "low", "high", "simulated", "inside", "source"} <= set(each)


def test_published_numbers_have_birthplaces() -> None:
    """One Sourced for each number that was published."""
    assert set(PUBLISHED) == {each.id for each in TARGETS if each.published is not None}
    assert PUBLISHED["volume"].unit == "mL"


@pytest.mark.parametrize(
    ("simulated", "inside", "shown"),
    [(2.0, True, 2.0), (3.0, True, 3.0), (1.3, False, 1.3), (math.inf, False, None), (None, False, None)],
)
def test_a_row_is_inside_with_its_ends_and_outside_without_a_number(
    simulated: float | None, inside: bool, shown: float | None
) -> None:
    """Both ends belong to the range; what never came is no number; a reason stands only where it is needed."""
    wanted = Target(
        id="x", says="x", condition="", unit="h", published=2.0, range=about(2.0), source="Somebody 1999",
        simulate=None, because="reasons",
    )  # fmt: skip
    made = row(wanted, simulated)
    assert (made.inside, made.simulated, made.because) == (inside, shown, "" if inside else "reasons")


def test_ranges_of_our_own_say_so() -> None:
    """A factor of 1.5, or 0.15 but never above one."""
    assert about(3.0) == Range(low=2.0, high=4.5, says="assumed: a factor of 1.5 either way")
    assert fraction(0.93).high == 1.0
    assert fraction(0.5).low == pytest.approx(0.35)
    assert "assumed" in fraction(0.5).says
