"""The clinic's two clocks (decision 0006).

The clinic's clock rules dates, pumps and visits. Where a `ClinicClock` row exists it stands until a button moves it;
elsewhere it is the wall's. The wall's clock rules sign-in and limits. Every action is handed a `Now` with both.
"""

import time
from dataclasses import dataclass

from thecal.clinic.models import ClinicClock


@dataclass(frozen=True, slots=True, kw_only=True)
class Now:
    """One moment by both clocks, in Unix milliseconds UTC."""

    clinic_ms: int
    wall_ms: int


def clinic_now() -> Now:
    """The present moment. A request asks once and hands the answer on."""
    wall_ms = time.time_ns() // 1_000_000
    standing = ClinicClock.objects.first()
    return Now(clinic_ms=standing.now_ms if standing else wall_ms, wall_ms=wall_ms)
