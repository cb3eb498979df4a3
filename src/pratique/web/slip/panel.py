"""What a traveller's page shows the staff of the traveller's own: the slip, what they asked, how to reach them, procedures."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest

from pratique import protocols
from pratique.services import procedure
from pratique.services.window import contact, petition, slip
from pratique.store.ids import make_id
from pratique.web.gate import may


def fill(request: HttpRequest, traveller: UUID, now: datetime) -> dict[str, Any]:
    """The part of the page's context that these panels need."""
    slips = slip.list_slips(traveller=traveller)
    seen = may(request, "petitions")
    return {
        "may_slip": may(request, "slip-issue"),
        "slip_now": next((one for one in slips if one.revoked_at is None), None),
        "slip_fresh": make_id(),
        "slip_language": slips[0].language if slips else _guess_language(traveller),
        "slip_languages": [(code, one.name) for code, one in protocols.list_sheets().items()],
        "contact_told": contact.find_last(traveller=traveller) if may(request, "names") else None,
        "asked": petition.list_of(traveller=traveller) if seen else [],
        "runs": procedure.list_runs(traveller=traveller, now=now),
        "procedures": protocols.list_procedures() if may(request, "procedure-begin") else [],
        "run_fresh": make_id(),
        "may_notice": may(request, "notice"),
    }


def _guess_language(traveller: UUID) -> str:
    """The language they need an interpreter for, where that is known and there are sheets in it; else English."""
    spoken = slip.list_languages_needed(traveller=traveller)
    return next((one for one in spoken if one in protocols.SPEECH), "en")
