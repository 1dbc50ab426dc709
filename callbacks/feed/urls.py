"""The address of the personal feeds. The secret is a parameter: the access log leaves those out."""

from django.urls import path

from callbacks.feed.views import feed

urlpatterns = [path("appointments.ics", feed, name="personal-feed")]
