"""Whether somebody may stand at a post, and when they may return: unwell, exposed, positive, isolated after deployment."""

import pytest

from pratique.core.duties.evidence import Subject, SubjectId
from pratique.core.duties.vocabulary import Kind

from .story import account, book, decide, states, tell, waive, wanting

RULES = book("operations-2020", "cn-staff-isolation-2020")
FIT = "2020-04-15 07:00 training passed=yes\n2020-04-15 07:10 deployed\n2020-04-15 07:20 health_report well=yes\n"


def of(story: str, now: str, *, rulebook=RULES, waivers=()):
    subject = Subject(Kind.STAFF, SubjectId("X"), {"trained": "yes"}, "terminal")
    return account(
        tell(story, of="X", kind=Kind.STAFF), now, rulebook=rulebook, subject=subject, waivers=waivers
    )


def barred(story: str, now: str, gate: str = "post", **more):
    return wanting(decide(of(story, now, **more), now, gate))


def test_who_is_trained_and_well_may_stand_at_a_post():
    assert barred(FIT, "2020-04-15 08:00") == {}


def test_who_feels_unwell_stands_at_no_post_until_assessed_and_not_at_all_if_found_unfit():
    ill = FIT + "2020-04-15 12:00 health_report #ill well=no\n"
    assert "assessed" in barred(ill, "2020-04-15 12:10")
    fit = ill + "2020-04-15 12:30 assessment of ill outcome=fit\n"
    assert barred(fit, "2020-04-15 12:40") == {}
    unfit = ill + "2020-04-15 12:30 assessment of ill outcome=unfit\n"
    assert barred(unfit, "2020-04-15 12:40") == {"not_unfit": "on_record"}


def test_who_was_found_unfit_is_back_after_a_new_assessment_and_not_by_time():
    story = (
        FIT
        + """
        2020-04-15 12:00 health_report #ill well=no
        2020-04-15 12:30 assessment of ill outcome=unfit
    """
    )
    assert barred(story, "2020-04-25 12:30", "back") == {"fit": "too_old"}
    story += "2020-04-25 09:00 assessment outcome=fit\n"
    assert barred(story, "2020-04-25 12:30", "back") == {}
    assert barred(story + "2020-04-25 13:00 back", "2020-04-25 13:30") == {}


def test_an_exposure_bars_the_post_at_once_and_opens_a_decision_and_a_test():
    story = FIT + "2020-04-15 14:00 exposed #e because=breach\n"
    found = of(story, "2020-04-15 14:01")
    assert barred(story, "2020-04-15 14:01") == {"not_exposed": "on_record"}
    assert states(found, "exposure") == {"e": "due"}
    assert states(found, "exposure_test") == {"e": "due"}
    late = of(story, "2020-04-15 15:00")
    assert states(late, "exposure") == {"e": "overdue"}


def test_the_exposed_are_back_after_fourteen_days_tested_negative_and_found_fit():
    story = (
        FIT
        + """
        2020-04-15 14:00 exposed #e because=breach
        2020-04-15 18:00 sample #s
        2020-04-16 10:00 result of s result=negative
        2020-04-29 09:00 assessment outcome=fit
    """
    )
    assert barred(story, "2020-04-29 13:59", "back") == {"exposure_over": "too_early"}
    assert barred(story, "2020-04-29 14:00", "back") == {}


@pytest.mark.parametrize(
    ("lines", "wants"),
    [
        ("", {"exposure_sampled": "duty_open"}),
        ("2020-04-15 18:00 sample #s", {"exposure_negative": "no_answer"}),
        ("2020-04-15 18:00 sample #s\n2020-04-16 10:00 result of s result=positive", None),
    ],
)
def test_nobody_exposed_is_back_untested(lines, wants):
    story = (
        FIT
        + "2020-04-15 14:00 exposed #e because=breach\n"
        + lines
        + "\n2020-05-10 09:00 assessment outcome=fit\n"
    )
    found = barred(story, "2020-05-10 10:00", "back")
    if wants is None:
        assert {"exposure_negative", "no_positive"} <= set(found)
    else:
        assert set(found) == set(wants)


def test_who_was_positive_is_back_only_after_the_hospital_says_recovered():
    story = (
        FIT
        + """
        2020-04-15 08:00 sample #s
        2020-04-15 20:00 result of s result=positive
        2020-05-20 08:00 assessment outcome=fit
    """
    )
    assert barred(story, "2020-05-20 09:00", "back") == {"no_positive": "on_record"}
    recovered = story + "2020-05-20 08:30 recovered\n"
    assert barred(recovered, "2020-05-20 09:00", "back") == {}


def isolation(taken: dict[int, str]) -> str:
    lines = ["2020-05-01 08:00 isolated scheme=14 place=central"]
    for day, result in taken.items():
        lines.append(f"2020-05-{1 + day:02d} 09:00 sample #s{day}")
        lines.append(f"2020-05-{1 + day:02d} 18:00 result of s{day} result={result}")
    lines.append("2020-05-15 07:00 assessment outcome=fit")
    return FIT + "\n".join(lines) + "\n"


def test_isolation_after_deployment_owes_its_tests_while_away_and_the_return_waits_for_all_of_them():
    done = {1: "negative", 7: "negative", 14: "negative"}
    found = of(isolation(done), "2020-05-15 18:30")
    assert states(found, "isolation_test") == {"d1": "discharged", "d7": "discharged", "d14": "discharged"}
    assert barred(isolation(done), "2020-05-15 18:30", "back") == {}
    early = barred(isolation(done), "2020-05-15 07:59", "back")
    assert early["isolation_over"] == "too_early"
    missing = {1: "negative", 14: "negative"}
    assert set(barred(isolation(missing), "2020-05-15 18:30", "back")) == {"isolation_tested"}
    positive = done | {7: "positive"}
    assert {"isolation_negative", "no_positive"} <= set(
        barred(isolation(positive), "2020-05-15 18:30", "back")
    )


def test_who_is_isolated_stands_at_no_post():
    assert "not_isolated" in barred(isolation({}), "2020-05-03 08:00")


def test_the_scheme_of_2021_wants_a_rotation_after_fourteen_days_at_work():
    rules = book("operations-2020", "cn-staff-isolation-2021")
    story = "2021-09-01 07:10 deployed\n"
    assert set(states(of(story, "2021-09-14 08:00", rulebook=rules), "rotation").values()) == {"due"}
    found = of(story, "2021-09-15 07:10", rulebook=rules)
    assert set(states(found, "rotation").values()) == {"overdue"}
    gone = of(
        story + "2021-09-14 20:00 isolated scheme=14+7+7 place=central", "2021-09-15 07:10", rulebook=rules
    )
    assert set(states(gone, "rotation").values()) == {"discharged"}


def test_no_exception_sends_a_positive_back():
    story = (
        FIT
        + """
        2020-04-15 08:00 sample #s
        2020-04-15 20:00 result of s result=positive
        2020-05-20 08:00 assessment outcome=fit
    """
    )
    signed = waive(
        "back",
        "no_positive",
        "P1/duty_commander",
        "P2/health_lead",
        given="2020-05-20 08:30",
        kind=Kind.STAFF,
        subject=SubjectId("X"),
    )
    decision = decide(of(story, "2020-05-20 09:00", waivers=(signed,)), "2020-05-20 09:00", "back")
    assert not decision.open and [o.code for o in decision.objections] == ["condition_firm"]


def test_support_that_was_asked_for_is_owed_within_a_day_also_in_isolation():
    story = FIT + "2020-05-01 08:00 isolated scheme=14\n2020-05-02 08:00 support_request #q\n"
    assert states(of(story, "2020-05-03 08:00"), "support") == {"q": "overdue"}
    answered = story + "2020-05-02 19:00 support_answer of q\n"
    assert states(of(answered, "2020-05-03 08:00"), "support") == {"q": "discharged"}
