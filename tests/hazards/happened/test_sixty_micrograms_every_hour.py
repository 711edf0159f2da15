"""An extra dose of 60 mcg a day, programmed as 60 mcg every hour.

A clinic wanted one extra dose a day on top of the basal rate and, on a programmer whose software had changed without
anybody telling the site, set it for every hour of the day. The patient was overdosed and weak
(ismp.org, baclofen programming error with a SynchroMed II pump).

The highest hour of such a day is no higher than that of the right one, and the pump runs either gladly. What differs
is the day's total, so it stands in the review beside the total that runs now.
"""

from tests.hazards.happened.replay import MCG, drug_pg, implanted, lived, sounding
from tests.programmer.reviews import asked, order, reviewed, running

from thecal.findings import Severity
from thecal.programmer.prescription import FlexDose, FlexDoseDay, FlexDoseStep
from thecal.programmer.review import Review, Verdict
from thecal.units import DAY_MS, HOUR_MS

BASAL_MCG_PER_H, EXTRA_MCG_PER_H = 5, 60
RUNNING = running(order(24 * BASAL_MCG_PER_H))


def day(*steps: tuple[int, int]) -> FlexDose:
    """A day of (hour, mcg per hour) steps."""
    return FlexDose(
        days=(
            FlexDoseDay(steps=tuple(FlexDoseStep(start_ms=at * HOUR_MS, dose_pg_per_h=mcg * MCG) for at, mcg in steps)),
        )
    )


def review_of(dosing: FlexDose) -> Review:
    """The review on a pump that gives the basal dose alone."""
    return reviewed(RUNNING, order(dosing=dosing))


MEANT = review_of(day((0, BASAL_MCG_PER_H), (7, EXTRA_MCG_PER_H), (8, BASAL_MCG_PER_H)))
TYPED = review_of(day((0, EXTRA_MCG_PER_H), (12, EXTRA_MCG_PER_H)))


def test_what_flows_is_1440_mcg_and_the_pump_is_content() -> None:
    """175 mcg a day were meant; 1440 reach the spine, and nothing sounds."""
    days = []
    for done in (MEANT, TYPED):
        device, given = lived(implanted(mode=done.update.program.infusion_mode), DAY_MS)
        days.append(round(drug_pg(given) / MCG))
        assert sounding(device.pump) == set()
    assert days == [175, 1_440]


def test_the_peak_hour_does_not_tell_them_apart_and_the_total_does() -> None:
    """60 mcg in the highest hour of both; 1440 mcg/day beside 120, twelve times the dose that runs."""
    assert round(MEANT.pending.peak_hour_pg / MCG) == round(TYPED.pending.peak_hour_pg / MCG) == EXTRA_MCG_PER_H
    assert (TYPED.current.dose_pg_per_day, TYPED.pending.ordered_pg_per_day) == (120 * MCG, 1_440 * MCG)
    assert TYPED.change_per_mille == 11_000


def test_no_single_person_can_send_it() -> None:
    """The step is far beyond the label's: two people, or another entry."""
    assert asked(TYPED)["titration.increase"] is Severity.TWO_PEOPLE
    assert TYPED.verdict is Verdict.WANTS_SIGNATURE
    assert "a second person" in TYPED.missing
