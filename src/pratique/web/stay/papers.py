"""Orders that wait, of everybody: read and signed as the second, several at once; and whom to serve them on."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import ngettext

from pratique.core.answers import Refused
from pratique.services import clock, signing
from pratique.services.stay import papers
from pratique.store import models
from pratique.store.queries import exposures, ports
from pratique.web import words
from pratique.web.gate import may, page


@page("orders")
def show(request: HttpRequest) -> HttpResponse:
    """What waits for a second signature, and what waits to be served."""
    found = papers.list_waiting()
    every = (*found.to_sign, *found.to_serve)
    context = {
        "to_sign": found.to_sign,
        "to_serve": found.to_serve,
        "places": ports.name_posts(posts={one.holder for one in every}),
        "signers": exposures.name_people(people={who for one in found.to_sign for who in one.signers}),
        "mine": [one.order.id for one in found.to_sign if request.user.pk in one.signers],
        "may_sign": may(request, "orders-sign") and request.user.role in signing.RANKS_OF,
    }
    return render(request, "stay/orders.html", context)


@page("orders-sign", "POST")
def sign(request: HttpRequest) -> HttpResponse:
    """The second signature under whatever is ticked."""
    try:
        chosen = [UUID(one) for one in request.POST.getlist("order")]
    except ValueError:
        raise Refused("order_unknown", "there is no such order") from None
    if not chosen:
        raise Refused("orders_unticked", "tick the orders that you sign")
    found = papers.sign_all(chosen=chosen, by=request.user.pk, now=clock.now())
    if found.done:
        said = ngettext(
            "%(n)d order is signed: now it is served.",
            "%(n)d orders are signed: now they are served.",
            len(found.done),
        )
        messages.success(request, said % {"n": len(found.done)}, extra_tags="good")
    numbers = dict(
        models.StayOrder.objects.filter(id__in=[one for one, _ in found.refused]).values_list(
            "id", "document"
        )
    )
    for order, why in found.refused:
        messages.warning(
            request, f"{numbers.get(order, '')} {words.say_refused(why)}".strip(), extra_tags="late"
        )
    return HttpResponseRedirect(reverse("orders"))
