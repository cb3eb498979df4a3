"""The list of issues, one of them with everything that became of it, and its steps."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from pratique.services import clock, issue
from pratique.store.ids import make_id
from pratique.store.queries import issues
from pratique.web.gate import may, page
from pratique.web.issue.forms import Assigned, Filtered, Raised, read_id

DUE_AFTER = timedelta(hours=24)
STEPS = {"open": ("mended",), "mended": ("verified", "sent_back"), "closed": ("reopened",)}
"""State → what may be done next, each an action of its own in the permission table."""
ACTIONS = {
    "mended": "issue-mend",
    "verified": "issue-verify",
    "sent_back": "issue-verify",
    "reopened": "issue-reopen",
}


@page("issues")
def list_issues(request: HttpRequest) -> HttpResponse:
    """What is not closed, or what was sought; what comes back; a form for what was found now."""
    return _render_list(request)


def _render_list(request: HttpRequest, wrong: Raised | None = None) -> HttpResponse:
    now = clock.now()
    told = request.GET if request.method == "GET" and request.GET else {"state": "unclosed"}
    sought_form = Filtered(told)
    kept = sought_form.cleaned_data if sought_form.is_valid() else {}
    sought = issues.Sought(
        state=kept.get("state", "unclosed"),
        sort=kept.get("sort", ""),
        topic=kept.get("topic", ""),
        owner=read_id(kept.get("owner", "")),
        place=read_id(kept.get("place", "")),
        nowhere=kept.get("place") == "-",
    )
    lines = issues.list_issues(sought=sought, now=now)
    context = {
        "lines": lines,
        "more": issues.count_issues(sought=sought) - len(lines),
        "late": sum(line.late for line in lines),
        "sought_form": sought_form,
        "narrowed": sought != issues.Sought(state="unclosed"),
        "recurring": issues.list_recurring(now=now),
        "may_raise": may(request, "issue-raise"),
        "raised_form": wrong or _make_raised(),
    }
    return render(request, "issue/list.html", context, status=422 if wrong else 200)


def _make_raised() -> Raised:
    due_at = timezone.localtime(clock.now() + DUE_AFTER)
    return Raised(initial={"id": make_id(), "due_at": due_at}, auto_id="raised-%s")


@page("issue-raise", "POST")
def raise_issue(request: HttpRequest) -> HttpResponse:
    """Something was found."""
    form = Raised(request.POST, auto_id="raised-%s")
    if not form.is_valid():
        return _render_list(request, form)
    row = issue.raise_issue(
        found=form.found, by=request.user.pk, now=clock.now(), issue_id=form.cleaned_data["id"]
    )
    messages.success(
        request, _("Written down. Whoever mends it says how; somebody else verifies."), extra_tags="good"
    )
    return HttpResponseRedirect(reverse("issue", args=[row.id]))


@page("issue")
def show(request: HttpRequest, issue_id: UUID) -> HttpResponse:
    """One issue and everything that became of it."""
    return _render(request, issue_id)


def _render(request: HttpRequest, issue_id: UUID, wrong: Assigned | None = None) -> HttpResponse:
    line = issues.find_issue(issue=issue_id, now=clock.now())
    if line is None:
        raise Http404
    owned = {"owner": str(line.issue.owner_id) if line.issue.owner_id else "-"}
    if line.issue.due_at:
        owned["due_at"] = timezone.localtime(line.issue.due_at)
    context: dict[str, Any] = {
        "line": line,
        "issue": line.issue,
        "steps": issues.list_steps(issue=issue_id),
        "next": [step for step in STEPS[line.issue.state] if may(request, ACTIONS[step])],
        "may_note": may(request, "issue-note"),
        "may_assign": may(request, "issue-assign") and line.issue.state != "closed",
        "may_open_traveller": may(request, "traveller"),
        "assigned_form": wrong or Assigned(initial=owned, auto_id="assigned-%s"),
    }
    return render(request, "issue/issue.html", context, status=422 if wrong else 200)


def _step(request: HttpRequest, issue_id: UUID, step: str, said: str) -> HttpResponse:
    because = request.POST.get("because", "")
    issue.step(issue=issue_id, step=step, because=because, by=request.user.pk, now=clock.now())
    messages.success(request, said, extra_tags="good")
    return HttpResponseRedirect(reverse("issue", args=[issue_id]))


@page("issue-mend", "POST")
def mend(request: HttpRequest, issue_id: UUID) -> HttpResponse:
    """It is put right; what was done is the proof."""
    return _step(request, issue_id, "mended", _("Mended. Somebody else looks at it and verifies."))


@page("issue-verify", "POST")
def verify(request: HttpRequest, issue_id: UUID) -> HttpResponse:
    """Somebody else looked: closed, or sent back to its owner."""
    if request.POST.get("step") == "sent_back":
        return _step(request, issue_id, "sent_back", _("Sent back to its owner."))
    return _step(request, issue_id, "verified", _("Verified and closed."))


@page("issue-reopen", "POST")
def reopen(request: HttpRequest, issue_id: UUID) -> HttpResponse:
    """What was closed has come back."""
    return _step(request, issue_id, "reopened", _("Open again; it is counted that it came back."))


@page("issue-note", "POST")
def write_note(request: HttpRequest, issue_id: UUID) -> HttpResponse:
    """A remark beside it."""
    issue.note(issue=issue_id, said=request.POST.get("because", ""), by=request.user.pk, now=clock.now())
    messages.success(request, _("Noted."), extra_tags="good")
    return HttpResponseRedirect(reverse("issue", args=[issue_id]))


@page("issue-assign", "POST")
def assign(request: HttpRequest, issue_id: UUID) -> HttpResponse:
    """It goes to another unit, or to another time."""
    form = Assigned(request.POST, auto_id="assigned-%s")
    if not form.is_valid():
        return _render(request, issue_id, form)
    issue.assign(
        issue=issue_id,
        to=form.told,
        because=form.cleaned_data["because"],
        by=request.user.pk,
        now=clock.now(),
    )
    messages.success(request, _("Given over; the reason stands beside it."), extra_tags="good")
    return HttpResponseRedirect(reverse("issue", args=[issue_id]))
