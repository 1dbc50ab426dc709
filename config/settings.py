"""All settings. What differs between installations comes from environment variables (see ``env.py``)."""

import datetime as dt
from pathlib import Path
from typing import Any

import dj_database_url
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from config import env

BASE_DIR = Path(__file__).resolve().parent.parent

SECRET_KEY = env.text(
    "SECRET_KEY", default=None, meaning="Random text of 50 characters or more; signs sessions."
)
DEBUG = env.flag("DEBUG", default=False, meaning="Detailed error pages; never in production.")
DEMO = env.flag("DEMO", default=False, meaning="The demo organisation, its sign-ins and its mail page.")
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", default="localhost,127.0.0.1,[::1]", meaning="Host names served.")
PUBLIC_URL = env.text(
    "PUBLIC_URL", default="http://localhost:8000", meaning="Address of the site, in messages."
).rstrip("/")
CSRF_TRUSTED_ORIGINS = env.words(
    "CSRF_TRUSTED_ORIGINS", default="", meaning="Origins behind a proxy, with scheme."
)
SECURE_COOKIES = env.flag("SECURE_COOKIES", default=True, meaning="Cookies and redirects for HTTPS only.")
TRUST_PROXY = env.flag(
    "TRUST_PROXY", default=False, meaning="Believe X-Forwarded-Proto and -For of the proxy in front."
)
LOG_LEVEL = env.text("LOG_LEVEL", default="INFO", meaning="DEBUG, INFO, WARNING or ERROR.").upper()
if LOG_LEVEL not in {"DEBUG", "INFO", "WARNING", "ERROR"}:
    raise ImproperlyConfigured("LOG_LEVEL must be DEBUG, INFO, WARNING or ERROR.")

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.staticfiles",
    "axes",
    "csp",
    "django_htmx",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "knox",
    "pgtrigger",
    "rest_framework",
    "template_partials",
    "accounts",
    "availability",
    "callbacks",
    "frontoffice",
    *(["demo"] if DEMO else []),
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "config.middleware.NoNulMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "accounts.middleware.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
ASGI_APPLICATION = "config.asgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "frontoffice.context.navigation",
            ],
        },
    },
]

# Database ---------------------------------------------------------------------------------------
DATABASE_URL = env.text("DATABASE_URL", default=None, meaning="postgres://user:password@host:5432/name")
STATEMENT_SECONDS = env.number(
    "DATABASE_STATEMENT_SECONDS", default=20, minimum=1, maximum=600, meaning="Longest a query may run."
)
DATABASE_KEEPS_PLANS = env.flag(
    "DATABASE_KEEPS_PLANS", default=True, meaning="False behind a pooler that lends sessions by transaction."
)
DATABASES: dict[str, Any] = {"default": {}}
DATABASES["default"].update(dj_database_url.parse(DATABASE_URL, conn_max_age=60, conn_health_checks=True))
if DATABASES["default"]["ENGINE"] != "django.db.backends.postgresql":
    raise ImproperlyConfigured("DATABASE_URL must name a PostgreSQL database: postgres://…")
# On discs without moving parts a page elsewhere costs about as much as the next one: left at its usual 4, the
# planner reads whole tables where a quarter's figures need a small part of them.
SESSION = {"statement_timeout": f"{STATEMENT_SECONDS}s", "lock_timeout": "5s", "random_page_cost": "1.1"}
DATABASES["default"].setdefault("OPTIONS", {}).update(
    connect_timeout=5, options=" ".join(f"-c {name}={value}" for name, value in SESSION.items())
)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Redis: the queue and the cache; everything in it may be lost ------------------------------------
REDIS_URL = env.text("REDIS_URL", default=None, meaning="redis://host:6379/0, or unix:///path/to/socket")
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "cache",
        "OPTIONS": {"socket_timeout": 2, "socket_connect_timeout": 2},
    }
}
CELERY_BROKER_URL = (
    "redis+socket://" + REDIS_URL.removeprefix("unix://").replace("?db=", "?virtual_host=")
    if REDIS_URL.startswith("unix://")
    else REDIS_URL
)
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 600,
    "socket_timeout": 5,
    "socket_connect_timeout": 5,
}
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_TIME_LIMIT = 300
CELERY_TASK_SOFT_TIME_LIMIT = 240
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 10
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULE = {
    # As long as a task of a tick may wait (see ``callbacks.tasks``).
    "tick": {"task": "callbacks.tick", "schedule": 15.0, "options": {"expires": 30 * 60}},
}

# People -----------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "sign-in"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "sign-in"
AXES_FAILURE_LIMIT = env.number(
    "SIGN_IN_ATTEMPTS",
    default=8,
    minimum=3,
    maximum=100,
    meaning="Wrong passwords before a pause of 15 minutes.",
)
AXES_COOLOFF_TIME = 0.25
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_LOCKOUT_TEMPLATE = "sign_in/paused.html"
AXES_RESET_ON_SUCCESS = True
AXES_CLIENT_IP_CALLABLE = "accounts.addresses.client_address"
# A day on which everybody is closed may hit thousands of appointments, and each is asked about by two fields.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000
SESSION_COOKIE_AGE = 12 * 60 * 60

# Language and time ------------------------------------------------------------------------------
LANGUAGE_CODE = "nl"
LANGUAGES = [("nl", _("Dutch")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = env.text("TIME_ZONE", default="Europe/Amsterdam", meaning="Zone of pages and of new teams.")
HOLIDAY_COUNTRY = env.text("HOLIDAY_COUNTRY", default="NL", meaning="Country of the public holidays.")
FORMAT_MODULE_PATH = ["config.formats"]
PHONE_REGION = env.text("PHONE_REGION", default="NL", meaning="Region of numbers typed without a prefix.")
CALENDAR_NETWORKS = env.networks(
    "CALENDAR_NETWORKS", default="", meaning="Networks of the house where calendars may be read: 10.0.0.0/8."
)
CALENDAR_SHOWS_CUSTOMERS = env.flag(
    "CALENDAR_SHOWS_CUSTOMERS",
    default=False,
    meaning="Name and number of customers in the specialists' calendar feeds.",
)

# Mail -------------------------------------------------------------------------------------------
EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
EMAIL_HOST = env.text("EMAIL_HOST", default="localhost", meaning="Mail server.")
EMAIL_PORT = env.number(
    "EMAIL_PORT", default=25, minimum=1, maximum=65535, meaning="Port of the mail server."
)
EMAIL_HOST_USER = env.text("EMAIL_USER", default="", meaning="User at the mail server, if it asks for one.")
EMAIL_HOST_PASSWORD = env.text("EMAIL_PASSWORD", default="", meaning="Password at the mail server.")
EMAIL_USE_TLS = env.flag("EMAIL_TLS", default=False, meaning="STARTTLS with the mail server.")
EMAIL_TIMEOUT = env.number(
    "EMAIL_TIMEOUT_SECONDS", default=10, minimum=1, maximum=60, meaning="Patience with it."
)
DELIVERY_LEASE_SECONDS = env.number(
    "DELIVERY_LEASE_SECONDS",
    default=60,
    minimum=5,
    maximum=600,
    meaning="How long a worker has for one message; more than four times the patience.",
)
if DELIVERY_LEASE_SECONDS <= 4 * EMAIL_TIMEOUT:
    raise ImproperlyConfigured(
        "DELIVERY_LEASE_SECONDS must be more than four times EMAIL_TIMEOUT_SECONDS: "
        "a mail is four questions to the mail server, each with that patience."
    )
DEAD_MAN_URL = env.text(
    "DEAD_MAN_URL", default="", meaning="Address outside that every tick calls; its silence is an alarm."
)
METRICS_TOKEN = env.text(
    "METRICS_TOKEN", default="", meaning="Bearer token for /metrics/; empty: there are no metrics."
)
DEFAULT_FROM_EMAIL = env.text(
    "MAIL_FROM", default="terugbellen@example.org", meaning="Sender of all messages."
)

# SMS and team chat: any provider that Apprise knows -----------------------------------------------
SMS_URL = env.text(
    "SMS_URL", default="", meaning="SMS gateway, as Apprise writes it, with {phone} for the number."
)
if SMS_URL and ("://" not in SMS_URL or "{phone}" not in SMS_URL):
    raise ImproperlyConfigured("SMS_URL must be an address of Apprise with {phone} where the number belongs.")
CHAT_URL = env.text("CHAT_URL", default="", meaning="Team chat, as Apprise writes it.")
if CHAT_URL and "://" not in CHAT_URL:
    raise ImproperlyConfigured("CHAT_URL must be an address of Apprise.")
WEBHOOK_NETWORKS = env.networks(
    "WEBHOOK_NETWORKS", default="", meaning="Networks of the house where webhooks may lead: 10.0.0.0/8."
)
CHANNEL_TIMEOUT_SECONDS = env.number(
    "CHANNEL_TIMEOUT_SECONDS",
    default=5,
    minimum=1,
    maximum=30,
    meaning="Patience with SMS gateway, chat and webhooks.",
)
DEMO_MAIL_DIR = env.text(
    "DEMO_MAIL_DIR", default="var/demo/mail", meaning="Where the demo keeps caught mail."
)

# API --------------------------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "callbacks.api.authentication.Tokens",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["callbacks.api.parsers.BoundedJSONParser"],
    "DEFAULT_SCHEMA_CLASS": "callbacks.api.schema.ProblemSchema",
    "DEFAULT_PAGINATION_CLASS": "callbacks.api.pagination.Pages",
    "EXCEPTION_HANDLER": "callbacks.api.problems.problem_response",
    "PAGE_SIZE": 50,
}
TOKEN_DAYS = env.number(
    "API_TOKEN_DAYS", default=90, minimum=1, maximum=3650, meaning="How long an API token is good for."
)
REST_KNOX = {"TOKEN_TTL": dt.timedelta(days=TOKEN_DAYS), "AUTH_HEADER_PREFIX": "Token"}
SPECTACULAR_SETTINGS = {
    "TITLE": "Belbelofte",
    "DESCRIPTION": "Callback appointments: slots, bookings, promises and their history.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "COMPONENT_SPLIT_REQUEST": True,
    "ENUM_NAME_OVERRIDES": {
        "State": "callbacks.states.State",
        "AttemptOutcome": "callbacks.states.AttemptOutcome",
        "PromiseOutcome": "callbacks.states.PromiseOutcome",
        "Channel": "availability.models.Channel",
    },
}

# Static files and browser security ---------------------------------------------------------------
STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / env.text("STATIC_ROOT", default="staticfiles", meaning="Collected static files.")
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = SECURE_COOKIES
SECURE_SSL_REDIRECT = SECURE_COOKIES and not DEBUG
SECURE_REDIRECT_EXEMPT = [r"^health/", r"^metrics/"]
SECURE_HSTS_SECONDS = 31536000 if SECURE_SSL_REDIRECT else 0
if TRUST_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": LOG_LEVEL},
}
