"""The product's own settings, and the minimal booking beside it."""

from config.settings import *  # noqa: F403
from config.settings import INSTALLED_APPS as PRODUCT
from config.settings import STORAGES as PRODUCT_STORAGES

INSTALLED_APPS = [*PRODUCT, "bench"]
ROOT_URLCONF = "bench.urls"
# Pages are asked without a server that has gathered the files beside them.
STORAGES = {
    **PRODUCT_STORAGES,
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
