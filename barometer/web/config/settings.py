"""Django's settings. What may differ between installations comes from the environment: settings_reference.py."""

import os
from pathlib import Path

from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from barometer.errors import UnknownValue
from barometer.web.config.database import database
from barometer.web.config.home import home_folder, scratch_folder, secret_key
from barometer.web.config.logs import LOGGING  # noqa: F401

WEB = Path(__file__).resolve().parent.parent
HOME = home_folder()
EVIDENCE_ROOT = HOME / "evidence"
KEYS_ROOT = HOME / "keys"
SECRET_KEY = secret_key(HOME)
DEBUG = False  # always: no setting turns it on
CONTACT = os.environ.get("BAROMETER_CONTACT", "").strip()


def _hosts() -> list[str]:
    names = [name.strip().lower() for name in os.environ.get("BAROMETER_ALLOWED_HOSTS", "").split(",")]
    names = [name for name in names if name]
    if "*" in names:
        raise UnknownValue(
            "'*' would let any name through",
            place="BAROMETER_ALLOWED_HOSTS",
            next_step="name the hosts, with commas between them",
        )
    return names


PUBLIC_HOSTS = _hosts()
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]", *PUBLIC_HOSTS]
CSRF_TRUSTED_ORIGINS = [f"https://{'*' if host.startswith('.') else ''}{host}" for host in PUBLIC_HOSTS]

INSTALLED_APPS = [
    "barometer.web.accounts",
    "barometer.web.records",
    "barometer.web.public",
    "barometer.web.desk",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "csp",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    # Everything needs login but what says otherwise with @login_not_required.
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "barometer.web.config.urls"
WSGI_APPLICATION = "barometer.web.config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]

# No ATOMIC_REQUESTS: with SQLite every page view would then take the writers' lock. Actions open their own.
DATABASES = {"default": database(os.environ.get("DATABASE_URL"), HOME)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "accounts.User"
LOGIN_URL = "admin:login"
LOGIN_REDIRECT_URL = "admin:index"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("ru", _("Russian")), ("kk", _("Kazakh"))]
LOCALE_PATHS = [WEB / "locale"]
USE_TZ = True  # kept in UTC …
TIME_ZONE = "Asia/Almaty"  # … and shown in Kazakhstan's time

STATIC_URL = "/static/"
WHITENOISE_USE_FINDERS = True  # served from the package itself: nothing to collect on a laptop
WHITENOISE_MAX_AGE = 600

SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
# On loopback there is no TLS; a site that has a name is reached through it.
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = bool(PUBLIC_HOSTS)

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "script-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}

FILE_UPLOAD_TEMP_DIR = scratch_folder(HOME)
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
