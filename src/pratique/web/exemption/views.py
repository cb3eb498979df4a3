"""Exemptions: all that are not over, one with its steps, a paper handed in; and whoever was let out without grounds."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pratique.core.answers import Refused
from pratique.core.screening.exemption import Sort, Standing
from pratique.services import clock, exemption, signing, way
from pratique.store import models
from pratique.store.ids import make_id
from pratique.store.queries import leavings, ports, travellers
from pratique.web import words
from pratique.web.gate import may, page
from pratique.web.stay import phrases
from pratique.web.stay.forms import find_id


def _list_authorities() -> list[tuple[str, str]]:
    terms = exemption.find_terms()
    return [(code, words.say(said)) for code, said in terms.authorities.items()] if terms else []


class Paper(forms.Form):
    """What the paper says."""

    sort = forms.ChoiceField(
        label=gettext_lazy("What it is for"),
        choices=lambda: [(s.value, words.say(phrases.EXEMPTION_SORTS[s])) for s in Sort],
    )
    authority = forms.ChoiceField(label=gettext_lazy("Issued by"), choices=_list_authorities)
    reference = forms.CharField(label=gettext_lazy("Reference on the paper"), max_length=80)
    hours = forms.IntegerField(
        label=gettext_lazy("Valid for how many hours"), min_value=1, max_value=240, initial=12
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("No names and no diagnosis: this stays in the book."),
    )


@page("exemptions")
def show_list(request: HttpRequest) -> HttpResponse:
    """Every exemption that is not over, and whoever left without grounds."""
    now = clock.now()
    found = way.list_exempt(now=now)
    out = leavings.list_open()
    names = travellers.name_codes(
        travellers=[*(s.exemption.traveller for s in found), *(row.traveller_id for row in out)]
    )
    posts = ports.name_posts(posts={row.custodian_id for row in out})
    context = {
        "rows": [(s, names.get(UUID(s.exemption.traveller), ""), _say_authority(s)) for s in found],
        "holding": sum(s.holds for s in found),
        "out": [(row, names.get(row.traveller_id, ""), posts.get(row.custodian_id)) for row in out],
        "may_settle": may(request, "way-settle"),
    }
    return render(request, "exemption/list.html", context)


def _say_authority(standing: Standing) -> str:
    return dict(_list_authorities()).get(standing.exemption.authority, standing.exemption.authority)


@page("traveller-exemption", "GET", "POST")
def show_traveller(request: HttpRequest, traveller: UUID) -> HttpResponse:
    """The exemptions of one traveller, the ways out as they stand, and a new paper."""
    story = travellers.find_story(traveller=traveller)
    if story is None:
        raise Http404
    now, form = clock.now(), Paper(request.POST or None)
    if request.method == "POST":
        if not may(request, "exemption-step"):
            raise Refused("rank_missing")
        if form.is_valid() and _hand_in(request, traveller, form):
            said = _("Kept. It opens nothing until the issuer has confirmed it and two have decided.")
            messages.success(request, said, extra_tags="good")
            return HttpResponseRedirect(reverse("traveller-exemption", args=[traveller]))
    found = way.list_exempt(now=now, traveller=traveller)
    people = models.Person.objects.in_bulk(_list_people(found))
    context = {
        "traveller": story.traveller,
        "card": story.card,
        "rows": [(s, _say_authority(s), _list_steps(s, people), _wants_decision(s)) for s in found],
        "ways": way.list_ways(traveller=traveller, now=now),
        "exits": {str(row.id): row for row in way.list_exits()},
        "form": form,
        "new_id": make_id(),
        "may_step": may(request, "exemption-step"),
        "may_decide": request.user.role in signing.RANKS_OF,
        "me": str(request.user.pk),
    }
    return render(request, "exemption/traveller.html", context, status=422 if form.errors else 200)


def _wants_decision(standing: Standing) -> bool:
    """Whether a decision on this very paper is wanting: what is known of the person takes a screening, and a new paper."""
    known = ("exemption_unscreened", "exemption_overtaken")
    return any(one.code not in known for one in standing.objections)


def _list_people(found: list[Standing]) -> set[UUID]:
    people = {UUID(d.person) for s in found for d in s.exemption.deciders}
    return people | {UUID(s.exemption.verification.by) for s in found if s.exemption.verification}


def _list_steps(standing: Standing, people: dict[UUID, models.Person]) -> list[dict[str, Any]]:
    one = standing.exemption
    steps: list[dict[str, Any]] = [{"step": "issued", "at": one.issued_at, "by": None}]
    if one.verification:
        steps.append(
            {
                "step": "confirmed",
                "at": one.verification.at,
                "by": people.get(UUID(one.verification.by)),
                "shifts": one.verification.shifts_before,
            }
        )
    steps += [
        {"step": "decided", "at": d.signed_at, "by": people.get(UUID(d.person)), "shifts": d.shifts_before}
        for d in one.deciders
    ]
    if one.revoked_at:
        steps.append({"step": "revoked", "at": one.revoked_at, "by": None, "because": one.revoked_because})
    return steps


def _hand_in(request: HttpRequest, traveller: UUID, form: Paper) -> bool:
    now, told = clock.now(), form.cleaned_data
    paper = exemption.Paper(
        traveller=traveller,
        sort=told["sort"],
        authority=told["authority"],
        reference=told["reference"],
        reason=told["reason"],
        valid_from=now,
        valid_until=now + timedelta(hours=told["hours"]),
        issued_at=now,
    )
    try:
        exemption.issue(paper=paper, by=request.user.pk, now=now, exemption_id=find_id(request))
    except Refused as refused:
        codes = [part.partition(":")[0].strip() for part in refused.because.split(";")]
        said = [
            words.say(phrases.EXEMPTION_FAULTS[code]) for code in codes if code in phrases.EXEMPTION_FAULTS
        ]
        form.add_error(None, "; ".join(said) or words.say_refused(refused))
        return False
    return True


@page("exemption-step", "POST")
def step(request: HttpRequest, paper: UUID) -> HttpResponse:
    """The issuer confirmed it, one of two decides, or it is revoked."""
    row = models.Exemption.objects.filter(id=paper).first()
    if row is None:
        raise Http404
    now, by, told = clock.now(), request.user.pk, request.POST.get("step", "")
    if told == exemption.CONFIRMED:
        exemption.confirm(
            exemption=paper,
            authority=request.POST.get("authority", ""),
            reference=request.POST.get("reference", ""),
            by=by,
            now=now,
        )
        said = _("Confirmed by its issuer. Two others decide now.")
    elif told == exemption.DECIDED:
        standing = exemption.decide(exemption=paper, by=by, now=now)
        said = (
            _("It holds from now on.") if standing.holds else _("Decided by you. A second person must, too.")
        )
    elif told == exemption.REVOKED:
        exemption.revoke(exemption=paper, because=request.POST.get("because", "")[:500], by=by, now=now)
        said = _("Revoked: it opens nothing from now on.")
    else:
        raise Refused("word_unknown")
    messages.success(request, said, extra_tags="good")
    return HttpResponseRedirect(reverse("traveller-exemption", args=[row.traveller_id]))


@page("way-settle", "POST")
def settle(request: HttpRequest, judged: UUID) -> HttpResponse:
    """Somebody saw to whoever left without grounds."""
    way.settle(
        judged=judged, because=request.POST.get("because", "")[:500], by=request.user.pk, now=clock.now()
    )
    messages.success(request, _("Settled, with your name and reason."), extra_tags="good")
    return HttpResponseRedirect(reverse("exemptions"))
