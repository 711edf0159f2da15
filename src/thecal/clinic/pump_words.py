"""The pump's states, alarms and events in the clinic's words, and what to do about each alarm."""

from thecal.pump.alarms import Alarm
from thecal.pump.events import EventKind
from thecal.pump.states import State

STATE_WORDS = {
    State.STOPPED: "Stopped",
    State.INFUSING: "Infusing",
    State.MINIMUM_RATE: "Minimum rate",
    State.BRIDGING: "Bridge bolus",
    State.PRIMING: "Priming bolus",
    State.PURGING: "Purge",
    State.BOLUS: "Single bolus",
    State.HELD: "Held by a field: nothing is delivered",
    State.END_OF_SERVICE: "End of service",
}
ALARM_WORDS = {
    Alarm.LIMITER_CUT: "Cut by the limiter: more would have flowed than allowed",
    Alarm.NO_PROGRAM: "Memory unreadable: stopped",
    Alarm.END_OF_SERVICE: "End of service",
    Alarm.EMERGENCY_STOP: "Stopped with the emergency key",
    Alarm.LOW_BATTERY_RESET: "Reset by low battery: minimum rate",
    Alarm.MOTOR_STALL: "Motor stall",
    Alarm.EMPTY_RESERVOIR: "Empty reservoir",
    Alarm.STOPPED_TOO_LONG: "Stopped for more than 48 h",
    Alarm.CLOCK_UNKNOWN: "Time of day unknown: runs flat",
    Alarm.MEMORY_FALLBACK: "Memory damaged: runs from its copy",
    Alarm.REPLACEMENT_INDICATOR: "Replacement indicator",
    Alarm.LOW_RESERVOIR: "Low reservoir",
    Alarm.LOG_NEARLY_FULL: "Log of faults nearly full",
}
ALARM_REMEDIES = {
    Alarm.LIMITER_CUT: "Nothing flows. Watch for overdose first, then for withdrawal; find out what ran too fast "
    "before anything is programmed again.",
    Alarm.NO_PROGRAM: "Nothing flows, and the pump holds no program. Watch for withdrawal; have a prescriber program "
    "it whole, or replace it.",
    Alarm.END_OF_SERVICE: "Nothing flows and nothing can be programmed. Treat withdrawal; replace the pump.",
    Alarm.EMERGENCY_STOP: "Find out why it was stopped, and have a prescriber restore delivery.",
    Alarm.LOW_BATTERY_RESET: "Next to nothing flows. Watch for withdrawal; have a prescriber restart it, and plan its "
    "replacement.",
    Alarm.MOTOR_STALL: "Nothing flows. Move magnets away and read it twice; if it does not recover, replace it.",
    Alarm.EMPTY_RESERVOIR: "Refill today, and watch for withdrawal.",
    Alarm.STOPPED_TOO_LONG: "Decide: program the pump, or take it out. After so long, a restart begins low.",
    Alarm.CLOCK_UNKNOWN: "Steps of the day are not given, and their mean is. Set its clock.",
    Alarm.MEMORY_FALLBACK: "It runs on, from the only copy left. Update it soon; if the alarm comes again, replace it.",
    Alarm.REPLACEMENT_INDICATOR: "Book the replacement now: the days that are left have been fewer than promised.",
    Alarm.LOW_RESERVOIR: "Refill before the low-reservoir date has passed for long.",
    Alarm.LOG_NEARLY_FULL: "Keep this read-out, and ask why so much went wrong.",
}
EVENT_WORDS = {
    EventKind.MANUFACTURED: "Made",
    EventKind.UPDATE_COMMITTED: "Update committed",
    EventKind.STOPPED: "Stopped by command",
    EventKind.EMERGENCY_STOPPED: "Stopped with the emergency key",
    EventKind.BOLUS_ENDED: "Bolus ended",
    EventKind.BOLUS_ABANDONED: "Bolus broken off",
    EventKind.ALARM_RAISED: "Alarm began",
    EventKind.ALARM_CLEARED: "Alarm ended",
    EventKind.ALARM_ACKNOWLEDGED: "Alarm acknowledged",
    EventKind.MOTOR_STALLED: "Motor stall sensed",
    EventKind.MOTOR_RECOVERED: "Motor sensed to turn again",
    EventKind.LIMITER_CUT: "Cut by the limiter",
    EventKind.MEMORY_DAMAGED: "Memory damaged",
    EventKind.RESTARTED: "Restarted by itself",
    EventKind.CLOCK_LOST: "Time of day lost",
    EventKind.CLOCK_SET: "Clock set",
    EventKind.PATIENT_DOSE: "Patient dose",
    EventKind.HELD_BY_FIELD: "Held by a field",
    EventKind.RELEASED: "Let go by interrogation",
    EventKind.END_OF_SERVICE: "End of service",
    EventKind.ACCESS_REFUSED: "Access refused",
}
DETAIL_WORDS = {
    **{alarm.name: words.lower() for alarm, words in ALARM_WORDS.items()},
    "BridgeBolus": "bridge bolus",
    "PrimingBolus": "priming bolus",
    "SingleBolus": "single bolus",
    "Purge": "purge",
    "low battery": "low battery",
}


def event_in_words(kind: EventKind, detail: str) -> str:
    """A line of the pump's log; of a detail that has no words, only the bolus it begins with is said."""
    said = DETAIL_WORDS.get(detail) or DETAIL_WORDS.get(detail.partition(",")[0])
    return f"{EVENT_WORDS[kind]}: {said}" if said else EVENT_WORDS[kind]
