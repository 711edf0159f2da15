"""Another drug, or another concentration, than the label of the order.

Text books count it among the causes of both harms: a vial mistaken, a mixture made wrong, and new symptoms soon after
a refill (aneskey.com, intrathecal medication withdrawal).

A pump meters volume. What the volume holds it is told, and it never doubts it; the count, the alarms and the residual
are right to the last drop. So the only catches are before the fill, a label read twice and by two, and after it a
clinic that suspects every refill whose patient changes within days.
"""

from dataclasses import replace

import pytest
from tests.hazards.happened.replay import DOSE, ML, daily_pg, discrepancy, implanted, lived, refilled, rules, sounding
from tests.programmer.reviews import CHANGE, asked, order, reviewed, running
from tests.twin.helpers import NEW_YEAR_MS

from thecal.care.calls import CallCase, Sound, judge_call
from thecal.care.refill_label import Label, LabelCase, judge_label
from thecal.care.residual import judge_residual
from thecal.findings import Severity, Urgency, most_urgent
from thecal.mechanism.faults import WrongSyringe
from thecal.programmer.review import Refill, Verdict
from thecal.pump import machine
from thecal.twin.device import Device
from thecal.units import DAY_MS, HOUR_MS

REFILL_MS = NEW_YEAR_MS + 28 * DAY_MS
FILLED_STRONG = replace(CHANGE, refill=Refill(filled_nl=20 * ML, label_pg_per_nl=2_000, withdrawn_nl=3_200_000))
WEAK, STRONG = (Label(drug="baclofen", concentration_pg_per_nl=each) for each in (500, 2_000))


def mistaken(concentration: int | None) -> Device:
    """An implant refilled with another fluid than 500 mcg/mL of baclofen; None is no baclofen at all."""
    wrong = WrongSyringe(at_ms=REFILL_MS, concentration_pg_per_nl=concentration)
    device, _ = lived(implanted(faults=[wrong]), 28 * DAY_MS)
    return refilled(device)[0]


@pytest.mark.parametrize(("concentration", "share"), [(2_000, 4), (None, 0)])
def test_the_tip_gets_four_times_the_dose_or_none_a_day_later(concentration: int | None, share: int) -> None:
    """Once the path is through, half a day after the refill: 1200 mcg a day, or nothing."""
    _, out = lived(mistaken(concentration), 4 * DAY_MS)
    assert daily_pg(out, REFILL_MS + 2 * DAY_MS, 1)[0] == pytest.approx(share * DOSE, rel=1e-4)


@pytest.mark.parametrize("concentration", [2_000, 100, None])
def test_neither_pump_nor_residual_can_tell(concentration: int | None) -> None:
    """Read-out and syringe are those of a right fill."""
    wrong, _ = lived(mistaken(concentration), 20 * DAY_MS)
    right, _ = lived(mistaken(500), 20 * DAY_MS)
    assert machine.interrogate(wrong.pump) == machine.interrogate(right.pump)
    assert sounding(wrong.pump) == set()
    now = discrepancy(wrong, filled_nl=20 * ML)
    assert judge_residual(now=now, earlier=None, increases=True, restarts=False, explained=False) == []


def test_two_readings_that_differ_stop_the_fill() -> None:
    """The vial is in the hand: both are thrown away and it is read again."""
    (found,) = judge_label(LabelCase(first=WEAK, second=STRONG, told=WEAK, lot="A1", expires_ms=2, at_ms=1))
    assert (found.rule, found.severity) == ("refill.label_differs", Severity.BLOCK)


def test_a_label_that_is_not_what_the_pump_was_told_takes_two() -> None:
    """2000 read twice, where the pump counts 500."""
    (found,) = judge_label(LabelCase(first=STRONG, second=STRONG, told=WEAK, lot="A1", expires_ms=2, at_ms=1))
    assert (found.rule, found.severity) == ("refill.concentration_changes", Severity.TWO_PEOPLE)


def test_an_order_that_is_not_the_label_of_the_fill_is_blocked() -> None:
    """Filled with 2000, ordered as 500: the review stops it."""
    done = reviewed(running(), order(), FILLED_STRONG)
    assert asked(done)["concentration.not_the_label"] is Severity.BLOCK
    assert done.verdict is Verdict.BLOCKED


@pytest.mark.parametrize("sign", ["sleepy", "stiff"])
def test_who_calls_soon_after_a_refill_is_heard_as_such(sign: str) -> None:
    """Drowsy is now, stiff is today, and that the pump was handled stands beside both."""
    quiet = {"breathing": False, "sleepy": False, "stiff": False, "itch": False, "fever": False}
    call = CallCase(**(quiet | {sign: True}), sound=Sound.NONE, refill_missed=False, since_refill_ms=30 * HOUR_MS)
    found = judge_call(call)
    assert "call.after_refill" in rules(found)
    assert most_urgent(found) is (Urgency.NOW if sign == "sleepy" else Urgency.TODAY)
