"""Addresses of the public site, below the language: /en/, /ru/, /kk/."""

from django.urls import path

from barometer.web.public import bulletins, data, letters, people, views

app_name = "public"

urlpatterns = [
    path("", views.home, name="home"),
    path("events/", views.events, name="events"),
    path("events/<slug:public_id>/", views.event, name="event"),
    path("cases/", views.cases, name="cases"),
    path("cases/<slug:slug>/", views.case, name="case"),
    path("people/<slug:public_id>/", people.person, name="person"),
    path("outlets/<slug:public_id>/", people.outlet, name="outlet"),
    path("letters/", letters.letters, name="letters"),
    path("letters/<slug:public_id>/", letters.letter, name="letter"),
    path("letters/<slug:public_id>/letter.<slug:format>", letters.file, name="letter-file"),
    path("letters/<slug:public_id>/logo/<slug:signatory>.png", letters.logo, name="letter-logo"),
    path("figures/people/", people.figures, name="figures-people"),
    path("bulletins/", bulletins.bulletins, name="bulletins"),
    path("bulletins/<slug:period>/", bulletins.bulletin, name="bulletin"),
    path("bulletins/<slug:period>/<str:name>", bulletins.copy, name="bulletin-copy"),
    path("calendar/", views.calendar, name="calendar"),
    path("calendar.ics", views.calendar_feed, name="calendar-feed"),
    path("corrections/", views.corrections, name="corrections"),
    path("data/", data.data, name="data"),
    path("about/", views.about, name="about"),
    path("data-protection/", views.data_protection, name="data-protection"),
]
