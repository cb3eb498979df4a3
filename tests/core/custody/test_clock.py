"""Clocks that are wrong, set back, or contradicted by their phone's own counter."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from pratique.core.custody import clock

from .story import DAY, at, tell

LANDED = "11:40 CA403 lands with T1\n"
OFFSETS = st.floats(-7200, 7200)


def test_a_clock_two_hours_fast_is_corrected_and_its_phone_is_put_on_a_list():
    happened = clock.correct(device_at=at("14:00"), offset_seconds=7200, recorded_at=at("12:01"))
    assert happened == at("12:00")
    objection = clock.find_objection(device="p7", offset_seconds=7200)
    assert (objection.code, objection.subject, objection.because) == (
        "clock_adrift",
        "p7",
        "120 minutes fast",
    )


def test_a_fast_clock_that_believes_itself_right_betrays_itself_by_a_time_that_has_not_come():
    told = [at("11:50"), at("14:00")]
    assert clock.find_offset(device_at=told, offset_seconds=0, recorded_at=at("12:00")) == 7200
    assert clock.find_offset(device_at=told[:1], offset_seconds=-5, recorded_at=at("12:00")) == -5
    assert clock.find_offset(device_at=told, offset_seconds=7200, recorded_at=at("12:00")) == 7200
    assert clock.find_offset(device_at=[at("12:01")], offset_seconds=0, recorded_at=at("12:00")) == 0


def test_a_clock_two_hours_slow_is_corrected_and_its_phone_is_put_on_a_list():
    assert clock.correct(device_at=at("10:00"), offset_seconds=-7200, recorded_at=at("12:01")) == at("12:00")
    assert clock.find_objection(device="p7", offset_seconds=-7200).because == "120 minutes slow"


def test_two_minutes_of_drift_are_nothing_to_speak_of():
    assert clock.find_objection(device="p7", offset_seconds=120) is None
    assert clock.find_objection(device="p7", offset_seconds=-121) is not None


def test_nothing_happened_after_the_server_heard_of_it():
    assert clock.correct(device_at=at("14:00"), offset_seconds=0, recorded_at=at("12:01")) == at("12:01")


@given(OFFSETS, st.integers(0, 600))
def test_a_measured_offset_gives_back_the_true_time_whatever_the_clock_said(offset, delay_minutes):
    true_at, delay = at("12:00"), timedelta(minutes=delay_minutes)
    told = clock.correct(
        device_at=true_at + timedelta(seconds=offset), offset_seconds=offset, recorded_at=true_at + delay
    )
    assert abs(told - true_at) <= timedelta(microseconds=2)


def test_a_clock_set_back_between_two_scans_does_not_turn_them_round():
    day = tell(LANDED + "12:00 hall T1, phone p 1, heard 13:00 \n 11:45 bus-1 T1, phone p 2, heard 13:00")
    assert day.way("T1") == "11:40 CA403, 12:00 hall, 12:00 bus-1"
    assert day.remarks() == ["T1 clock_set_back"]


def test_a_clock_set_back_by_a_minute_is_mended_without_a_word():
    day = tell(LANDED + "12:00 hall T1, phone p 1, heard 13:00 \n 11:59 bus-1 T1, phone p 2, heard 13:00")
    assert day.way("T1") == "11:40 CA403, 12:00 hall, 12:00 bus-1"
    assert day.remarks() == []


def test_the_counter_orders_the_scans_of_one_phone_and_says_nothing_of_another():
    other = LANDED + "12:00 hall T1, phone p 7, heard 13:00 \n 11:50 bus-1 T1, phone q 8, heard 13:00"
    assert tell(other).way("T1") == "11:40 CA403, 11:50 bus-1, 12:00 hall"


def test_a_counter_that_begins_anew_does_not_carry_old_scans_into_the_present():
    day = tell(
        LANDED + "12:00 hall T1, phone p 500 \n 13:00 bus-1 T1, phone p 1 \n 14:00 hotel T1, phone p 2"
    )
    assert day.way("T1") == "11:40 CA403, 12:00 hall, 13:00 bus-1, 14:00 hotel"


def test_at_one_instant_the_counter_rules_over_the_order_of_the_loop():
    day = tell(LANDED + "12:00 holding T1, phone p 1 \n 12:00 hall T1, phone p 2")
    assert day.way("T1") == "11:40 CA403, 12:00 holding, 12:00 hall"


def test_one_counter_used_twice_falls_back_on_the_time():
    day = tell(LANDED + "12:10 bus-1 T1, phone p 3 \n 12:00 hall T1, phone p 3")
    assert day.way("T1") == "11:40 CA403, 12:00 hall, 12:10 bus-1"


@given(st.permutations(range(6)))
def test_the_settled_order_depends_on_the_scans_alone(order):
    scans = tell(
        """
        12:00 hall T1, phone p 1
        12:00 bus-1 T1, phone q 1
        11:50 hall T1, phone p 2, heard 13:00
        12:00 holding T1, phone r 1
        12:00 hall T1, phone r 1
        12:05 hotel T1, phone p 1
        """
    ).journal.scans
    stages = {"hall": 1, "holding": 2, "bus-1": 3, "hotel": 4}
    settled = clock.settle(scans=scans, stages=stages)
    assert clock.settle(scans=[scans[i] for i in order], stages=stages) == settled
    assert [at_ for at_, _ in settled] == sorted(at_ for at_, _ in settled)
    assert all(at_ > DAY for at_, _ in settled)
