"""The root of all addresses while a mirror is made: the public site, with pages of the mirror's own before it."""

from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path

from barometer.web.config.urls import urlpatterns as live
from barometer.web.mirror import views

own = [
    path("events/", views.events, name="events"),
    path("copy/", views.about, name="about"),
    path("copy/search/", views.search, name="search"),
    path("copy/names/", views.names, name="names"),
]
urlpatterns = [
    path("", views.choose, name="choose"),
    path("robots.txt", views.robots, name="robots"),
    *i18n_patterns(path("", include((own, "mirror"))), prefix_default_language=True),
    *live,
]
