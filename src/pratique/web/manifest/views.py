"""Hand a list in: look at what is in it first, then take it in."""

from dataclasses import dataclass
from pathlib import PurePath
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from pratique.core.answers import Refused
from pratique.core.manifest.passenger_list import Listed
from pratique.core.manifest.revision import Difference
from pratique.formats import words as wordings
from pratique.services import clock, manifest
from pratique.store.queries import flights
from pratique.web import words
from pratique.web.gate import may, page
from pratique.web.manifest import parcel
from pratique.web.manifest.forms import HandIn


@dataclass(frozen=True, slots=True)
class Changed:
    """Somebody on both versions of a list, and what reads otherwise now."""

    person: Listed
    differences: tuple[tuple[str, str, str], ...]


@page("manifests")
def show(request: HttpRequest) -> HttpResponse:
    """Where lists are handed in, and those that came last."""
    return _render(request, HandIn(initial={"flight": request.GET.get("flight", "")}))


def _render(request: HttpRequest, form: HandIn, said: str = "") -> HttpResponse:
    flight = form["flight"].value()
    chosen = flights.find_flight(flight=UUID(str(flight))) if _is_uuid(flight) else None
    today = timezone.localdate(clock.now())
    context = {
        "form": form,
        "said": said,
        "chosen": chosen,
        "choices": flights.list_flights(on=today),
        "today": today,
        "received": flights.list_received(),
        "may_hand_in": may(request, "manifest-preview"),
    }
    return render(request, "manifest/hand_in.html", context, status=422 if said or form.errors else 200)


def _is_uuid(text: object) -> bool:
    try:
        UUID(str(text))
    except ValueError:
        return False
    return True


@page("manifest-preview", "POST")
def preview(request: HttpRequest) -> HttpResponse:
    """What is in a file, what is wrong with it, what it would change. Nothing is written."""
    form = HandIn(request.POST, request.FILES)
    if not form.is_valid():
        return _render(request, form)
    upload = form.cleaned_data["file"]
    name = PurePath(upload.name).name[:200]
    file = manifest.File(name=name, content=upload.read(), flight=form.cleaned_data["flight"])
    try:
        seen = manifest.preview(file=file)
    except Refused as refused:
        return _render(request, form, said=words.say_refused(refused))
    return render(request, "manifest/preview.html", _describe(request, file, seen))


def _describe(request: HttpRequest, file: manifest.File, seen: manifest.Preview) -> dict[str, object]:
    language: wordings.Language = "en" if get_language() == "en" else "zh"
    problems = [(p, wordings.translate(problem=p, language=language)) for p in seen.reading.problems]
    plans = [
        {
            "plan": plan,
            "changed": [_say_changed(pair) for pair in plan.revision.changed if manifest.list_changes(pair)],
            "stated": plan.manifest.stated_crew if plan.crew else plan.manifest.stated_passengers,
            "listed": len(plan.manifest.travellers),
            "unsure": plan.revision.unsure,
        }
        for plan in seen.plans
    ]
    return {
        "file": file,
        "reading": seen.reading,
        "problems": sorted(problems, key=lambda found: not found[0].fatal),
        "plans": plans,
        "repeated": bool(seen.plans) and all(plan.taken_in for plan in seen.plans),
        "parcel": parcel.wrap(file=file, person=request.user.pk) if seen.plans else "",
    }


def _say_changed(pair: manifest.revision.Pair) -> Changed:
    differences = tuple(_say_difference(d) for d in manifest.list_changes(pair))
    return Changed(pair.after, differences)


def _say_difference(difference: Difference) -> tuple[str, str, str]:
    field = words.FIELDS.get(difference.field)
    say = words.say_value if difference.field == "role" else _say_value
    return (
        words.say(field) if field else difference.field,
        say(difference.before),
        say(difference.after),
    )


def _say_value(value: object) -> str:
    if isinstance(value, tuple):
        return ", ".join(getattr(document, "number", str(document)) for document in value) or "–"
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return str(value) if value not in (None, "") else "–"


@page("manifest-receive", "POST")
def receive(request: HttpRequest) -> HttpResponse:
    """Take the list in that was just looked at."""
    file = parcel.unwrap(text=request.POST.get("parcel", ""), person=request.user.pk)
    if file is None:
        messages.error(request, _("The file did not come through. Choose it once more."), extra_tags="lost")
        return HttpResponseRedirect(reverse("manifests"))
    try:
        receipt = manifest.receive(file=file, by=request.user.pk, now=clock.now())
    except Refused as refused:
        messages.error(request, words.say_refused(refused), extra_tags="lost")
        return HttpResponseRedirect(reverse("manifests"))
    if not receipt.manifests:
        messages.error(request, _("Nothing was taken in: the file is refused."), extra_tags="lost")
        return HttpResponseRedirect(reverse("manifests"))
    heads = sum(version.listed for version in receipt.manifests)
    if receipt.repeated:
        said = _("This very file is in the book already. Nothing has changed.")
    else:
        said = ngettext(
            "Taken in: %(n)d person on the list.", "Taken in: %(n)d people on the list.", heads
        ) % {"n": heads}
    messages.success(request, said, extra_tags="good")
    targets = {version.flight_id for version in receipt.manifests}
    where = reverse("flight", args=[targets.pop()]) if len(targets) == 1 else reverse("manifests")
    return HttpResponseRedirect(where)


@page("manifest")
def show_version(request: HttpRequest, manifest: UUID) -> HttpResponse:
    """One version of a list: who handed it in, what it changed, what was wrong with it."""
    found = flights.find_version(manifest=manifest)
    if found is None:
        raise Http404
    version, flight = found
    language = "en" if get_language() == "en" else "zh"
    context = {
        "version": version,
        "flight": flight,
        "problems": [(problem, problem[language]) for problem in version.problems],
        "differences": flights.list_differences(flight=flight.id, version=version.number),
    }
    return render(request, "manifest/version.html", context)
