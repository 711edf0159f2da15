"""Signs after an operation: which are somebody's now, and that an infected pump can always come out."""

from dataclasses import asdict, replace
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.care.helpers import blocks, rules

from thecal.care.wound import RULES, InfectionCase, Leak, SignsCase, judge_infection, judge_signs
from thecal.findings import Severity, Urgency, most_urgent, worst

ANSWERS = st.sampled_from([True, False, None])
LEAKS = st.sampled_from([*Leak, None])
WELL = SignsCase(
    swelling=False,
    redness=False,
    leak=Leak.NONE,
    fever=False,
    postural_headache=False,
    drowsiness=False,
    neck_stiffness=False,
)
SIGNS = st.builds(
    SignsCase,
    swelling=ANSWERS,
    redness=ANSWERS,
    leak=LEAKS,
    fever=ANSWERS,
    postural_headache=ANSWERS,
    drowsiness=ANSWERS,
    neck_stiffness=ANSWERS,
)


def urgency(case: SignsCase) -> int:
    """0 where nobody must act, else the urgency."""
    return most_urgent(judge_signs(case)) or 0


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({}, 0),
        ({"fever": True, "neck_stiffness": True}, Urgency.NOW),
        ({"fever": True, "drowsiness": True}, Urgency.NOW),
        ({"fever": True, "neck_stiffness": None}, Urgency.NOW),
        ({"fever": True, "drowsiness": None}, Urgency.NOW),
        ({"fever": None, "neck_stiffness": True}, Urgency.NOW),
        ({"drowsiness": True}, Urgency.NOW),
        ({"fever": True, "redness": True}, Urgency.NOW),
        ({"fever": True, "swelling": True}, Urgency.NOW),
        ({"fever": True, "leak": Leak.CLEAR}, Urgency.NOW),
        ({"fever": True, "leak": Leak.OTHER}, Urgency.NOW),
        ({"fever": True}, Urgency.TODAY),
        ({"neck_stiffness": True}, Urgency.TODAY),
        ({"leak": Leak.CLEAR}, Urgency.TODAY),
        ({"leak": Leak.OTHER}, Urgency.TODAY),
        ({"postural_headache": True}, Urgency.TODAY),
        ({"redness": True}, Urgency.TODAY),
        ({"swelling": True}, Urgency.TODAY),
        *(({name: None}, Urgency.TODAY) for name in asdict(WELL)),
    ],
)
def test_each_sign_has_its_urgency(changed: dict[str, bool | None], expected: int) -> None:
    """Meningitis and an infected system now; a leak, a headache, a red wound and every unknown today."""
    assert urgency(replace(WELL, **changed)) == expected  # type: ignore[arg-type]  # the leak's values too


def expected(case: SignsCase) -> set[str]:
    """What the sources say, written down once more: only a yes is a sign, save for half of meningitis."""
    half = {(True, True), (True, None), (None, True)}
    fever, leaks = case.fever is True, case.leak in {Leak.CLEAR, Leak.OTHER}
    inflamed = case.redness is True or case.swelling is True
    signs = {
        "wound.meningitis": (case.fever, case.neck_stiffness) in half or (case.fever, case.drowsiness) in half,
        "wound.drowsy": case.drowsiness is True,
        "wound.suspected_infection": fever and (inflamed or leaks),
        "wound.leak": leaks,
        "wound.headache": case.postural_headache is True,
        "wound.inflamed": inflamed,
        "wound.neck": case.neck_stiffness is True and case.fever is False,
        "wound.unknown": None in asdict(case).values(),
    }
    emergency = signs["wound.meningitis"] or signs["wound.drowsy"] or signs["wound.suspected_infection"]
    signs["wound.fever"] = fever and not emergency
    return {name for name, there in signs.items() if there}


@pytest.mark.parametrize("leak", [*Leak, None])
def test_every_set_of_signs_finds_what_it_should(leak: Leak | None) -> None:
    """All 729 of them for each leak: no sign is read out of one that nobody looked for."""
    names = [name for name in asdict(WELL) if name != "leak"]
    for answers in product((True, False, None), repeat=len(names)):
        told = dict(zip(names, answers, strict=True))
        found = judge_signs(SignsCase(**told, leak=leak))
        assert set(rules(found)) == expected(SignsCase(**told, leak=leak)), told
        for each in found:
            if each.rule == "wound.inflamed":
                assert told[each.field] is True
                assert ("red" in each.says.rstrip(".").split()) == (told["redness"] is True)
                assert ("swollen" in each.says) == (told["swelling"] is True)


@given(case=SIGNS, name=st.sampled_from(sorted(asdict(WELL))))
def test_a_present_sign_or_an_unknown_one_never_asks_for_less_than_an_absent_one(case: SignsCase, name: str) -> None:
    """More danger never asks for less, and not known is not no."""
    absent: Leak | bool = Leak.NONE if name == "leak" else False
    present: Leak | bool = Leak.CLEAR if name == "leak" else True
    without = urgency(replace(case, **{name: absent}))  # type: ignore[arg-type]  # a leak or a yes
    assert urgency(replace(case, **{name: None})) >= without
    assert urgency(replace(case, **{name: present})) >= without  # type: ignore[arg-type]  # a leak or a yes


@given(case=SIGNS)
def test_a_check_is_written_down_whatever_was_seen(case: SignsCase) -> None:
    """Findings about signs are notes with an urgency; an unknown one is always named."""
    found = judge_signs(case)
    assert {each.severity for each in found} <= {Severity.NOTE}
    assert ("wound.unknown" in rules(found)) == (None in asdict(case).values())


@given(infected=ANSWERS, planned=ANSWERS, plan=ANSWERS)
def test_an_infected_pump_can_always_come_out(infected: bool | None, planned: bool | None, plan: bool | None) -> None:
    """No block; without a written plan against withdrawal two people."""
    found = judge_infection(InfectionCase(infected=infected, removal_planned=planned, withdrawal_plan=plan))
    assert not blocks(found)
    assert ("wound.infected_system" in rules(found)) == (infected is True)
    if planned is True:
        assert worst(found) is not Severity.TWO_PEOPLE or plan is not True
        assert ("wound.no_withdrawal_plan" in rules(found)) == (plan is not True)


def test_an_infected_system_is_the_surgeons_now_and_asks_for_the_plan_before_the_removal() -> None:
    """Also while nobody has said yet whether the pump will come out."""
    found = judge_infection(InfectionCase(infected=True))
    assert most_urgent(found) is Urgency.NOW
    assert rules(found) == ["wound.infected_system", "wound.no_withdrawal_plan"]
    assert worst(found) is Severity.NOTE
    planned = judge_infection(InfectionCase(infected=True, removal_planned=True, withdrawal_plan=False))
    assert worst(planned) is Severity.TWO_PEOPLE


@pytest.mark.parametrize("infected", [True, False, None])
@pytest.mark.parametrize("planned", [True, False, None])
@pytest.mark.parametrize("plan", [True, False, None])
def test_the_plan_is_asked_for_where_a_removal_may_come(
    infected: bool | None, planned: bool | None, plan: bool | None
) -> None:
    """Planned; or the system infected while nobody has said whether it comes out. Not where it stays in."""
    found = judge_infection(InfectionCase(infected=infected, removal_planned=planned, withdrawal_plan=plan))
    may_come = planned is True or (infected is True and planned is None)
    missing = [each for each in found if each.rule == "wound.no_withdrawal_plan"]
    assert bool(missing) == (may_come and plan is not True)
    assert all(("is not known" in each.says) == (plan is None) for each in missing)


def test_no_rule_here_blocks() -> None:
    """Two people at most."""
    assert max(rule.severity for rule in RULES) is Severity.TWO_PEOPLE
