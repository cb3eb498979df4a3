"""Signing in and out, and one's own password."""

from datetime import timedelta

import pytest
from django.test import Client

from pratique.services import account, clock
from pratique.store import models

from .airport import PASSWORD, at


def sign_in(client, username="commander", password=PASSWORD, **more):
    return client.post("/sign-in/", {"username": username, "password": password, **more})


def test_whoever_signs_in_comes_to_the_tower(airport):
    client = Client()
    assert sign_in(client)["Location"] == "/"
    assert client.get("/", follow=True).redirect_chain == [("/boards/tower/", 302)]


def test_whoever_signs_in_goes_on_to_where_they_wanted_but_never_to_another_server(airport):
    assert sign_in(Client(), next="/flights/")["Location"] == "/flights/"
    assert sign_in(Client(), next="https://elsewhere.example/")["Location"] == "/"


@pytest.mark.parametrize(("username", "password"), [("commander", "wrong"), ("nobody", PASSWORD)])
def test_a_wrong_name_and_a_wrong_password_are_answered_alike(airport, username, password):
    client = Client()
    client.cookies["django_language"] = "en"
    answer = sign_in(client, username, password)
    assert answer.status_code == 422
    assert "User name or password is wrong" in answer.content.decode()


def test_after_five_wrong_passwords_the_right_one_waits_and_the_page_says_until_when(airport):
    client = Client()
    client.cookies["django_language"] = "en"
    for _ in range(account.FAILURES_MAX):
        answer = sign_in(client, password="wrong")
    assert "paused until 13:15" in answer.content.decode()  # noon and an hour in Kunming, a quarter more
    assert sign_in(client).status_code == 422
    clock.set_clock(at=at(60) + timedelta(minutes=account.LOCKED_MINUTES), speed=0)
    assert sign_in(client).status_code == 302


def test_a_right_password_forgets_the_wrong_ones_before(airport):
    for _ in range(account.FAILURES_MAX - 1):
        sign_in(Client(), password="wrong")
    assert sign_in(Client()).status_code == 302
    assert models.Person.objects.get(username="commander").failures == 0


def test_somebody_who_no_longer_works_here_does_not_get_in(airport):
    models.Person.objects.filter(username="commander").update(is_active=False)
    assert sign_in(Client()).status_code == 422


def test_signing_out_ends_the_session(airport):
    client = airport.client("commander")
    client.post("/sign-out/")
    assert client.get("/boards/tower/")["Location"].startswith("/sign-in/")


def change(client, old=PASSWORD, new="quiet harbour yellow flag", again=None):
    return client.post("/password/", {"old": old, "new": new, "again": again or new})


def test_a_changed_password_is_the_one_that_counts_and_the_session_goes_on(airport):
    client = airport.client("screener")
    assert change(client).status_code == 302
    assert client.get("/flights/").status_code == 200
    assert sign_in(Client(), "screener").status_code == 422
    assert sign_in(Client(), "screener", "quiet harbour yellow flag").status_code == 302


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"old": "not it"}, "The present password is not this one"),
        ({"new": "short"}, "The new password is too simple"),
        ({"new": "1234567890"}, "The new password is too simple"),
        ({"again": "quiet harbour yellow flog"}, "The two are not alike"),
    ],
)
def test_a_password_that_will_not_do_is_said_at_its_field_and_nothing_changes(airport, typed, said):
    answer = change(airport.client("screener"), **typed)
    assert (answer.status_code, said in answer.content.decode()) == (422, True)
    assert sign_in(Client(), "screener").status_code == 302


def test_a_page_left_open_too_long_is_refused_in_plain_words(airport):
    client = Client(enforce_csrf_checks=True)
    client.cookies["django_language"] = "en"
    answer = sign_in(client)
    assert (answer.status_code, "Please send it again" in answer.content.decode()) == (403, True)
