"""Everything that writes. One action, one transaction, one audit row inside it.

An action is `verb_noun(…, *, acting: Person, now: Now)`. It refuses with BadInput or OurFault and then has written
nothing. Access is the view's first line, not the action's.
"""

from thecal.clinic.actions.calls import record_call, settle_call
from thecal.clinic.actions.clock import move_clock, start_clock
from thecal.clinic.actions.people import add_person
from thecal.clinic.actions.read_outs import record_fill, record_read_out
from thecal.clinic.actions.updates import mark_interrupted_updates, record_outcome, record_pending_update
from thecal.clinic.actions.visits import close_visit, open_visit, save_draft

__all__ = [
    "add_person",
    "close_visit",
    "mark_interrupted_updates",
    "move_clock",
    "open_visit",
    "record_call",
    "record_fill",
    "record_outcome",
    "record_pending_update",
    "record_read_out",
    "save_draft",
    "settle_call",
    "start_clock",
]
