"""Before an implant: what blocks a booking and a signature, and that what is not known is never a yes."""

from dataclasses import fields, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.care.helpers import MCG

from thecal.canonical import from_plain, to_plain
from thecal.care.consent import ITEMS, ConsentCase, SaidBy, is_complete, judge_consent
from thecal.care.responder import ImplantCase
from thecal.care.surgery import RULES, BookingCase, judge_booking
from thecal.findings import Finding, Severity, worst

READY = BookingCase(
    screening=ImplantCase(largest_pg=50 * MCG, responded=True),
    consented=True,
    infection=False,
    rehabilitation_provider="Ms Abara, community physiotherapy",
    authorised=True,
    anaesthesia_judged=True,
    surgical_risk_judged=True,
    breathing_risk=False,
    bleeding_risk=False,
    bleeding_planned=False,
    epilepsy=False,
    feeding_tube=False,
    pump_size_agreed=True,
    tip_level_agreed=True,
    first_dose_agreed=True,
    monitored_bed=True,
)
SIGNED = ConsentCase(
    said_alarms=True,
    said_too_little=True,
    said_too_much=True,
    said_refills=True,
    driver="Oda Fenn",
    said_by=SaidBy.PATIENT,
    can_report=True,
)
BLOCKS, TWO, REASON, NOTE = Severity.BLOCK, Severity.TWO_PEOPLE, Severity.REASON, Severity.NOTE
MAYBE = st.none() | st.booleans()


def asked(case: BookingCase, **changed: object) -> list[tuple[str, Severity]]:
    """Rule and severity of each finding after a change."""
    return [(found.rule, found.severity) for found in judge_booking(replace(case, **changed))]  # type: ignore[arg-type] # the tests hand in fields by name


def test_a_booking_with_everything_on_record_passes() -> None:
    """Nothing is asked where everything is there."""
    assert judge_booking(READY) == []


@pytest.mark.parametrize(
    ("screening", "expected"),
    [
        (None, ("screening.untested", BLOCKS)),
        (ImplantCase(), ("screening.untested", BLOCKS)),
        (ImplantCase(largest_pg=50 * MCG), ("screening.untested", BLOCKS)),
        (ImplantCase(responded=True), ("screening.untested", BLOCKS)),
        (ImplantCase(largest_pg=100 * MCG, responded=False), ("screening.no_response", BLOCKS)),
        (
            ImplantCase(largest_pg=100 * MCG, responded=False, extended_responded=True),
            ("screening.no_response", TWO),
        ),
    ],
)
def test_only_a_screening_test_that_worked_is_booked_on(
    screening: ImplantCase | None, expected: tuple[str, Severity]
) -> None:
    """No test, an unjudged one and one without response block; a later test that worked asks for two people."""
    assert asked(READY, screening=screening) == [expected]


@pytest.mark.parametrize("name", [None, "", " ", "\t\n", "\u00a0"])
def test_a_provider_without_a_name_blocks_the_booking(name: str | None) -> None:
    """Blanks are no name."""
    assert asked(READY, rehabilitation_provider=name) == [("surgery.rehabilitation", BLOCKS)]


def test_one_letter_is_a_name() -> None:
    """What is written is taken as written."""
    assert asked(READY, rehabilitation_provider="X") == []


@pytest.mark.parametrize("value", [False, None])
@pytest.mark.parametrize(
    ("field", "expected"),
    [
        ("consented", ("surgery.consent", BLOCKS)),
        ("authorised", ("surgery.authorisation", REASON)),
        ("anaesthesia_judged", ("surgery.anaesthesia", TWO)),
        ("surgical_risk_judged", ("surgery.surgical_risk", TWO)),
        ("pump_size_agreed", ("surgery.handover", REASON)),
        ("tip_level_agreed", ("surgery.handover", REASON)),
        ("first_dose_agreed", ("surgery.handover", REASON)),
        ("monitored_bed", ("surgery.bed", REASON)),
    ],
)
def test_what_is_not_done_is_asked_for_known_or_not(
    field: str, value: bool | None, expected: tuple[str, Severity]
) -> None:
    """No and not known ask for the same."""
    assert asked(READY, **{field: value}) == [expected]


@pytest.mark.parametrize(
    ("field", "there", "unasked"),
    [
        ("infection", ("surgery.infection", BLOCKS), ("surgery.infection", BLOCKS)),
        ("breathing_risk", ("surgery.breathing", TWO), ("surgery.breathing", REASON)),
        ("bleeding_risk", ("surgery.bleeding", TWO), ("surgery.bleeding", REASON)),
        ("epilepsy", ("surgery.infection_risk", NOTE), ("surgery.infection_risk", NOTE)),
        ("feeding_tube", ("surgery.infection_risk", NOTE), ("surgery.infection_risk", NOTE)),
    ],
)
def test_what_is_there_and_what_nobody_asked_are_both_said(
    field: str, there: tuple[str, Severity], unasked: tuple[str, Severity]
) -> None:
    """A danger that nobody asked about is not a danger ruled out."""
    assert asked(READY, **{field: True}) == [there]
    assert asked(READY, **{field: None}) == [unasked]
    assert asked(READY, **{field: False}) == []


@pytest.mark.parametrize("planned", [True, False, None])
def test_bad_clotting_with_a_written_plan_asks_for_nothing_more(planned: bool | None) -> None:
    """Only the plan that is known to be written counts."""
    found = asked(READY, bleeding_risk=True, bleeding_planned=planned)
    assert found == ([] if planned else [("surgery.bleeding", TWO)])


def test_an_empty_booking_asks_for_all_that_can_be_missing() -> None:
    """Nothing known: every rule speaks, and the screening test's."""
    said = {finding.rule for finding in judge_booking(BookingCase())}
    assert said == {rule.name for rule in RULES} | {"screening.untested"}


@given(
    case=st.builds(
        BookingCase,
        screening=st.none() | st.builds(ImplantCase, largest_pg=st.none() | st.integers(1, 100 * MCG), responded=MAYBE),
        rehabilitation_provider=st.none() | st.text(max_size=3),
        **{
            field.name: MAYBE
            for field in fields(BookingCase)
            if field.type == "bool | None" or field.type == bool | None
        },
    ),
    name=st.sampled_from([field.name for field in fields(BookingCase)]),
)
def test_knowing_less_never_asks_for_less_than_a_good_answer(case: BookingCase, name: str) -> None:
    """Striking out an answer never clears a block that a good answer would not clear too."""
    assert total(judge_booking(replace(case, **{name: None}))) >= total(
        judge_booking(replace(case, **{name: getattr(READY, name)}))
    )


def total(found: list[Finding]) -> tuple[int, int]:
    """How much is asked: the worst, and how many blocks."""
    return (worst(found) or 0, sum(finding.severity is BLOCKS for finding in found))


def test_a_full_consent_may_be_signed() -> None:
    """All four items said back, a driver, and a patient who can say what they feel."""
    assert judge_consent(SIGNED) == []
    assert is_complete(SIGNED)


@pytest.mark.parametrize("value", [False, None])
@pytest.mark.parametrize(("rule", "field"), [(rule.name, field) for rule, field, _ in ITEMS])
def test_each_item_blocks_the_signature_by_itself(rule: str, field: str, value: bool | None) -> None:
    """One item that was not said back is enough, whether it failed or nobody asked."""
    case = replace(SIGNED, **{field: value})  # type: ignore[arg-type] # the tests hand in fields by name
    assert [(found.rule, found.severity, found.field) for found in judge_consent(case)] == [(rule, BLOCKS, field)]
    assert not is_complete(case)


@pytest.mark.parametrize("driver", [None, "", "  "])
def test_refills_need_somebody_who_drives(driver: str | None) -> None:
    """A commitment without a way there blocks."""
    found = judge_consent(replace(SIGNED, driver=driver))
    assert [(each.rule, each.severity) for each in found] == [("surgery.driver", BLOCKS)]


@pytest.mark.parametrize(
    ("can_report", "said_by", "expected"),
    [
        (True, SaidBy.PATIENT, []),
        (True, None, []),
        (False, SaidBy.CARER, []),
        (None, SaidBy.CARER, []),
        (False, SaidBy.PATIENT, [TWO]),
        (False, None, [TWO]),
        (None, SaidBy.PATIENT, [REASON]),
        (None, None, [REASON]),
    ],
)
def test_who_cannot_say_what_they_feel_has_a_carer_who_can(
    can_report: bool | None, said_by: SaidBy | None, expected: list[Severity]
) -> None:
    """Not known whether they can is asked about too, and a carer answers both."""
    found = judge_consent(replace(SIGNED, can_report=can_report, said_by=said_by))
    assert [each.severity for each in found] == expected


@pytest.mark.parametrize("case", [READY, BookingCase(), SIGNED, ConsentCase()])
def test_a_case_is_plain_data(case: BookingCase | ConsentCase) -> None:
    """It can be written and read back, as the command line does."""
    assert from_plain(type(case), to_plain(case)) == case
