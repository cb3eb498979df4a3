"""One traveller's timeline, what they are owed, and the corrections a role may make."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from pratique import protocols
from pratique.core.answers import Refused
from pratique.core.duties.register import Account, Duty, State
from pratique.core.duties.vocabulary import POSTS, Kind, Words, find_record
from pratique.services import account, clock, custody, duty, identity, register
from pratique.services.dispatch import needs, people
from pratique.store.queries import handovers, headcounts, ports, travellers
from pratique.web import words
from pratique.web.gate import may, page
from pratique.web.slip import panel
from pratique.web.traveller import record
from pratique.web.traveller.forms import Because, Linked, Ruled, Waived

SIGNING_RANKS = {"commander": "duty_commander", "epidemiologist": "health_lead", "screener": "supervisor"}
"""Role → the rank in which it signs a waiver."""

SHOWN = (State.OVERDUE, State.DUE, State.MISSED, State.UPCOMING)
UPCOMING_MAX = 3


@dataclass(frozen=True, slots=True)
class Clocked:
    """A duty as the page shows it: its words, owner, clock and state; whether anybody may waive it."""

    id: str
    code: str
    key: str
    title: str
    owner: str
    state: str
    due_at: datetime
    persons: int

    @property
    def name(self) -> str:
        """How its form names it."""
        return f"{self.code}|{self.key}"


@page("traveller")
def show(request: HttpRequest, traveller: UUID) -> HttpResponse:
    """Everything about one traveller, the latest first."""
    return _render(request, traveller)


def _render(request: HttpRequest, traveller: UUID, **forms: Any) -> HttpResponse:
    story = travellers.find_story(traveller=traveller)
    if story is None:
        raise Http404
    now = clock.now()
    who = None
    if may(request, "names"):
        look = identity.Look(request.user.pk, "traveller page", story.traveller.code)
        who = identity.read(travellers=[traveller], look=look).get(traveller)
    owed = register.account_of(kind=Kind.TRAVELLER, subject=str(traveller), now=now)
    context = {
        "story": story,
        "who": who,
        "traveller": story.traveller,
        "card": story.card,
        "duties": _list_clocked(owed) if owed else [],
        "done": _count(owed, State.DISCHARGED, State.WAIVED) if owed else 0,
        "happenings": [(h, _say(h)) for h in story.happenings],
        "disputes": [d.scan for d in story.disputes],
        "differences": [d for d in headcounts.list_differences(now=now) if d.traveller == traveller],
        "handovers": _list_handovers(traveller, now),
        "unlisted": "unmanifested" in story.remarks,
        "may_annul": may(request, "scan-annul"),
        "may_rule": may(request, "dispute-rule"),
        "may_waive": may(request, "duty-waive"),
        "may_trace": may(request, "contacts"),
        "may_stay": may(request, "release"),
        "may_link": may(request, "traveller-link"),
        "may_bind": may(request, "traveller-bind"),
        "may_need": may(request, "traveller-needs"),
        "plain_needs": needs.PLAIN,
        "language_needs": [one for one in needs.list_known() if one not in needs.PLAIN],
        "destinations": people.list_destinations(),
        **panel.fill(request, traveller, now),
        "acts": record.list_acts(request, traveller, forms.get("sent")),
        "linked_form": Linked(),
        "waived_form": Waived(),
        **forms,
    }
    return render(request, "traveller/traveller.html", context, status=422 if forms else 200)


def _list_handovers(
    traveller: UUID, now: datetime
) -> list[tuple[handovers.Difference, ports.Post | None, ports.Post | None]]:
    """Handovers whose two sides do not agree on this person, with giver and receiver."""
    found = [d for d in handovers.list_differences(now=now) if d.traveller == traveller]
    parties = handovers.name_parties(handovers=[d.handover for d in found])
    posts = ports.name_posts(posts={post for pair in parties.values() for post in pair})
    return [(d, *(posts.get(post) for post in parties[d.handover])) for d in found]


def _count(owed: Account, *states: State) -> int:
    return sum(d.state in states for d in owed.duties)


def _list_clocked(owed: Account) -> list[Clocked]:
    shown = sorted(
        (d for d in owed.duties if d.state in SHOWN), key=lambda d: (SHOWN.index(d.state), d.due_at)
    )
    upcoming = [d for d in shown if d.state is State.UPCOMING][:UPCOMING_MAX]
    return [_clock(d) for d in shown if d.state is not State.UPCOMING or d in upcoming]


def _clock(owed: Duty) -> Clocked:
    waiver = owed.obligation.waiver
    return Clocked(
        id=owed.id,
        code=owed.code,
        key=owed.key,
        title=words.say(owed.obligation.title),
        owner=words.say(POSTS.get(owed.owner, Words(owed.owner, owed.owner))),
        state=owed.state.value,
        due_at=owed.due_at,
        persons=waiver.persons if waiver else 0,
    )


@cache
def _list_titles() -> dict[str, Words]:
    return {o.code: o.title for protocol in protocols.list_protocols() for o in protocol.obligations}


def _say(happening: travellers.Happening) -> str:
    """What a piece of evidence or a waived duty is called."""
    if happening.sort == "evidence":
        record = find_record(Kind.TRAVELLER, happening.code)
        return words.say(record.title) if record else happening.code
    if happening.sort == "waiver":
        title = _list_titles().get(happening.code)
        return words.say(title) if title else happening.code
    return ""


@page("scan-annul", "POST")
def annul(request: HttpRequest, traveller: UUID, scan: UUID) -> HttpResponse:
    """Take a scan back; it stays in the book, struck through."""
    form = Because(request.POST)
    if not form.is_valid():
        raise Refused("reason_missing")
    custody.annul(scan=scan, by=request.user.pk, because=form.cleaned_data["because"], now=clock.now())
    return _done(request, traveller, _("The scan has been taken back. The book was folded again without it."))


@page("dispute-rule", "POST")
def rule(request: HttpRequest, traveller: UUID, scan: UUID) -> HttpResponse:
    """Settle a dispute."""
    form = Ruled(request.POST)
    if not form.is_valid():
        raise Refused("reason_missing")
    custody.rule(
        scan=scan,
        believed=form.cleaned_data["believed"],
        by=request.user.pk,
        because=form.cleaned_data["because"],
        now=clock.now(),
    )
    return _done(request, traveller, _("Settled. The book was folded again with your ruling."))


@page("traveller-link", "POST")
def link(request: HttpRequest, traveller: UUID) -> HttpResponse:
    """Somebody on no list turned out to be somebody who is on one."""
    form = Linked(request.POST)
    if not form.is_valid():
        return _render(request, traveller, linked_form=form)
    same_as = travellers.find_by_code(code=form.cleaned_data["code"])
    if same_as is None:
        form.add_error("code", _("Nobody has this code. Look it up on the flight's list."))
        return _render(request, traveller, linked_form=form)
    custody.link(
        traveller=traveller,
        same_as=same_as,
        by=request.user.pk,
        because=form.cleaned_data["because"],
        now=clock.now(),
    )
    messages.success(request, _("The two are read as one person from now on."), extra_tags="good")
    return HttpResponseRedirect(reverse("traveller", args=[same_as]))


@page("traveller-bind", "POST")
def bind(request: HttpRequest, traveller: UUID) -> HttpResponse:
    """Decide where this person goes, or leave it to the plan."""
    told = request.POST.get("custodian", "")
    try:
        custodian = UUID(told) if told else None
    except ValueError:
        raise Refused("custodian_unknown") from None
    people.bind(traveller=traveller, custodian=custodian)
    return _done(request, traveller, _("Decided. The next plan goes by it."))


@page("traveller-needs", "POST")
def record_needs(request: HttpRequest, traveller: UUID) -> HttpResponse:
    """What this person needs on the way: a place for a wheelchair, a child seat, an interpreter."""
    needs.record(traveller=traveller, needs=[one for one in request.POST.getlist("need") if one])
    return _done(request, traveller, _("Kept. The next plan goes by it."))


@page("traveller-record", "POST")
def write_down(request: HttpRequest, traveller: UUID) -> HttpResponse:
    """One thing that was done for this person; what cannot be taken comes back beside its field."""
    form = record.read_form(request)
    if travellers.find_story(traveller=traveller) is None:
        raise Http404
    if form.is_valid():
        try:
            record.write_down(request, traveller, form)
        except Refused as refused:
            form.add_error(None, words.say_refused(refused))
        else:
            return _done(request, traveller, _("Written down, with your name and the time."))
    return _render(request, traveller, sent=form)


@page("duty-waive", "POST")
def waive(request: HttpRequest, traveller: UUID) -> HttpResponse:
    """A duty need not be done: who says so, why, until when."""
    form = Waived(request.POST)
    if not form.is_valid():
        return _render(request, traveller, waived_form=form)
    now = clock.now()
    code, _sign, key = form.cleaned_data["duty"].partition("|")
    try:
        signatures = tuple(_sign_all(request, form, now))
    except Refused as refused:
        form.add_error("second_password", words.say_refused(refused))
        return _render(request, traveller, waived_form=form)
    leave = duty.Leave(
        subject_kind=Kind.TRAVELLER,
        subject=str(traveller),
        code=code,
        because=form.cleaned_data["because"],
        signatures=signatures,
        expires_at=now + form.lasts,
        key=key,
    )
    duty.waive(leave=leave, by=request.user.pk, now=now)
    standing = register.account_of(kind=Kind.TRAVELLER, subject=str(traveller), now=now)
    if standing and any(
        o.subject == str(traveller) and o.code.startswith("waiver") for o in standing.objections
    ):
        said = _(
            "Written down, but the rule does not allow it as it stands: it may need a higher rank or two people."
        )
        messages.warning(request, said, extra_tags="late")
        return HttpResponseRedirect(reverse("traveller", args=[traveller]))
    return _done(request, traveller, _("Waived. It stands in the timeline with your name and reason."))


def _sign_all(request: HttpRequest, form: Waived, now: datetime) -> Iterable[tuple[UUID, str]]:
    yield request.user.pk, SIGNING_RANKS.get(request.user.role, "")
    name = form.cleaned_data["second_name"]
    if name:
        second = account.recognise(username=name, password=form.cleaned_data["second_password"], now=now)
        if second.pk == request.user.pk:
            raise Refused("second_person_needed")
        yield second.pk, SIGNING_RANKS.get(second.role, "")


def _done(request: HttpRequest, traveller: UUID, said: str) -> HttpResponse:
    messages.success(request, said, extra_tags="good")
    return HttpResponseRedirect(reverse("traveller", args=[traveller]))
