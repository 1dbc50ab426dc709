"""The product's addresses, and that of the minimal booking."""

from django.urls import include, path

from bench.views import MinimalBookings

urlpatterns = [path("bench/", MinimalBookings.as_view()), path("", include("config.urls"))]
