"""Django's settings of the traveller's own page: a process of its own with none of the register's pages, keys or rights.

PRATIQUE_DATA                 folder whose `keys/window.keys` and `keys/window.session.key` it reads; nothing else of it
PRATIQUE_WINDOW_DATABASE_URL  the PostgreSQL server, signed in as the role `pratique_window`; else the embedded one
PRATIQUE_WINDOW               how travellers reach this page, e.g. https://stay.example.org
PRATIQUE_BEHIND_PROXY         1: the last address of X-Forwarded-For is the caller's
PRATIQUE_TIME_ZONE            as for the server
"""

import os
from urllib.parse import urlsplit

from pratique.site import database, keys, logs, static
from pratique.site.data_folder import find_data_folder
from pratique.store.window_rights import ROLE

DATA = find_data_folder()
DEBUG = False
SECRET_KEY = keys.read_window_session_key(folder=DATA)
PRATIQUE_IDENTITY_KEYS: dict[str, bytes] = {}
PRATIQUE_WINDOW_KEYS = keys.read_window_keys(folder=DATA)
PRATIQUE_WINDOW = os.environ.get("PRATIQUE_WINDOW", "").strip().rstrip("/")
PRATIQUE_BEHIND_PROXY = os.environ.get("PRATIQUE_BEHIND_PROXY") == "1"

SECURE = PRATIQUE_WINDOW.startswith("https://")
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]", urlsplit(PRATIQUE_WINDOW).hostname or "localhost"]
CSRF_TRUSTED_ORIGINS = [PRATIQUE_WINDOW] if PRATIQUE_WINDOW else []

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "pratique.store",
    "pratique.window",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "pratique.site.headers.Alone",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "pratique.site.static.Static",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
]
ROOT_URLCONF = "pratique.window.urls"
WSGI_APPLICATION = "pratique.site.window_wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "pratique.window.frame.fill",
            ]
        },
    }
]

GIVEN = os.environ.get("PRATIQUE_WINDOW_DATABASE_URL")
DATABASES = {"default": database.describe(url=GIVEN) if GIVEN else {**database.describe(), "USER": ROLE}}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "store.Person"

SESSION_COOKIE_SECURE = SECURE
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SECURE = SECURE
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60 if SECURE else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if SECURE else None
SECURE_REFERRER_POLICY = "same-origin"  # an Origin must reach the check of forms; addresses hold no secret
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 64 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 300  # a declaration of a large family

LANGUAGE_CODE = "en"
USE_I18N = False
USE_TZ = True
TIME_ZONE = os.environ.get("PRATIQUE_TIME_ZONE", "Asia/Shanghai")

PRATIQUE_STATIC = ("pratique.window",)
STATIC_URL = f"{static.PREFIX}{static.make_digest(PRATIQUE_STATIC)}/"
LOGGING = logs.configure(level="WARNING")
EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
