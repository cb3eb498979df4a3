"""Django's settings. What an operator may set is read from the environment here, and nowhere else.

PRATIQUE_DATA       folder of database and keys (docs/guides/operate.md)
DATABASE_URL        a PostgreSQL server of one's own instead of the embedded one
PRATIQUE_ORIGINS    how people reach this server, e.g. https://pratique.example.org; several with commas
PRATIQUE_TIME_ZONE  the port's time zone, as screens show it
PRATIQUE_ROUTING    a routing server for travel times: osrm or valhalla and its address, e.g. "osrm http://127.0.0.1:5000"
PRATIQUE_SEARCH_SECONDS  how long the dispatch desk looks on for a better plan, unless it says otherwise: 20 if nothing is set
PRATIQUE_WINDOW     how travellers reach their own page (`pratique window`), e.g. https://stay.example.org
PRATIQUE_DEBUG      1 shows tracebacks to whoever asks: for developers only
"""

import os
from urllib.parse import urlsplit

from django.utils.translation import gettext_lazy as _

from pratique.site import database, keys, logs, static
from pratique.site.data_folder import find_data_folder

DATA = find_data_folder()
DEBUG = os.environ.get("PRATIQUE_DEBUG") == "1"
SECRET_KEY = keys.read_session_key(folder=DATA)
PRATIQUE_IDENTITY_KEYS = keys.read_identity_keys(folder=DATA)
PRATIQUE_WINDOW_KEYS = keys.derive_window_keys(keys=PRATIQUE_IDENTITY_KEYS)
PRATIQUE_WINDOW = os.environ.get("PRATIQUE_WINDOW", "").strip().rstrip("/")

ORIGINS = [
    origin.strip().rstrip("/")
    for origin in os.environ.get("PRATIQUE_ORIGINS", "").split(",")
    if origin.strip()
]
SECURE = bool(ORIGINS) and all(origin.startswith("https://") for origin in ORIGINS)
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]", *(urlsplit(origin).hostname or "" for origin in ORIGINS)]
CSRF_TRUSTED_ORIGINS = ORIGINS

PRATIQUE_ROUTING = os.environ.get("PRATIQUE_ROUTING", "")
PRATIQUE_SEARCH_SECONDS = float(os.environ.get("PRATIQUE_SEARCH_SECONDS", "20"))

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django_htmx",
    "pratique.store",
    "pratique.web",
    "pratique.boards",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "pratique.site.headers.Headers",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "pratique.api.shortcut.Shortcut",
    "pratique.site.static.Static",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]
ROOT_URLCONF = "pratique.site.urls"
WSGI_APPLICATION = "pratique.site.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]

DATABASES = {"default": database.describe()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "store.Person"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "sign-in"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "sign-in"

SESSION_COOKIE_AGE = 12 * 60 * 60  # a shift; a desk left alone is signed out by the next one
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = SECURE
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SECURE = SECURE
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_SECURE = SECURE
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60 if SECURE else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if SECURE else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 20 * 1024 * 1024  # a wide-body's manifest as a spreadsheet is under 1 MB
FILE_UPLOAD_PERMISSIONS = 0o600

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Simplified Chinese")), ("en", _("English"))]
USE_I18N = True
USE_TZ = True
TIME_ZONE = os.environ.get("PRATIQUE_TIME_ZONE", "Asia/Shanghai")

PRATIQUE_STATIC = static.PACKAGES
STATIC_URL = f"{static.PREFIX}{static.make_digest()}/"
LOGGING = logs.configure(level="INFO" if DEBUG else "WARNING")
EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"  # nothing here is ever sent by mail
