"""After a restore the record is older than the pump."""

from tests.programmer.reviews import order, reviewed, running, updated

from thecal.programmer.prescription import program_for
from thecal.pump.commands import Stage, Update
from thecal.pump.machine import advance, handle, interrogate
from thecal.pump.refusals import Refusal, RefusalCode
from thecal.units import DAY_MS


def test_an_order_from_before_a_restore_does_not_reach_the_program() -> None:
    """Reviewed on what the backup held, sent to the pump of today: refused, and today's dose goes on."""
    backup = running(order(100))
    old_order = reviewed(backup, order(110))
    program = program_for(order(120), tubing_nl=140_000, catheter_nl=195_800)
    since = Update(program=program)
    today = updated(backup, since)
    refused = handle(today, Stage(transaction_id="restored", onto_revision=backup.revision, update=old_order.update))
    assert isinstance(refused, Refusal)
    assert refused.code is RefusalCode.STALE_REVISION
    later, _ = advance(today, today.now_ms + DAY_MS)
    assert interrogate(later).dose_pg_per_day == interrogate(today).dose_pg_per_day == 120_000_000
