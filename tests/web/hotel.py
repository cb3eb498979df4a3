"""What tests of a facility's pages do there again and again."""

from django.urls import reverse

from pratique.store import models


def page(house, name, *args, role="reception", language="en"):
    return house.client(role, language).get(reverse(name, args=args))


def hotel(house):
    return house.port.custodians["hotel"]


def give_rooms(house):
    return house.client("reception").post(reverse("stay-accept", args=[hotel(house)]))


def stays_in(room):
    latest = {row.traveller_id: row.room_id for row in models.Lodging.objects.order_by("seq")}
    return [who for who, where in latest.items() if where == room.id]
