"""Addresses of the form for tips, below the language. No address ever holds a receipt."""

from django.urls import path

from barometer.web.intake import views

app_name = "tips"

urlpatterns = [
    path("", views.form, name="form"),
    path("back/", views.back, name="back"),
]
