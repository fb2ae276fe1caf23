"""Settings of the web application. A deployment changes them by environment, never by editing.

`MATLUOI_HOME` names the home whose published rankings are shown; `MATLUOI_LANDING` the landing zone;
`MATLUOI_REVIEW_DATABASE_URL` a PostgreSQL
database instead of `<home>/review.db`; `MATLUOI_REVIEW_HOSTS` the host names, comma separated;
`MATLUOI_REVIEW_HTTPS=1` marks cookies as secure behind a proxy that ends TLS.
"""

import os
from pathlib import Path

from configs.review import review_limits
from review.deployment import database, secret_key

HOME = Path(os.environ.get("MATLUOI_HOME", ".demo/home")).resolve()
# Where answers of agencies land; without a landing zone they wait in the home, in the same layout.
LANDING = Path(os.environ.get("MATLUOI_LANDING") or HOME / "outcomes")
_FOLDER = Path(__file__).parent
_HTTPS = os.environ.get("MATLUOI_REVIEW_HTTPS") == "1"
_LIMITS = review_limits()

DEBUG = False
SECRET_KEY = secret_key(HOME)
ALLOWED_HOSTS = os.environ.get("MATLUOI_REVIEW_HOSTS", "127.0.0.1,localhost,testserver").split(",")
DATABASES = {"default": database(HOME, os.environ.get("MATLUOI_REVIEW_DATABASE_URL", ""))}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "review.Reviewer"
ROOT_URLCONF = "review.pages.addresses"
WSGI_APPLICATION = "review.wsgi.application"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django_htmx",
    "review",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "review.pages.protection.ContentSecurityPolicy",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "review.pages.language.ChosenLanguage",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "review.pages.protection.ReadableText",
    "review.access.sign_in.RequireSignIn",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [_FOLDER / "pages" / "templates"],
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "review.pages.surroundings.surroundings",
            ],
            "builtins": ["review.pages.columns", "review.pages.wording"],
        },
    }
]

LANGUAGE_CODE = "vi"
LANGUAGES = [("vi", "Tiếng Việt"), ("en", "English")]
LOCALE_PATHS = [_FOLDER / "locale"]
TIME_ZONE = "Asia/Ho_Chi_Minh"
USE_TZ = True
USE_I18N = True
FORMAT_MODULE_PATH = ["review.locale.formats"]

STATIC_URL = "static/"
STATICFILES_DIRS = [_FOLDER / "static"]
STATIC_ROOT = HOME / "review_static"

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": _LIMITS.access.password_length},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "sign_in"
LOGIN_REDIRECT_URL = "queue"
SESSION_COOKIE_AGE = _LIMITS.access.session_minutes * 60
SESSION_SAVE_EVERY_REQUEST = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _HTTPS
CSRF_FAILURE_VIEW = "review.pages.refusals.stale_form"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if _HTTPS else None
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

# Django's own error report quotes values of the request: only what it says without them is logged.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"()": "review.pages.protection.WithoutValues"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "loggers": {"django": {"handlers": ["stderr"], "level": "ERROR", "propagate": False}},
}
