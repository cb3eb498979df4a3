"""The screening desk: ask what is missing, decide with reasons, take it back; the ill step by step; checkpoints."""

import re
from datetime import timedelta

import pytest

from pratique.core.duties.vocabulary import Kind
from pratique.services import clock, declaration, register
from pratique.store import models


def say(answer, status=200):
    assert answer.status_code == status, answer.content.decode()[:2000]
    return answer.content.decode()


def where(airport, who=0):
    return f"/screening/{airport.port.travellers[who]}/"


def journey():
    today = clock.now().date()
    return {"place_0": "Thailand", "from_0": str(today - timedelta(days=20)), "until_0": str(today)}


def post(airport, who=0, role="screener", **told):
    client = airport.client(role)
    page = say(client.get(where(airport, who)))
    return client.post(where(airport, who), list_hidden(page) | {"method": "forehead"} | told, follow=True)


def list_hidden(page):
    return dict(re.findall(r'name="(evidence|version)" value="([^"]+)"', page))


def channel_of(airport, who=0):
    return models.Traveller.objects.get(id=airport.port.travellers[who]).channel


def test_whoever_landed_waits_until_screened_and_is_found_by_one_scan(airport):
    register.work_out(stands=[(Kind.TRAVELLER, str(t)) for t in airport.port.travellers], now=clock.now())
    client = airport.client("screener")
    assert airport.code(0) in say(client.get("/screening/"))
    found = client.post("/screening/find/", {"sought": airport.code(0).lower()})
    assert found.headers["Location"] == where(airport)
    post(airport, celsius="36.5", rest_no="on", **journey())
    assert airport.code(0) not in say(client.get("/screening/"))
    assert "Nobody wears" in say(client.post("/screening/find/", {"sought": "xx"}, follow=True))
    by_document = client.post("/screening/find/", {"sought": "E12345671"})
    assert by_document.headers["Location"] == where(airport, 1)


def test_a_fever_gives_the_channel_its_reason_and_the_next_step_at_once(airport):
    page = say(post(airport, celsius="38.2", rest_no="on", **journey()))
    assert channel_of(airport) == "symptomatic"
    assert "Temperature of 37.3" in page
    assert f"/screening/ill/traveller/{airport.port.travellers[0]}/" in page


def test_what_is_still_missing_is_named_and_nothing_is_decided(airport):
    page = say(post(airport, celsius="36.5", unwell="no", **journey()))
    assert "still to be asked" in page
    assert channel_of(airport) == ""
    assert models.Declaration.objects.count() == 1
    say(post(airport, celsius="36.5", rest_no="on", **journey()))
    assert channel_of(airport) == "ordinary"
    assert models.Declaration.objects.count() == 2


def test_what_the_traveller_declared_is_filled_in_and_only_the_thermometer_is_left(airport):
    today = clock.now().date()
    form = declaration.Form(
        seat="12A",
        answers=dict.fromkeys(declaration.QUESTIONS, False),
        visits=(declaration.Visit("LA", today - timedelta(days=20), today),),
    )
    declaration.declare(
        traveller=airport.port.travellers[0], declaration=form, by=None, source="traveller", now=clock.now()
    )
    page = say(airport.client("screener").get(where(airport)))
    assert 'value="12A"' in page
    assert page.index('name="unwell"') < page.index("without effect now") < page.index('name="fever"')
    answers = dict.fromkeys(declaration.QUESTIONS, "no")
    told = {"place_0": "LA", "from_0": str(today - timedelta(days=20)), "until_0": str(today), "seat": "12A"}
    say(post(airport, celsius="36.4", unwell="no", **answers, **told))
    assert channel_of(airport) == "ordinary"
    assert models.Declaration.objects.count() == 1


@pytest.mark.parametrize(
    ("language", "titles"),
    [
        ("en", ("Everything declared", "Town or city", "Family travelling with me")),
        ("zh-hans", ("申报的全部内容",)),
    ],
)
def test_everything_that_was_declared_can_be_read_at_the_desk_and_what_is_empty_is_left_out(
    airport, language, titles
):
    form = declaration.Form(
        surname="ZHANG", telephone_work="0871-1", email="z@example.org", sex="female",
        home=declaration.Address(city="Vientiane", postcode="01000"),
        emergency=declaration.Emergency(surname="LI", email="li@example.org"),
        party=(declaration.Companion(surname="ZHANG", given_names="YI", seat="12B", minor=True),),
    )  # fmt: skip
    declaration.declare(
        traveller=airport.port.travellers[0], declaration=form, by=None, source="traveller", now=clock.now()
    )
    page = say(airport.client("screener", language).get(where(airport)))
    told = page[page.index(titles[0]) :]
    for words in ("0871-1", "z@example.org", "01000", "li@example.org", "ZHANG YI", "12B", *titles):
        assert words in told
    assert "Apartment or room" not in told


def test_whoever_has_no_phone_is_written_down_in_every_field_of_the_locator_form(airport):
    said = {
        "surname": "DOE", "given_names": "JANE", "middle_initial": "Q", "sex": "female", "seat": "31C",
        "mobile": "+66 1", "telephone_work": "+66 2", "telephone_home": "+66 3", "telephone": "+66 4",
        "email": "j@example.org", "home_apartment": "7", "home_country": "Thailand", "home_postcode": "10110",
        "stay_name": "Egret Isle", "stay_province": "Yunnan", "emergency_email": "e@example.org",
        "family_0_surname": "DOE", "family_0_given_names": "TIM", "family_0_seat": "31B", "family_0_minor": "on",
        "others_0_surname": "ROE", "others_0_group": "tour",
    }  # fmt: skip
    say(post(airport, celsius="36.5", rest_no="on", paper="on", **said, **journey()))
    kept = declaration.find_latest(traveller=airport.port.travellers[0])
    assert kept.source == "paper"
    assert (kept.form.middle_initial, kept.form.sex, kept.form.telephone_work) == ("Q", "female", "+66 2")
    assert kept.form.home == declaration.Address(apartment="7", country="TH", postcode="10110")
    assert (kept.form.stay.province, kept.form.emergency.email) == ("Yunnan", "e@example.org")
    assert kept.form.party == (
        declaration.Companion(surname="DOE", given_names="TIM", seat="31B", minor=True),
        declaration.Companion(surname="ROE", group="tour"),
    )


def test_companions_beyond_those_that_the_desk_shows_stay_on_record(airport):
    party = tuple(declaration.Companion(surname=f"P{n}") for n in range(6))
    form = declaration.Form(surname="DOE", party=party)
    rows = {f"family_{n}_surname": f"P{n}" for n in range(4)}
    declaration.declare(
        traveller=airport.port.travellers[0], declaration=form, by=None, source="traveller", now=clock.now()
    )
    say(post(airport, celsius="36.5", rest_no="on", surname="ROE", **rows, **journey()))
    kept = declaration.find_latest(traveller=airport.port.travellers[0])
    assert (kept.version, kept.form.surname, kept.form.party) == (2, "ROE", party)


def test_every_version_of_a_declaration_can_be_opened_and_the_look_is_written_down(airport):
    traveller = airport.port.travellers[0]
    for number, city in enumerate(("Vientiane", "Luang Prabang", "Pakse")):
        form = declaration.Form(home=declaration.Address(city=city), answers={"cough": not number})
        declaration.declare(
            traveller=traveller, declaration=form, by=None, source="traveller", now=clock.now()
        )
    models.Declaration.objects.filter(version=2).update(sealed=b"", erased_at=clock.now())
    assert "2 earlier versions" in say(airport.client("screener").get(where(airport)))
    page = say(airport.client("screener").get(f"{where(airport)}declared/"))
    assert page.index("Version 3") < page.index("Pakse") < page.index("Version 2") < page.index("erased on")
    assert page.index("Version 1") < page.index("Vientiane") and "Luang Prabang" not in page
    assert models.Access.objects.filter(traveller_id=traveller, what="declarations").count() == 1
    say(airport.client("dispatcher").get(f"{where(airport)}declared/"), 403)


def test_what_the_phone_sends_while_the_desk_asks_is_not_written_over(airport):
    """The desk has the page before it; then the phone sends. Nothing is decided until whoever asks has seen both."""
    traveller, today, client = airport.port.travellers[0], clock.now().date(), airport.client("screener")

    def declare(mobile, **more):
        form = declaration.Form(seat="12A", mobile=mobile, **more)
        declaration.declare(
            traveller=traveller, declaration=form, by=None, source="traveller", now=clock.now()
        )

    declare("1", answers={"cough": False})
    page = say(client.get(where(airport)))
    laos = [declaration.Visit("LA", today - timedelta(days=n), today) for n in range(7)]
    declare("3", answers={"cough": True, "fever": False}, visits=tuple(laos), email="z@example.org")
    typed = {
        "celsius": "36.5",
        "unwell": "no",
        "seat": "21B",
        "mobile": "2",
        "cough": "no",
        "fever": "yes",
        "aches": "no",
    }
    sent = list_hidden(page) | {"method": "ear"} | typed | journey()
    page = say(client.post(where(airport), sent), 422)
    assert (channel_of(airport), models.Declaration.objects.count()) == ("", 2)
    assert not models.Evidence.objects.filter(code="temperature").exists()
    for word in ('value="36.5"', 'value="21B"', 'value="2"', 'value="z@example.org"', 'name="place_7"'):
        assert word in page, word
    assert "you typed “2”, the other version says “3”" in page and "answered both ways" in page
    assert page.index('name="fever"') < page.index("without effect now"), "asked before everything else"
    fields = dict(re.findall(r'name="(\w+)"[^>]*value="([^"]*)"[^>]*checked', page))
    assert (fields["cough"], fields["aches"], "fever" in fields) == ("yes", "no", False)
    again = list_hidden(page) | {"method": "ear", "celsius": "36.5"} | fields
    again |= dict(re.findall(r'<input type="(?:text|date)" name="(\w+)" value="([^"]*)"', page))
    say(client.post(where(airport), again, follow=True))
    kept = declaration.find_latest(traveller=traveller).form
    assert (len(kept.visits), kept.seat, kept.email) == (8, "21B", "z@example.org")
    assert channel_of(airport) == "symptomatic"


@pytest.mark.parametrize(
    "wrong",
    [
        {"celsius": "99"},
        {"place_0": "Atlantis"},
        {"place_0": "TH"},
        {"place_0": "TH", "from_0": "2020-04-10", "until_0": "2020-04-01"},
    ],
)
def test_what_cannot_be_comes_back_and_nothing_is_written(airport, wrong):
    assert post(airport, **({"celsius": "36.5"} | wrong)).status_code == 422
    assert not models.Declaration.objects.exists()
    assert channel_of(airport) == ""


def test_sent_twice_it_is_one_screening_and_one_temperature(airport):
    client = airport.client("screener")
    told = {
        "evidence": "0190a0a0-0000-7000-8000-000000000001",
        "celsius": "36.5",
        "rest_no": "on",
        "method": "ear",
    }
    for _ in range(2):
        client.post(where(airport), told | journey())
    assert models.Evidence.objects.filter(code="screened").count() == 1
    assert models.Evidence.objects.filter(code="temperature").count() == 1


def test_a_screening_is_taken_back_with_a_reason_and_done_again(airport):
    post(airport, celsius="38.2", rest_no="on", **journey())
    client = airport.client("screener")
    back = {"because": "the neighbour's temperature", "back": where(airport)}
    assert "Screen them again" in say(client.post(f"{where(airport)}take-back/", back, follow=True))
    assert channel_of(airport) == ""
    say(post(airport, celsius="36.5", rest_no="on", **journey()))
    assert channel_of(airport) == "ordinary"


def test_the_ill_are_seen_to_step_by_step_on_one_page(airport):
    post(airport, celsius="38.2", rest_no="on", **journey())
    client = airport.client("screener")
    ill = f"/screening/ill/traveller/{airport.port.travellers[0]}/"
    assert "Interview" in say(client.get(ill))
    for step, have in (
        ("", ["ambulance"]),
        ("detect", ["mask", "distance"]),
        ("interview", []),
        ("report", []),
        ("isolate_refer", []),
    ):
        say(client.post(ill, {"step": step, "have": have}, follow=True))
    assert "All steps are done" in say(client.get(ill))
    steps = models.Evidence.objects.filter(code="ill_step").order_by("seq")
    assert [row.attributes.get("step", "") for row in steps] == [
        "",
        "detect",
        "interview",
        "report",
        "isolate_refer",
    ]


def test_heads_are_tapped_undone_and_a_finding_begins_its_steps(airport):
    lead = airport.client("screener")
    lead.post("/checkpoints/open/", {"code": "S1", "name_zh": "员工通道", "name_en": "Staff gate"})
    point = models.Checkpoint.objects.get()
    client = airport.client("staff")
    tap = {
        "checkpoint": str(point.id),
        "sort": "staff",
        "heads": "5",
        "tap": "0190a0a0-0000-7000-8000-000000000002",
    }
    for _ in range(2):
        say(client.post("/checkpoints/", tap, follow=True))
    assert sum(models.Passing.objects.values_list("heads", flat=True)) == 5
    say(client.post("/checkpoints/", {"checkpoint": str(point.id), "act": "undo"}, follow=True))
    assert models.Passing.objects.get().undone_at
    found = {"checkpoint": str(point.id), "act": "found", "sort": "crew", "celsius": "38.4"}
    assert client.post("/checkpoints/", found | {"celsius": ""}).status_code == 422
    answer = lead.post("/checkpoints/", found, follow=True)
    assert "#1" in say(answer)
    assert client.post("/checkpoints/", {"checkpoint": "not an id"}).status_code == 404


def test_the_paper_form_asks_what_the_rules_ask(airport):
    page = say(airport.client("screener", "zh-hans").get("/screening/paper/"))
    assert "咳嗽" in page
    assert "14" in page
    assert 'name="place_5"' in say(airport.client("screener").get(where(airport))), "as many rows as on paper"
