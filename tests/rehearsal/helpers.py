"""Patients, worlds and updates for the rehearsal's tests."""

from dataclasses import replace
from pathlib import Path

from tests.pump.helpers import NEW_YEAR_MS, program
from tests.twin.helpers import committed, implanted

from thecal.body import Body
from thecal.mechanism import Stall
from thecal.programmer.exchange import OpenSession, open_session
from thecal.pump.bolus import BridgeBolus
from thecal.pump.commands import Update
from thecal.pump.infusion import SimpleContinuous
from thecal.rehearsal.world import Person, VirtualPatient, World
from thecal.twin.device import Device
from thecal.units import DAY_MS, HOUR_MS

MORNING_MS = NEW_YEAR_MS + 9 * HOUR_MS
"""2025-01-01 09:00 UTC: the devices of `tests.twin.helpers` have run since midnight."""
LEGS = (("soleus", 3.0), ("quadriceps", 3.0))
USUAL_RATE = 12.5
"""0.6 mL/day of 500 mcg/mL, in mcg/h."""
SMALLER = Update(program=program(SimpleContinuous(rate_nl_per_day=500_000)))


def person(key: str = "p1", **changes: object) -> Person:
    """A man whose mother telephones."""
    usual = Person(key=key, baseline_mas=LEGS, tolerance=2.35, caller="his mother", pronoun="he")
    return replace(usual, **changes)  # type: ignore[arg-type] # one test, one field


def device(serial: str = "TRP-1", *, stalls: tuple[Stall, ...] = ()) -> Device:
    """300 mcg/day of 500 mcg/mL, filled at New Year, by another serial number."""
    made = implanted(stalls=stalls)
    return replace(made, pump=replace(made.pump, serial=serial))


def patient(
    key: str = "p1", serial: str = "TRP-1", *, stalls: tuple[Stall, ...] = (), **changes: object
) -> VirtualPatient:
    """Somebody who is used to 300 mcg/day."""
    body = Body.adult("T10").steady(USUAL_RATE)
    return VirtualPatient(person=person(key, **changes), device=device(serial, stalls=stalls), body=body)


def world_of(path: Path, *patients: VirtualPatient, seed: int = 7, now_ms: int = MORNING_MS) -> World:
    """A world on the first morning of 2025."""
    world = World.create(path, now_ms, seed)
    for each in patients:
        world.add(each)
    return world


def session(world: World, serial: str = "TRP-1", role: str = "prescriber") -> OpenSession:
    """A fresh session through the room's wand."""
    return open_session(world.link(serial), world.credential(role), world.pump_public(serial))


def bridged(serial: str = "TRP-1") -> Device:
    """A device that runs a bridge of 13 h 26 min from New Year on."""
    bolus = BridgeBolus(volume_nl=335_800, rate_nl_per_day=600_000, concentration_pg_per_nl=500)
    return committed(device(serial), Update(program=program(), bolus=bolus), "bridge")


__all__ = ["DAY_MS", "HOUR_MS", "MORNING_MS", "NEW_YEAR_MS", "SMALLER"]
