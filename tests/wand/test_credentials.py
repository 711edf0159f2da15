"""Credentials: who may ask what, and files that are what they claim to be."""

import json
from dataclasses import replace
from typing import get_args

import pytest
from tests.wand.helpers import ENGINEER, ENROLLED, NURSE, PATIENT, PRESCRIBER, PUMP, doubled

from thecal.errors import OurFault, TheirFault
from thecal.pump.commands import Acknowledge, Command, Commit, GivePatientDose, Interrogate, SetClock, Stage, Stop
from thecal.wand.credentials import KIDS, RIGHTS, Credential, allow_list, may

COMMANDS: tuple[Command, ...] = (
    Interrogate(),
    Stop(),
    Stage(transaction_id="t", onto_revision=0, update=doubled()),
    Commit(transaction_id="t", digest="d"),
)


def test_the_table_of_rights() -> None:
    """Everyone interrogates; all but the patient stop; prescriber and nurse stage and commit; others do nothing."""
    table = {
        role: "".join("x" if may(role, command) else "-" for command in COMMANDS) for role in [*RIGHTS, "pump", ""]
    }
    assert table == {
        "prescriber": "xxxx",
        "nurse": "xxxx",
        "engineer": "xx--",
        "patient": "x---",
        "pump": "----",
        "": "----",
    }


@pytest.mark.parametrize("credential", [*ENROLLED, PUMP, PUMP.public()])
def test_a_credential_survives_its_file(credential: Credential) -> None:
    """Reading inverts writing, with and without the private key."""
    assert Credential.from_json(credential.to_json()) == credential


def test_the_public_half_holds_no_secret() -> None:
    """Neither in its file nor in its repr, nor in the repr of the whole."""
    secret = NURSE.secret().hex()
    assert secret not in NURSE.public().to_json().decode()
    assert secret not in repr(NURSE)
    assert secret in NURSE.to_json().decode()


@pytest.mark.parametrize(
    "change",
    [
        {"role": "surgeon"},
        {"kid": 0x18},
        {"kid": 0x38},
        {"kid": -1},
        {"kid": "1"},
        {"public_key": "00" * 31},
        {"public_key": "AB" * 32},
        {"private_key": "00" * 32},
        {"private_key": "zz" * 32},
        {"private_key": 7},
        {"type": "Key"},
        {"extra": 1},
    ],
)
def test_a_file_that_is_no_credential_is_their_fault(change: dict[str, object]) -> None:
    """An unknown role, a kid of two bytes, a default key, a field too many: refused before it is used."""
    plain = json.loads(NURSE.to_json()) | change
    with pytest.raises(TheirFault):
        Credential.from_json(json.dumps(plain).encode())


@pytest.mark.parametrize("text", [b"", b"{", b"\xff", b"[]", b"null"])
def test_a_file_that_is_no_json_is_their_fault(text: bytes) -> None:
    """Whatever the file is."""
    with pytest.raises(TheirFault):
        Credential.from_json(text)


def test_an_allow_list_cannot_mistake_anyone() -> None:
    """Two credentials of one kid, the pump's own kid, or a pump among the enrolled: refused when the list is made."""
    assert set(allow_list(PUMP, ENROLLED)) == {credential.kid for credential in ENROLLED}
    for wrong in (replace(ENGINEER, kid=NURSE.kid), replace(ENGINEER, kid=PUMP.kid), replace(PUMP, kid=0x10)):
        with pytest.raises(OurFault):
            allow_list(PUMP, (NURSE, wrong))
    reflected = replace(PUMP, role="prescriber", kid=0x10)
    with pytest.raises(OurFault):
        allow_list(PUMP, (reflected,))


def test_an_allow_list_keeps_no_private_keys() -> None:
    """A pump that is taken apart gives nobody's key away but its own."""
    assert all(credential.private_key is None for credential in allow_list(PUMP, ENROLLED).values())


def test_claims_are_the_ruler_s() -> None:
    """The public half as CBOR, written by hand: the kid and the key are all that differs between two people."""
    x = PATIENT.public_key
    assert PATIENT.claims().hex() == f"a2026674686563616c08a101a401020241032001215820{x}"
    assert len(PRESCRIBER.claims()) == 55


def test_kids_are_the_48_of_one_byte() -> None:
    """Each is a whole CBOR integer by itself: 0 to 23, −1 to −24."""
    assert len(set(KIDS)) == 48
    assert all(kid >> 5 in {0, 1} and kid & 31 < 24 for kid in KIDS)


def test_the_table_of_rights_covers_every_command() -> None:
    """Each command is somebody's; all read; nobody quietens a pump at home, and nobody doses in the patient's place."""
    assert set().union(*RIGHTS.values()) == set(get_args(Command))
    assert all(Interrogate in may for may in RIGHTS.values())
    assert [role for role, may in RIGHTS.items() if GivePatientDose in may] == ["patient"]
    assert {role for role, may in RIGHTS.items() if Acknowledge in may} == {"prescriber", "nurse", "engineer"}
    assert {role for role, may in RIGHTS.items() if SetClock in may} == {"prescriber", "nurse"}
