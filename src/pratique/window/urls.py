"""The addresses of a traveller's own page. None of them names anybody."""

from django.urls import path

from pratique.window import declare, views

urlpatterns = [
    path("", views.show, name="home"),
    path("open/", views.open_slip, name="open"),
    path("language/", views.choose_language, name="language"),
    path("leave/", views.leave, name="leave"),
    path("stay/", views.show_stay, name="stay"),
    path("rights/", views.show_rights, name="rights"),
    path("report/", views.report, name="report"),
    path("declare/", declare.fill_in, name="declare"),
    path("help/", views.ask_for_help, name="help"),
    path("complain/", views.complain, name="complain"),
    path("object/", views.object_to, name="object"),
    path("asked/", views.show_asked, name="asked"),
    path("data/", views.show_data, name="data"),
    path("health/", views.say_health, name="health"),
]
handler404 = "pratique.window.views.say_absent"
handler500 = "pratique.window.views.say_wrong"
