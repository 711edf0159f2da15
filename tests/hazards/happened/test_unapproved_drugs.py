"""Drugs that the pump was not made for.

Of pumps that held drugs other than the approved ones 7.0 in a hundred had failed after 78 months, of the others 2.4:
the mixtures corroded the gears, and motors stalled, at first for hours (class I, November 2012; biospace.com;
medscape.com/viewarticle/904885 on the warning of 2018).

A stall that comes and goes is the early sign, and it stands in the log even after the alarm has ended. Whether a drug
is approved for a pump neither pump nor this version knows: a second person compares labels when the drug changes, and
the prescriber answers for it.
"""

from dataclasses import replace

from tests.hazards.happened.replay import RATE, implanted, kinds, lived, rules, sounding
from tests.programmer.reviews import CHANGE, asked, order, reviewed, running
from tests.twin.helpers import NEW_YEAR_MS

from thecal.care.refill_label import Label, LabelCase, judge_label
from thecal.findings import Severity
from thecal.mechanism import Stall
from thecal.pump.devices import SYNCHROMED_40
from thecal.pump.events import EventKind
from thecal.units import DAY_MS, HOUR_MS, MINUTE_MS

SPELLS = [
    Stall(start_ms=start_ms, end_ms=start_ms + hours * HOUR_MS, sensed_after_ms=20 * MINUTE_MS)
    for start_ms, hours in ((NEW_YEAR_MS + 8 * DAY_MS, 2), (NEW_YEAR_MS + 17 * DAY_MS, 9))
]


def test_spells_of_stalling_stay_in_the_log_after_the_alarm_has_ended() -> None:
    """Eleven hours without drug in a month; nothing sounds at the visit, and the read-out still tells of both."""
    device, _ = lived(implanted(SYNCHROMED_40, faults=SPELLS), 30 * DAY_MS)
    assert sounding(device.pump) == set()
    assert kinds(device.pump).count(EventKind.MOTOR_STALLED) == 2
    assert kinds(device.pump).count(EventKind.MOTOR_RECOVERED) == 2
    used_nl = 40_000_000 - device.metal.reservoir_nl
    assert abs(used_nl - (30 * DAY_MS - 11 * HOUR_MS) * RATE // DAY_MS) <= 2 * SYNCHROMED_40.pulse_nl


def test_another_drug_takes_two_people_at_the_fill_and_at_the_review() -> None:
    """The label that is read, and the order that is sent: neither passes one person."""
    told = Label(drug="baclofen", concentration_pg_per_nl=500)
    other = Label(drug="morphine", concentration_pg_per_nl=500)
    found = judge_label(LabelCase(first=other, second=other, told=told, lot="A1", expires_ms=2, at_ms=1))
    assert rules(found) == {"refill.drug_changes"}
    assert found[0].severity is Severity.TWO_PEOPLE
    review = reviewed(running(), replace(order(), drug="morphine"), CHANGE)
    assert asked(review)["bridge.other_drug"] is Severity.TWO_PEOPLE
