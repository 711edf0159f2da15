"""A visit: read, refill, review, confirm, end. What is not yet done stays in sight."""

from thecal.clinic.views.visit.desk import FRESH_MS
from thecal.clinic.views.visit.end import close, refill_date
from thecal.clinic.views.visit.order import keep_draft, preview, update
from thecal.clinic.views.visit.refill import entry, refill, withdraw
from thecal.clinic.views.visit.wand import acknowledge, interrogate, set_clock, show, start, stop

__all__ = [
    "FRESH_MS",
    "acknowledge",
    "close",
    "entry",
    "interrogate",
    "keep_draft",
    "preview",
    "refill",
    "refill_date",
    "set_clock",
    "show",
    "start",
    "stop",
    "update",
    "withdraw",
]
