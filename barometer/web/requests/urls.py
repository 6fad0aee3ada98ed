"""Addresses of requests at the desk, below /desk/requests/, in the desk's own names."""

from django.urls import path

from barometer.web.requests import desk, desk_files, desk_rules

urlpatterns = [
    path("", desk.requests, name="requests"),
    path("new/", desk.new, name="request-new"),
    path("bring/", desk_files.bring, name="request-bring"),
    path("rules/", desk_rules.rules, name="request-rules"),
    path("rules/new/", desk_rules.new, name="request-rule-new"),
    path("rules/<slug:public_id>/", desk_rules.edit, name="request-rule"),
    path("answers-due.ics", desk_files.calendar, name="request-calendar"),
    path("requests.<slug:form>", desk_files.table, name="request-table"),
    path("<slug:public_id>/", desk.one, name="request"),
    path("<slug:public_id>/edit/", desk.edit, name="request-edit"),
    path("<slug:public_id>/act/", desk.act, name="request-act"),
    path("<slug:public_id>/publish/", desk.publish, name="request-publish"),
    path("<slug:public_id>/files/", desk_files.upload, name="request-files"),
    path("<slug:public_id>/<slug:kind>.<slug:language>.<slug:form>", desk_files.draft, name="request-draft"),
]
