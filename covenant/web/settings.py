"""Settings. What differs between machines comes from the environment; see the table in CONTRIBUTING.md."""

import os
import secrets
import sys
from pathlib import Path

from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from covenant.web.databases import FORM, WrongAddress, database

ROOT = Path(__file__).resolve().parent.parent.parent
HOME = Path(os.environ.get("COVENANT_HOME", ROOT / "var"))  # the database and, at first, the secret key


def _secret_key() -> str:
    """The key from the environment, or one made at the first start and kept readable by its owner alone."""
    if key := os.environ.get("COVENANT_SECRET_KEY"):
        return key
    file = HOME / "secret_key"
    HOME.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not file.exists():
        # Two processes may start at once: whoever is first to link the file in has made the key.
        mine = HOME / f".secret_key.{os.getpid()}"
        mine.touch(mode=0o600)
        mine.write_text(secrets.token_urlsafe(50))
        try:
            os.link(mine, file)
        except FileExistsError:
            pass
        finally:
            mine.unlink()
    return file.read_text()


SECRET_KEY = _secret_key()
DEBUG = False
ALLOWED_HOSTS = os.environ.get("COVENANT_HOSTS", "localhost,127.0.0.1,[::1]").split(",")
HTTPS = os.environ.get("COVENANT_HTTPS") == "1"
# Where people reach this: links in mail begin with it, and no request says it where a job sends them.
_FIRST_HOST = ALLOWED_HOSTS[0].lstrip(".*") or "localhost"
_HERE = f"https://{_FIRST_HOST}" if HTTPS else f"http://{_FIRST_HOST}:8000"
ADDRESS = os.environ.get("COVENANT_ADDRESS", _HERE).rstrip("/")
# From where on the referee asks: a file of one's own, with reasons, in place of the published thresholds.
THRESHOLDS = Path(own) if (own := os.environ.get("COVENANT_THRESHOLDS")) else None
# The record as it is served, the folder of the keys that sign it, the socket of the process that holds them.
RECORD_FILES = HOME / "record"
RECORD_ORIGIN = os.environ.get("COVENANT_ORIGIN", f"{ALLOWED_HOSTS[0].strip('[].*') or 'localhost'}/record")
KEYS = Path(os.environ.get("COVENANT_KEYS", HOME / "keys"))
WITNESSES = os.environ.get("COVENANT_WITNESSES", "")  # an address and a public key each
SIGNER = Path(os.environ.get("COVENANT_SIGNER", HOME / "signer.sock"))
ERASURES = HOME / "erasures.jsonl"  # what was erased, so that a backup from before cannot bring it back
PROXIES = int(os.environ.get("COVENANT_PROXIES", "0"))  # of ours, each of which adds to X-Forwarded-For
LIMITS = float(os.environ.get("COVENANT_LIMITS", "1"))  # how many times those of the house; 0: none at all
METRICS_TOKEN = os.environ.get("COVENANT_METRICS_TOKEN", "")
SECURITY_CONTACT = os.environ.get("COVENANT_SECURITY_CONTACT", "")
BACKUP_DAYS = int(os.environ.get("COVENANT_BACKUP_DAYS", "30"))  # after so many what was erased is in none
RUN_JOBS = os.environ.get("COVENANT_RUN_JOBS", "1") == "1"  # a thread of the server does the work that is due

INSTALLED_APPS = [
    "covenant.record",
    "covenant.place",
    "covenant.profile",
    "covenant.listen",
    "covenant.weigh",
    "covenant.agree",
    "covenant.relate",
    "covenant.innovate",
    "covenant.keep",
    "covenant.scrutinise",
    "covenant.concern",
    "covenant.web",
    "allauth",
    "allauth.account",
    "django_htmx",
    "csp",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "covenant.web.access.AccessMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "covenant.web.hardening.HardeningMiddleware",
    "covenant.web.refusals.NulMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "covenant.web.hardening.SessionMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "covenant.web.limits.LimitMiddleware",
    "covenant.web.refusals.RefusalMiddleware",
]

ROOT_URLCONF = "covenant.web.urls"
WSGI_APPLICATION = "covenant.web.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ROOT / "covenant" / "web" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    }
]

FORM_RENDERER = "covenant.web.forms.Renderer"

try:
    DATABASES = {"default": database(os.environ.get("DATABASE_URL", ""), HOME)}
except WrongAddress as wrong:
    sys.stderr.write(f"DATABASE_URL: {wrong}. It is written as {FORM}\n")
    raise SystemExit(2) from None
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "place.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
LOGIN_URL = "account_request_login_code"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "covenant.web.accounts.Adapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 15 * 60  # seconds: post can be slow, and so can people
ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS = 3
ACCOUNT_RATE_LIMITS = False  # the limits are in covenant/web/limits.py: they hold across processes
ALLAUTH_TRUSTED_PROXY_COUNT = PROXIES
ACCOUNT_FORMS = {
    "request_login_code": "covenant.web.accounts.EmailForm",
    "confirm_login_code": "covenant.web.accounts.CodeForm",
}
ACCOUNT_EMAIL_VERIFICATION = "none"  # the code that signs a person in has just verified the address
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
EMAIL_BACKEND = os.environ.get("COVENANT_EMAIL_BACKEND", "django.core.mail.backends.console.EmailBackend")
EMAIL_HOST = os.environ.get("COVENANT_EMAIL_HOST", "localhost")
EMAIL_PORT = int(os.environ.get("COVENANT_EMAIL_PORT", "25"))
EMAIL_HOST_USER = os.environ.get("COVENANT_EMAIL_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("COVENANT_EMAIL_PASSWORD", "")
EMAIL_USE_TLS = os.environ.get("COVENANT_EMAIL_TLS") == "1"
DEFAULT_FROM_EMAIL = os.environ.get("COVENANT_EMAIL_FROM", "covenant@localhost")

LANGUAGE_CODE = "en-gb"
LANGUAGES = [("en-gb", _("English"))]
TIME_ZONE = "Europe/London"  # shown so; stored as UTC
USE_TZ = True

STATIC_URL = "/static/"
STATICFILES_DIRS = [ROOT / "build" / "static"]  # made by `make setup`
WHITENOISE_USE_FINDERS = True

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "object-src": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
# Bytes of a request: the largest file that is sent here is one of receipts.
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 1_000
DATA_UPLOAD_MAX_NUMBER_FILES = 1
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 60 * 60 * 24 * 7  # from signing in, whatever happens
SESSION_IDLE_AGE = 60 * 60 * 12  # from when somebody was last there
PARTICIPANT_COOKIE_NAME = "participant"
MESSAGE_STORAGE = "covenant.web.hardening.Notes"
if HTTPS:
    SECURE_SSL_REDIRECT = True
    SECURE_REDIRECT_EXEMPT = [r"^health/$", r"^metrics$"]  # asked from this machine, past the proxy
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = 60 * 60 * 24 * 365
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True
    # __Host-: only this host can set it. A participant's is sent to one conversation alone, so it has a path.
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-session", "__Host-csrf"
    PARTICIPANT_COOKIE_NAME = "__Secure-participant"
else:
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "sessionid", "csrftoken"

DEFAULT_EXCEPTION_REPORTER = "covenant.web.logs.NothingPrivate"
# What happens goes to standard error: covenant/web/logs.py says what of it, and what never.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"()": "covenant.web.logs.Plain"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        # Each request has its line already; what Django says of one is told where it is a fault of ours.
        "django": {"handlers": ["stderr"], "level": "WARNING", "propagate": False},
        "django.request": {"handlers": ["stderr"], "level": "ERROR", "propagate": False},
        "django.security": {"handlers": ["stderr"], "level": "CRITICAL", "propagate": False},
        "covenant": {"handlers": ["stderr"], "level": "INFO", "propagate": False},
    },
}
# Plain HTTP on this machine is what `make run` serves: the warnings about HTTPS belong to COVENANT_HTTPS=1.
# Whether browsers should know beforehand that a whole domain has HTTPS is its owner's decision (W021).
SILENCED_SYSTEM_CHECKS: list[str] = ["security.W021"]
