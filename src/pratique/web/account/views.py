"""Sign in, sign out, change the password."""

from django.contrib import messages
from django.contrib.auth import login, logout, update_session_auth_hash
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from pratique.core.answers import Refused
from pratique.services import account, clock
from pratique.web import words
from pratique.web.account.forms import ChangePassword, SignIn
from pratique.web.gate import page

BACKEND = "django.contrib.auth.backends.ModelBackend"


@page("sign-in", "GET", "POST")
def sign_in(request: HttpRequest) -> HttpResponse:
    """The first page. Whoever is signed in already goes on to where they wanted."""
    if request.user.is_authenticated:
        return HttpResponseRedirect(_find_next(request))
    form = SignIn(request.POST or None)
    if form.is_valid():
        try:
            person = account.recognise(
                username=form.cleaned_data["username"],
                password=form.cleaned_data["password"],
                now=clock.now(),
            )
        except account.Locked as locked:
            form.add_error(None, _say_locked(locked))
        except Refused as refused:
            form.add_error(None, words.say_refused(refused))
        else:
            login(request, person, backend=BACKEND)
            return HttpResponseRedirect(_find_next(request))
    context = {"form": form, "next": _find_next(request)}
    return render(request, "account/sign_in.html", context, status=200 if not form.errors else 422)


def _say_locked(locked: account.Locked) -> str:
    at = f"{localtime(locked.until_at):%H:%M}"
    return _(
        "Too many wrong passwords. This account is paused until %(at)s. If you have forgotten the password, ask an "
        "administrator for a new one; the shift goes on: somebody else can sign in on this screen."
    ) % {"at": at}


def _find_next(request: HttpRequest) -> str:
    wanted: str = request.POST.get("next") or request.GET.get("next") or ""
    if url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    ):
        return wanted
    return reverse("home")


@page("sign-out", "POST")
def sign_out(request: HttpRequest) -> HttpResponse:
    """Leave. What a phone has not sent yet stays on it."""
    logout(request)
    return HttpResponseRedirect(reverse("sign-in"))


@page("password", "GET", "POST")
def change_password(request: HttpRequest) -> HttpResponse:
    """One's own password."""
    form = ChangePassword(request.POST or None)
    if form.is_valid():
        try:
            person = account.change_password(
                person=request.user, old=form.cleaned_data["old"], new=form.cleaned_data["new"]
            )
        except Refused as refused:
            form.add_error("old" if refused.code == "password_wrong" else "new", words.say_refused(refused))
        else:
            update_session_auth_hash(request, person)
            messages.success(request, _("Your password has been changed."), extra_tags="good")
            return HttpResponseRedirect(reverse("home"))
    return render(request, "account/password.html", {"form": form}, status=200 if not form.errors else 422)
