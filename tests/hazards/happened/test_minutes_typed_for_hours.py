"""Minutes typed for hours, in the interval of a periodic bolus.

A software card for programmers, shipped from 2002 to 2004, showed the fields of a bolus interval so that minutes could
be typed where hours were meant. The pump then gave its dose sixty times as often. Seven people were badly hurt and two
died (class I recall, September 2004; fda.gov, list of recalls, ucm133126).

A pump cannot know what was meant: it does as it is told and has nothing to alarm about. The order's ceiling stops it
only where that was worked out from something else than the slip. So the catch is the screen's: no time without its
unit, and a review that says the day's total and how many doses a day has.
"""

from dataclasses import replace

import pytest
from tests.hazards.happened.replay import MCG, drug_pg, implanted, lived, sounding
from tests.programmer.reviews import order, reviewed, running

from thecal.errors import BadInput
from thecal.findings import Severity
from thecal.programmer.prescription import PeriodicDose
from thecal.programmer.review import Verdict
from thecal.pump import machine
from thecal.pump.commands import Stage, Update
from thecal.pump.refusals import Refusal, RefusalCode
from thecal.units import DAY_MS, HOUR_MS, MINUTE_MS, parse_duration_ms

FOUR_A_DAY = 4 * 25 * MCG


def every(interval_ms: int) -> PeriodicDose:
    """25 mcg in four minutes, and nothing between."""
    return PeriodicDose(basal_pg_per_h=0, dose_pg=25 * MCG, lasts_ms=4 * MINUTE_MS, every_ms=interval_ms, first_ms=0)


MEANT, TYPED = every(6 * HOUR_MS), every(6 * MINUTE_MS)
RUNNING = running(order(dosing=MEANT))
"""A pump that has given the meant dose for 28 days."""
REVIEW = reviewed(RUNNING, order(dosing=TYPED))


def test_sixty_times_the_dose_flows_and_the_pump_has_nothing_to_say() -> None:
    """100 mcg a day were meant; 6000 reach the spine, without an alarm and without a line in the log."""
    assert RUNNING.program is not None
    _, meant = lived(implanted(mode=RUNNING.program.infusion_mode), DAY_MS)
    harmed, given = lived(implanted(mode=REVIEW.update.program.infusion_mode), DAY_MS)
    assert (drug_pg(meant), drug_pg(given)) == (FOUR_A_DAY, 60 * FOUR_A_DAY)
    assert sounding(harmed.pump) == set()
    assert machine.interrogate(harmed.pump).dose_pg_per_day == 60 * FOUR_A_DAY


def test_a_time_without_its_unit_is_not_taken() -> None:
    """A bare 6 is refused and both units are at hand; with its unit it is what it says."""
    with pytest.raises(BadInput, match="no unit"):
        parse_duration_ms("6", field="every")
    assert (parse_duration_ms("6 h", field="every"), parse_duration_ms("6 min", field="every")) == (
        MEANT.every_ms,
        TYPED.every_ms,
    )


def test_the_review_s_total_names_the_slip_and_wants_two_people() -> None:
    """240 doses instead of 4, 6000 mcg/day beside 100: minutes taken for hours, in so many words."""
    assert (MEANT.doses_per_day, TYPED.doses_per_day) == (4, 240)
    assert (REVIEW.current.dose_pg_per_day, REVIEW.pending.dose_pg_per_day) == (FOUR_A_DAY, 60 * FOUR_A_DAY)
    assert REVIEW.pending.peak_hour_pg == 10 * 25 * MCG
    (slip,) = [finding for finding in REVIEW.findings if finding.rule == "slip.named"]
    assert slip.severity is Severity.TWO_PEOPLE
    assert "minutes taken for hours" in slip.says
    assert REVIEW.verdict is Verdict.WANTS_SIGNATURE
    assert "a second person" in REVIEW.missing


def test_the_pump_refuses_it_under_a_ceiling_of_what_was_meant() -> None:
    """Where the order's ceiling is the meant day, the program cannot even be staged; nothing changes."""
    assert RUNNING.program is not None
    told = replace(REVIEW.update.program, ceiling_nl_per_day=RUNNING.program.ceiling_nl_per_day)
    refused = machine.handle(RUNNING, Stage(transaction_id="t", onto_revision=1, update=Update(program=told)))
    assert isinstance(refused, Refusal)
    assert refused.code is RefusalCode.DOSE_LIMIT
