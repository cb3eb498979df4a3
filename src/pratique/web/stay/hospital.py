"""A hospital's page: who may leave it or goes back, whose days end, whom it has besides."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from pratique.core.custody.entry import Kind as Holder
from pratique.services import clock, identity
from pratique.services.stay import papers, ward
from pratique.services.stay.ward import Standing
from pratique.store.queries import ports
from pratique.web.gate import may, page
from pratique.web.stay.leaving import list_faults, show_condition


@page("stay-hospital")
def show(request: HttpRequest, hospital: UUID) -> HttpResponse:
    """The people of one hospital by how they stand, with the conditions of their release and the ways out."""
    post, now = ports.find_post(post=hospital), clock.now()
    if post is None or post.kind != Holder.HOSPITAL:
        raise Http404
    found = ward.list_patients(hospital=hospital, now=now)
    identity.note(
        travellers=[one.traveller for one in found],
        look=identity.Look(request.user.pk, "hospital", post.code),
    )
    groups = [
        (
            standing.value,
            [
                (one, _list_conditions(one), list_faults(one.looked))
                for one in found
                if one.standing is standing
            ],
        )
        for standing in (Standing.LEAVES, Standing.RETURNS, Standing.NEAR)
    ]
    context = {
        "post": post,
        "people": len(found),
        "groups": [(standing, those) for standing, those in groups if those],
        "others": [one for one in found if one.standing is Standing.STAYS],
        "deceased": [one for one in found if one.standing is Standing.DIED],
        "papers": papers.list_waiting(holder=hospital),
        "may_papers": may(request, "orders"),
        "may_open": may(request, "release"),
        "may_death": may(request, "death"),
    }
    return render(request, "stay/hospital.html", context)


def _list_conditions(one: ward.Patient) -> list[dict[str, object]]:
    return [show_condition(shown) for shown in one.looked.release.conditions] if one.looked.release else []
