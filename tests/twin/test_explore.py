"""Exploring: the same bodies as everywhere else, a line within its band, and laws that hold whatever is asked."""

from dataclasses import replace

import numpy as np
import pytest
from tests.twin.helpers import implanted, with_stalls
from tests.twin.test_asked import NOW_MS, question, read_out

from thecal.body import LEVELS, TARGETS, Body
from thecal.body.ensemble import Ensemble
from thecal.body.validation.outside import SIMULATED
from thecal.mechanism import Stall
from thecal.pump import machine
from thecal.pump.infusion import StopPump
from thecal.twin import device as implant
from thecal.twin.asked import Bolus, Continuous, Stop, What, past
from thecal.twin.explore import LOOKS, Explored, doses, explore, exposure_of, times_of
from thecal.twin.failures import known_failures, measurements
from thecal.twin.forecast import BANDED_LEVELS
from thecal.twin.lived import live
from thecal.twin.responding import Many, One, lived
from thecal.units import DAY_MS, HOUR_MS

READ = read_out()
SAME = Continuous(dose_pg_per_day=300_000_000)
MORE = Continuous(dose_pg_per_day=600_000_000)
PUNCTURE = Bolus(mass_pg=50_000_000, by_puncture=True)


def asked(what: What, *, days: int = 3, naive: bool = False) -> Explored:
    """Of somebody long on 300 mcg/day, unless naive."""
    return explore(question(what, days=days, read=None if naive else READ))


@pytest.mark.parametrize("days", [1, 2, 7, 30])
def test_it_is_looked_at_from_now_to_the_end(days: int) -> None:
    """Both ends, in order, closely at first, and no more often than can be drawn."""
    times = times_of(question(Stop(), days=days))
    assert (times[0], times[-1]) == (0.0, 24.0 * days)
    assert (np.diff(times) > 0.0).all()
    assert times[1] <= 0.1
    assert len(times) <= LOOKS + 10


def test_the_same_dose_changes_nothing() -> None:
    """Asked for what runs already, every line lies on that of the current program, and nothing moves."""
    seen = asked(SAME)
    for shown in (*seen.levels.values(), *seen.tone.values(), seen.drowsiness, seen.breathing, seen.withdrawal):
        assert shown.current is not None
        assert shown.line == pytest.approx(shown.current, rel=1e-9, abs=1e-12)
        assert np.ptp(shown.line) <= 1e-3 * max(1.0, shown.line.max())
    assert seen.foreseen.withdrawal_after_ms is None


@pytest.mark.parametrize("what", [SAME, MORE, Stop(), PUNCTURE])
def test_every_band_has_its_ends_in_order(what: What) -> None:
    """Low below high at every time, on the scales they are drawn on."""
    seen = asked(what)
    for shown, highest in (
        *((shown, np.inf) for shown in seen.levels.values()),
        *((shown, 4.0) for shown in seen.tone.values()),
        (seen.drowsiness, 1.0),
        (seen.breathing, 1.0),
        (seen.withdrawal, 3.0),
    ):
        assert len(shown.line) == len(seen.times_ms)
        assert (shown.low <= shown.high).all()
        for values in (shown.line, shown.low, shown.high):
            assert (values >= 0.0).all()
            assert (values <= highest).all()


def test_more_drug_is_less_tone_and_more_drowsiness() -> None:
    """At every level, in every muscle, at the end of three days."""
    seen = asked(MORE)
    for shown in seen.levels.values():
        assert shown.current is not None
        assert shown.line[-1] > 1.5 * shown.current[-1]
    for shown in seen.tone.values():
        assert shown.current is not None
        assert shown.line[-1] < shown.current[-1]
    assert seen.drowsiness.line[-1] > seen.drowsiness.line[0]


def test_a_stop_foresees_withdrawal_in_those_who_are_used_to_it() -> None:
    """Within five days, the typical person too; somebody who had had nothing has nothing to miss."""
    stopped, naive = asked(Stop(), days=5), asked(Stop(), days=5, naive=True)
    assert stopped.withdrawal.line.max() >= 1.0
    assert stopped.foreseen.withdrawal_after_ms is not None
    assert 0 < stopped.foreseen.withdrawal_after_ms < 3 * DAY_MS
    assert naive.withdrawal.high.max() == 0.0
    assert naive.foreseen.withdrawal_after_ms is None
    assert naive.blames == ()


def test_an_interruption_is_felt_from_where_it_began() -> None:
    """A motor that has stood for a day: less drug now than under its program, more tone, and withdrawal sooner."""
    standing = with_stalls(implanted(), Stall(start_ms=NOW_MS - DAY_MS, sensed_after_ms=0))
    device, _ = implant.advance(standing, NOW_MS)
    read = replace(machine.interrogate(device.pump), revision=2)
    silent, running = explore(question(Stop(), days=5, read=read)), asked(Stop(), days=5)
    assert silent.levels["T10"].line[0] < 0.5 * running.levels["T10"].line[0]
    assert silent.tone["soleus"].line[0] > running.tone["soleus"].line[0]
    assert silent.foreseen.withdrawal_after_ms is not None
    assert running.foreseen.withdrawal_after_ms is not None
    assert silent.foreseen.withdrawal_after_ms < running.foreseen.withdrawal_after_ms
    assert any("read as standing" in sentence for sentence in silent.assumptions)


def test_a_pump_that_was_stopped_does_not_say_what_it_ran_before() -> None:
    """Its read-out holds the stop alone: that nothing is known of a habit stands among the assumptions."""
    seen = explore(question(SAME, read=read_out(mode=StopPump())))
    assert any("What ran before is not in the read-out" in sentence for sentence in seen.assumptions)
    assert seen.levels["T10"].line[0] == 0.0


def test_a_puncture_is_the_body_s_own() -> None:
    """The line is what a body does that is injected at L3 and left alone, to the last digit."""
    seen = asked(PUNCTURE, days=1, naive=True)
    body = Body.adult("T10")
    times = times_of(question(PUNCTURE, days=1))
    course = body.course(body.injected(body.rest(), 50.0, "L3"), [0.0, 24.0], [0.0], times)
    for level in BANDED_LEVELS:
        assert seen.levels[level].line == pytest.approx(course.csf_at(body.grid.level_cm(level)), rel=1e-9, abs=1e-12)
    assert seen.spine.shape == (len(LEVELS), len(times))
    assert seen.spine[LEVELS.index("L3")] == pytest.approx(seen.levels["L3"].line, rel=1e-9, abs=1e-12)


def test_virtual_patients_are_bodies() -> None:
    """The crowd's own modes and one of its patients' whole body feel the same, by puncture and by pump."""
    people = Ensemble.people("T10", levels=BANDED_LEVELS, puncture_level="L3")
    both = question(PUNCTURE, days=2, read=READ)
    before = past(both)
    exposure = exposure_of(both, before, both.pending(), doses(both, before))
    crowd = Many(people=people).felt(before.habit, exposure)
    for patient in (0, 57):
        body = Body.of("T10", parameters=people.cohort.parameters_of(patient))
        assert before.habit is not None
        course, _ = live(body, body.periodic(*before.habit), exposure)
        for at, target in enumerate(TARGETS):
            felt = course.effect_ng_per_ml[target]
            assert crowd.effect_ng_per_ml[patient, :, at] == pytest.approx(felt, rel=1e-3, abs=1e-3 * felt.max())


def test_a_person_without_a_habit_is_naive() -> None:
    """Tolerance begins at none, and has begun to grow by the end."""
    exposed = question(MORE, read=None)
    exposure = exposure_of(exposed, past(exposed), exposed.pending())
    one = One(body=Body.adult("T10"), levels=("T10",))
    found = lived(one, None, exposure, baseline_mas=3.0).found
    assert found.tolerance[0] == pytest.approx(1.0)
    assert (found.tolerance[-1] > 1.01).all()


def test_where_the_band_comes_from_adds_up() -> None:
    """Shares of one whole, at a time within the window."""
    seen = asked(MORE)
    assert sum(share for _, share in seen.blames) == pytest.approx(1.0)
    assert seen.times_ms[0] <= seen.blamed_ms <= seen.times_ms[-1]


def test_what_is_taken_for_granted_is_said() -> None:
    """Whether anything was read, what of the build is not known, that no score is known."""
    settled = " ".join(asked(SAME).assumptions)
    unknown = explore(replace(question(SAME), baseline_mas=None))
    assert "had settled on the program" in settled
    assert "No program was read out" in " ".join(unknown.assumptions)
    assert "Height 170 cm, the adult who was measured: assumed." in unknown.assumptions
    assert not unknown.is_scored
    assert any("share of tone suppressed" in sentence for sentence in unknown.assumptions)


def test_a_month_starts_and_ends_where_it_should() -> None:
    """The tip's steps begin now, at the asked dose."""
    seen = asked(MORE, days=30)
    ((at_ms, dose),), ((now_ms, current),) = seen.tip, seen.current_tip
    assert (at_ms, now_ms) == (NOW_MS, NOW_MS)
    assert dose == pytest.approx(600_000_000.0)
    assert current == pytest.approx(300_000_000.0)
    assert seen.times_ms[-1] == NOW_MS + 30 * DAY_MS
    assert seen.times_ms[1] - NOW_MS < HOUR_MS


def test_failures_are_the_validation_s() -> None:
    """Every measurement that is told to be outside there is named here, with words for both numbers."""
    failures = known_failures()
    assert {failure.id for failure in failures} == set(SIMULATED)
    assert measurements() > len(failures)
    assert all(failure.published and failure.simulated for failure in failures)
