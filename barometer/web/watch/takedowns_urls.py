"""Addresses of takedown notices: below /desk/, and below the language."""

from django.urls import path

from barometer.web.watch import takedowns, takedowns_public

DESK = [
    path("takedowns/", takedowns.takedowns, name="takedowns"),
    path("takedowns/new/", takedowns.new, name="takedown-new"),
    path("takedowns/senders/<slug:public_id>/", takedowns.sender, name="takedown-sender"),
    path("takedowns/companies/", takedowns.companies_page, name="takedown-companies"),
    path("takedowns/companies/<slug:key>/", takedowns.company, name="takedown-company"),
    path("takedowns/<slug:public_id>/", takedowns.takedown, name="takedown"),
    path("takedowns/<slug:public_id>/correct/", takedowns.edit, name="takedown-edit"),
    path("takedowns/<slug:public_id>/publish/", takedowns.publish, name="takedown-publish"),
    path("takedowns/<slug:public_id>/drafts/<slug:code>.txt", takedowns.draft, name="takedown-draft"),
    path("takedowns/<slug:public_id>/dates.ics", takedowns.dates, name="takedown-dates"),
]
PUBLIC = [
    path("takedowns/", takedowns_public.takedowns, name="takedowns"),
    path("takedowns/notices.csv", takedowns_public.as_csv, name="takedowns-csv"),
    path("takedowns/notices.json", takedowns_public.as_json, name="takedowns-json"),
    path("takedowns/senders/<slug:public_id>/", takedowns_public.sender, name="takedown-sender"),
    path("takedowns/<slug:public_id>/", takedowns_public.takedown, name="takedown"),
]
