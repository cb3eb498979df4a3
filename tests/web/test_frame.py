"""The row of desks: each role has what it comes for first, every key leads to one desk, nothing is lost behind the word."""

import pytest
from django.test import RequestFactory
from django.utils import translation

from pratique.services import permission
from pratique.services.permission import Role
from pratique.web import frame


def make(airport, role, page="tower"):
    request = RequestFactory().get("/")
    request.user = airport.people[role]
    request.resolver_match = type("Match", (), {"url_name": page})()
    return frame.make_frame(request)


@pytest.mark.parametrize("role", list(Role))
def test_every_key_leads_to_one_desk_and_every_desk_stands_once(airport, role):
    desks = make(airport, role).desks
    assert len({desk.key for desk in desks}) == len(desks)
    assert len({desk.href for desk in desks}) == len(desks)


@pytest.mark.parametrize("role", list(Role))
def test_row_and_more_are_all_desks(airport, role):
    found = make(airport, role)
    assert {*found.row, *found.more} == set(found.desks)
    assert len(found.row) <= frame.ROW_MAX + 1


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("role", list(Role))
def test_no_row_of_desks_is_wider_than_a_laptop_holds_whichever_is_open(airport, role, language):
    pages = {next(iter(pages)) for *_, pages in frame.DESKS}
    with translation.override(language):
        for page in pages:
            found = make(airport, role, page)
            assert frame._measure(found.row) <= frame.ROW_WIDTH
            assert len(found.row) >= min(4, len(found.desks))


def test_the_desk_that_is_open_stands_in_the_row(airport):
    found = make(airport, "commander", "audit")
    assert any(desk.here for desk in found.row)


@pytest.mark.parametrize("role", sorted(frame.FIRST))
def test_what_a_role_comes_for_it_may_open(airport, role):
    assert all(permission.allows(endpoint=endpoint, role=role) for endpoint in frame.FIRST[role])


@pytest.mark.parametrize("role", list(Role))
def test_whoever_signs_in_begins_on_a_page_they_may_see(airport, role):
    answer = airport.client(role).get("/", follow=True)
    assert answer.status_code == 200
    assert answer.redirect_chain
