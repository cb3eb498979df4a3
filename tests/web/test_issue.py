"""Issues by hand: what anyone finds is owned, mended with proof, verified by somebody else, and what comes back is seen."""

from datetime import timedelta

from pratique.services import care, health, issue
from pratique.services.window import petition
from pratique.store import models
from pratique.store.ids import make_id

from .airport import at


def write_down(client, **changed):
    told = {
        "id": make_id(),
        "title": "The thermometer at gate 2 reads low",
        "sort": "problem",
        "topic": "device",
        "place": "-",
        "owner": "-",
        "due_at": "",
    }
    return client.post("/issues/raise/", told | changed, follow=True)


def test_a_staff_member_writes_down_what_they_found_and_sending_it_twice_is_once(airport):
    client, name = airport.client("staff"), make_id()
    for _ in range(2):
        answer = write_down(client, id=name)
        assert answer.status_code == 200 and "reads low" in answer.text
    row = models.Issue.objects.get()
    assert (row.id, row.topic, row.owner, row.state) == (name, "device", None, "open")
    assert models.IssueEvent.objects.count() == 1


def test_who_mended_it_cannot_close_it_and_somebody_else_can(airport):
    write_down(airport.client("staff"))
    name = models.Issue.objects.get().id
    lead = airport.client("screener")
    lead.post(
        f"/issues/{name}/mend/", {"because": "replaced, tried against a second one", "back": "/issues/"}
    )
    answer = lead.post(
        f"/issues/{name}/verify/",
        {"because": "fine", "step": "verified", "back": f"/issues/{name}/"},
        follow=True,
    )
    assert "Somebody else must confirm this" in answer.text
    assert models.Issue.objects.get().state == "mended"
    answer = airport.client("commander").post(
        f"/issues/{name}/verify/", {"because": "36.6 twice", "step": "verified"}, follow=True
    )
    assert models.Issue.objects.get().state == "closed" and "36.6 twice" in answer.text


def test_what_was_closed_and_came_back_says_how_often(airport):
    write_down(airport.client("staff"))
    name, commander = models.Issue.objects.get().id, airport.client("commander")
    for by, step in (("screener", "mend"), ("commander", "verify"), ("staff", "reopen")):
        airport.client(by).post(f"/issues/{name}/{step}/", {"because": "seen", "step": "verified"})
    assert "came back 1 time" in commander.get(f"/issues/{name}/").text
    assert "came back 1 time" in commander.get("/issues/").text


def test_an_issue_given_to_a_unit_is_overdue_after_its_time_and_stands_first(airport):
    unit = models.Unit.objects.get(code="PSB")
    write_down(airport.client("staff"), title="The later one", due_at="2020-04-16T12:00")
    write_down(airport.client("staff"), title="The earlier one")
    name = models.Issue.objects.get(title="The earlier one").id
    commander = airport.client("commander")
    answer = commander.post(
        f"/issues/{name}/assign/",
        {"owner": unit.id, "due_at": "2020-04-15T08:00", "because": "yours"},
        follow=True,
    )
    assert "City police" in answer.text and "overdue" in answer.text
    listed = commander.get("/issues/").text
    assert listed.index("The earlier one") < listed.index("The later one")


def test_the_same_topic_at_the_same_place_again_is_seen_as_one_that_comes_back(airport):
    hall = airport.port.custodians["hall"]
    for minute in (5, 15):
        found = issue.Found("problem", "No gloves left", topic="protection", place=hall)
        issue.raise_issue(found=found, by=None, now=at(minute))
    issue.raise_issue(found=issue.Found("problem", "No gloves left", topic="protection"), by=None, now=at(20))
    page = airport.client("commander").get("/issues/").text
    assert "What comes back" in page and "2 ×" in page
    narrowed = airport.client("commander").get(f"/issues/?topic=protection&place={hall}").text
    assert narrowed.count("No gloves left") == 2


def test_what_comes_back_in_vehicles_or_from_travellers_is_seen_as_one_though_it_has_no_place(airport):
    for title in ("Cold food", "Cold food again"):
        issue.raise_issue(found=issue.Found("complaint", title, topic="food"), by=None, now=at(5))
    hall = airport.port.custodians["hall"]
    issue.raise_issue(
        found=issue.Found("problem", "Crumbs in the hall", topic="food", place=hall), by=None, now=at(6)
    )
    page = airport.client("commander").get("/issues/").text
    assert "What comes back" in page and "no particular place" in page and "2 ×" in page
    narrowed = airport.client("commander").get("/issues/?topic=food&place=-").text
    assert "Cold food again" in narrowed and "Crumbs in the hall" not in narrowed


def test_long_ago_is_not_coming_back(airport):
    hall = airport.port.custodians["hall"]
    for days in (0, 20):
        found = issue.Found("problem", "No gloves left", topic="protection", place=hall)
        issue.raise_issue(found=found, by=None, now=at(5) - timedelta(days=days))
    assert "What comes back" not in airport.client("commander").get("/issues/").text


def test_a_form_with_faults_says_each_and_writes_nothing(airport):
    answer = airport.client("staff").post("/issues/raise/", {"id": make_id(), "title": "", "sort": "gossip"})
    assert answer.status_code == 422 and models.Issue.objects.count() == 0


def test_a_figure_of_the_zero_board_opens_into_its_issues(airport):
    write_down(airport.client("commander"), sort="complaint", title="No halal meal")
    name = models.Issue.objects.get().id
    assert f"/issues/{name}/" in airport.client("commander").get("/boards/tower/zeros/complaint/").text


def test_a_complaint_on_the_zero_board_opens_into_what_the_traveller_said_also_once_it_is_settled(airport):
    who, name = airport.port.travellers[0], make_id()
    asked = petition.Asked("food", "It was cold", "vi")
    petition.complain(traveller=who, asked=asked, now=at(10), petition_id=name)
    answer = petition.Answer(phrase="sorry", outcome="answered")
    petition.reply(
        petition=name, answer=answer, by=airport.people["commander"].pk, now=at(11), reply_id=make_id()
    )
    board = airport.client("commander").get("/boards/tower/zeros/complaint/").text
    assert f"/asked/{name}/" in board and f"/travellers/{who}/" in board
    page = airport.client("commander").get(f"/asked/{name}/").text
    assert "It was cold" in page and "settled" in page
    assert models.Access.objects.filter(what="petitions", traveller_id=who).exists()
    assert f"/asked/{name}/" not in airport.client("staff").get("/boards/tower/zeros/complaint/").text


def test_a_staff_infection_opens_into_the_health_record_for_the_health_lead_alone(airport):
    who = airport.people["staff"].pk
    health.take_sample(swab=health.Swab(who, "S-1"), by=None, now=at(0))
    health.record_result(tube="S-1", result="positive", by=None, now=at(5))
    name = models.Issue.objects.get(sort="infection").id
    for role, sees in (("epidemiologist", True), ("commander", False)):
        for path in ("/boards/tower/zeros/infection/", f"/issues/{name}/"):
            page = airport.client(role).get(path).text
            assert "the health record" in page and (f"/health/people/{who}/" in page) is sees


def test_an_issue_of_an_inspection_of_a_result_and_of_a_meeting_opens_into_it(airport):
    sample = care.take_sample(swab=care.Swab(airport.port.travellers[0], "T-1"), by=None, now=at(0))
    shift = models.ShiftHandover.objects.create(on=at(0).date(), shift="day")
    inspection = make_id()
    expected = {
        issue.Record("result", sample.id): f"/samples/results/{sample.id}/correct/",
        issue.Record("decision", shift.id): f"/hand-over/{shift.on}/day/",
        issue.Record("inspection", inspection): f"/safety/inspections/{inspection}/",
    }
    for record, where in expected.items():
        row = issue.raise_issue(found=issue.Found("error", "found", record=record), by=None, now=at(1))
        assert where in airport.client("commander").get(f"/issues/{row.id}/").text


def test_a_partner_sees_no_issues(airport):
    assert airport.client("partner").get("/issues/").status_code == 403
