"""The page of a trip's crew: which trip is theirs, and the switch by which their phone reports where it is."""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from pratique.core.answers import Refused
from pratique.formats import osmand
from pratique.services import clock
from pratique.services.dispatch import settings
from pratique.services.tracking import fix, outlook
from pratique.store.queries import convoys
from pratique.web import words
from pratique.web.dispatch import overtaken
from pratique.web.gate import may, page
from pratique.web.ride import mine

PHRASES = {
    "off": words.Words("未报送位置。", "Your position is not reported."),
    "starting": words.Words("正在等待定位……", "Waiting for a position…"),
    "on": words.Words("正在报送本车位置，上次送达：", "This vehicle's position is being reported. Last sent:"),
    "offline": words.Words("没有网络，位置暂存在手机上，恢复后补送。", "No network: positions wait on this phone and are sent later."),
    "denied": words.Words(
        "手机没有允许本页使用定位。请在浏览器设置中允许，再打开开关。",
        "This page may not use the phone's position. Allow it in the browser's settings, then switch it on again.",
    ),
    "unavailable": words.Words("手机暂时定位不到。", "The phone cannot find its position just now."),
    "over": words.Words("车次已结束，不再报送。", "The trip is over: nothing is reported any more."),
    "signed_out": words.Words("已退出登录，请重新登录。", "You are signed out: sign in again."),
    "refused": words.Words("未被接受，请告知调度员。", "It was not taken: tell the dispatcher."),
}  # fmt: skip


@page("ride")
def show(request: HttpRequest) -> HttpResponse:
    """The trips that somebody drives or escorts, those under way first."""
    now = clock.now()
    own = mine.describe(request, now)
    rides = own["rides"]
    leading = convoys.list_led(person=request.user.pk) if may(request, "convoy") else []
    context = {
        "leading": leading,
        **own,
        "running": next((ride for ride in rides if ride.departed_at and not ride.ended_at), None),
        "troubles": _list_troubles(rides, now),
        "outlooks": outlook.foresee(trips=rides, now=now),
        "rules": settings.get_rules().positions,
        "words": {name: words.say(said) for name, said in PHRASES.items()},
    }
    return render(request, "ride/ride.html", context)


def _list_troubles(rides: list[Any], now: datetime) -> list[tuple[str, list[overtaken.Said]]]:
    """What has changed of these trips, by the plate of each."""
    said = overtaken.say_of(trips=[ride.id for ride in rides], now=now)
    found = [(ride.vehicle.plate, [one for one in said if one.trip == ride.id]) for ride in rides]
    return [(plate, those) for plate, those in found if those]


@page("ride-position", "POST")
def report(request: HttpRequest) -> HttpResponse:
    """Take where the phone of the crew is, in the words of a tracker; `device_id` is the trip."""
    message = osmand.read_json(data=request.body)
    try:
        trip = UUID(message.identifier)
    except ValueError:
        raise Refused("trip_unknown") from None
    outcomes = fix.hear_crew(person=request.user.pk, trip=trip, reported=message.reported, now=clock.now())
    over = fix.NO_TRIP in outcomes
    content = {"outcomes": outcomes, "over": over, "now": clock.now()}
    response = HttpResponse(msgspec.json.encode(content), content_type="application/json")
    response["Cache-Control"] = "no-store"
    return response
