"""Who sees what: every address, every role, one's own record and another's. A new address without a row fails."""

from dataclasses import dataclass

import pytest
from django.test import Client
from django.urls import URLPattern, get_resolver, reverse
from tests.clinic.helpers import NOW, Team, make_heard, make_implant, read_pump, sign_in
from tests.clinic.steps.sample import EVERY

from thecal.clinic.actions import open_visit, record_call, record_read_out
from thecal.clinic.actions.steps import record_sheet
from thecal.clinic.models import CallUrgency, Person, StepRecord
from thecal.clinic.steps import own
from thecal.clinic.steps.known import known_of
from thecal.clinic.steps.mechanism import Doing

OK, MOVED, NO_BUTTON, FORBIDDEN, ABSENT, CONFLICT, BAD = 200, 302, 400, 403, 404, 409, 422
SIGN_IN = "/sign-in/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What an address answers to the prescriber, the nurse, the patient whose record it is, and another patient.

    The other four of the staff get what the nurse gets, and the carer what the patient gets, unless the row says it.
    """

    alice: int
    bob: int
    pat: int
    charlie: int
    others: int | None = None
    cora: int | None = None
    oda: int | None = None
    public: bool = False
    method: str = "get"

    def answer(self, who: str) -> int:
        """What this person gets."""
        others = self.bob if self.others is None else self.others
        said: dict[str, int | None] = {"thea": others, "sol": others, "phil": others}
        said |= {"cora": others if self.cora is None else self.cora}
        said |= {"oda": self.pat if self.oda is None else self.oda}
        found = said.get(who, getattr(self, who, None))
        assert found is not None, who
        return found


STAFF = Row(alice=OK, bob=OK, pat=FORBIDDEN, charlie=FORBIDDEN)
STAFF_POST = Row(alice=MOVED, bob=MOVED, pat=FORBIDDEN, charlie=FORBIDDEN, method="post")
PUMP_POST = Row(alice=MOVED, bob=MOVED, others=FORBIDDEN, pat=FORBIDDEN, charlie=FORBIDDEN, method="post")
HOME = Row(alice=FORBIDDEN, bob=FORBIDDEN, pat=OK, charlie=OK)
PUBLIC = Row(alice=OK, bob=OK, pat=OK, charlie=OK, public=True)
SIGNING_IN = Row(alice=MOVED, bob=MOVED, pat=MOVED, charlie=MOVED, public=True)
MATRIX = {
    "home": Row(alice=MOVED, bob=MOVED, pat=MOVED, charlie=MOVED),
    "worklist": STAFF,
    "patients": STAFF,
    "patient": STAFF,
    "explore": STAFF,
    "new_patient": Row(alice=OK, bob=OK, others=FORBIDDEN, cora=OK, pat=FORBIDDEN, charlie=FORBIDDEN),
    "accounts": Row(alice=OK, bob=OK, others=FORBIDDEN, cora=OK, pat=FORBIDDEN, charlie=FORBIDDEN),
    "set_up": Row(alice=OK, bob=FORBIDDEN, cora=OK, pat=FORBIDDEN, charlie=FORBIDDEN),
    "switch_predictions": Row(
        alice=NO_BUTTON, bob=FORBIDDEN, cora=NO_BUTTON, pat=FORBIDDEN, charlie=FORBIDDEN, method="post"
    ),
    "steps": STAFF,
    "step": STAFF,
    "sheet": STAFF,
    "sheet_preview": Row(alice=OK, bob=OK, pat=FORBIDDEN, charlie=FORBIDDEN, method="post"),
    "sheet_forget": STAFF_POST,
    "record": STAFF,
    "sign_record": STAFF_POST,
    "settle_record": Row(alice=BAD, bob=BAD, pat=FORBIDDEN, charlie=FORBIDDEN, method="post"),
    "lock": Row(alice=MOVED, bob=MOVED, pat=FORBIDDEN, charlie=FORBIDDEN),
    "unlock": STAFF_POST,
    "awake": Row(alice=204, bob=204, pat=FORBIDDEN, charlie=FORBIDDEN),
    "card": STAFF,
    "own_page": HOME,
    "own_signs": HOME,
    "own_plan": HOME,
    "own_good_and_bad": HOME,
    "own_card": HOME,
    "own_weigh": HOME,
    "own_exercises": HOME,
    "own_diary": HOME,
    "own_diary_throw_away": Row(alice=FORBIDDEN, bob=FORBIDDEN, pat=MOVED, charlie=MOVED, method="post"),
    "own_diary_check": HOME,
    "own_diary_sent": Row(alice=FORBIDDEN, bob=FORBIDDEN, pat=OK, charlie=ABSENT),
    "own_diary_ask": HOME,
    "own_diary_call": HOME,
    "guide": PUBLIC,
    "start_visit": PUMP_POST,
    "visit": STAFF,
    "visit_interrogate": PUMP_POST,
    "visit_stop": PUMP_POST,
    "visit_acknowledge": PUMP_POST,
    "visit_set_clock": PUMP_POST,
    "visit_entry": PUMP_POST,
    "visit_withdraw": PUMP_POST,
    "visit_refill_date": STAFF,
    "visit_refill": Row(alice=422, bob=422, others=FORBIDDEN, pat=FORBIDDEN, charlie=FORBIDDEN, method="post"),
    "visit_preview": Row(alice=OK, bob=OK, others=FORBIDDEN, pat=FORBIDDEN, charlie=FORBIDDEN, method="post"),
    "visit_draft": PUMP_POST,
    "visit_update": Row(
        alice=CONFLICT, bob=CONFLICT, others=FORBIDDEN, pat=FORBIDDEN, charlie=FORBIDDEN, method="post"
    ),
    "visit_close": PUMP_POST,
    "new_call": STAFF,
    "judge_call": Row(alice=OK, bob=OK, pat=FORBIDDEN, charlie=FORBIDDEN, method="post"),
    "call": STAFF,
    "settle_call": Row(alice=BAD, bob=BAD, pat=FORBIDDEN, charlie=FORBIDDEN, method="post"),
    "audit": Row(alice=OK, bob=FORBIDDEN, pat=FORBIDDEN, charlie=FORBIDDEN),
    "account_login": SIGNING_IN,
    "mfa_authenticate": SIGNING_IN,
    "account_logout": Row(alice=OK, bob=OK, pat=OK, charlie=OK, public=True),
    "help": PUBLIC,
    "help_worker": PUBLIC,
    "too_little": PUBLIC,
    "too_much": PUBLIC,
    "alarm": PUBLIC,
    "wound_and_fever": PUBLIC,
    "figures_css": PUBLIC,
    "rehearsal_codes": PUBLIC,
    "rehearsal_clock": Row(alice=NO_BUTTON, bob=NO_BUTTON, pat=FORBIDDEN, charlie=FORBIDDEN, method="post"),
    "rehearsal_wand": Row(alice=NO_BUTTON, bob=NO_BUTTON, pat=FORBIDDEN, charlie=FORBIDDEN, method="post"),
    "teaching": Row(alice=ABSENT, bob=ABSENT, pat=FORBIDDEN, charlie=FORBIDDEN),
    "lesson": Row(alice=ABSENT, bob=ABSENT, pat=FORBIDDEN, charlie=FORBIDDEN),
}
PEOPLE = ("alice", "bob", "thea", "sol", "phil", "cora", "pat", "oda", "charlie")
CASES = [(name, who) for name in MATRIX for who in PEOPLE]


@pytest.fixture
def addresses(team: Team, sample: None) -> dict[str, str]:
    """Every address with the first record's numbers in it; of the steps, the tests' own sample."""
    del sample
    implant = make_implant(team.patient)
    record_read_out(implant=implant, interrogation=read_pump(implant.serial), acting=team.alice, now=NOW)
    call = record_call(
        patient=team.patient,
        caller="Ana",
        words="",
        heard=make_heard(),
        urgency=CallUrgency.TODAY,
        acting=team.bob,
        now=NOW,
    )
    visit = open_visit(patient=team.patient, acting=team.alice, now=NOW)
    numbers = dict.fromkeys(("patient", "explore", "accounts", "card", "start_visit", "lesson"), team.patient.pk)
    numbers |= {"call": call.pk, "settle_call": call.pk}
    numbers |= {name: visit.pk for name in MATRIX if name == "visit" or name.startswith("visit_")}
    numbers |= {"steps": team.patient.pk}
    numbers |= dict.fromkeys(("record", "sign_record", "settle_record"), _record_sample(team).pk)
    places: dict[str, list[object]] = {name: [number] for name, number in numbers.items()}
    places |= {"step": [team.patient.pk, "sample"]}
    places |= {"own_diary_ask": ["itch"], "own_diary_call": ["itch"], "own_diary_sent": [_record_diary(team).pk]}
    places |= {name: [team.patient.pk, "sample", "every"] for name in MATRIX if name.startswith("sheet")}
    return {name: reverse(name, args=places.get(name)) for name in MATRIX}


def _record_diary(team: Team) -> StepRecord:
    """A day at home."""
    values = own.DiaryForm({}, known=known_of(team.patient, now_ms=NOW.clinic_ms)).values()
    doing = Doing(values=values, known=known_of(team.patient, now_ms=NOW.clinic_ms), acting=team.pat, now=NOW)
    return record_sheet(sheet=own.DIARY, doing=doing, findings=[])


def _record_sample(team: Team) -> StepRecord:
    """A record that wants a second person and that somebody must act on."""
    values = {"words": "two_people", "fever": True}
    known = known_of(team.patient, now_ms=NOW.clinic_ms)
    doing = Doing(values=values, known=known, acting=team.alice, now=NOW)
    findings = EVERY.judge(values, known)
    return record_sheet(sheet=EVERY, doing=doing, findings=findings, reason="It is a sample.", later=True)


def _ask(client: Client, row: Row, address: str) -> int:
    return client.post(address).status_code if row.method == "post" else client.get(address).status_code


def test_every_address_has_a_row() -> None:
    """An address that nobody thought about is found here."""
    patterns = [pattern for pattern in get_resolver().url_patterns if isinstance(pattern, URLPattern)]
    assert len(patterns) == len(get_resolver().url_patterns), "no address hides in an include"
    assert {pattern.name for pattern in patterns} == set(MATRIX)


@pytest.mark.parametrize(("name", "who"), CASES)
def test_each_role_gets_what_the_matrix_says(
    name: str, who: str, addresses: dict[str, str], team: Team, client: Client
) -> None:
    """With both factors given, the answer is the row's."""
    person: Person = getattr(team, who)
    row = MATRIX[name]
    assert _ask(sign_in(client, person), row, addresses[name]) == row.answer(who)


@pytest.mark.parametrize("name", MATRIX)
def test_nobody_signed_in_gets_only_public_pages(name: str, addresses: dict[str, str], client: Client) -> None:
    """Everything else leads to the sign-in page."""
    row = MATRIX[name]
    response = client.post(addresses[name]) if row.method == "post" else client.get(addresses[name])
    if row.public:
        assert response.status_code in {OK, MOVED}
    else:
        assert response.status_code == MOVED
        assert response.headers["Location"].startswith(SIGN_IN)


@pytest.mark.parametrize("name", [name for name, row in MATRIX.items() if not row.public])
def test_one_factor_reaches_nothing(name: str, addresses: dict[str, str], team: Team, client: Client) -> None:
    """A session with a password alone is ended and sent to the sign-in page."""
    response = sign_in(client, team.alice, second_factor=False).get(addresses[name])
    assert response.status_code == MOVED
    assert response.headers["Location"].startswith(SIGN_IN)
    assert "_auth_user_id" not in client.session


def test_charlie_sees_nothing_of_pat(team: Team, addresses: dict[str, str], client: Client) -> None:
    """No page that Charlie can open holds Pat's name or record number."""
    sign_in(client, team.charlie)
    for address in addresses.values():
        page = client.get(address, follow=True).content.decode()
        assert team.patient.name not in page
        assert team.patient.record_number not in page


def test_a_session_ends_after_twelve_hours(team: Team, client: Client) -> None:
    """The second factor is asked again, however busy the session was."""
    session = sign_in(client, team.alice).session
    given = session["account_authentication_methods"]
    session["account_authentication_methods"] = [record | {"at": record["at"] - 12 * 3600 - 1} for record in given]
    session.save()
    assert client.get(reverse("worklist")).headers["Location"].startswith(SIGN_IN)
