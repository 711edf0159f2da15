"""A scenario to spoil."""

import copy
import json
from typing import Any

FLEX_DAY = [
    {"from": "00:00", "to": "06:00", "dose_rate": "15 mcg/h"},
    {"from": "06:00", "to": "24:00", "dose_rate": "10 mcg/h"},
]
PERIODIC: dict[str, Any] = {
    "infusion_mode": "periodic bolus",
    "concentration": "2000 mcg/mL",
    "basal": "8 mcg/h",
    "dose": "30 mcg",
    "lasts": "30 min",
    "every": "6 h",
    "first": "02:00",
}
PLAIN: dict[str, Any] = {
    "thecal": 1,
    "title": "Something to spoil",
    "fictional": True,
    "start": "2026-03-02T09:00+01:00",
    "patient": {
        "name": "Asta Lind",
        "origin": "spinal",
        "age_years": 42,
        "phase": "maintenance",
        "tolerance": "chronic",
        "baseline_mas": "3",
        "tip_level": "T10",
    },
    "pump": {"model": "Thecal reference pump 20 mL", "serial": "R-0001"},
    "catheter": {"implanted": "89 cm"},
    "reservoir": {"fill": "20 mL"},
    "program": {"infusion_mode": "flex", "concentration": "2000 mcg/mL", "days": [FLEX_DAY]},
    "faults": [{"kind": "stall", "at": "3 days", "until": "4 days"}],
    "visits": [
        {
            "at": "1 day",
            "refill": {"volume": "20 mL", "concentration": "2000 mcg/mL"},
            "program": {
                "infusion_mode": "simple continuous",
                "concentration": "2000 mcg/mL",
                "daily_dose": "300 mcg/day",
            },
        }
    ],
    "until": "6 days",
    "every": "1 h",
}
GONE = object()


def spoilt(path: str, value: object) -> str:
    """The scenario with the value at "visits.0.at" replaced, or taken out where it is GONE."""
    plain = copy.deepcopy(PLAIN)
    *way, last = [int(part) if part.isdigit() else part for part in path.split(".")]
    here: Any = plain
    for part in way:
        here = here[part]
    if value is GONE:
        del here[last]
    else:
        here[last] = value
    return json.dumps(plain)
