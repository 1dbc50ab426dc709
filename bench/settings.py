"""The product's own settings, and the minimal booking beside it."""

from config.settings import *  # noqa: F403
from config.settings import INSTALLED_APPS as PRODUCT

INSTALLED_APPS = [*PRODUCT, "bench"]
ROOT_URLCONF = "bench.urls"
