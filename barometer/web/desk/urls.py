"""Addresses of the desk below /desk/, before those of the administration pages."""

from django.urls import path

from barometer.web.desk import evidence, intake, leads, linking, mentions, names, redacting, sources, views

app_name = "desk"

urlpatterns = [
    path("cases/", views.cases, name="cases"),
    path("cases/<slug:slug>/", views.case, name="case"),
    path("carryover/", views.carryover, name="carryover"),
    path("carryover/<path:period>/", views.carryover, name="carryover-of"),
    path("linking/", linking.queue, name="linking"),
    path("linking/log/", linking.log, name="linking-log"),
    path("linking/judge/", linking.judge, name="linking-judge"),
    path("linking/undo/", linking.undo, name="linking-undo"),
    path("linking/case/", linking.judge_case, name="linking-case"),
    path("linking/case/undo/", linking.undo_case, name="linking-case-undo"),
    path("names/", names.queue, name="names"),
    path("names/log/", names.log, name="names-log"),
    path("names/judge/", names.judge, name="names-judge"),
    path("names/undo/", names.undo, name="names-undo"),
    path("names/search/", mentions.search, name="names-search"),
    path("names/of/<str:party>/", mentions.mentions, name="names-mentions"),
    path("names/of/<str:party>/apart/", mentions.set_apart, name="names-apart"),
    path("names/of/<str:party>/back/", mentions.put_back, name="names-back"),
    path("sources/", sources.sources, name="sources"),
    path("sources/new/", sources.source, name="source-new"),
    path("sources/<slug:slug>/", sources.source, name="source"),
    path("sources/<slug:slug>/visit/", sources.visit, name="source-visit"),
    path("sources/<slug:slug>/rest/", sources.rest, name="source-rest"),
    path("intake/", intake.intake, name="intake"),
    path("leads/", leads.leads, name="leads"),
    path("leads/<slug:public_id>/", leads.lead, name="lead"),
    path("leads/<slug:public_id>/take/", leads.take, name="lead-take"),
    path("leads/<slug:public_id>/dismiss/", leads.dismiss, name="lead-dismiss"),
    path("leads/<slug:public_id>/reopen/", leads.reopen, name="lead-reopen"),
    path("evidence/", evidence.items, name="evidence"),
    path("evidence/addresses/", evidence.addresses, name="addresses"),
    path("evidence/log/head/", evidence.head, name="evidence-head"),
    path("evidence/<slug:public_id>/", evidence.item, name="evidence-item"),
    path("evidence/<slug:public_id>/bytes/", evidence.bytes_, name="evidence-bytes"),
    path("evidence/<slug:public_id>/export/", evidence.export, name="evidence-export"),
    path("evidence/<slug:public_id>/report/", evidence.report, name="evidence-report"),
    path("evidence/<slug:public_id>/visibility/", evidence.visibility, name="evidence-visibility"),
    path("redact/", redacting.redactions, name="redactions"),
    path("redact/find/", redacting.find, name="redact-find"),
    path("redact/<slug:kind>/<slug:public_id>/", redacting.redact, name="redact"),
]
