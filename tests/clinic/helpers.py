"""The permanent people, their patients, and pumps that were really run: what the clinic's tests stand on.

Alice prescribes, Bob nurses; Thea is the therapist, Sol the surgeon, Phil the pharmacist, Cora the coordinator. Pat is
the patient of the first record and Oda cares for Pat; Charlie is a patient who must see nothing of it.
"""

import base64
import itertools
import time
from dataclasses import dataclass
from datetime import date
from typing import Any

from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from django.test import Client

from thecal.clinic.actions import add_person
from thecal.clinic.clock import Now
from thecal.clinic.hearing import Heard, LastRefill
from thecal.clinic.models import (
    AlarmHeard,
    Answer,
    Implant,
    MriClass,
    Origin,
    Patient,
    Person,
    RecordKind,
    Role,
    Side,
    Stage,
    Tolerance,
)
from thecal.pump import machine
from thecal.pump.bolus import Bolus
from thecal.pump.commands import Commit, Update
from thecal.pump.commands import Stage as StageCommand
from thecal.pump.devices import REFERENCE_20
from thecal.pump.infusion import InfusionMode, Program, SimpleContinuous
from thecal.pump.memory import Interrogation, Pump
from thecal.pump.refusals import Refusal
from thecal.units import DAY_MS

START_MS = 1_772_528_400_000
"""Tuesday 3 March 2026, 09:00 UTC."""
NOW = Now(clinic_ms=START_MS, wall_ms=START_MS + 1)
PASSWORD = "correct horse battery staple"
SECRET = base64.b32encode(b"twenty bytes of test").decode()
_serials = itertools.count(1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Team:
    """The permanent people and the two records."""

    alice: Person
    bob: Person
    thea: Person
    sol: Person
    phil: Person
    cora: Person
    pat: Person
    oda: Person
    charlie: Person
    patient: Patient
    other: Patient


def at(clinic_ms: int) -> Now:
    """A moment by the clinic's clock."""
    return Now(clinic_ms=clinic_ms, wall_ms=clinic_ms + 1)


def make_team() -> Team:
    """Nine people and two patients."""
    patient, other = make_patient("Pat Example"), make_patient("Charlie Example")
    return Team(
        alice=make_person("alice", Role.PRESCRIBER),
        bob=make_person("bob", Role.NURSE),
        thea=make_person("thea", Role.THERAPIST),
        sol=make_person("sol", Role.SURGEON),
        phil=make_person("phil", Role.PHARMACIST),
        cora=make_person("cora", Role.COORDINATOR),
        pat=make_person("pat", Role.PATIENT, patient),
        oda=make_person("oda", Role.CARER, patient),
        charlie=make_person("charlie", Role.PATIENT, other),
        patient=patient,
        other=other,
    )


def make_person(username: str, role: Role, patient: Patient | None = None, *, is_fictional: bool = False) -> Person:
    """Someone with both factors."""
    return add_person(
        username=username,
        name=f"{username.title()} Person",
        role=role,
        password=PASSWORD,
        totp_secret=SECRET,
        patient=patient,
        is_fictional=is_fictional,
        acting=None,
        now=NOW,
    )


def make_patient(name: str, **fields: Any) -> Patient:
    """A record of a rehearsal."""
    defaults: dict[str, Any] = {
        "born": date(1990, 5, 17),
        "record_number": f"R-{next(_serials):04d}",
        "allergies": "none known",
        "origin": Origin.SPINAL,
        "tolerance": Tolerance.CHRONIC,
        "baseline_mas_tenths": 30,
        "flags": [],
        "kind": RecordKind.REHEARSAL,
        "stage": Stage.MAINTAINED,
    }
    return Patient.objects.create(name=name, **(defaults | fields))


def make_implant(patient: Patient, **fields: Any) -> Implant:
    """A reference pump with 89 cm of catheter in the patient."""
    defaults: dict[str, Any] = {
        "serial": f"TR-{next(_serials):05d}",
        "pump_model": REFERENCE_20.name,
        "side": Side.RIGHT,
        "tip_level": "T10",
        "catheter_total_mm": 1_014,
        "catheter_trimmed_mm": 124,
        "tubing_nl": REFERENCE_20.tubing_nl,
        "implanted_ms": START_MS - 400 * DAY_MS,
        "mri_class": MriClass.CONDITIONAL,
    }
    return Implant.objects.create(patient=patient, **(defaults | fields))


def make_program(infusion_mode: InfusionMode | None = None, *, concentration_pg_per_nl: int = 2_000) -> Program:
    """300 mcg/day of 2000 mcg/mL, unless said otherwise."""
    return Program(
        drug="baclofen",
        concentration_pg_per_nl=concentration_pg_per_nl,
        infusion_mode=infusion_mode or SimpleContinuous(rate_nl_per_day=150_000),
        low_reservoir_alarm_nl=2_000_000,
        catheter_nl=195_800,
        tubing_nl=140_000,
        utc_offset_min=0,
        ceiling_nl_per_day=24_000_000,
        patient_dose=None,
    )


def run_pump(
    serial: str,
    *,
    program: Program | None = None,
    bolus: Bolus | None = None,
    reservoir_nl: int = 18_000_000,
    now_ms: int = START_MS,
    made_ms: int | None = None,
) -> Pump:
    """A real pump, programmed and filled at `now_ms`."""
    made = machine.manufacture(serial=serial, pump_model=REFERENCE_20, now_ms=made_ms or now_ms - 400 * DAY_MS)
    pump, _ = machine.advance(made, now_ms)
    update = Update(program=program or make_program(), reservoir_nl=reservoir_nl, bolus=bolus)
    staged = machine.handle(pump, StageCommand(transaction_id="t-0", onto_revision=pump.revision, update=update))
    assert not isinstance(staged, Refusal), staged
    committed = machine.handle(staged, Commit(transaction_id="t-0", digest=update.digest()))
    assert not isinstance(committed, Refusal), committed
    return committed


def read_pump(serial: str, *, at_ms: int = START_MS, **how: Any) -> Interrogation:
    """What that pump says at `at_ms`."""
    pump, _ = machine.advance(run_pump(serial, **how), at_ms)
    return machine.interrogate(pump)


def make_heard(**answers: Any) -> Heard:
    """A caller who answers no to everything else."""
    quiet: dict[str, Any] = {
        "alarm_heard": AlarmHeard.NONE,
        "stiff": Answer.NO,
        "itch": Answer.NO,
        "sleepy": Answer.NO,
        "breathing": Answer.NO,
        "fever": Answer.NO,
        "last_refill": LastRefill.KEPT,
    }
    return Heard(**(quiet | answers))


def sign_in(client: Client, person: Person, *, second_factor: bool = True) -> Client:
    """A session in which the password was given, and the one-time code unless said otherwise."""
    client.force_login(person)
    session = client.session
    given = [{"method": "password", "at": time.time()}]
    given += [{"method": "mfa", "at": time.time(), "type": "totp"}] if second_factor else []
    session[AUTHENTICATION_METHODS_SESSION_KEY] = given
    session["account_authentication_methods_user"] = str(person.pk)
    session.save()
    return client


def text_of(response: Any) -> str:
    """The page as text, no-break spaces as spaces."""
    return str(response.content.decode()).replace("\u00a0", " ")
