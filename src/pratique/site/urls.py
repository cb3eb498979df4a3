"""Every address, from the three rings that answer: pages, live boards, the API."""

from django.urls import include, path

from pratique.site import static

urlpatterns = [
    path("static/<str:digest>/<path:path>", static.serve, name="static"),
    path("api/", include("pratique.api.urls")),
    path("boards/", include("pratique.boards.urls")),
    path("", include("pratique.web.urls")),
]
