"""Slips of hand and unit, from what was typed to the review's verdict: none of them passes one person."""

import pytest
from tests.programmer.reviews import KNOWN, asked, order, reviewed, running

from thecal.clinic.draft import Draft, TypedStep
from thecal.clinic.typed import dose_pg_per_day, dose_pg_per_h, mass_pg
from thecal.errors import BadInput
from thecal.findings import Severity
from thecal.programmer.prescription import ContinuousDose
from thecal.programmer.review import Verdict
from thecal.units import PG_PER_MCG

MEANT_MCG = 60
RUNNING = running(order(MEANT_MCG))
"""A pump at 60 mcg/day of 500 mcg/mL: 0.12 mL/day."""


@pytest.mark.parametrize(
    ("name", "typed_mcg"),
    [("×60", 3_600), ("×24", 1_440), ("×10", 600), ("×1000", 60_000), ("×4", 240)],
)
def test_a_slip_of_the_hand_never_passes_one_person(name: str, typed_mcg: int) -> None:
    """The review names the slip, and wants more than one person could give: two people, or another entry."""
    typed = dose_pg_per_day(str(typed_mcg), field="daily_dose")
    done = reviewed(RUNNING, order(typed // PG_PER_MCG))
    assert done.pending.ordered_pg_per_day == typed
    (slip,) = [finding for finding in done.findings if finding.rule == "slip.named"]
    assert name in slip.says
    assert slip.severity is Severity.TWO_PEOPLE
    assert done.verdict is not Verdict.CLEAR
    assert done.verdict is Verdict.BLOCKED or "a second person" in done.missing


def test_a_thousandfold_dose_is_more_than_the_pump_can_run() -> None:
    """60 mg a day of 500 mcg/mL would need 120 mL a day: blocked by the pump itself, whoever signs."""
    done = reviewed(RUNNING, order(60_000))
    assert done.verdict is Verdict.BLOCKED
    assert asked(done)["pump.refuses"] is Severity.BLOCK


@pytest.mark.parametrize("text", ["0.06 mg", "0.06mg/day", "1 MG", "0.06\u00a0mg/day"])
def test_milligrams_do_not_enter_a_dose_field(text: str) -> None:
    """They are refused by name, before anything is converted."""
    for read in (dose_pg_per_day, dose_pg_per_h, mass_pg):
        with pytest.raises(BadInput, match="milligrams"):
            read(text, field="daily_dose")


def test_a_day_s_dose_typed_into_the_hours_of_a_schedule_is_named() -> None:
    """60 mcg/day entered as 60 mcg/h all day long: the total says 1440 mcg/day, and the review says ×24."""
    draft = Draft(
        mode="flex",
        concentration="500",
        low_alarm="2",
        days=((TypedStep(start="00:00", rate="60"), TypedStep(start="12:00", rate="60")),),
    )
    done = reviewed(RUNNING, draft.order())
    assert done.pending.dose_pg_per_day == 1_440 * PG_PER_MCG
    assert [finding.severity for finding in done.findings if "×24" in finding.says] == [Severity.TWO_PEOPLE]
    assert done.verdict is not Verdict.CLEAR


@pytest.mark.parametrize(("running_on", "typed"), [(500, 2_000), (2_000, 500)])
def test_a_concentration_that_changes_without_a_refill_takes_two_people(running_on: int, typed: int) -> None:
    """Nothing was filled, so either the old entry was wrong or the new one is."""
    pump = running(order(300, concentration=running_on))
    done = reviewed(pump, order(300, concentration=typed), KNOWN)
    assert asked(done)["concentration.no_refill"] is Severity.TWO_PEOPLE
    assert done.verdict is not Verdict.CLEAR


def test_the_meant_dose_passes() -> None:
    """Whoever types what was meant is asked nothing."""
    done = reviewed(RUNNING, order(MEANT_MCG))
    assert done.pending.ordered_pg_per_day == MEANT_MCG * PG_PER_MCG
    assert order(MEANT_MCG).dosing == ContinuousDose(dose_pg_per_day=MEANT_MCG * PG_PER_MCG)
    assert done.verdict is Verdict.CLEAR
