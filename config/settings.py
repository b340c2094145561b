"""One file of settings. Environments differ by variables only (`config.env`, `.env.example`)."""

import warnings
from typing import Any
from urllib.parse import urlsplit

import dj_database_url
from csp.constants import NONCE, NONE, SELF
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from config import env
from config.embedded import state

BASE_DIR = env.BASE_DIR
VERSION = "0.1.0"

# --- The place and its address ---------------------------------------------------------------------------------------
DEBUG = env.flag("DEBUG")
DEMO = env.flag("DEMO")
SECRET_KEY = env.secret("SECRET_KEY", shortest=32)
FIELD_KEYS = env.keys("FIELD_KEYS")
PUBLIC_URL = env.url("PUBLIC_URL", "http://localhost:8000", schemes=("http", "https"))
PUBLIC_HOST = urlsplit(PUBLIC_URL).hostname or "localhost"
IS_LOOPBACK = env.is_loopback(PUBLIC_URL)
HTTPS = PUBLIC_URL.startswith("https://")
ALLOWED_HOSTS = env.hosts_with("ALLOWED_HOSTS", PUBLIC_HOST) or [
    PUBLIC_HOST,
    *(["localhost", "127.0.0.1", "[::1]"] if IS_LOOPBACK else []),
]
STATE_DIR = str(state.place())

TELEGRAM_API_BASE = env.url("TELEGRAM_API_BASE", "https://api.telegram.org", schemes=("http", "https"))
TELEGRAM_MODE = env.choice("TELEGRAM_MODE", "off", ("webhook", "polling", "off"))
OUTBOUND_ALLOW = env.hosts("OUTBOUND_ALLOW")
METRICS_TOKEN = env.text("METRICS_TOKEN", "")

# --- Mail: notices and reports. Without a server none is sent, and the channel says so --------------------------------
(EMAIL_HOST, EMAIL_PORT, EMAIL_HOST_USER, EMAIL_HOST_PASSWORD, EMAIL_USE_TLS, EMAIL_USE_SSL) = env.mail("EMAIL_URL")
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env.text("EMAIL_FROM", f"kulis@{PUBLIC_HOST}")

# --- What it is made of ----------------------------------------------------------------------------------------------
INSTALLED_APPS = [
    "config.apps.ConfigConfig",
    "config.apps.OTPAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "django_otp.plugins.otp_static",
    "django_otp_webauthn",
    "axes",
    "csp",
    "django_htmx",
    "rest_framework",
    "drf_spectacular",
    "django_celery_beat",
    "channels",
    "django_prometheus",
    "bots.apps.BotsConfig",
    "conversations.apps.ConversationsConfig",
    "monitoring.apps.MonitoringConfig",
]

MIDDLEWARE = [
    "django_prometheus.middleware.PrometheusBeforeMiddleware",
    "config.tracing.Traced",
    "monitoring.promises.Timed",
    "django.middleware.security.SecurityMiddleware",
    "config.headers.Unlisted",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "config.headers.ChosenLanguage",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "monitoring.sessions.Attendance",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "axes.middleware.AxesMiddleware",
    "django_prometheus.middleware.PrometheusAfterMiddleware",
]

ROOT_URLCONF = "config.urls"
ASGI_APPLICATION = "config.asgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "monitoring.context.stage",
            ],
        },
    },
]

# --- How much at once: `monitoring.checks` sees whether the numbers fit together --------------------------------------
WORKER_THREADS = env.number("WORKER_THREADS", 28, low=1, high=200)
WORKER_MEMORY_MB = env.number("WORKER_MEMORY_MB", 1024, low=0, high=1_000_000)
POOL_SIZE = env.number("POOL_SIZE", 16, low=1, high=100)
PROCESSES = env.number("PROCESSES", 5, low=1, high=1000)

# --- PostgreSQL: a pool per process; nothing is held while a network call waits ---------------------------------------
DATABASES: dict[str, dict[str, Any]] = {
    "default": dict(
        dj_database_url.parse(
            env.url("DATABASE_URL", schemes=("postgres", "postgresql")),
            conn_max_age=0,
            conn_health_checks=True,
        )
    ),
}
DATABASES["default"].setdefault("OPTIONS", {}).update(
    {
        "pool": {"min_size": 0, "max_size": POOL_SIZE, "timeout": 30},
        "options": "-c statement_timeout=30000 -c idle_in_transaction_session_timeout=30000 -c lock_timeout=10000",
        "application_name": "kulis",
        "connect_timeout": 5,
    }
)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- Redis or Valkey: one server, three numbered databases; it may vanish at any moment -------------------------------
REDIS_URL = env.url("REDIS_URL", schemes=("redis", "rediss"))
REDIS_ROOT = REDIS_URL.rsplit("/", 1)[0] if urlsplit(REDIS_URL).path else REDIS_URL
CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": f"{REDIS_ROOT}/1"}}
CHANNEL_LAYERS = {
    "default": {
        "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
        "CONFIG": {"hosts": [f"{REDIS_ROOT}/2"]},
    },
}

# --- Celery: tasks are wake-ups that carry no state (docs/architecture.md) --------------------------------------------
CELERY_BROKER_URL = f"{REDIS_ROOT}/0"
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = False
CELERY_TASK_DEFAULT_QUEUE = "upkeep"
CELERY_TASK_CREATE_MISSING_QUEUES = True
CELERY_WORKER_POOL = "threads"
CELERY_WORKER_CONCURRENCY = WORKER_THREADS
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = True
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 25
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# The shortest of the three would win, for every task; no task outlives a minute.
VISIBILITY_TIMEOUT = 3600
CELERY_VISIBILITY_TIMEOUT = VISIBILITY_TIMEOUT
CELERY_RESULT_BACKEND_TRANSPORT_OPTIONS = {"visibility_timeout": VISIBILITY_TIMEOUT}
# max_retries: a wake-up that the broker does not take is given up at once; workers reconnect by rules of their own.
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": VISIBILITY_TIMEOUT,
    "socket_timeout": 10,
    "socket_keepalive": True,
    "max_retries": 0,
}
CELERY_BEAT_SCHEDULER = "django_celery_beat.schedulers:DatabaseScheduler"
CELERY_BEAT_MAX_LOOP_INTERVAL = 1
CELERY_TIMEZONE = "Europe/Istanbul"
DJANGO_CELERY_BEAT_TZ_AWARE = True

# --- People ----------------------------------------------------------------------------------------------------------
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 15}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_FAILURE_LIMIT = 6
AXES_COOLOFF_TIME = 0.25
AXES_RESET_ON_SUCCESS = True
AXES_VERBOSE = False
AXES_ENABLE_ADMIN = False  # `monitoring.admin.sign_ins` shows them
AXES_SENSITIVE_PARAMETERS = ["otp_token", "csrfmiddlewaretoken"]
AXES_LOCKOUT_CALLABLE = "monitoring.sign_in.locked"
OTP_TOTP_ISSUER = OTP_WEBAUTHN_RP_NAME = "Kulis"
OTP_WEBAUTHN_RP_ID = PUBLIC_HOST
OTP_WEBAUTHN_ALLOWED_ORIGINS = [PUBLIC_URL.rstrip("/")]
OTP_WEBAUTHN_ALLOW_PASSWORDLESS_LOGIN = False
LOGIN_URL = reverse_lazy("admin:login")
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/"

# --- What leaves with every answer -----------------------------------------------------------------------------------
SESSION_ENGINE = "monitoring.sessions"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_NAME = "__Host-kulis" if HTTPS else "kulis"
CSRF_COOKIE_NAME = "__Host-csrf" if HTTPS else "kulis-csrf"
CSRF_COOKIE_HTTPONLY = True
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]
CSRF_FAILURE_VIEW = "monitoring.views.errors.broken_form"
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^livez$", r"^readyz$", r"^startupz$"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env.flag("BEHIND_PROXY") else None
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "manifest-src": [SELF],
        "base-uri": [NONE],
        "object-src": [NONE],
        "frame-ancestors": [NONE],
        "report-uri": "/from-browsers/csp/",
    },
}

# --- Language and time -----------------------------------------------------------------------------------------------
LANGUAGE_CODE = "tr"
LANGUAGES = [("tr", _("Turkish")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "config" / "locale"]
LANGUAGE_COOKIE_NAME = "kulis-language"
TIME_ZONE = "Europe/Istanbul"
USE_TZ = True

# --- Files -----------------------------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "static", ("guide", BASE_DIR / "docs" / "guide" / "pictures")]
# `up` and the tests serve straight from the sources; an image is built with the manifest.
STATIC_MANIFEST = env.flag("STATIC_MANIFEST", default=not (DEBUG or DEMO))
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if STATIC_MANIFEST
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = not STATIC_MANIFEST
WHITENOISE_AUTOREFRESH = DEBUG
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_048_576
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000  # a bot with hundreds of memories
if not STATIC_MANIFEST:
    warnings.filterwarnings("ignore", message="No directory at", module="django.core.handlers.base")

# --- Doors for programs ----------------------------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "monitoring.api.keys.KeyAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["monitoring.api.way_in.VerifiedStaff"],
    "DEFAULT_THROTTLE_CLASSES": ["monitoring.api.way_in.Pace", "monitoring.api.way_in.PaceOfAccount"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_SCHEMA_CLASS": "monitoring.api.schema.Schema",
    "EXCEPTION_HANDLER": "monitoring.api.problems.answer",
    "URL_FORMAT_OVERRIDE": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Kulis",
    "DESCRIPTION": "Watch and steer the cast: with a key, or signed in with a second factor.",
    "VERSION": VERSION,
    "SERVE_PERMISSIONS": ["monitoring.api.way_in.VerifiedStaff"],
    "POSTPROCESSING_HOOKS": ["monitoring.api.schema.completed"],
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "COMPONENT_SPLIT_REQUEST": True,
}

# --- Numbers: what pages count is served by their own process, all else is in rows -----------------------------------
LOOP_PATIENCE_SECONDS = 5.0  # a page whose event loop is later than this serves nobody: /livez says so
PROMETHEUS_LATENCY_BUCKETS = (0.02, 0.05, 0.1, 0.2, 0.5, 1, 2.5, 5, 10, 30, float("inf"))

# --- Logs: one line an event, no secret in any ------------------------------------------------------------------------
LOG_LEVEL = env.choice("LOG_LEVEL", "INFO", ("DEBUG", "INFO", "WARNING", "ERROR"))
LOG_FORMAT = env.choice("LOG_FORMAT", "line" if DEBUG or DEMO else "json", ("line", "json"))
# Where spans of traces are collected; empty: none are made. The library reads the variable itself.
OTEL_EXPORTER_OTLP_ENDPOINT = env.text("OTEL_EXPORTER_OTLP_ENDPOINT", "")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {"()": "config.logs.OneLine", "format": "%(levelname)s %(name)s: %(message)s"},
        "json": {"()": "config.logs.OneObject", "version": VERSION},
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": LOG_FORMAT}},
    "root": {"handlers": ["console"], "level": LOG_LEVEL},
    "loggers": {
        # httpx writes whole addresses at INFO, and a bot's address holds its token.
        "httpx": {"level": "WARNING"},
        "httpcore": {"level": "WARNING"},
        "openai": {"level": "WARNING"},
        "psycopg.pool": {"level": "ERROR"},  # it tries again by itself; who waits in vain hears of it
        "daphne": {"level": "WARNING"},
        "daphne.http_protocol": {"level": "WARNING"},
        "django.channels.server": {"level": "WARNING"},
        "celery": {"level": "WARNING"},
        # Every move of every turn: for whoever collects logs, not for whoever reads along.
        "kulis.turns": {"level": "INFO" if LOG_FORMAT == "json" else "WARNING"},
        "axes": {"level": "WARNING"},
    },
}
