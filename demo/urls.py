"""Addresses of the demo's own pages, present only when ``DEMO`` is on."""

from django.urls import path

from demo import views

app_name = "demo"
urlpatterns = [
    path("mail/", views.mail_list, name="mail"),
    path("mail/<str:name>/", views.mail_detail, name="mail-detail"),
    path("mail/<str:name>/<int:number>/", views.mail_file, name="mail-file"),
]
