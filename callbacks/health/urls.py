"""Addresses for machines that watch the installation."""

from django.urls import path

from callbacks.health import views

urlpatterns = [
    path("", views.health, name="health"),
    path("live/", views.live, name="health-live"),
]
