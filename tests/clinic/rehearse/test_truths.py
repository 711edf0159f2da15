"""Ordinary pages know nothing of the truth: rendered under two different truths, they are the same (decision 0002)."""

import re
import shutil
from itertools import cycle
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, get_resolver, reverse
from tests.clinic.helpers import START_MS, sign_in, text_of
from tests.clinic.rehearse.helpers import (
    ASTA,
    INGRID,
    JONAS,
    MILO,
    Clinic,
    cut_catheter,
    implant_of,
    patient_of,
    stall_at,
)

from thecal.clinic.actions import open_visit
from thecal.clinic.actions.exchange import interrogate
from thecal.clinic.models import Call, Person, StepRecord, Visit
from thecal.clinic.rehearse.bedside import RehearsalBedside
from thecal.clinic.steps.registry import STEPS
from thecal.rehearsal.world import World

TRUTHFUL = {"teaching", "lesson"}
POSTED = re.compile(
    r"^(visit_.+|start_visit|settle_call|rehearsal_clock|rehearsal_wand|sheet_.+|sign_record|settle_record|judge_call"
    r"|lock|unlock|awake|switch_predictions|own_diary_.+)$"
)
ONE_TIME = (
    re.compile(r'name="csrfmiddlewaretoken" value="[^"]+"'),
    re.compile(r'class="code">\d{6}<'),
    re.compile(r"delay:\d+s|work for \d+ s"),
)


@pytest.fixture
def two_truths(clinic: Clinic, settings: Any, tmp_path: Path) -> tuple[Path, Path]:
    """The seeded world, and one in which a rotor has stopped unheard and a catheter is shorter than the record says."""
    other = tmp_path / "other"
    shutil.copy(clinic.path, other)
    stall_at(other, MILO, START_MS, sensed_after_ms=10**9)
    cut_catheter(other, ASTA)
    return clinic.path, other


def addresses(path: Path) -> list[str]:
    """Every address that can be read, for every record there is; the visit with its pump read and forecast."""
    ruiz, implant = Person.objects.get(username="ruiz"), implant_of(ASTA)
    visit = open_visit(patient=implant.patient, acting=ruiz, now=_now())
    interrogate(visit=visit, implant=implant, bedside=RehearsalBedside(path), acting=ruiz, now=_now())
    patterns = [pattern for pattern in get_resolver().url_patterns if isinstance(pattern, URLPattern)]
    ordinary = [each for each in patterns if each.name not in TRUTHFUL and not POSTED.match(each.name or "")]
    chosen = _choices(visit)
    explored = [f"{reverse('explore', args=[patient_of(number).pk])}?what=stop&days=3" for number in (ASTA, MILO)]
    return [
        *(reverse(each.name or "", args=args) for each in ordinary for args in _arguments(each, chosen)),
        *explored,
    ]


def _choices(visit: Visit) -> dict[tuple[str, ...], list[tuple[Any, ...]]]:
    """What stands in an address, by what it asks for: those whose truths differ see every step, and half the sheets."""
    asta, milo = (patient_of(number).pk for number in (ASTA, MILO))
    sheets = [(step.key, sheet.name) for step in STEPS for sheet in step.sheets]
    last = {(record.patient_id, record.sheet): record.pk for record in StepRecord.objects.filter(patient=asta)}
    return {
        (): [()],
        ("patient_id",): [(asta,), (milo,)],
        ("patient_id", "step_key"): [(who, step.key) for who in (asta, milo) for step in STEPS],
        ("patient_id", "step_key", "sheet_name"): [
            (who, *sheet) for who, sheet in zip(cycle((asta, milo)), sheets, strict=False)
        ],
        ("record_id",): [(number,) for number in last.values()],
        ("call_id",): [(call.pk,) for call in Call.objects.all()],
        ("visit_id",): [(visit.pk,)],
    }


def _arguments(pattern: URLPattern, chosen: dict[tuple[str, ...], list[tuple[Any, ...]]]) -> list[tuple[Any, ...]]:
    """The arguments of an address; the patients' own pages also for those without a pump, or with a stalled one."""
    if pattern.name == "patient":
        return [(patient_of(number).pk,) for number in (INGRID, ASTA, MILO, JONAS)]
    return chosen[tuple(pattern.pattern.converters)]


def test_ordinary_pages_are_the_same_under_two_truths(two_truths: tuple[Path, Path], settings: Any) -> None:
    """Byte for byte, but for one-time codes and tokens; for staff, for a patient, for nobody."""
    seen: list[dict[tuple[str, str], tuple[int, str]]] = []
    every = addresses(two_truths[0])
    assert len(every) > 80
    for path in two_truths:
        settings.THECAL_WORLD = path
        browsers = {who: _browser(who) for who in ("ruiz", "lind", "")}
        seen.append({(who, address): _page(browsers[who], address) for who in browsers for address in every})
    assert {status for status, _ in seen[0].values()} == {200, 302, 403}
    for which, page in seen[0].items():
        assert page == seen[1][which], which
    assert any("Predicted spasticity" in page and "Current and pending" in page for _, page in seen[0].values())


@pytest.mark.parametrize("record_number", [MILO, ASTA])
def test_the_teaching_view_differs(two_truths: tuple[Path, Path], settings: Any, record_number: str) -> None:
    """It is the one place that knows."""
    address = reverse("lesson", args=[patient_of(record_number).pk])
    pages = []
    for path in two_truths:
        settings.THECAL_WORLD = path
        pages.append(_page(_browser("ruiz"), address))
    assert pages[0][0] == pages[1][0] == 200
    assert pages[0][1] != pages[1][1]


def test_the_two_truths_are_two(two_truths: tuple[Path, Path]) -> None:
    """Otherwise the tests above would say nothing."""
    truths = []
    for path in two_truths:
        with World.open(path) as world:
            truths.append((world.truth(MILO).motor_stalled, sum(volume for volume, _ in world.truth(ASTA).slugs)))
    assert truths == [(False, 335_800), (True, 272_000)]


def test_the_teaching_view_says_what_is_so(clinic: Clinic, client: Client) -> None:
    """Marked as what the clinic cannot see; the rotor, the path, the log, the muscles."""
    page = text_of(sign_in(client, clinic.ruiz).get(reverse("lesson", args=[patient_of(JONAS).pk])))
    assert "Simulated actual." in page
    assert "The clinic cannot see this." in page
    assert "Stands still" in page
    assert "since 2 Mar 2026 07:40" in page
    assert "0.3138 mL" in page
    assert "Motor stall sensed" in page
    assert "Modified Ashworth, true" in page


def test_a_stall_that_is_not_sensed_says_so(two_truths: tuple[Path, Path], settings: Any, client: Client) -> None:
    """The pump still believes that it delivers; the teaching view knows both."""
    settings.THECAL_WORLD = two_truths[1]
    ruiz = Person.objects.get(username="ruiz")
    page = text_of(sign_in(client, ruiz).get(reverse("lesson", args=[patient_of(MILO).pk])))
    assert "the pump has not sensed it" in page


def test_a_patient_without_a_pump_has_a_lesson(clinic: Clinic, client: Client) -> None:
    """The body alone."""
    page = text_of(sign_in(client, clinic.ruiz).get(reverse("lesson", args=[patient_of(INGRID).pk])))
    assert "No pump is implanted" in page
    assert "Soleus" in page


def test_a_record_that_the_world_does_not_know_has_no_lesson(clinic: Clinic, client: Client) -> None:
    """404, as for any page that is not there."""
    patient = patient_of(INGRID)
    patient.record_number = "R-9999"
    patient.save()
    assert sign_in(client, clinic.ruiz).get(reverse("lesson", args=[patient.pk])).status_code == 404


def test_a_patient_does_not_see_the_truth(clinic: Clinic, client: Client) -> None:
    """Not even their own."""
    sign_in(client, clinic.lind)
    assert client.get(reverse("teaching")).status_code == 403
    assert client.get(reverse("lesson", args=[patient_of(ASTA).pk])).status_code == 403


def _browser(who: str) -> Client:
    """Somebody's browser; that of nobody where the name is empty."""
    return sign_in(Client(), Person.objects.get(username=who)) if who else Client()


def _page(client: Client, address: str) -> tuple[int, str]:
    """(status, the page without what may be used once)."""
    response = client.get(address)
    page = response.content.decode()
    for pattern in ONE_TIME:
        page = pattern.sub("", page)
    return response.status_code, page


def _now() -> Any:
    from thecal.clinic.clock import clinic_now

    return clinic_now()
