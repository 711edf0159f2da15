"""An update that nobody finished.

One kind of pump stops while it is updated and starts when the update is complete. In eight reports of two years a
session ended on a warning that nobody answered, and the patient went home with a stopped pump and into withdrawal
(hsa.gov.sg, reminder on warnings during SynchroMed II updates, January 2021).

Such a pump says so only after 48 hours. Whoever ends the visit must: the read-back after the update says stopped, and
the visit's page does. A pump of ours stages beside the running program and goes on.
"""

import pytest
from tests.hazards.happened.replay import RATE, sounding
from tests.programmer.reviews import asked, order, reviewed, stopped
from tests.pump.helpers import NEW_YEAR_MS, program
from tests.wand.helpers import NURSE, PUMP, Bedside, doubled

from thecal.findings import Severity
from thecal.programmer.exchange import Refused, Unconfirmed, open_session, settle
from thecal.programmer.links.memory import MemoryLink
from thecal.pump import machine
from thecal.pump.alarms import Alarm
from thecal.pump.commands import Commit, Stage, Update
from thecal.pump.devices import PUMP_MODELS, REFERENCE_20, SYNCHROMED_20, PumpModel
from thecal.pump.infusion import SimpleContinuous
from thecal.pump.memory import Pump
from thecal.pump.states import State
from thecal.units import DAY_MS, HOUR_MS

RAISED = Update(program=program(SimpleContinuous(rate_nl_per_day=RATE + 60_000)))


def running_pump(model: PumpModel) -> Pump:
    """A pump of a model with 20 mL, at 0.6 mL/day."""
    pump = machine.manufacture(serial="R-1", pump_model=model, now_ms=NEW_YEAR_MS)
    first = Update(program=program(), reservoir_nl=20_000_000)
    pump = taken(pump, Stage(transaction_id="t0", onto_revision=0, update=first))
    return taken(pump, Commit(transaction_id="t0", digest=first.digest()))


def taken(pump: Pump, command: Stage | Commit) -> Pump:
    """The pump after a command that it takes."""
    answer = machine.handle(pump, command)
    assert isinstance(answer, Pump), answer
    return answer


def left_staged(model: PumpModel) -> Pump:
    """The pump whose update was staged and never committed."""
    return taken(running_pump(model), Stage(transaction_id="t1", onto_revision=1, update=RAISED))


@pytest.mark.parametrize("days", [1, 2, 5])
def test_that_kind_of_pump_stays_stopped_and_says_so_after_two_days(days: int) -> None:
    """Not a nanolitre from the moment of staging; the critical alarm from the 48th hour on, without end."""
    pump, flow = machine.advance(left_staged(SYNCHROMED_20), NEW_YEAR_MS + days * DAY_MS)
    assert sum(segment.volume_nl for segment in flow) == 0
    assert pump.state is State.STOPPED
    assert sounding(pump) == ({Alarm.STOPPED_TOO_LONG} if days >= 2 else set())


def test_finishing_it_starts_the_pump_again() -> None:
    """The commit that was missing brings the new program, and nothing is caught up."""
    waits, _ = machine.advance(left_staged(SYNCHROMED_20), NEW_YEAR_MS + 5 * 60_000)
    pump = taken(waits, Commit(transaction_id="t1", digest=RAISED.digest()))
    _, flow = machine.advance(pump, pump.now_ms + DAY_MS)
    assert pump.state is State.INFUSING
    assert abs(sum(segment.volume_nl for segment in flow) - RATE - 60_000) <= PUMP_MODELS[pump.pump_model].pulse_nl


def test_the_reference_pump_goes_on_with_what_it_ran() -> None:
    """What is staged lies beside the running program: the patient has the old dose, whole."""
    pump, flow = machine.advance(left_staged(REFERENCE_20), NEW_YEAR_MS + 3 * DAY_MS)
    assert (pump.state, sum(segment.volume_nl for segment in flow)) == (State.INFUSING, 3 * RATE)
    assert sounding(pump) == set()


def test_the_wand_was_lifted_and_the_next_read_out_says_stopped() -> None:
    """The outcome is unconfirmed, never confirmed; what settles it is a read-out, and it shows the stop."""
    bedside = Bedside()
    bedside.pump = running_pump(SYNCHROMED_20)
    link = MemoryLink(bedside.respond)
    session = open_session(link, NURSE, PUMP.public(), retries=0)
    link.lift_after(2, lose="request")
    outcome = session.update(doubled(), onto_revision=1, transaction_id="t1", reviewed_digest=doubled().digest())
    assert isinstance(outcome, Unconfirmed)
    bedside.wait(HOUR_MS)
    link.lower()
    read = open_session(link, NURSE, PUMP.public()).interrogate()
    settled = settle("t1", outcome.digest, 1, read)
    assert isinstance(settled, Refused)
    assert (read.state, read.rate_now_nl_per_day, read.dose_pg_per_day) == (State.STOPPED, 0, 0)


def test_whoever_finds_it_days_later_restarts_with_a_second_person() -> None:
    """After 48 hours without drug the dose before is not simply given again."""
    later, _ = machine.advance(stopped(running_pump(REFERENCE_20)), NEW_YEAR_MS + 3 * DAY_MS)
    assert asked(reviewed(later, order()))["restart.interruption"] is Severity.TWO_PEOPLE


def test_stopping_a_stopped_pump_does_not_put_the_alarm_off() -> None:
    """Stopped again every twenty hours, it sounds 48 hours after the first stop all the same."""
    pump = stopped(running_pump(REFERENCE_20))
    for hours in (20, 40):
        pump = stopped(machine.advance(pump, NEW_YEAR_MS + hours * HOUR_MS)[0])
    later, _ = machine.advance(pump, NEW_YEAR_MS + 48 * HOUR_MS)
    assert sounding(later) == {Alarm.STOPPED_TOO_LONG}
