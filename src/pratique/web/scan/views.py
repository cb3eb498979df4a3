"""The scan page: a post is chosen, then everything happens on the phone and is sent through the API."""

from pathlib import Path
from uuid import UUID

import msgspec
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from pratique.core.custody.entry import Kind
from pratique.services import clock, device, way
from pratique.services.dispatch import riding
from pratique.store.queries import ports, posts
from pratique.web import scan, words
from pratique.web.gate import page
from pratique.web.refusals import REFUSALS
from pratique.web.scan.phrases import PHRASES, REASONS
from pratique.web.stay.phrases import EXEMPTION_FAULTS

POST_KINDS = (Kind.HALL, Kind.HOLDING, Kind.TRIP, Kind.FACILITY, Kind.HOSPITAL, Kind.EXIT)
WORKER = Path(scan.__file__).with_name("worker.js")


@page("scan")
def choose(request: HttpRequest) -> HttpResponse:
    """Where do I stand? Every post that is open, by kind, in the order of the loop."""
    found = ports.list_posts(kinds=[kind.value for kind in POST_KINDS])
    groups = [(kind.value, [post for post in found if post.kind == kind]) for kind in POST_KINDS]
    return render(request, "scan/choose.html", {"groups": [group for group in groups if group[1]]})


@page("scan-post")
def show(request: HttpRequest, post: UUID) -> HttpResponse:
    """The page of one post. It works on without network once it has been opened."""
    found = ports.find_post(post=post)
    if found is None or found.closed_at is not None:
        raise Http404
    receivers = ports.list_posts(kinds=[kind.value for kind in POST_KINDS])
    groups = [(kind.value, [p for p in receivers if p.kind == kind and p.id != post]) for kind in POST_KINDS]
    context = {
        "post": found,
        "groups": [group for group in groups if group[1]],
        "words": {
            "outcomes": {code: [sign, words.say(said)] for code, (sign, said) in words.OUTCOMES.items()},
            "refusals": {code: words.say(said) for code, said in REFUSALS.items()},
            "reasons": {code: words.say(said) for code, said in REASONS.items()},
            "ways": {code: words.say(said) for code, said in EXEMPTION_FAULTS.items()},
            **{name: words.say(said) for name, said in PHRASES.items()},
        },
    }
    return render(request, "scan/post.html", context)


@page("scan-post")
def show_state(request: HttpRequest, post: UUID) -> HttpResponse:
    """What the phone keeps to know people without network: whom the post holds, who may come, what is offered."""
    found = ports.find_post(post=post)
    if found is None:
        raise Http404
    now = clock.now()
    offered = posts.list_offered(post=post, now=now)
    names = ports.name_posts(posts={o.giver for o in offered} | {o.receiver for o in offered})
    people = posts.list_near(post=post)
    content = {
        "now": now,
        "speed": ports.find_speed(),
        "post": post,
        "limit_minutes": found.limit_minutes,
        "people": people,
        "leaving": way.list_leaving(custodian=post, now=now) if found.kind == Kind.EXIT else None,
        "barred": riding.list_barred(trip=post, travellers=[one.traveller for one in people]),
        "offers": [
            {
                "offer": o,
                "giver": words.name_of(names.get(o.giver)),
                "receiver": words.name_of(names.get(o.receiver)),
            }
            for o in offered
        ],
    }
    response = HttpResponse(msgspec.json.encode(content), content_type="application/json")
    response["Cache-Control"] = "no-store"
    return response


@page("scan-device", "POST")
def register(request: HttpRequest) -> HttpResponse:
    """This phone, on the word of whoever is signed in on it: a token of its own, shown once and kept on the phone."""
    browser = request.headers.get("User-Agent", "").partition("(")[2].partition(")")[0]
    row, token = device.register(name=f"{request.user.username}: {browser}"[:120], person=request.user)
    content = {"device": row.id, "token": token, "now": clock.now()}
    response = HttpResponse(msgspec.json.encode(content), content_type="application/json")
    response["Cache-Control"] = "no-store"
    return response


@page("scan")
def send_worker(request: HttpRequest) -> HttpResponse:
    """The service worker that keeps the scan page on the phone."""
    response = HttpResponse(WORKER.read_bytes(), content_type="text/javascript; charset=utf-8")
    response["Cache-Control"] = "no-cache"
    return response
