"""The whole chain while somebody edits: pump, metal, catheter and body, from an edited program to bands."""

from dataclasses import replace
from time import perf_counter, process_time

import numpy as np
from body_crowd import Edited
from twin_year import begin

from thecal.body.ensemble import PEOPLE
from thecal.pump.commands import Update
from thecal.pump.infusion import SimpleContinuous
from thecal.pump.machine import interrogate
from thecal.twin.forecast import Forecast, Person, forecast
from thecal.units import DAY_MS, HOUR_MS

PERSON = Person(tip_level="T10", path_nl=335_800, tolerance=1.0, baseline_mas=3.0)
RATE_NL_PER_DAY = 100_000


def chain(days: int = 30, runs: int = 15) -> Edited:
    """An update of a pump that was read, run through its catheter, by the hour, with every band that a page shows."""
    read = interrogate(begin().pump)
    assert read.program is not None, "it was programmed"
    spent, worked = [], []
    for run in range(runs + 1):
        mode = SimpleContinuous(rate_nl_per_day=RATE_NL_PER_DAY + 100 * run)
        update = Update(program=replace(read.program, infusion_mode=mode))
        started, began = perf_counter(), process_time()
        found = forecast(
            read, PERSON, update=update, update_ms=read.at_ms + DAY_MS, until_ms=read.at_ms + days * DAY_MS,
            every_ms=HOUR_MS,
        )  # fmt: skip
        assert isinstance(found, Forecast), found
        spent.append((perf_counter() - started) * 1e3)
        worked.append((process_time() - began) * 1e3)
    # The first prepares the virtual patients, which a page does once.
    return Edited(
        patients=PEOPLE,
        days=days,
        says="tolerance held, with pump and catheter",
        fastest_ms=min(spent[1:]),
        median_ms=float(np.median(spent[1:])),
        cpu_ms=float(np.median(worked[1:])),
    )
