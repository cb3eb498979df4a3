"""A proposal bettered in the background: while it stands untouched, of the facts it was made of, until told to stop."""

from datetime import timedelta

import pytest

from pratique.core.answers import Refused
from pratique.core.transport import check
from pratique.services import clock
from pratique.services.dispatch import better, edit, plans, searches, staying
from pratique.store import models

from .fleet import hold, make_dispatcher, open_port, worsen
from .port import at


@pytest.fixture
def port(db):
    found = open_port()
    hold(found, *range(6))
    return found


def order(seconds=0.3):
    return searches.Order(seconds, clock.wall())


def propose_badly(minute=60, seconds=0.3):
    """A proposal that leaves everybody behind, with a search asked for: anything is better."""
    plan = plans.propose(by=None, now=at(minute), seconds=0.1, search=order(seconds))
    worsen(plan)
    return plan


def work(minute=60, meanwhile=None):
    """Search in this process; `meanwhile` happens once the search goes on."""
    calls = []

    def wall():
        calls.append(None)
        if len(calls) == 2 and meanwhile is not None:
            meanwhile()
        return clock.wall()

    return better.work(clock=lambda: at(minute), wall=wall)


def read(plan):
    return searches.read(plan=plan, wall=clock.wall())


def test_a_better_plan_takes_the_place_of_the_proposal_and_says_so(port):
    bad = propose_badly()
    assert read(bad).state == "waiting"
    assert work()
    good = plans.find_proposed()
    found = read(good)
    assert good.id != bad.id and good.objective < bad.objective and good.bound <= good.objective
    assert found.state in ("done", "proven") and found.found >= 1 and found.left == 0
    problem, plan = plans.read_problem(plan=good), plans.read_plan(plan=good)
    assert check.breaches(problem=problem, plan=plan) == ()
    assert check.cost(problem=problem, plan=plan).total == pytest.approx(good.objective)
    assert {row["what"] for row in good.diff} == {"new"}
    assert not work()


def test_a_search_leaves_whom_a_dispatcher_keeps_back(port):
    bad = propose_badly()
    rows = [row | ({"code": staying.BY_HAND} if row["party"] == 0 else {}) for row in bad.unmoved]
    models.Plan.objects.filter(id=bad.id).update(unmoved=rows)
    assert work()
    (row,) = plans.find_proposed().unmoved
    assert (row["party"], row["code"], row["because"]) == (0, staying.BY_HAND, staying.BECAUSE)


def test_who_accepts_while_it_is_searched_takes_what_stands_and_the_search_ends(port):
    seen = propose_badly()
    assert work()
    better_one = plans.find_proposed()
    adopted = plans.adopt(plan=seen.id, by=make_dispatcher().id, now=at(61))
    assert adopted.id == better_one.id and models.Trip.objects.exists()
    with pytest.raises(Refused, match="plan_overtaken"):
        plans.adopt(plan=seen.id, by=make_dispatcher().id, now=at(61))


def test_what_was_accepted_meanwhile_is_never_replaced(port):
    plan = propose_badly()
    assert work(meanwhile=lambda: plans.adopt(plan=plan.id, by=make_dispatcher().id, now=at(61)))
    assert plans.find_proposed() is None
    assert models.Plan.objects.get(id=plan.id).state == "adopted" and plans.find_adopted().trips == []


def test_a_search_that_is_stopped_keeps_what_stands(port):
    plan = propose_badly()
    assert work(meanwhile=lambda: searches.stop(plan=plan.id))
    standing = plans.find_proposed()
    assert standing.id == plan.id and standing.trips == [] and read(standing).state == "stopped"
    assert not searches.stop(plan=plan.id)


def test_what_was_refused_meanwhile_stays_refused(port):
    plan = propose_badly()
    by = make_dispatcher().id
    assert work(meanwhile=lambda: plans.refuse(plan=plan.id, because="no", by=by, now=at(61)))
    assert plans.find_proposed() is None and models.Plan.objects.get().state == "refused"


def test_what_was_changed_by_hand_meanwhile_is_left_alone_and_undone_without_a_search(port):
    plan = plans.propose(by=None, now=at(60), search=order())
    party = plan.trips[0]["parties"][0]
    by = make_dispatcher().id

    def take_off():
        wanted = edit.Edit(plan=plan.id, trip=edit.NO_TRIP, parties=(party,))
        assert edit.apply(edit=wanted, by=by, now=at(60)).plan is not None

    assert work(meanwhile=take_off)
    changed = plans.find_proposed()
    assert read(changed) is None
    assert party not in {one for row in changed.trips for one in row["parties"]}
    assert read(edit.undo(plan=changed.id, by=by, now=at(60))).state == "edited"


def test_nobody_changes_by_hand_a_plan_that_a_better_one_has_replaced(port):
    seen = plans.propose(by=None, now=at(60), search=order())
    plan = propose_badly_again(seen)
    assert work() and plans.find_proposed().id != plan
    with pytest.raises(Refused, match="plan_overtaken"):
        edit.apply(edit=edit.Edit(plan=plan, trip=0), by=make_dispatcher().id, now=at(60))


def propose_badly_again(standing):
    searches.stop(plan=standing.id)
    return propose_badly().id


def test_nothing_replaces_a_plan_once_what_it_was_built_on_has_changed(port):
    plan = propose_badly()
    coaches = models.Vehicle.objects.filter(kind="coach")
    assert work(meanwhile=lambda: coaches.update(out_of_service_at=at(60)))
    standing = plans.find_proposed()
    assert standing.id == plan.id and read(standing).state == "changed"


def test_a_search_ends_when_its_proposal_is_too_old_to_be_adopted(port):
    plan = propose_badly()
    assert work(minute=60 + plans.GOOD_MINUTES + 1)
    assert plans.find_proposed().id == plan.id and read(plans.find_proposed()).state == "changed"


def test_one_search_at_a_time_and_a_second_is_told(port):
    plan = plans.propose(by=None, now=at(60), search=order())
    with pytest.raises(Refused, match="search_running"):
        plans.propose(by=None, now=at(60), search=order())
    assert plans.find_proposed().id == plan.id
    searches.stop(plan=plan.id)
    assert plans.propose(by=None, now=at(60), search=order()).id != plan.id


def test_a_search_whose_process_was_killed_is_said_to_have_ended_early_and_what_stands_is_valid(port):
    """What a kill leaves behind: a search that was taken up and is heard of no more. Nobody takes it up again."""
    plan = plans.propose(by=None, now=at(60), search=order())
    taken_at = clock.wall()
    assert searches.take(wall=taken_at).id == plan.id
    assert searches.read(plan=plans.find_proposed(), wall=taken_at).state == "running"
    later = taken_at + timedelta(seconds=searches.LOST_SECONDS + 1)
    assert searches.read(plan=plans.find_proposed(), wall=later).state == "lost"
    assert searches.take(wall=later) is None and not searches.is_asked(wall=later)
    searches.refuse_second(wall=later)
    assert plans.adopt(plan=plan.id, by=make_dispatcher().id, now=at(61)).state == "adopted"


def test_a_plan_in_force_is_kept_where_nothing_is_gained_and_a_pinned_trip_whatever_is(port):
    plans.adopt(plan=plans.propose(by=None, now=at(60)).id, by=make_dispatcher().id, now=at(60))
    (trip, *_) = models.Trip.objects.order_by("during")
    edit.pin(trip=trip.id, pinned=True, now=at(60))
    before = plans.propose(by=None, now=at(61), search=order())
    assert work(minute=61)
    after = plans.find_proposed()
    assert after.objective <= before.objective
    assert str(trip.id) in {row["trip"] for row in after.trips if row["pinned"]}


def test_a_trip_pinned_meanwhile_ends_the_search(port):
    plans.adopt(plan=plans.propose(by=None, now=at(60)).id, by=make_dispatcher().id, now=at(60))
    trip = models.Trip.objects.first()
    plans.propose(by=None, now=at(61), search=order())
    edit.pin(trip=trip.id, pinned=True, now=at(61))
    assert read(plans.find_proposed()).state == "edited" and not work(minute=61)
