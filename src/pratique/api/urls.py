"""The API's addresses."""

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.urls import path

from pratique.api import gate, phone, tracker

app_name = "api"


def check_health(request: HttpRequest) -> HttpResponse:
    """Whether the server and its database answer."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return gate.respond({"status": "ok"})


urlpatterns = [
    path("v1/positions", tracker.report, name="positions"),
    path("health", check_health, name="health"),
    *(path(f"v1/{where}", endpoint.view, name=endpoint.name) for where, endpoint in phone.ENDPOINTS),
]
