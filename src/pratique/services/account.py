"""Signing in: passwords checked at one speed, a pause after repeated failures, nothing told about who exists."""

from datetime import datetime, timedelta

from django.contrib.auth.hashers import check_password, make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction

from pratique.core.answers import Refused
from pratique.store import models

FAILURES_MAX = 5
LOCKED_MINUTES = 15
_NOBODY = make_password("nobody has this password")


class Locked(Refused):
    """Too many wrong passwords: `until_at` says when the next attempt is heard."""

    def __init__(self, until_at: datetime) -> None:
        super().__init__("account_locked", "too many wrong passwords: wait, or ask an administrator")
        self.until_at = until_at


def recognise(*, username: str, password: str, now: datetime) -> models.Person:
    """Who this is. Raises `Refused("sign_in_wrong")`, or `Locked` after five failures in a row.

    An unknown name takes as long as a wrong password and is answered alike, so that names cannot be guessed.
    """
    with transaction.atomic():
        person: models.Person | None = (
            models.Person.objects.select_for_update().filter(username=username.strip()).first()
        )
        if person is not None and person.locked_until is not None and person.locked_until > now:
            raise Locked(person.locked_until)
        right = check_password(password, person.password if person else _NOBODY)
        if person is not None and right and person.is_active:
            models.Person.objects.filter(pk=person.pk).update(failures=0, locked_until=None, last_login=now)
            return person
        locked_until = _note_failure(person, now)
    # Raised outside of the transaction: the failure must stay counted.
    if locked_until is not None:
        raise Locked(locked_until)
    raise Refused("sign_in_wrong", "user name or password is wrong")


def _note_failure(person: models.Person | None, now: datetime) -> datetime | None:
    if person is None:
        return None
    failures = person.failures + 1
    until = now + timedelta(minutes=LOCKED_MINUTES) if failures >= FAILURES_MAX else None
    models.Person.objects.filter(pk=person.pk).update(failures=0 if until else failures, locked_until=until)
    return until


def change_password(*, person: models.Person, old: str, new: str) -> models.Person:
    """Give a person a new password. Raises `Refused` when the old one is wrong or the new one is too weak."""
    if not person.check_password(old):
        raise Refused("password_wrong", "the present password is not this one")
    try:
        validate_password(new, person)
    except ValidationError as error:
        raise Refused("password_weak", " ".join(error.messages)) from None
    person.set_password(new)
    person.save(update_fields=["password"])
    return person
