"""The addresses of the pages. Nothing personal ever stands in one: people go by random ids, searches are posted."""

from django.urls import path
from django.views.generic import RedirectView
from django.views.i18n import set_language

from pratique.web import fonts
from pratique.web.account import views as account
from pratique.web.audit import views as audit
from pratique.web.bulletin import views as bulletin
from pratique.web.cases import sending as case_sending
from pratique.web.cases import tasks as case_tasks
from pratique.web.cases import views as cases
from pratique.web.contacts import views as contacts
from pratique.web.convoy import receiving
from pratique.web.convoy import views as convoy
from pratique.web.dispatch import forecast, hand
from pratique.web.dispatch import views as dispatch
from pratique.web.flight import views as flight
from pratique.web.gate import page
from pratique.web.headcount import views as headcount
from pratique.web.health import views as health
from pratique.web.issue import views as issue
from pratique.web.laboratory import results
from pratique.web.laboratory import views as laboratory
from pratique.web.manifest import views as manifest
from pratique.web.ride import views as ride
from pratique.web.scan import views as scan
from pratique.web.screening import counter, ill
from pratique.web.screening import views as screening
from pratique.web.search import views as search
from pratique.web.tracker import views as tracker
from pratique.web.traveller import views as traveller
from pratique.web.trip import views as trip

urlpatterns = [
    path("", page("home")(RedirectView.as_view(pattern_name="tower")), name="home"),
    path("sign-in/", account.sign_in, name="sign-in"),
    path("sign-out/", account.sign_out, name="sign-out"),
    path("password/", account.change_password, name="password"),
    path("language/", page("language", "POST")(set_language), name="language"),
    path("fonts/sans-sc.otf", fonts.send, name="font"),
    path("flights/", flight.list_day, name="flights"),
    path("flights/add/", flight.schedule, name="flight-add"),
    path("flights/<uuid:flight>/", flight.show, name="flight"),
    path("flights/<uuid:flight>/land/", flight.land, name="flight-land"),
    path("flights/<uuid:flight>/count/", flight.count, name="flight-count"),
    path("flights/<uuid:flight>/close/", flight.close, name="flight-close"),
    path("travellers/<uuid:traveller>/", traveller.show, name="traveller"),
    path("travellers/<uuid:traveller>/scans/<uuid:scan>/annul/", traveller.annul, name="scan-annul"),
    path("travellers/<uuid:traveller>/scans/<uuid:scan>/rule/", traveller.rule, name="dispute-rule"),
    path("travellers/<uuid:traveller>/link/", traveller.link, name="traveller-link"),
    path("travellers/<uuid:traveller>/needs/", traveller.record_needs, name="traveller-needs"),
    path("travellers/<uuid:traveller>/record/", traveller.write_down, name="traveller-record"),
    path("travellers/<uuid:traveller>/bind/", traveller.bind, name="traveller-bind"),
    path("travellers/<uuid:traveller>/contacts/", contacts.show, name="contacts"),
    path("cases/", cases.show_all, name="cases"),
    path("cases/open/", cases.open_case, name="case-open"),
    path("cases/tasks/", case_tasks.show, name="case-tasks"),
    path("cases/tasks/<uuid:listed>/", case_tasks.act, name="contact-do"),
    path("cases/reported/", case_sending.report, name="case-reported"),
    path("cases/<uuid:case>/", cases.show, name="case"),
    path("cases/<uuid:case>/class/", cases.classify, name="case-classify"),
    path("cases/<uuid:case>/dates/", cases.date, name="case-date"),
    path("cases/<uuid:case>/note/", cases.note, name="case-note"),
    path("cases/<uuid:case>/adopt/", cases.adopt, name="case-adopt"),
    path("cases/<uuid:case>/paper/", case_sending.show_paper, name="case-paper"),
    path("cases/<uuid:case>/export/", case_sending.send, name="case-export"),
    path("travellers/<uuid:traveller>/waive/", traveller.waive, name="duty-waive"),
    path("headcounts/<uuid:headcount>/", headcount.show, name="headcount"),
    path("headcounts/<uuid:headcount>/correct/", headcount.correct, name="headcount-correct"),
    path("lists/", manifest.show, name="manifests"),
    path("lists/look/", manifest.preview, name="manifest-preview"),
    path("lists/take-in/", manifest.receive, name="manifest-receive"),
    path("lists/<uuid:manifest>/", manifest.show_version, name="manifest"),
    path("screening/", screening.show, name="screening"),
    path("screening/find/", screening.find, name="screening-find"),
    path("screening/paper/", screening.paper, name="declaration-paper"),
    path("screening/<uuid:traveller>/", screening.screen, name="screen"),
    path("screening/<uuid:traveller>/take-back/", screening.take_back, name="screening-take-back"),
    path("screening/ill/<str:kind>/<uuid:subject>/", ill.show, name="ill"),
    path("checkpoints/", counter.show, name="checkpoints"),
    path("checkpoints/open/", counter.open_checkpoint, name="checkpoint-open"),
    path("samples/", laboratory.show, name="samples"),
    path("samples/take/", laboratory.take, name="sample-take"),
    path("samples/batches/", laboratory.open_batch, name="batch-open"),
    path("samples/batches/<uuid:batch>/", laboratory.show_batch, name="batch"),
    path("samples/batches/<uuid:batch>/step/", laboratory.step, name="batch-step"),
    path("samples/batches/<uuid:batch>/sheet/", laboratory.sheet, name="batch-sheet"),
    path("samples/results/look/", results.preview, name="results-preview"),
    path("samples/results/take-in/", results.take, name="results-take"),
    path("samples/results/<uuid:sample>/correct/", results.correct, name="result-correct"),
    path("samples/unknown/", results.settle, name="tube-settle"),
    path("dispatch/", dispatch.show, name="dispatch"),
    path("dispatch/propose/", dispatch.propose, name="dispatch-propose"),
    path("dispatch/<uuid:plan>/adopt/", dispatch.adopt, name="dispatch-adopt"),
    path("dispatch/<uuid:plan>/refuse/", dispatch.refuse, name="dispatch-refuse"),
    path("dispatch/<uuid:plan>/edit/", dispatch.change, name="dispatch-edit"),
    path("dispatch/forecast/", forecast.show, name="dispatch-forecast"),
    path("dispatch/forecast/picture/", forecast.show_picture, name="dispatch-forecast-picture"),
    path("dispatch/targets/", hand.list_targets, name="dispatch-targets"),
    path("dispatch/move/", hand.move, name="dispatch-move"),
    path("trips/<uuid:trip>/pin/", hand.pin, name="trip-pin"),
    path("vehicles/<uuid:vehicle>/service/", dispatch.serve, name="vehicle-service"),
    path("dispatch/map/", dispatch.show_map, name="dispatch-map"),
    path("trackers/", tracker.show, name="trackers"),
    path("trackers/issue/", tracker.issue, name="tracker-issue"),
    path("trackers/<uuid:tracker_id>/revoke/", tracker.revoke, name="tracker-revoke"),
    path("ride/", ride.show, name="ride"),
    path("ride/position/", ride.report, name="ride-position"),
    path("trips/", trip.list_trips, name="trips"),
    path("trips/<uuid:trip>/list/", trip.show_list, name="trip-list"),
    path("trips/<uuid:trip>/route/", trip.show_route, name="trip-route"),
    path("trips/<uuid:trip>/hand-over/", trip.hand_over, name="trip-handover"),
    path("trips/plan/", trip.plan, name="trip-plan"),
    path("trips/<uuid:trip>/", trip.show, name="trip"),
    path("trips/<uuid:trip>/report/", trip.report, name="trip-report"),
    path("vehicles/<uuid:vehicle>/disinfect/", trip.disinfect, name="vehicle-disinfect"),
    path("convoys/", convoy.list_convoys, name="convoys"),
    path("convoys/form/", convoy.form, name="convoy-form"),
    path("convoys/<uuid:convoy>/", convoy.show, name="convoy"),
    path("convoys/<uuid:convoy>/sheet/", convoy.show_sheet, name="convoy-sheet"),
    path("convoys/<uuid:convoy>/amend/", convoy.amend, name="convoy-amend"),
    path("convoys/<uuid:convoy>/join/", convoy.join, name="convoy-join"),
    path("convoys/<uuid:convoy>/leave/", convoy.leave, name="convoy-leave"),
    path("convoys/<uuid:convoy>/disband/", convoy.disband, name="convoy-disband"),
    path("convoys/<uuid:convoy>/check-in/", convoy.check_in, name="convoy-check-in"),
    path("convoys/<uuid:convoy>/incident/", convoy.report_incident, name="convoy-incident"),
    path("convoys/<uuid:convoy>/incidents/<uuid:incident>/settle/", convoy.settle, name="convoy-settle"),
    path("convoys/<uuid:convoy>/reports/<uuid:report>/take-back/", convoy.take_back, name="convoy-take-back"),
    path("convoys/<uuid:convoy>/offer/", convoy.offer, name="convoy-offer"),
    path("convoys/<uuid:convoy>/receive/", receiving.show, name="convoy-receive"),
    path("convoys/<uuid:convoy>/receive/<uuid:trip>/", receiving.accept, name="convoy-accept"),
    path("convoys/<uuid:convoy>/receive/<uuid:trip>/decline/", receiving.decline, name="convoy-decline"),
    path("scan/", scan.choose, name="scan"),
    path("scan/worker.js", scan.send_worker, name="scan-worker"),
    path("scan/device/", scan.register, name="scan-device"),
    path("scan/<uuid:post>/", scan.show, name="scan-post"),
    path("scan/<uuid:post>/state/", scan.show_state, name="scan-state"),
    path("find/", search.search, name="search"),
    path("health/", health.show, name="health"),
    path("health/picture/", health.show_picture, name="health-picture"),
    path("health/own/", health.show_own, name="health-own"),
    path("health/own/report/", health.report, name="health-report"),
    path("health/own/support/", health.ask_support, name="health-support"),
    path("health/units/<uuid:unit>/", health.show_unit, name="health-unit"),
    path("health/units/<uuid:unit>/report/", health.report_unit, name="health-unit-report"),
    path("health/people/<uuid:person>/", health.show_person, name="health-person"),
    path("health/people/<uuid:person>/act/", health.act, name="health-act"),
    path("issues/", issue.list_issues, name="issues"),
    path("issues/raise/", issue.raise_issue, name="issue-raise"),
    path("issues/<uuid:issue_id>/", issue.show, name="issue"),
    path("issues/<uuid:issue_id>/mend/", issue.mend, name="issue-mend"),
    path("issues/<uuid:issue_id>/verify/", issue.verify, name="issue-verify"),
    path("issues/<uuid:issue_id>/reopen/", issue.reopen, name="issue-reopen"),
    path("issues/<uuid:issue_id>/note/", issue.write_note, name="issue-note"),
    path("issues/<uuid:issue_id>/assign/", issue.assign, name="issue-assign"),
    path("bulletins/", bulletin.show_list, name="bulletins"),
    path("bulletins/publish/", bulletin.publish, name="bulletin-publish"),
    path("bulletins/<str:on>/", bulletin.show, name="bulletin"),
    path("bulletins/<str:on>/<int:revision>.<str:kind>", bulletin.send, name="bulletin-file"),
    path("audit/", audit.show, name="audit"),
    path("audit/prove/", audit.prove, name="audit-prove"),
    path("audit/accesses/", audit.list_accesses, name="accesses"),
]
