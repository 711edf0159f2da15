"""A mass at the catheter's tip.

Where drug leaves the catheter an inflammatory mass can grow and press on the cord; it was seen with opioids, with
baclofen and with other drugs, and the risk rises with the dose and the concentration of the opioid (class I, January
2008; fda.gov, list of recalls, ucm062343; Prometra II instructions for use, page 22).

No pump and no emulator sees it grow: pump, count and syringe stay as they are. A person examines, asks about pain and
weakness that are new, and has the tip pictured. What Thecal can do is keep what went out at which concentration, and
say that a failing dose is a question about the catheter before it is an order for more.
"""

from tests.hazards.happened.replay import MCG, ML, drug_pg, implanted, lived, rules, sounding
from tests.pump.helpers import program
from tests.twin.helpers import committed

from thecal.care.need import Need, NeedCase, judge_need
from thecal.care.search import SEARCH, SearchCase, judge_search
from thecal.care.titration import Phase
from thecal.pump.alarms import Alarm
from thecal.pump.commands import Update
from thecal.pump.events import EventKind, verify_chain
from thecal.pump.infusion import SimpleContinuous
from thecal.units import DAY_MS


def test_nothing_that_the_pump_measures_tells_of_it() -> None:
    """Half a year of high dose at the tip: no alarm but the reservoir's, and the account is to the picogram."""
    device = implanted(mode=SimpleContinuous(rate_nl_per_day=100_000), concentration=2_000)
    grown, out = lived(device, 180 * DAY_MS)
    assert sounding(grown.pump) == {Alarm.LOW_RESERVOIR}
    assert device.held_pg == grown.held_pg + drug_pg(out)


def test_each_program_that_ran_stays_in_the_log() -> None:
    """Concentrations changed twice: three commits, each by its digest, in a chain that shows any edit."""
    device = implanted()
    for number, concentration in enumerate((1_000, 2_000), start=2):
        device, _ = lived(device, 20 * DAY_MS)
        update = Update(program=program(concentration_pg_per_nl=concentration), reservoir_nl=20 * ML)
        device = committed(device, update, f"t{number}")
    commits = [event.detail for event in device.pump.log if event.kind is EventKind.UPDATE_COMMITTED]
    assert len(set(commits)) == 3
    verify_chain(device.pump.log, head=device.pump.log_head)


def test_a_need_that_rises_late_asks_about_pump_and_catheter_before_a_dose() -> None:
    """Stable for years and now rising: not a larger dose first, but a search, and in it a picture of the tip."""
    need = Need(
        without_response=0, since_start_ms=3 * 365 * DAY_MS, year_ago_pg_per_day=200 * MCG, stable_for_ms=400 * DAY_MS
    )
    asks = judge_need(NeedCase(need=need, old_pg_per_day=300 * MCG, new_pg_per_day=360 * MCG, phase=Phase.MAINTENANCE))
    assert {"titration.late_rise", "titration.after_stable"} <= rules(asks)
    assert "trouble.hardware_first" in rules(judge_search(SearchCase(raises_dose=True)))
    assert any("tip" in step.asks for step in SEARCH)
