"""All addresses of the site."""

from django.conf import settings
from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path, re_path

from callbacks.api.urls import unknown_address
from callbacks.health.views import metrics

urlpatterns: list[URLPattern | URLResolver] = [
    path("admin/", admin.site.urls),
    path("api/v1/", include("callbacks.api.urls")),
    re_path("^api/", unknown_address),
    path("calendar/", include("callbacks.feed.urls")),
    path("health/", include("callbacks.health.urls")),
    path("metrics/", metrics, name="metrics"),
    path("language/", include("django.conf.urls.i18n")),
    path("", include("frontoffice.urls")),
]
if settings.DEMO:
    urlpatterns.append(path("demo/", include("demo.urls")))
