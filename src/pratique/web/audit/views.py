"""Proofs, seals and the access log."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from pratique.services import clock, proof, seal
from pratique.store.queries import audit
from pratique.web import words
from pratique.web.gate import page

LINES_MAX = 50


@page("audit")
def show(request: HttpRequest) -> HttpResponse:
    """The seals, and the buttons that run the proofs and recompute the seals."""
    return render(request, "audit/audit.html", _gather())


def _gather() -> dict[str, object]:
    return {"seals": audit.list_seals(), "entries": audit.count_entries(), "now": clock.now()}


@page("audit-prove", "POST")
def prove(request: HttpRequest) -> HttpResponse:
    """Run the six proofs over the whole book and recompute every seal, now."""
    proven = proof.prove(now=clock.now())
    checked = seal.check()
    findings = [
        (words.PROOFS.get(name), name, objections[:LINES_MAX], len(objections))
        for name, objections in proven.findings.by_proof.items()
    ]
    context = {
        **_gather(),
        "proven": proven,
        "findings": findings,
        "checked": checked,
        "sound": proven.findings.hold and not checked.objections,
    }
    return render(request, "audit/audit.html", context)


@page("accesses")
def list_accesses(request: HttpRequest) -> HttpResponse:
    """Who looked at whom, newest first."""
    before = request.GET.get("before", "")
    looked, before_id = audit.list_accesses(before_id=int(before) if before.isdigit() else None)
    return render(request, "audit/accesses.html", {"looked": looked, "before_id": before_id})
