"""Makes the rehearsal: a world of six virtual patients, and the clinic's records of them, as if it had all happened.

What is years ago is lived by each pump alone. From the day of the latest implant on, the world lives everybody, and
the clinic works as it always does: through the wand. The same seed gives the same rehearsal.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from django.conf import settings
from django.db import transaction

from thecal.care.site import SetUp
from thecal.clinic.actions import close_visit, open_visit, start_clock
from thecal.clinic.actions.desk import set_up_site
from thecal.clinic.actions.exchange import interrogate, update_pump
from thecal.clinic.clock import Now
from thecal.clinic.draft import Draft
from thecal.clinic.models import Patient, Person, Role
from thecal.clinic.rehearse import patients
from thecal.clinic.rehearse.at_home import write_plan
from thecal.clinic.rehearse.bedside import RehearsalBedside
from thecal.clinic.rehearse.clock import level_clock
from thecal.clinic.rehearse.examined import first_seen, followed, healing, ordered
from thecal.clinic.rehearse.history import Past, Step, admit, virtual
from thecal.clinic.rehearse.people import Fiction, make_person, make_staff
from thecal.clinic.reviewing import judge
from thecal.rehearsal.world import World
from thecal.units import DAY_MS, HOUR_MS, MINUTE_MS

SEED = 12
START_MS = 1_772_528_400_000
"""Tuesday 3 March 2026, 09:00 UTC: what the clock shows at the first sign-in."""
TITRATED_MS, TITRATED_MCG = START_MS - 24 * HOUR_MS - 30 * MINUTE_MS, "120"
WOUND_SEEN_MS = START_MS - 3 * DAY_MS + 6 * HOUR_MS
"""On the second day after the latest implant."""
TITRATION_DUE_MS = START_MS + 6 * HOUR_MS
PLAN_WRITTEN_MS = START_MS - 60 * DAY_MS
SCREENING_SEEN_MS = START_MS - 14 * DAY_MS
SCREENING_DUE_MS = START_MS + 2 * DAY_MS
FOLLOWED_UP = ((patients.FLEX, 120), (patients.LOW_RESERVOIR, 60), (patients.BATTERY, 150), (patients.STALLED, 100))
"""Who was followed up, and how many days before the rehearsal begins."""
TITRATION_REASON = "Spasms at night and stiff calves in the morning. No weakness, no drowsiness."


@dataclass(frozen=True, slots=True, kw_only=True)
class Cast:
    """Who acts, and the pumps' pasts by record number."""

    prescriber: Person
    nurse: Person
    pasts: dict[str, Past]


def seed_rehearsal(path: Path, *, wall_ms: int, seed: int = SEED) -> None:
    """Make the world in `path` and every record, or nothing: what a crash leaves behind is seeded over."""
    beside = path.with_name(f"{path.name}.making")
    forget_world(beside)
    with transaction.atomic():
        titrating = patients.TITRATING.surgery
        assert titrating is not None, "somebody who is titrated has a pump"
        with World.create(beside, titrating.read().start_ms, seed) as world:
            _live(world, beside, wall_ms)
        # Before the commit: a world without records is made again, records without their world could not be.
        forget_world(path)
        beside.replace(path)


def seed_empty(path: Path, *, wall_ms: int, seed: int = SEED) -> None:
    """Make a rehearsal of staff alone: the clinic is set up, its clock stands, and nobody has been admitted."""
    beside = path.with_name(f"{path.name}.making")
    forget_world(beside)
    now = Now(clinic_ms=START_MS, wall_ms=wall_ms)
    with transaction.atomic():
        _open_clinic(now)
        start_clock(now_ms=START_MS, acting=None, now=now)
        World.create(beside, START_MS, seed).close()
        forget_world(path)
        beside.replace(path)


def _open_clinic(now: Now) -> dict[str, Person]:
    """The fictional staff by user name, and the clinic's set-up by one of them."""
    staff = {person.username: person for person in make_staff(now=now)}
    set_up = SetUp(
        name=settings.THECAL_SITE_NAME,
        daytime_number=settings.THECAL_DAYTIME_NUMBER,
        out_of_hours_number=settings.THECAL_OUT_OF_HOURS_NUMBER,
    )
    set_up_site(set_up=set_up, reason="", acting=staff["adeyemi"], now=now)
    return staff


def forget_world(path: Path) -> None:
    """Remove a world's file and what SQLite keeps beside it."""
    for suffix in ("", "-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)


def _live(world: World, path: Path, wall_ms: int) -> None:
    """Everything that has happened until the first sign-in, in the order of time."""
    cast = _cast(wall_ms)
    for step in sorted(_steps(cast, world.now_ms), key=lambda step: step.at_ms):
        step.act(Now(clinic_ms=step.at_ms, wall_ms=wall_ms))
    start_clock(now_ms=world.now_ms, acting=None, now=Now(clinic_ms=world.now_ms, wall_ms=wall_ms))
    for fictional in patients.SIX:
        past = cast.pasts.get(fictional.record_number)
        if past is not None:
            past.live_to(world.now_ms)
        world.add(virtual(fictional, past))
    _look_at_wound(world, cast, wall_ms)
    _titrate(world, path, cast, wall_ms)
    _come_to(world, START_MS, wall_ms)
    _give_accounts(Now(clinic_ms=START_MS, wall_ms=wall_ms))


AT_HOME = (
    (patients.LOW_RESERVOIR, Fiction(username="lind", name="Asta Lind", role=Role.PATIENT)),
    (patients.FLEX, Fiction(username="fenn", name="Oda Fenn", role=Role.CARER)),
)
"""Who reads from home: a patient her own record, a mother her son's."""


def _give_accounts(now: Now) -> None:
    for fictional, account in AT_HOME:
        patient = Patient.objects.get(record_number=fictional.record_number)
        make_person(account, patient=patient, now=now)


def _cast(wall_ms: int) -> Cast:
    """The staff, and the pasts they will write."""
    scenarios = [fictional.surgery.read() for fictional in patients.SIX if fictional.surgery]
    opened_ms = min(scenario.start_ms for scenario in scenarios) - DAY_MS
    staff = _open_clinic(Now(clinic_ms=opened_ms, wall_ms=wall_ms))
    prescriber, nurse = staff["ruiz"], staff["lindqvist"]
    pasts = {
        fictional.record_number: Past.of(fictional, prescriber=prescriber, nurse=nurse)
        for fictional in patients.SIX
        if fictional.surgery
    }
    return Cast(prescriber=prescriber, nurse=nurse, pasts=pasts)


def _steps(cast: Cast, until_ms: int) -> Iterator[Step]:
    """Everybody's past up to the world's beginning, the first patient's only visit with it."""
    for past in cast.pasts.values():
        yield from past.steps(until_ms)
    for fictional, days_ago in FOLLOWED_UP:
        past = cast.pasts[fictional.record_number]
        yield from followed(
            fictional.record_number,
            implanted_ms=past.scenario.start_ms,
            seen_ms=START_MS - days_ago * DAY_MS,
            acting=cast.nurse,
        )
    yield Step(at_ms=SCREENING_SEEN_MS, act=lambda now: _plan_screening(cast, now))
    for fictional, _ in AT_HOME:
        act = partial(write_plan, fictional.record_number, acting=cast.prescriber)
        yield Step(at_ms=PLAN_WRITTEN_MS, act=act)


def _plan_screening(cast: Cast, now: Now) -> None:
    """Seen once, and to come back for the screening test."""
    patient = admit(patients.BEFORE_SCREENING, acting=cast.prescriber, now=now)
    visit = open_visit(patient=patient, acting=cast.prescriber, now=now)
    first_seen(patient, acting=cast.prescriber, now=now)
    close_visit(visit=visit, next_due_ms=SCREENING_DUE_MS, acting=cast.prescriber, now=now)


def _look_at_wound(world: World, cast: Cast, wall_ms: int) -> None:
    """The check of the second day after the latest implant."""
    now = _come_to(world, WOUND_SEEN_MS, wall_ms)
    healing(cast.pasts[patients.TITRATING.record_number].implant.patient, acting=cast.nurse, now=now)


def _titrate(world: World, path: Path, cast: Cast, wall_ms: int) -> None:
    """The one increase so far, by the wand and in the clinic's own steps."""
    past = cast.pasts[patients.TITRATING.record_number]
    now = _come_to(world, TITRATED_MS, wall_ms)
    bedside, acting, implant = RehearsalBedside(path), cast.prescriber, past.implant
    visit = open_visit(patient=implant.patient, acting=acting, now=now)
    read = interrogate(visit=visit, implant=implant, bedside=bedside, acting=acting, now=now).read()
    draft = replace(Draft.of_program(read.program), daily_dose=TITRATED_MCG, reason=TITRATION_REASON)
    judged = judge(visit, implant, read, draft, now_ms=now.clinic_ms)
    assert judged.review is not None, "what is typed here can be meant"
    update_pump(
        visit=visit,
        implant=implant,
        bedside=bedside,
        reviewed=judged.review,
        onto_revision=read.revision,
        transaction_id=f"{implant.serial}-{read.revision + 1}",
        reason=draft.reason,
        second_person=None,
        acting=acting,
        now=now,
    )
    close_visit(visit=visit, next_due_ms=TITRATION_DUE_MS, acting=acting, now=now)
    ordered(implant.patient, acting=acting, now=now)


def _come_to(world: World, to_ms: int, wall_ms: int) -> Now:
    """The world and the clinic at `to_ms`."""
    world.advance_to(to_ms)
    now = Now(clinic_ms=to_ms, wall_ms=wall_ms)
    level_clock(world, acting=None, now=now)
    return now
