"""Django's settings. What may differ between installations comes from the environment: settings_reference.py."""

import os
from pathlib import Path

from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from barometer.countries.terms import working_days
from barometer.errors import NotReady, UnknownValue
from barometer.web.config.database import database
from barometer.web.config.doubling import share
from barometer.web.config.home import home_folder, scratch_folder, secret_key
from barometer.web.config.logs import LOGGING  # noqa: F401
from barometer.web.config.mail import mail

WEB = Path(__file__).resolve().parent.parent
HOME = home_folder()
EVIDENCE_ROOT = HOME / "evidence"
KEYS_ROOT = HOME / "keys"
SECRET_KEY = secret_key(HOME)
DEBUG = False  # always: no setting turns it on
CONTACT = os.environ.get("BAROMETER_CONTACT", "").strip()
IMPRINT = os.environ.get("BAROMETER_IMPRINT", "").strip()
REMEMBER = True  # the public site keeps numbers until the ledger changes (barometer.web.public.memory)

METRICS_TOKEN = os.environ.get("BAROMETER_METRICS_TOKEN", "").strip()
if 0 < len(METRICS_TOKEN) < 20:
    raise UnknownValue(
        "it is too short for a secret",
        place="BAROMETER_METRICS_TOKEN",
        next_step="write 20 signs or more, drawn by a machine, or leave it empty",
    )


def _choice(name: str, given: str, choices: tuple[str, ...]) -> str:
    """One of the choices, the first of them where nothing is said."""
    given = given.strip().lower() or choices[0]
    if given not in choices:
        raise UnknownValue(f"{given!r} is no choice", place=name, next_step="write " + " or ".join(choices))
    return given


SECOND_FACTOR = _choice(
    "BAROMETER_SECOND_FACTOR", os.environ.get("BAROMETER_SECOND_FACTOR", ""), ("required", "optional")
)
SMALL_DESK = (
    _choice("BAROMETER_SMALL_DESK", os.environ.get("BAROMETER_SMALL_DESK", ""), ("no", "yes")) == "yes"
)
WORKING_DAYS = os.environ.get("BAROMETER_WORKING_DAYS", "").strip()
if WORKING_DAYS:
    working_days(own=WORKING_DAYS)  # refused here, and not in the middle of a page
BREACHED_PASSWORDS = os.environ.get("BAROMETER_BREACHED_PASSWORDS", "").strip()
if BREACHED_PASSWORDS and not Path(BREACHED_PASSWORDS).is_file():
    raise NotReady(
        "BAROMETER_BREACHED_PASSWORDS names no file",
        file=BREACHED_PASSWORDS,
        next_step="put it there, or leave it empty",
    )
BLOCK_PAGES = [Path(one) for one in os.environ.get("BAROMETER_BLOCK_PAGES", "").split(os.pathsep) if one]
for _one in BLOCK_PAGES:
    if not _one.is_file():
        raise NotReady(
            "BAROMETER_BLOCK_PAGES names no file", file=_one, next_step="put it there, or leave it empty"
        )


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


def _proxies() -> int:
    given = os.environ.get("BAROMETER_PROXIES", "").strip() or str(int(bool(PUBLIC_HOSTS)))
    if not given.isdecimal():
        raise UnknownValue(
            f"{given!r} is no number", place="BAROMETER_PROXIES", next_step="write one, such as 1"
        )
    return int(given)


PUBLIC_HOSTS = _hosts()
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]", *PUBLIC_HOSTS]
CSRF_TRUSTED_ORIGINS = [f"https://{'*' if host.startswith('.') else ''}{host}" for host in PUBLIC_HOSTS]

INSTALLED_APPS = [
    "barometer.web.accounts",
    "barometer.web.records",
    "barometer.web.public",
    "barometer.web.desk",
    "barometer.web.intake",
    "barometer.web.mirror",
    "barometer.web.requests",
    "barometer.web.watch",
    "barometer.web.desk.ledger.LedgerConfig",  # Django's administration pages, to look only
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "csp",
    "ninja",  # its OpenAPI page's files
]

MIDDLEWARE = [
    # Before all others: none of them shall see who sends a tip.
    "barometer.web.intake.middleware.nobody",
    "django.middleware.security.SecurityMiddleware",
    "barometer.web.config.headers.permissions_policy",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "barometer.web.health.counting.counting",
    "barometer.web.config.headers.kept_by_nobody",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    # Everything needs login but what says otherwise with @login_not_required.
    "barometer.web.accounts.login_required.LoginRequiredMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "barometer.web.accounts.second_factor.SecondFactorMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "barometer.web.config.trouble.TroubleMiddleware",
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
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "desk:home"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "barometer.web.accounts.passwords.BreachedPasswordValidator"},
]

# People log in by their name; no page of allauth's that sends mail or signs up has an address (accounts/urls.py).
ACCOUNT_ADAPTER = "barometer.web.accounts.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_SESSION_REMEMBER = True  # the session ends by SESSION_COOKIE_AGE, with or without the browser
ACCOUNT_LOGIN_TIMEOUT = 10 * 60  # between password and second factor
ACCOUNT_REAUTHENTICATION_TIMEOUT = 10 * 60
# "ip" and "key" are digests whose key is drawn anew every day: accounts/clients.py.
ACCOUNT_RATE_LIMITS = {"login": "30/m/ip", "login_failed": "10/15m/key,50/15m/ip"}
ALLAUTH_TRUSTED_PROXY_COUNT = _proxies()
MFA_ADAPTER = "barometer.web.accounts.adapter.MFAAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_TOTP_ISSUER = "Press Barometer"
MFA_TOTP_TOLERANCE = 1  # telephones whose clock is half a minute off
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not PUBLIC_HOSTS  # http://localhost

# `serve` is one process: what is counted lives in its memory, is never written, and is gone with it.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "OPTIONS": {"MAX_ENTRIES": 50_000},
    }
}

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

# The server in front says how it was reached, turns HTTP into HTTPS, and sends no such line of others' on.
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if PUBLIC_HOSTS else None
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if PUBLIC_HOSTS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = bool(PUBLIC_HOSTS)
# W008: the server in front redirects. W021: a place on browsers' own lists is for the owner of the name to ask for.
SILENCED_SYSTEM_CHECKS = ["security.W008", "security.W021"]
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

MAIL = mail(os.environ)
EMAIL_BACKEND = f"django.core.mail.backends.{'smtp' if MAIL.host else 'dummy'}.EmailBackend"
EMAIL_HOST, EMAIL_PORT, DEFAULT_FROM_EMAIL = MAIL.host, MAIL.port, MAIL.sender
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = MAIL.user, MAIL.password
EMAIL_USE_TLS, EMAIL_USE_SSL = MAIL.security == "starttls", MAIL.security == "tls"
EMAIL_TIMEOUT = 30

DOUBLE_CODING = share(os.environ.get("BAROMETER_DOUBLE_CODING", ""))

FILE_UPLOAD_TEMP_DIR = scratch_folder(HOME)
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
