"""What somebody at home notices, and when they telephone."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.pump.helpers import NEW_YEAR_MS, program
from tests.rehearsal.helpers import device, patient
from tests.twin.helpers import committed

from thecal.pump import machine
from thecal.pump.alarms import Alarm
from thecal.pump.commands import Acknowledge, Update
from thecal.pump.memory import Pump
from thecal.rehearsal.world.life import born, live
from thecal.rehearsal.world.watch import (
    SLEEPS,
    TELLS_WITHIN,
    WAKES,
    Look,
    Sign,
    Watch,
    calls,
    first_look_ms,
    notice,
    words,
)
from thecal.units import DAY_MS, HOUR_MS

MIDNIGHT_MS = 20_000 * DAY_MS
NOON = 12


def looks(*, beeping: bool = False, suppression: float = 0.8, cisternal: float = 100.0, hours: range) -> list[Look]:
    """The same picture every hour."""
    return [
        Look(
            at_ms=MIDNIGHT_MS + hour * HOUR_MS,
            beeping=beeping,
            suppression=suppression,
            cisternal_ng_per_ml=cisternal,
        )
        for hour in hours
    ]


def told_by(pictures: list[Look], *, seed: int = 1, utc_offset_min: int = 0) -> list[tuple[int, frozenset[Sign]]]:
    """(when, which signs) of each call over a row of looks."""
    watch, told = Watch(usual=0.8), []
    for look in pictures:
        after = notice(watch, look, seed=seed, patient_key="p", tolerance=2.35, utc_offset_min=utc_offset_min)
        if calls(watch, after):
            told.append((look.at_ms, after.told))
        watch = after
    return told


def test_nobody_telephones_without_a_cause() -> None:
    """A month of well-treated, silent days has no call."""
    assert told_by(looks(hours=range(31 * 24))) == []


@given(seed=st.integers(0, 10_000))
def test_a_beep_is_told_once_and_within_its_delay(seed: int) -> None:
    """One call for one alarm that goes on, not before it, and no later than the delay and one night allow."""
    told = told_by(looks(hours=range(NOON)) + looks(beeping=True, hours=range(NOON, NOON + 72)), seed=seed)
    assert len(told) == 1
    at_ms, signs = told[0]
    begun_ms, night_ms = MIDNIGHT_MS + NOON * HOUR_MS, DAY_MS - (SLEEPS.whole() - WAKES.whole())
    assert begun_ms <= at_ms <= begun_ms + TELLS_WITHIN[Sign.BEEP].whole() + night_ms + HOUR_MS
    assert signs == {Sign.BEEP}


def test_calls_come_late_for_some_and_early_for_others() -> None:
    """The delay is a matter of chance, spread over its range."""
    moments = {told_by(looks(beeping=True, hours=range(72)), seed=seed)[0][0] for seed in range(60)}
    assert len(moments) > 10


@given(seed=st.integers(0, 10_000), utc_offset_min=st.integers(-14 * 60, 14 * 60))
def test_nobody_telephones_at_night(seed: int, utc_offset_min: int) -> None:
    """Calls come between seven and ten in the evening, by the patient's own clock."""
    pictures = looks(beeping=True, suppression=0.1, hours=range(96))
    for at_ms, _ in told_by(pictures, seed=seed, utc_offset_min=utc_offset_min):
        assert WAKES.whole() <= (at_ms + utc_offset_min * 60_000) % DAY_MS < SLEEPS.whole()


def test_what_ends_before_it_is_told_is_not_told() -> None:
    """An alarm that falls silent in the night it began in is never heard of."""
    assert told_by(looks(beeping=True, hours=range(6)) + looks(hours=range(6, 72))) == []


def test_what_comes_back_is_told_again() -> None:
    """Two alarms with silence between them make two calls."""
    pictures = (
        looks(beeping=True, hours=range(72)) + looks(hours=range(72, 96)) + looks(beeping=True, hours=range(96, 168))
    )
    assert [signs for _, signs in told_by(pictures)] == [{Sign.BEEP}, {Sign.BEEP}]


def test_a_caller_names_everything_there_is() -> None:
    """Who telephones because of one sign speaks of the others too."""
    at_ms, signs = told_by(looks(beeping=True, suppression=0.1, hours=range(72)))[0]
    assert signs == {Sign.BEEP, Sign.STIFF, Sign.ITCH}
    assert at_ms >= MIDNIGHT_MS


def test_who_was_hardly_treated_misses_nothing() -> None:
    """Stiffness is told where it is worse than usual, not where it is as ever."""
    watch = Watch(usual=0.1)
    for look in looks(suppression=0.0, hours=range(72)):
        after = notice(watch, look, seed=1, patient_key="p", tolerance=1.0, utc_offset_min=0)
        assert not calls(watch, after)
        watch = after


def test_too_much_drug_in_the_cisterns_is_seen() -> None:
    """Four times the usual cisternal level makes somebody sleepy who is used to baclofen; the usual level does not."""
    assert told_by(looks(cisternal=135.0, hours=range(72))) == []
    assert told_by(looks(cisternal=300.0, hours=range(72))) == []
    assert told_by(looks(cisternal=540.0, hours=range(72)))[0][1] == {Sign.SLEEPY}


def test_words_are_a_callers() -> None:
    """The sentence fits who speaks of whom, and lists what is noticed."""
    everything = tuple(Sign)
    assert words((Sign.BEEP,), "she") == "It beeps every hour."
    assert words((Sign.BEEP, Sign.STIFF, Sign.ITCH), "he") == "It beeps every hour, he is stiff and itching."
    assert words((Sign.ITCH,), "I") == "I am itching."
    assert words(everything, "they") == "It beeps every hour, they are stiff, itching and very sleepy and floppy."


def test_a_watch_comes_back_from_plain_data() -> None:
    """Nothing that a watch holds is lost in the file."""
    watch = Watch(usual=0.7123456789, since={Sign.BEEP: 5, Sign.ITCH: 7}, told=frozenset({Sign.BEEP}))
    assert Watch.from_plain(watch.to_plain()) == watch


@given(after_ms=st.integers(0, 2**45), seed=st.integers(0, 1000))
def test_looks_are_an_hour_apart(after_ms: int, seed: int) -> None:
    """The next look is at most an hour away, and from it the one after is exactly an hour away."""
    first = first_look_ms(seed, "p", after_ms)
    assert after_ms < first <= after_ms + HOUR_MS
    assert first_look_ms(seed, "p", first) == first + HOUR_MS


@pytest.mark.parametrize("quiet", [True, False])
def test_an_alarm_that_was_made_quiet_is_heard_by_nobody_at_home(quiet: bool) -> None:
    """For as long as it is silent; another day it is heard again."""
    low = replace(patient(), device=committed(device(), Update(program=program(), reservoir_nl=1_000_000), "low"))
    assert low.device is not None
    pump = low.device.pump
    answer = machine.handle(pump, Acknowledge(alarm=Alarm.LOW_RESERVOIR)) if quiet else pump
    assert isinstance(answer, Pump)
    moment = born(replace(low, device=replace(low.device, pump=answer)), NEW_YEAR_MS + HOUR_MS)
    soon = live(low.person, 7, moment, NEW_YEAR_MS + 20 * HOUR_MS).moments[-1]
    assert (Sign.BEEP in soon.watch.since) is not quiet
    later = live(low.person, 7, moment, NEW_YEAR_MS + 30 * HOUR_MS).moments[-1]
    assert Sign.BEEP in later.watch.since
