"""When titration ends, the prescriber says so, and other limits hold from then on."""

import pytest
from django.test import Client
from tests.clinic.helpers import Team
from tests.clinic.steps.helpers import fill_in

from thecal.clinic.models import Stage

pytestmark = pytest.mark.django_db
SHEET = "titration.settled"


@pytest.mark.parametrize(
    ("before", "said", "after"),
    [
        (Stage.TITRATING, "yes", Stage.MAINTAINED),
        (Stage.TITRATING, "no", Stage.TITRATING),
        (Stage.TITRATING, "", Stage.TITRATING),
        (Stage.MAINTAINED, "no", Stage.TITRATING),
        (Stage.TAPERING, "yes", Stage.TAPERING),
        (Stage.BEFORE_IMPLANT, "yes", Stage.BEFORE_IMPLANT),
    ],
)
def test_the_stage_follows_what_the_prescriber_says(
    team: Team, client: Client, before: Stage, said: str, after: Stage
) -> None:
    """Only between titrated and maintained; what nobody said changes nothing."""
    team.patient.stage = before
    team.patient.save()
    assert fill_in(client, team.alice, team.patient, SHEET, {"settled": said, "words": "Sleeps."}).status_code == 302
    team.patient.refresh_from_db()
    assert team.patient.stage == after


def test_a_nurse_does_not_end_titration(team: Team, client: Client) -> None:
    """Maintenance allows larger steps."""
    assert fill_in(client, team.bob, team.patient, SHEET, {"settled": "yes"}).status_code == 403
