"""What the pump's count would bring to the tip is the truth where nothing fails, and goes on where something does."""

from collections.abc import Iterable

import numpy as np
from tests.pump.helpers import NEW_YEAR_MS
from tests.twin.helpers import PATH_NL, implanted, with_stalls
from tests.twin.test_simulation import FOUR_STEPS

from thecal.body import Body
from thecal.catheter import filled
from thecal.flow import Delivery
from thecal.mechanism import Stall
from thecal.twin.belief import carried
from thecal.twin.device import Device
from thecal.twin.effect import hours
from thecal.twin.simulation import Run, simulate
from thecal.units import DAY_MS, HOUR_MS, PG_PER_MCG

BODY = Body.of("T10", cell_cm=2.0)


def run(device: Device, days: int) -> Run:
    """The implant for so many days, from rest."""
    return simulate(device, BODY, BODY.rest(), until_ms=NEW_YEAR_MS + days * DAY_MS, every_ms=DAY_MS)


def passed(deliveries: Iterable[Delivery]) -> tuple[list[float], list[float]]:
    """(hours, mcg that has passed the tip by then)."""
    times_h, masses = [0.0], [0.0]
    for each in deliveries:
        times_h += [hours(each.start_ms, NEW_YEAR_MS), hours(each.end_ms, NEW_YEAR_MS)]
        masses += [masses[-1], masses[-1] + each.mass_pg / PG_PER_MCG]
    return times_h, masses


def test_belief_is_truth_where_metal_and_path_are_as_recorded() -> None:
    """Drug and times, over four days of a pattern in steps."""
    sound = run(implanted(FOUR_STEPS), 4)
    believed = carried(sound.counted, filled(PATH_NL, 500))
    assert sum(each.mass_pg for each in believed) == sum(each.mass_pg for each in sound.deliveries)
    hourly = np.arange(1.0, 96.0)
    rates = [np.interp(hourly, *passed(each)) for each in (believed, sound.deliveries)]
    assert np.abs(rates[0] - rates[1]).max() < 1e-5


def test_a_stall_that_nobody_senses_is_believed_to_flow() -> None:
    """The pump counts on through it."""
    stall = Stall(start_ms=NEW_YEAR_MS + DAY_MS, end_ms=NEW_YEAR_MS + 2 * DAY_MS, sensed_after_ms=30 * DAY_MS)
    stalled = run(with_stalls(implanted(), stall), 4)
    believed_pg = sum(each.mass_pg for each in carried(stalled.counted, filled(PATH_NL, 500)))
    true_pg = sum(each.mass_pg for each in stalled.deliveries)
    assert believed_pg == 4 * 300_000_000
    assert true_pg == 3 * 300_000_000


def test_nothing_is_believed_to_come_out_of_an_empty_reservoir() -> None:
    """20 mL at 0.6 mL a day last 33 days and 8 hours, and the count ends there."""
    emptied = run(implanted(), 40)
    believed = carried(emptied.counted, filled(PATH_NL, 500))
    assert sum(each.volume_nl for each in believed) == 20_000_000
    assert believed[-1].end_ms == NEW_YEAR_MS + 33 * DAY_MS + 8 * HOUR_MS
