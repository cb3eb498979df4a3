"""Who may do what: the one table of endpoint × role. What is not in it is forbidden.

Endpoints are named as their URLs are (`web:tower`, `api:scans`). A test walks every URL of the product with every
role and holds the answer against this table; a URL that is not in it fails that test.
"""

from enum import StrEnum


class Role(StrEnum):
    """What a person is here for; one each. The order is that of `screens.md`."""

    COMMANDER = "commander"
    DISPATCHER = "dispatcher"
    SCREENER = "screener"
    ESCORT = "escort"
    RECEPTION = "reception"
    LIAISON = "liaison"
    CLERK = "clerk"
    STAFF = "staff"
    EPIDEMIOLOGIST = "epidemiologist"
    PARTNER = "partner"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"


R = Role
EVERYBODY = frozenset(Role)
DESK = frozenset({R.COMMANDER, R.DISPATCHER, R.SCREENER, R.RECEPTION, R.EPIDEMIOLOGIST})
FIELD = frozenset({R.COMMANDER, R.DISPATCHER, R.SCREENER, R.ESCORT, R.RECEPTION})

INSIDE = EVERYBODY - {R.PARTNER}
LEADS = frozenset({R.COMMANDER, R.SCREENER})
SCREENERS = LEADS | {R.EPIDEMIOLOGIST}
SAMPLERS = LEADS | {R.RECEPTION, R.EPIDEMIOLOGIST}
PLANNERS = frozenset({R.COMMANDER, R.DISPATCHER})
CASES = frozenset({R.COMMANDER, R.EPIDEMIOLOGIST})

CLERKS = frozenset({R.COMMANDER, R.CLERK})
SPEAKERS = CLERKS | {R.LIAISON}
HANDING_OVER = frozenset({R.COMMANDER, R.DISPATCHER, R.SCREENER, R.RECEPTION, R.CLERK})
HOUSE = frozenset({R.COMMANDER, R.RECEPTION})
SIGNERS = frozenset({R.COMMANDER, R.SCREENER, R.EPIDEMIOLOGIST})
WORKING = INSIDE - {R.AUDITOR, R.ADMINISTRATOR}

NEEDS_NO_ACCOUNT = frozenset(
    {"api:health", "api:positions", "web:sign-in", "web:language", "web:font", "web:duty-calendar"}
)
"""The few endpoints that answer without anybody being signed in; `api:positions` knows trackers by their secret identifier."""

TABLE: dict[str, frozenset[Role]] = {
    "api:scans": FIELD,
    "api:post": FIELD,
    "api:headcount": FIELD,
    "api:handover_offer": FIELD,
    "api:handover_answer": FIELD,
    "api:handovers": FIELD,
    "api:undo": FIELD,
    "api:find": FIELD,
    "api:traveller_unlisted": FIELD,
    "boards:tower": INSIDE,
    "web:home": EVERYBODY,
    "web:sign-out": EVERYBODY,
    "web:password": EVERYBODY,
    "web:names": DESK,
    "web:search": DESK | {R.ESCORT, R.AUDITOR},
    "web:flights": DESK | {R.AUDITOR},
    "web:flight": DESK | {R.AUDITOR},
    "web:flight-add": LEADS | {R.DISPATCHER},
    "web:flight-expect": LEADS | {R.DISPATCHER},
    "web:flight-land": LEADS | {R.DISPATCHER},
    "web:flight-count": LEADS | {R.DISPATCHER},
    "web:flight-close": LEADS,
    "web:traveller": DESK | {R.ESCORT, R.AUDITOR},
    "web:traveller-link": LEADS,
    "web:traveller-bind": LEADS | {R.DISPATCHER},
    "web:traveller-record": LEADS | {R.RECEPTION, R.EPIDEMIOLOGIST},
    "web:traveller-needs": LEADS | {R.DISPATCHER, R.RECEPTION},
    "web:slip-issue": FIELD,
    "web:slips-issue": LEADS | {R.DISPATCHER},
    "web:slip-revoke": FIELD,
    "web:notice": FIELD | {R.EPIDEMIOLOGIST, R.AUDITOR},
    "web:petitions": LEADS | {R.RECEPTION, R.EPIDEMIOLOGIST, R.SCREENER, R.AUDITOR},
    "web:petition": LEADS | {R.RECEPTION, R.EPIDEMIOLOGIST, R.SCREENER, R.AUDITOR},
    "web:petition-reply": LEADS | {R.RECEPTION, R.EPIDEMIOLOGIST},
    "web:petition-carried": LEADS | {R.RECEPTION, R.EPIDEMIOLOGIST},
    "web:petition-assign": frozenset({R.COMMANDER}),
    "web:petition-help": LEADS | {R.RECEPTION, R.EPIDEMIOLOGIST, R.SCREENER},
    "web:procedures": FIELD | {R.EPIDEMIOLOGIST, R.AUDITOR},
    "web:procedure": FIELD | {R.EPIDEMIOLOGIST, R.AUDITOR},
    "web:procedure-begin": FIELD | {R.EPIDEMIOLOGIST},
    "web:procedure-take": FIELD | {R.EPIDEMIOLOGIST},
    "web:contacts": frozenset({R.COMMANDER, R.EPIDEMIOLOGIST}),
    "web:cases": CASES,
    "web:case": CASES,
    "web:case-open": CASES,
    "web:case-classify": CASES,
    "web:case-date": CASES,
    "web:case-infected": CASES,
    "web:case-spread": CASES,
    "web:case-note": CASES,
    "web:case-adopt": CASES,
    "web:case-paper": CASES,
    "web:case-export": CASES,
    "web:case-reported": CASES,
    "web:case-tasks": CASES | {R.SCREENER, R.RECEPTION},
    "web:contact-do": CASES | {R.SCREENER, R.RECEPTION},
    "web:scan-annul": LEADS,
    "web:dispute-rule": LEADS,
    "web:duty-waive": LEADS | {R.EPIDEMIOLOGIST},
    "web:headcount": DESK | {R.AUDITOR},
    "web:headcount-correct": LEADS,
    "web:manifests": DESK | {R.AUDITOR},
    "web:manifest": DESK | {R.AUDITOR},
    "web:manifest-preview": LEADS,
    "web:manifest-receive": LEADS,
    "web:screening": SCREENERS,
    "web:screening-find": SCREENERS,
    "web:declaration-paper": SCREENERS,
    "web:screen": SCREENERS,
    "web:declarations": SCREENERS,
    "web:screening-take-back": LEADS,
    "web:ill": SCREENERS,
    "web:checkpoints": SCREENERS | {R.STAFF},
    "web:checkpoint-open": LEADS,
    "web:samples": SAMPLERS | {R.AUDITOR},
    "web:sample-take": SAMPLERS,
    "web:batch-open": SAMPLERS,
    "web:batch": SAMPLERS | {R.AUDITOR},
    "web:batch-step": SAMPLERS,
    "web:batch-sheet": SAMPLERS | {R.AUDITOR},
    "web:results-preview": SAMPLERS,
    "web:results-take": SAMPLERS,
    "web:result-correct": SAMPLERS,
    "web:tube-settle": SAMPLERS,
    "web:dispatch": PLANNERS | {R.AUDITOR},
    "web:dispatch-propose": PLANNERS,
    "web:dispatch-adopt": PLANNERS,
    "web:dispatch-refuse": PLANNERS,
    "web:dispatch-edit": PLANNERS,
    "web:dispatch-search": PLANNERS | {R.AUDITOR},
    "web:dispatch-stop": PLANNERS,
    "web:dispatch-discard": PLANNERS,
    "web:dispatch-forecast": PLANNERS | {R.AUDITOR, R.LIAISON, R.RECEPTION},
    "web:dispatch-targets": PLANNERS,
    "web:dispatch-move": PLANNERS,
    "web:dispatch-load": PLANNERS,
    "web:dispatch-hospital": PLANNERS,
    "web:dispatch-undo": PLANNERS,
    "web:trip-pin": PLANNERS,
    "web:vehicle-service": PLANNERS,
    "web:dispatch-map": PLANNERS | {R.AUDITOR},
    "web:trackers": PLANNERS | {R.ADMINISTRATOR, R.AUDITOR},
    "web:tracker-issue": PLANNERS | {R.ADMINISTRATOR},
    "web:tracker-revoke": PLANNERS | {R.ADMINISTRATOR},
    "web:ride": frozenset({R.ESCORT, R.STAFF}),
    "web:ride-position": frozenset({R.ESCORT, R.STAFF}),
    "web:trips": FIELD,
    "web:trip-list": FIELD,
    "web:trip-route": FIELD,
    "web:trip-handover": PLANNERS | {R.ESCORT},
    "web:trip-override": PLANNERS,
    "web:convoy-ambulance": PLANNERS | {R.ESCORT},
    "web:trip-count": PLANNERS | {R.ESCORT},
    "web:trip-wheel": PLANNERS | {R.ESCORT},
    "web:trip-reached": PLANNERS,
    "web:trip-reached-back": PLANNERS,
    "web:trip-crew": PLANNERS,
    "web:trip-crew-undo": PLANNERS,
    "web:trip-call-off": PLANNERS,
    "web:trip-names": PLANNERS,
    "web:trip-odometer": PLANNERS,
    "web:trip-misboarded": PLANNERS | {R.ESCORT},
    "web:trip": FIELD,
    "web:trip-plan": frozenset({R.COMMANDER, R.DISPATCHER}),
    "web:trip-report": frozenset({R.COMMANDER, R.DISPATCHER, R.ESCORT}),
    "web:trip-step-back": frozenset({R.COMMANDER, R.DISPATCHER, R.ESCORT}),
    "web:vehicle-except": frozenset({R.COMMANDER}),
    "web:vehicle-disinfect": frozenset({R.COMMANDER, R.DISPATCHER, R.ESCORT}),
    "web:vehicle-disinfect-back": PLANNERS,
    "web:convoys": FIELD | {R.PARTNER, R.AUDITOR},
    "web:convoy": FIELD | {R.PARTNER, R.AUDITOR},
    "web:convoy-sheet": FIELD | {R.AUDITOR},
    "web:convoy-form": PLANNERS,
    "web:convoy-amend": PLANNERS,
    "web:convoy-join": PLANNERS,
    "web:convoy-leave": PLANNERS,
    "web:convoy-disband": PLANNERS,
    "web:convoy-check-in": PLANNERS | {R.ESCORT},
    "web:convoy-reached": PLANNERS,
    "web:convoy-incident": PLANNERS | {R.ESCORT},
    "web:convoy-settle": PLANNERS | {R.ESCORT},
    "web:convoy-take-back": PLANNERS | {R.ESCORT},
    "web:convoy-offer": PLANNERS | {R.ESCORT},
    "web:convoy-receive": PLANNERS | {R.PARTNER},
    "web:convoy-accept": PLANNERS | {R.PARTNER},
    "web:convoy-decline": PLANNERS | {R.PARTNER},
    "web:convoy-names": PLANNERS | {R.PARTNER},
    "web:stay": DESK | {R.AUDITOR},
    "web:stay-facility": DESK | {R.AUDITOR},
    "web:stay-hospital": DESK | {R.AUDITOR},
    "web:stay-accept": HOUSE,
    "web:stay-give": HOUSE,
    "web:stay-move": HOUSE,
    "web:stay-room": HOUSE,
    "web:stay-intake": HOUSE,
    "web:stay-floor": HOUSE,
    "web:stay-lists": HOUSE | {R.EPIDEMIOLOGIST},
    "web:stay-round": HOUSE | {R.EPIDEMIOLOGIST},
    "web:guest-needs": HOUSE,
    "web:help-ask": HOUSE | {R.SCREENER, R.EPIDEMIOLOGIST},
    "web:release": DESK | {R.AUDITOR},
    "web:release-sign": HOUSE | {R.EPIDEMIOLOGIST},
    "web:order": SIGNERS | {R.RECEPTION},
    "web:order-draw": SIGNERS,
    "web:order-sign": SIGNERS,
    "web:orders": SIGNERS | {R.RECEPTION, R.AUDITOR},
    "web:orders-sign": SIGNERS,
    "web:order-withdraw": SIGNERS,
    "web:order-serve": SIGNERS | {R.RECEPTION},
    "web:order-told": SIGNERS | {R.RECEPTION},
    "web:home-assess": frozenset({R.EPIDEMIOLOGIST}),
    "web:fever-clear": frozenset({R.EPIDEMIOLOGIST}),
    "web:hospital-discharge": frozenset({R.EPIDEMIOLOGIST}),
    "web:assessment-undo": frozenset({R.EPIDEMIOLOGIST}),
    "web:home-send": HOUSE | {R.SCREENER, R.EPIDEMIOLOGIST},
    "web:removal-ask": HOUSE | {R.EPIDEMIOLOGIST},
    "web:removal-drop": HOUSE | {R.EPIDEMIOLOGIST},
    "web:removal-arrive": HOUSE | {R.EPIDEMIOLOGIST},
    "web:removal-write": HOUSE | {R.EPIDEMIOLOGIST},
    "web:death": HOUSE | {R.EPIDEMIOLOGIST},
    "web:death-certify": frozenset({R.EPIDEMIOLOGIST}),
    "web:death-confirm": CASES,
    "web:death-told": HOUSE | {R.EPIDEMIOLOGIST},
    "web:death-hand": HOUSE | {R.EPIDEMIOLOGIST},
    "web:death-undo": CASES,
    "web:onwards": HOUSE | {R.EPIDEMIOLOGIST, R.PARTNER},
    "web:onward-answer": frozenset({R.PARTNER}),
    "web:onward": HOUSE | {R.EPIDEMIOLOGIST},
    "web:certificate": HOUSE | {R.EPIDEMIOLOGIST},
    "web:certificate-check": INSIDE | {R.PARTNER},
    "web:exemptions": DESK | {R.AUDITOR},
    "web:traveller-exemption": DESK | {R.AUDITOR},
    "web:exemption-step": SIGNERS,
    "web:way-settle": frozenset({R.COMMANDER}),
    "web:scan": FIELD,
    "web:scan-post": FIELD,
    "web:scan-device": FIELD,
    "web:health": frozenset({R.COMMANDER, R.EPIDEMIOLOGIST, R.AUDITOR}),
    "web:health-own": INSIDE,
    "web:health-report": INSIDE,
    "web:health-support": INSIDE,
    "web:health-unit": frozenset({R.COMMANDER, R.EPIDEMIOLOGIST, R.LIAISON}),
    "web:health-unit-report": frozenset({R.COMMANDER, R.LIAISON}),
    "web:health-person": frozenset({R.EPIDEMIOLOGIST}),
    "web:health-act": frozenset({R.EPIDEMIOLOGIST}),
    "web:safety": INSIDE,
    "web:safety-inspect": FIELD | {R.EPIDEMIOLOGIST, R.STAFF},
    "web:safety-inspection": INSIDE,
    "web:safety-disinfect": FIELD | {R.STAFF},
    "web:safety-disinfect-lodging": FIELD | {R.STAFF, R.LIAISON},
    "web:safety-meals": frozenset({R.COMMANDER, R.DISPATCHER, R.LIAISON}),
    "web:safety-stock": INSIDE,
    "web:safety-stock-move": FIELD | {R.EPIDEMIOLOGIST, R.STAFF},
    "web:safety-worn": FIELD | {R.EPIDEMIOLOGIST, R.CLERK},
    "web:safety-quarters": frozenset({R.COMMANDER, R.DISPATCHER, R.LIAISON}),
    "web:safety-lodge": frozenset({R.COMMANDER, R.DISPATCHER, R.LIAISON}),
    "web:issues": INSIDE,
    "web:issue": INSIDE,
    "web:issue-raise": INSIDE,
    "web:issue-mend": INSIDE - {R.AUDITOR},
    "web:issue-verify": DESK | {R.LIAISON, R.AUDITOR},
    "web:issue-reopen": INSIDE,
    "web:issue-note": INSIDE,
    "web:issue-assign": LEADS | {R.LIAISON},
    "web:force": CLERKS | {R.AUDITOR, R.DISPATCHER},
    "web:force-progress": CLERKS | {R.AUDITOR, R.DISPATCHER},
    "web:force-plan": CLERKS,
    "web:force-stop": CLERKS,
    "web:force-replan": CLERKS,
    "web:force-adopt": CLERKS,
    "web:force-refuse": CLERKS,
    "web:force-edit": CLERKS,
    "web:day-sheet": CLERKS | {R.AUDITOR, R.DISPATCHER},
    "web:week-sheet": CLERKS | {R.AUDITOR, R.DISPATCHER},
    "web:post-sheet": WORKING | {R.AUDITOR},
    "web:model-posts": INSIDE,
    "web:model-award": frozenset({R.COMMANDER}),
    "web:draw": CLERKS | {R.AUDITOR},
    "web:draw-make": CLERKS,
    "web:draw-fill": CLERKS,
    "web:quota-set": CLERKS,
    "web:upward": WORKING | {R.AUDITOR},
    "web:upward-ask": WORKING,
    "web:upward-answer": frozenset({R.COMMANDER}),
    "web:unit-mine": frozenset({R.LIAISON}),
    "web:unit": SPEAKERS | {R.AUDITOR},
    "web:unit-confirm": SPEAKERS,
    "web:call-answer": WORKING,
    "web:call-miss": SPEAKERS,
    "web:call-restore": WORKING,
    "web:attend": SPEAKERS,
    "web:tap-undo": WORKING,
    "web:shift-settle": SPEAKERS,
    "web:absence-enter": SPEAKERS,
    "web:absence-cancel": SPEAKERS,
    "web:qualification-enter": SPEAKERS,
    "web:separate": SPEAKERS,
    "web:separation-end": SPEAKERS,
    "web:duty": WORKING,
    "web:duty-tap": WORKING,
    "web:duty-diets": WORKING,
    "web:swap-ask": WORKING,
    "web:swap-answer": WORKING,
    "web:swap-withdraw": WORKING,
    "web:calendar-issue": WORKING,
    "web:calendar-revoke": WORKING,
    "web:training": SPEAKERS | {R.AUDITOR},
    "web:training-hold": SPEAKERS,
    "web:training-undo": SPEAKERS,
    "web:training-test": WORKING,
    "web:shift-handovers": HANDING_OVER | {R.AUDITOR},
    # Whoever holds the post that leads a shift, whatever their role: of their own shifts only (web/force/handing).
    "web:shift-handover": HANDING_OVER | {R.AUDITOR, R.STAFF, R.ESCORT},
    "web:shift-handover-sign": HANDING_OVER | {R.STAFF, R.ESCORT},
    "web:shift-handover-decide": HANDING_OVER | {R.STAFF, R.ESCORT},
    "web:bulletins": EVERYBODY,
    "web:bulletin": EVERYBODY,
    "web:bulletin-publish": frozenset({R.COMMANDER}),
    "web:audit": frozenset({R.AUDITOR, R.COMMANDER, R.ADMINISTRATOR}),
    "web:audit-prove": frozenset({R.AUDITOR, R.COMMANDER, R.ADMINISTRATOR}),
    "web:accesses": frozenset({R.AUDITOR}),
}
"""Endpoint → roles that may use it."""

ACTS: dict[str, Role] = {"escort": R.ESCORT, "screening": R.ESCORT}
"""Post of a shift → the role as which an account of role `staff` acts while it holds that post (`services/force/acting`). Only posts of the
field stand here; whoever leads, plans, signs, decides or sees names has an account of that role."""

CREW = frozenset(
    {
        "web:trip",
        "web:trip-list",
        "web:trip-route",
        "web:trip-report",
        "web:trip-wheel",
        "web:vehicle-disinfect",
    }
)
"""What whoever drives or escorts a trip may do with that trip and its vehicle while they are on duty with it, whatever their role is
(`services/force/acting.list_ridden`). No name, no scan and no decision is among it."""


def allows(*, endpoint: str, role: str | None) -> bool:
    """Whether this role (None: nobody is signed in) may use this endpoint."""
    return endpoint in NEEDS_NO_ACCOUNT or role in TABLE.get(endpoint, frozenset())


def may_act(*, endpoint: str, role: str | None) -> bool:
    """Whether this role is let in here while it holds one of the posts of `ACTS`, and not otherwise."""
    return (
        role == R.STAFF
        and not allows(endpoint=endpoint, role=role)
        and any(allows(endpoint=endpoint, role=acting) for acting in ACTS.values())
    )


def may_ride(*, endpoint: str, role: str | None) -> bool:
    """Whether this role is let in here with a trip that they drive or escort: whoever works at the port is."""
    return endpoint in CREW and role in WORKING
