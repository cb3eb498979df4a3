"""Who has not been seen for too long."""

from pratique.core.custody import overdue

from .story import at, tell

DAY = """
11:40 CA403 lands with T1 T2 T3
11:55 hall T1 T2
12:30 ambulance T1
"""


def unseen(text, now):
    day = tell(text)
    return [
        f"{u.traveller} {u.custodian} {u.by_minutes}"
        for u in overdue.list_unseen(books=day.books, ground=day.ground, now=at(now))
    ]


def test_everybody_past_the_limit_of_whoever_has_them_is_listed_the_longest_first():
    assert unseen(DAY, "14:30") == ["T1 ambulance 30", "T3 CA403 20", "T2 hall 5"]


def test_exactly_at_the_limit_nobody_is_overdue():
    assert unseen(DAY, "14:00") == []
    assert unseen(DAY, "14:01") == ["T1 ambulance 1"]


def test_being_seen_again_starts_the_clock_anew():
    assert unseen(DAY + "13:50 ambulance T1", "14:30") == ["T3 CA403 20", "T2 hall 5"]


def test_a_scan_that_is_disputed_counts_as_seen_by_nobody():
    assert "T2 hall 5" in unseen(DAY + "12:10 hotel T2", "14:30")


def test_nobody_is_watched_who_has_left():
    assert unseen("11:40 CA403 lands with T1 \n 12:00 hall T1 \n 12:10 border T1", "20:00+3") == []


def test_with_a_custodian_nobody_knows_everybody_is_overdue_at_once():
    assert unseen("11:40 XX1 lands with T1", "11:41") == ["T1 XX1 1"]
