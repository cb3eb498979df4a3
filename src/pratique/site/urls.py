"""Every address, from the three rings that answer: pages, live boards, the API."""

from django.urls import include, path

urlpatterns = [
    path("api/", include("pratique.api.urls")),
    path("boards/", include("pratique.boards.urls")),
    path("", include("pratique.web.urls")),
]
