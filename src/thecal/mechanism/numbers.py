"""How large the faults of a pump's metal are, as far as somebody wrote it down."""

from thecal.sources import OWN_CHOICE, UNREAD, Sourced
from thecal.units import HOUR_MS, MINUTE_MS, SECOND_MS

_MRI_PAGE = "SynchroMed II MRI guidelines, professional.medtronic.com"

STALL_SENSED_AFTER = Sourced(
    name="stall_sensed_after", value=20 * MINUTE_MS, unit="ms", source=f"{UNREAD}: typical, in an MRI", grade="assumed"
)
MRI_RECOVERY_LONGEST = Sourced(
    name="mri_recovery_longest", value=24 * HOUR_MS, unit="ms", source=_MRI_PAGE, grade="maker"
)
OVER_DELIVERY_MOST = Sourced(
    name="over_delivery_most", value=500, unit="per mille", source=f"{OWN_CHOICE}: half as much again", grade="assumed"
)
ALTITUDE_FLOW = Sourced(
    name="altitude_flow",
    value=145,
    unit="per mille",
    source="rarely more than this at altitude: activity precautions page, medtronic.com/patients/severe-spasticity",
    grade="maker",
)
TEMPERATURE_FLOW = Sourced(
    name="temperature_flow",
    value=12,
    unit="per mille per 0.1 K",
    source=f"{UNREAD}: 10 to 13 % per degree for a gas-driven pump",
    grade="assumed",
)
VALVE_LEAK = Sourced(
    name="valve_leak",
    value=10_000,
    unit="nL",
    source="at most, before the valve closes: Prometra II instructions for use page 14, manualshive.com",
    grade="maker",
)
VALVE_CLOSES_WITHIN = Sourced(
    name="valve_closes_within", value=SECOND_MS, unit="ms", source=OWN_CHOICE, grade="assumed"
)
DEFORMED_CAPACITY = Sourced(
    name="deformed_capacity",
    value=27_000_000,
    unit="nL",
    source="a 40 mL pump after a dive to 30 m: lirias.kuleuven.be/handle/123456789/397860",
    grade="paper",
)
OVERFILL_MOST = Sourced(
    name="overfill_most",
    value=2_000_000,
    unit="nL",
    source=f"{OWN_CHOICE}: what goes in under pressure beyond the capacity",
    grade="assumed",
)
OVERFILL_FLOW = Sourced(
    name="overfill_flow",
    value=145,
    unit="per mille",
    source=f"{OWN_CHOICE}: that overfill raises the flow is told, by how much is not",
    grade="assumed",
)
