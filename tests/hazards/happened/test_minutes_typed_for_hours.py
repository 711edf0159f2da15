"""Minutes typed for hours, in the interval of a periodic bolus.

A software card for programmers, shipped from 2002 to 2004, showed the fields of a bolus interval so that minutes could
be typed where hours were meant. The pump then gave its dose sixty times as often. Seven people were badly hurt and two
died (class I recall, September 2004; fda.gov, list of recalls, ucm133126).

A pump cannot know what was meant: it does as it is told and has nothing to alarm about. The order's ceiling stops it
only where that was worked out from something else than the slip. So the catch is the screen's: no time without its
unit, and a review that says the day's total and how many doses a day has.
"""

import pytest
from tests.hazards.happened.replay import DOSE, MCG, ML, drug_pg, implanted, lived, sounding
from tests.pump.helpers import program, running

from thecal.care.slips import judge_slip
from thecal.errors import BadInput
from thecal.findings import Severity
from thecal.programmer.prescription import program_dose_pg_per_day
from thecal.pump import machine
from thecal.pump.commands import Stage, Update
from thecal.pump.devices import REFERENCE_20
from thecal.pump.infusion import PeriodicBolus
from thecal.pump.refusals import Refusal, RefusalCode
from thecal.units import DAY_MS, HOUR_MS, MINUTE_MS, parse_duration_ms

FOUR_A_DAY = 4 * 25 * MCG


def every(interval_ms: int) -> PeriodicBolus:
    """25 mcg of 500 mcg/mL in four minutes, and nothing between."""
    return PeriodicBolus(
        basal_rate_nl_per_day=0,
        bolus_rate_nl_per_day=18 * ML,
        lasts_ms=4 * MINUTE_MS,
        every_ms=interval_ms,
        first_ms=0,
    )


MEANT, TYPED = every(6 * HOUR_MS), every(6 * MINUTE_MS)


def test_sixty_times_the_dose_flows_and_the_pump_has_nothing_to_say() -> None:
    """100 mcg a day were meant; 6000 reach the spine, without an alarm and without a line in the log."""
    _, meant = lived(implanted(mode=MEANT), DAY_MS)
    harmed, given = lived(implanted(mode=TYPED), DAY_MS)
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
    """240 doses instead of 4, 6000 mcg/day instead of 100: minutes taken for hours, in so many words."""
    assert (MEANT.doses_per_day, TYPED.doses_per_day) == (4, 240)
    totals = [program_dose_pg_per_day(program(mode), REFERENCE_20) for mode in (MEANT, TYPED)]
    assert totals == [FOUR_A_DAY, 60 * FOUR_A_DAY]
    (slip,) = judge_slip(old_pg_per_day=totals[0], new_pg_per_day=totals[1], field="dose")
    assert slip.severity is Severity.TWO_PEOPLE
    assert "minutes taken for hours" in slip.says


def test_the_pump_refuses_it_under_a_ceiling_of_what_was_meant() -> None:
    """Where the order's ceiling is the meant day, the program cannot even be staged; nothing changes."""
    pump = running(MEANT)
    order = program(TYPED, ceiling_nl_per_day=DOSE // 500)
    refused = machine.handle(pump, Stage(transaction_id="t", onto_revision=1, update=Update(program=order)))
    assert isinstance(refused, Refusal)
    assert refused.code is RefusalCode.DOSE_LIMIT
