"""What the wand costs the battery, and how much of it strangers may use up.

A handshake asks for arithmetic before anyone has proved who they are. So a pump gives strangers a budget: beyond it no
handshake is begun until 24 h have passed since the first that counted. A handshake begins without a name, so an
enrolled wand that comes while the budget is used up waits as well; a session that is open goes on, and so does what
needs no session: a reading at the skin and the emergency key. Those are paid by the same budget while it lasts and then
live on the wand's own field, as a short answer can (assumed). What is turned away costs nothing.
"""

from dataclasses import replace

from thecal.pump.devices import BATTERY_FRAME, BATTERY_HANDSHAKE, PUMP_MODELS, TELEMETRY_BUDGET
from thecal.pump.journal import settle
from thecal.pump.memory import Pump
from thecal.pump.states import State
from thecal.units import DAY_MS

EXCHANGE_NJ = 2 * BATTERY_FRAME.whole()
"""A request and its answer."""
HANDSHAKE_NJ = BATTERY_HANDSHAKE.whole() + 2 * EXCHANGE_NJ
"""Four messages and their arithmetic."""


def budget_nj(pump: Pump) -> int:
    """What strangers may use up of the battery, nJ, within 24 h."""
    return PUMP_MODELS[pump.pump_model].battery_nj * TELEMETRY_BUDGET.whole() // 1000


def may_begin(pump: Pump) -> bool:
    """Whether the budget still holds a whole handshake."""
    return _used(pump)[0] + HANDSHAKE_NJ <= budget_nj(pump)


def begun(pump: Pump) -> Pump:
    """The pump that has begun a handshake, with somebody who is a stranger until proved otherwise."""
    return _counted(pump, HANDSHAKE_NJ)


def authenticated(pump: Pump) -> Pump:
    """The pump whose handshake ended well: what that cost is not a stranger's."""
    used_nj, since_ms = _used(pump)
    left_nj = max(0, used_nj - HANDSHAKE_NJ)
    return replace(pump, battery=replace(pump.battery, strangers_nj=left_nj, strangers_since_ms=since_ms))


def answered_anyone(pump: Pump) -> Pump:
    """The pump after one answer to somebody without a session: from the budget while it lasts, else from the field."""
    return _counted(pump, min(EXCHANGE_NJ, budget_nj(pump) - _used(pump)[0]))


def spend(pump: Pump, energy_nj: int) -> Pump:
    """The pump with so much less in its battery, nJ; the indicator may fall due, and service may end."""
    assert energy_nj >= 0, "nothing charges an implant"
    if not pump.powered or pump.state is State.END_OF_SERVICE or energy_nj == 0:
        return pump
    return settle(replace(pump, battery=replace(pump.battery, used_nj=pump.battery.used_nj + energy_nj)))


def _counted(pump: Pump, energy_nj: int) -> Pump:
    """Spent, and on the strangers' account."""
    if energy_nj == 0:
        return pump
    used_nj, since_ms = _used(pump)
    account = replace(pump.battery, strangers_nj=used_nj + energy_nj, strangers_since_ms=since_ms)
    return spend(replace(pump, battery=account), energy_nj)


def _used(pump: Pump) -> tuple[int, int]:
    """(what strangers have used up, since when); a day after its first, the account begins anew."""
    account = pump.battery
    if account.strangers_nj == 0 or pump.now_ms - account.strangers_since_ms >= DAY_MS:
        return 0, pump.now_ms
    return account.strangers_nj, account.strangers_since_ms
