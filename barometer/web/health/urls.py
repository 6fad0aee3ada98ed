"""Addresses for machines that watch this one."""

from django.urls import path

from barometer.web.health import views

app_name = "health"

urlpatterns = [
    path("health/", views.alive, name="alive"),
    path("health/ready/", views.ready, name="ready"),
    path("metrics", views.metrics, name="metrics"),
]
