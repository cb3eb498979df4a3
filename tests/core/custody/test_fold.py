"""Stories: what the books say when phones are late, repeat themselves, contradict each other or are wrong."""

from pratique.core.custody.entry import WORLD, Custodian, Ground, Kind

from .story import GROUND, Told, tell

LANDED = "11:40 CA403 lands with T1 T2 T3\n"


def test_a_landing_puts_everybody_on_the_list_into_the_cabin():
    day = tell(LANDED)
    assert day.books.held_by("CA403") == {"T1", "T2", "T3"}
    assert [m.giver for m in day.books.movements] == [WORLD] * 3


def test_custody_changes_when_the_receiver_scans_and_not_before():
    day = tell(LANDED + "11:55 hall T1")
    assert (day.where("T1"), day.where("T2")) == ("hall", "CA403")
    assert day.books.accounts["T1"].movements[1].giver == "CA403"


def test_being_seen_again_moves_nobody_but_says_when_last_seen():
    day = tell(LANDED + "11:55 hall T1 \n 12:40 hall T1")
    assert day.way("T1") == "11:40 CA403, 11:55 hall"
    assert day.seen("T1") == "12:40"


def test_a_late_scan_finds_its_place():
    day = tell(
        LANDED
        + """
        11:55 hall T1
        13:20 hotel T1
        12:30 bus-1 T1, heard 15:00
        """
    )
    assert day.way("T1") == "11:40 CA403, 11:55 hall, 12:30 bus-1, 13:20 hotel"
    assert day.as_known_at("14:00").way("T1") == "11:40 CA403, 11:55 hall, 13:20 hotel"
    assert day.remarks() == []
    assert day.as_known_at("14:00").remarks() == ["T1 irregular_step"]


def test_a_repeat_changes_nothing():
    once = LANDED + "11:55 hall T1 #a, phone p 1 \n 12:30 bus-1 T1"
    twice = once + "\n 11:55 hall T1 #a, heard 16:00, phone p 1 \n 11:55 hall T1 #a, heard 17:00, phone p 1"
    assert tell(twice).way("T1") == tell(once).way("T1")
    assert tell(twice).disputes() == []
    assert tell(twice).books.tally.repeated == 2


def test_one_scan_id_with_two_contents_is_disputed_not_believed():
    day = tell(LANDED + "11:55 hall T1 #a \n 12:10 bus-1 T1 #a \n 12:20 bus-2 T2 #a")
    assert day.disputes() == ["T1 #a scan_id_reused", "T1 #a scan_id_reused", "T2 #a scan_id_reused"]
    assert (day.where("T1"), day.where("T2")) == ("CA403", "CA403")


def test_no_ruling_can_tell_two_contents_apart_but_they_can_be_ruled_out():
    reused = LANDED + "11:55 hall T1 #a \n 12:20 bus-2 T2 #a \n"
    assert tell(reused + "13:00 believe #a").disputes() == tell(reused).disputes()
    assert tell(reused + "13:00 refuse #a").disputes() == []
    assert tell(reused + "13:00 annul #a").where("T2") == "CA403"


def test_a_person_in_two_far_places_is_disputed():
    day = tell(LANDED + "11:55 hall T1 #here \n 12:20 hotel T1 #there")
    assert day.disputes() == ["T1 #there two_places"]
    assert day.books.disputes[0].against == "#here"
    assert day.where("T1") == "hall"


def test_the_road_takes_time_even_when_a_vehicle_was_scanned_on_it():
    early = LANDED + "11:55 hall T1 \n 12:00 bus-1 T1 \n 12:20 hotel T1 #early"
    assert tell(early).disputes() == ["T1 #early two_places"]
    assert tell(early).where("T1") == "bus-1"
    assert tell(early.replace("12:20", "12:35")).disputes() == []


def test_a_missing_link_that_comes_in_late_settles_what_it_explains():
    unexplained = LANDED + "11:45 hall T1 \n 13:00 clinic T1 #c \n 13:05 hotel T1 #h"
    assert tell(unexplained).disputes() == ["T1 #h two_places"]
    explained = unexplained + "\n 12:05 bus-1 T1, heard 15:00 \n 12:45 hotel T1, heard 15:00"
    assert tell(explained).disputes() == ["T1 #c two_places"]
    assert tell(explained).where("T1") == "hotel"


def test_when_the_first_of_two_scans_was_wrong_either_way_of_saying_so_mends_it():
    wrong_first = LANDED + "11:55 hall T1 \n 12:20 bus-1 T1 \n 13:10 inn T1 #slip \n 13:15 hotel T1"
    assert tell(wrong_first).where("T1") == "inn"
    for word in ("annul", "refuse"):
        mended = tell(wrong_first + f"\n 13:30 {word} #slip")
        assert mended.where("T1") == "hotel"
        assert (mended.disputes(), mended.remarks()) == ([], [])


def test_a_person_keeps_being_disputed_until_the_way_was_long_enough_then_is_believed_with_a_remark():
    day = tell(
        LANDED
        + """
        11:55 hall T1
        12:20 bus-1 T1
        13:10 inn T1 #slip
        13:15 hotel T1 #first
        13:25 hotel T1 #second
        18:00 hotel T1 #third
        """
    )
    assert day.where("T1") == "hotel"
    assert day.disputes() == ["T1 #first two_places", "T1 #second two_places"]
    assert day.remarks() == ["T1 irregular_step"]


def test_someone_seen_after_leaving_is_on_a_list():
    day = tell(LANDED + "12:10 hall T1 \n 12:40 in-transit T1 #out \n 15:00 hotel T1 #still")
    assert day.disputes() == ["T1 #still seen_after_exit"]
    assert day.books.disputes[0].against == "#out"
    assert day.where("T1") == "in-transit"


def test_seen_again_at_the_same_exit_is_no_dispute():
    assert tell(LANDED + "12:10 hall T1 \n 12:40 border T1 \n 12:41 border T1").disputes() == []


def test_a_wrong_exit_taken_back_opens_the_way_again():
    out = LANDED + "12:10 hall T1 \n 12:40 in-transit T1 #out \n 13:00 bus-1 T1 \n 14:00 hotel T1 \n"
    assert tell(out).where("T1") == "in-transit"
    back = tell(out + "14:10 annul #out")
    assert back.way("T1") == "11:40 CA403, 12:10 hall, 13:00 bus-1, 14:00 hotel"
    assert back.disputes() == []


def test_a_scan_by_somebody_unknown_is_disputed_and_no_ruling_makes_them_known():
    day = LANDED + "12:10 tent T1 #t \n"
    assert tell(day).disputes() == ["T1 #t custodian_unknown"]
    assert tell(day + "13:00 believe #t").where("T1") == "CA403"
    ground = Ground({**GROUND.custodians, "tent": Custodian("tent", Kind.HALL)}, GROUND.travel_minutes)
    assert Told(day, ground).where("T1") == "tent"


def test_a_cabin_that_nobody_knows_is_told_and_the_person_is_kept():
    day = tell("11:40 XX1 lands with T1")
    assert day.where("T1") == "XX1"
    assert day.remarks() == ["T1 custodian_unknown"]


def test_a_ruling_settles_a_dispute_both_ways():
    disputed = LANDED + "11:55 hall T1 \n 12:20 hotel T1 #there \n"
    believed = tell(disputed + "13:00 believe #there")
    assert (believed.where("T1"), believed.disputes()) == ("hotel", [])
    refused = tell(disputed + "13:00 refuse #there")
    assert (refused.where("T1"), refused.disputes()) == ("hall", [])
    assert refused.books.tally.annulled == 1


def test_the_last_word_on_a_scan_counts_whatever_order_the_words_arrive_in():
    disputed = LANDED + "11:55 hall T1 \n 12:20 hotel T1 #there \n"
    assert tell(disputed + "13:00 believe #there \n 14:00 refuse #there").where("T1") == "hall"
    assert tell(disputed + "14:00 believe #there \n 13:00 refuse #there").where("T1") == "hotel"
    assert tell(disputed + "13:00 believe #there \n 13:00 refuse #there").where("T1") == "hall"
    assert tell(disputed + "13:00 annul #there \n 14:00 believe #there").where("T1") == "hotel"


def test_a_scan_taken_back_by_mistake_can_be_restored_by_a_ruling():
    day = LANDED + "11:55 hall T1 #a \n 12:30 bus-1 T1 #b \n 12:31 annul #b \n"
    assert tell(day).where("T1") == "hall"
    assert tell(day + "12:40 believe #b").way("T1") == "11:40 CA403, 11:55 hall, 12:30 bus-1"


def test_a_correction_is_one_more_entry_and_the_scan_stays_in_the_book():
    day = tell(LANDED + "11:55 hall T1 \n 12:05 bus-1 T1 #slip \n 12:06 annul #slip")
    assert day.where("T1") == "hall"
    assert [s.id for s in day.journal.scans] == ["#1", "#slip"]
    assert day.as_known_at("12:05").where("T1") == "bus-1"


def test_a_scan_for_nobody_on_the_list_enters_as_unmanifested_and_is_later_linked():
    found = LANDED + "12:00 hall X1 \n 12:10 hall finds X1 of CA403 \n 12:30 bus-1 X1 \n"
    assert tell(found).remarks() == ["X1 unmanifested"]
    assert tell(found).way("X1") == "12:00 hall, 12:30 bus-1"
    assert not tell(found).books.positions["X1"].manifested
    linked = tell(found + "12:40 X1 is T2")
    assert linked.way("T2") == "11:40 CA403, 12:00 hall, 12:30 bus-1"
    assert (linked.where("X1"), linked.remarks()) == (None, [])
    assert linked.books.read_as("X1") == "T2"


def test_somebody_scanned_whom_no_list_and_no_officer_entered_is_unmanifested_too():
    day = tell("12:00 hall X1")
    assert (day.where("X1"), day.remarks()) == ("hall", ["X1 unmanifested"])
    assert day.books.positions["X1"].flight is None


def test_an_undone_slip_of_the_finger_leaves_no_stranger_behind():
    day = tell("12:00 hall X1 #slip \n 12:01 annul #slip")
    assert (day.where("X1"), day.remarks(), day.disputes()) == (None, [], [])


def test_a_list_that_comes_after_the_person_takes_them_in_properly():
    late_list = "11:55 hall T1 \n 12:20 bus-1 T1 \n 11:40 CA403 lands with T1, heard 13:00"
    assert tell(late_list).way("T1") == "11:40 CA403, 11:55 hall, 12:20 bus-1"
    assert tell(late_list).remarks() == []
    assert tell(late_list).as_known_at("12:30").remarks() == ["T1 unmanifested"]


def test_whoever_was_seen_before_their_flight_landed_entered_by_then_and_somebody_is_told():
    day = tell("11:40 CA403 lands with T1 \n 11:30 hall T1")
    assert day.way("T1") == "11:30 CA403, 11:30 hall"
    assert day.remarks() == ["T1 seen_before_entering"]


def test_a_scan_that_is_not_believed_does_not_move_the_landing():
    far = tell("11:40 CA403 lands with T1 \n 08:00 hotel T1 #slip")
    assert far.way("T1") == "11:40 CA403"
    assert far.disputes() == ["T1 #slip two_places"]
    unknown = tell("11:40 CA403 lands with T1 \n 08:00 tent T1")
    assert unknown.way("T1") == "11:40 CA403"


def test_a_landing_time_corrected_later_counts_in_every_view():
    day = tell(
        """
        12:00 CA403 lands with T1
        12:20 hall T1
        11:40 CA403 lands with T1, heard 13:00
        """
    )
    assert day.way("T1") == "11:40 CA403, 12:20 hall"
    assert day.as_of("11:50").where("T1") == "CA403"
    assert day.as_known_at("12:30").way("T1") == "12:00 CA403, 12:20 hall"
    later = tell("11:40 CA403 lands with T1 \n 12:00 CA403 lands with T1, heard 13:00")
    assert later.as_of("11:50").where("T1") is None


def test_a_flight_corrected_later_is_the_travellers_flight_and_nobody_need_be_told():
    day = tell("11:40 CA403 lands with T1 \n 11:50 hall T1 \n 11:20 MU556 lands with T1, heard 13:00")
    assert day.way("T1") == "11:20 MU556, 11:50 hall"
    assert (day.books.positions["T1"].flight, day.remarks()) == ("MU556", [])


def test_a_link_between_two_flights_takes_the_lists_word_and_tells_somebody():
    day = tell("11:20 CA403 lands with T1 \n 12:00 hall finds X1 of MU556 \n 12:10 X1 is T1")
    assert day.books.positions["T1"].flight == "CA403"
    assert day.remarks() == ["T1 flights_differ"]
    settled = "\n 11:50 MU556 lands with T1, heard 13:00"
    day = tell("11:20 CA403 lands with T1 \n 12:00 hall finds X1 of MU556 \n 12:10 X1 is T1" + settled)
    assert (day.books.positions["T1"].flight, day.remarks()) == ("MU556", [])


def test_links_are_followed_to_their_end_and_a_circle_is_left_alone_but_told():
    chain = LANDED + "12:00 hall X1 \n 12:00 hall X2 \n 12:10 X1 is X2 \n 12:20 X2 is T1"
    assert tell(chain).books.accounts["T1"].tally.handed_in == 2
    circle = LANDED + "12:00 hall X1 \n 12:00 hall X2 \n 12:10 X1 is X2 \n 12:20 X2 is X1"
    assert (tell(circle).where("X1"), tell(circle).where("X2")) == ("hall", "hall")
    assert [r for r in tell(circle).remarks() if "circle" in r] == ["X1 link_circle", "X2 link_circle"]


def test_a_link_to_oneself_takes_an_earlier_link_back():
    day = LANDED + "12:00 hall X1 \n 12:10 X1 is T1 \n"
    assert tell(day).where("X1") is None
    assert tell(day + "12:20 X1 is X1").where("X1") == "hall"
    assert tell(day + "12:20 X1 is X1").remarks() == ["X1 unmanifested"]


def test_two_scans_at_one_instant_follow_the_loop_and_not_the_names_of_the_phones():
    day = tell(LANDED + "12:00 bus-1 T1, phone a 1 \n 12:00 hall T1, phone z 1")
    assert day.way("T1") == "11:40 CA403, 12:00 hall, 12:00 bus-1"
    assert day.remarks() == []


def test_an_unusual_step_is_believed_and_somebody_is_told():
    day = tell(LANDED + "11:55 hall T1 \n 12:50 hotel T1")
    assert day.where("T1") == "hotel"
    assert [o.because for o in day.books.objections] == ["hall to facility"]


def test_an_exit_ruled_to_be_wrong_by_a_believed_later_scan_goes_on_from_there():
    day = tell(
        LANDED
        + """
        12:10 hall T1
        12:40 in-transit T1 #out
        15:00 hotel T1 #still
        15:10 believe #still
        19:00 hotel T1
        """
    )
    assert day.way("T1") == "11:40 CA403, 12:10 hall, 12:40 in-transit, 15:00 hotel"
    assert (day.disputes(), day.remarks()) == ([], ["T1 irregular_step"])


WHOLE_DAY = (
    LANDED
    + """
    11:55 hall T1 T2 T3
    12:30 bus-1 T1 T2, heard 15:00
    13:20 hotel T1
    13:25 hotel T2, heard 14:00
    13:40 inn T1 #slip
    14:10 annul #slip
    """
)


def test_the_book_as_of_noon_shows_what_had_happened_by_noon():
    noon = tell(WHOLE_DAY).as_of("12:00")
    assert [noon.where(t) for t in ("T1", "T2", "T3")] == ["hall"] * 3
    assert tell(WHOLE_DAY).as_of("11:00").books.positions == {}


def test_the_book_as_known_at_an_hour_shows_what_one_could_read_then():
    day = tell(WHOLE_DAY)
    assert day.as_known_at("13:30").way("T1") == "11:40 CA403, 11:55 hall, 13:20 hotel"
    assert day.as_known_at("13:30").where("T2") == "hall"
    assert day.as_known_at("15:00").way("T2") == "11:40 CA403, 11:55 hall, 12:30 bus-1, 13:25 hotel"


def test_both_views_together_say_what_one_thought_at_two_of_half_past_twelve():
    day = tell(WHOLE_DAY)
    assert day.as_of("12:45").where("T2") == "bus-1"
    assert day.as_known_at("14:00").as_of("12:45").where("T2") == "hall"


def test_the_view_of_an_hour_counts_later_scans_as_later_and_loses_none():
    tally = tell(WHOLE_DAY).as_of("12:00").books.tally
    assert (tally.handed_in, tally.later, tally.moved, tally.annulled) == (8, 4, 3, 1)
    assert tally.accounted == tally.handed_in


def test_an_earlier_view_knows_already_that_an_id_was_used_twice():
    day = tell(LANDED + "11:55 hall T1 #a \n 14:00 hotel T1 #a")
    assert day.as_of("12:00").disputes() == ["T1 #a scan_id_reused"]
    assert day.as_of("12:00").where("T1") == "CA403"
