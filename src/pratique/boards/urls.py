"""The addresses of the live screens."""

from django.urls import path

from pratique.boards import tower

urlpatterns = [
    path("tower/", tower.show, name="tower"),
    path("tower/picture/", tower.show_picture, name="tower-picture"),
    path("tower/zeros/<str:zero>/", tower.show_zero, name="zero"),
    path("tower/exceptions/", tower.show_exceptions, name="exceptions"),
    path("tower/duties/", tower.show_duties, name="duties"),
    path("wall/", tower.show_wall, name="wall"),
    path("wall/picture/", tower.show_wall_picture, name="wall-picture"),
]
