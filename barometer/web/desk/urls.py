"""Addresses of the desk below /desk/, before those of the administration pages."""

from django.urls import path

from barometer.web.desk import mentions, names, views

app_name = "desk"

urlpatterns = [
    path("cases/", views.cases, name="cases"),
    path("cases/<slug:slug>/", views.case, name="case"),
    path("carryover/", views.carryover, name="carryover"),
    path("carryover/<path:period>/", views.carryover, name="carryover-of"),
    path("names/", names.queue, name="names"),
    path("names/log/", names.log, name="names-log"),
    path("names/judge/", names.judge, name="names-judge"),
    path("names/undo/", names.undo, name="names-undo"),
    path("names/search/", mentions.search, name="names-search"),
    path("names/of/<str:party>/", mentions.mentions, name="names-mentions"),
    path("names/of/<str:party>/apart/", mentions.set_apart, name="names-apart"),
    path("names/of/<str:party>/back/", mentions.put_back, name="names-back"),
]
