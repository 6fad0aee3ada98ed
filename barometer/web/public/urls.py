"""Addresses of the public site, below the language: /en/, /ru/, /kk/."""

from django.urls import path, register_converter

from barometer.web.public import (
    alerts,
    bulletins,
    data,
    embed,
    explorer,
    feeds,
    figures,
    figures_behind,
    letters,
    pages,
    people,
    search,
    views,
)
from barometer.web.requests import public as requests
from barometer.web.watch import takedowns_urls
from barometer.web.watch import urls as watch_urls

app_name = "public"


class FeedForm:
    """The ending of a feed's address."""

    regex = "|".join(feeds.FORMS)

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(FeedForm, "form")

urlpatterns = [
    path("", views.home, name="home"),
    path("events/", explorer.events, name="events"),
    path("events/download.csv", explorer.download_file, {"form": "csv"}, name="events-csv"),
    path("events/download.json", explorer.download_file, {"form": "json"}, name="events-json"),
    path("events/download.xlsx", explorer.download_file, {"form": "xlsx"}, name="events-xlsx"),
    path("events/<slug:public_id>/", views.event, name="event"),
    path("cases/", views.cases, name="cases"),
    path("cases/<slug:slug>/", views.case, name="case"),
    path("search/", search.search, name="search"),
    path("people/", pages.people, name="people"),
    path("outlets/", pages.outlets, name="outlets"),
    path("bodies/", pages.bodies, name="bodies"),
    path("bodies/<slug:public_id>/", pages.body, name="body"),
    path("provisions/", pages.provisions, name="provisions"),
    path("provisions/<slug:code>/", pages.provision, name="provision"),
    path("methodology/", pages.methodology, name="methodology"),
    path("report/", pages.report, name="report"),
    path("people/<slug:public_id>/", people.person, name="person"),
    path("outlets/<slug:public_id>/", people.outlet, name="outlet"),
    path("letters/", letters.letters, name="letters"),
    path("letters/<slug:public_id>/", letters.letter, name="letter"),
    path("letters/<slug:public_id>/letter.<slug:format>", letters.file, name="letter-file"),
    path("letters/<slug:public_id>/logo/<slug:signatory>.png", letters.logo, name="letter-logo"),
    path("figures/", figures.figures, name="figures"),
    path("figures/<slug:period>.json", figures.figures_json, name="figures-json"),
    path("figures/people/", people.figures, name="figures-people"),
    path("figures/in-force/", figures_behind.under, name="figures-in-force"),
    path("figures/<slug:period>/<slug:key>/", figures.behind, name="figures-behind"),
    path("bulletins/", bulletins.bulletins, name="bulletins"),
    path("bulletins/<slug:period>/", bulletins.bulletin, name="bulletin"),
    path("bulletins/<slug:period>/<str:name>", bulletins.copy, name="bulletin-copy"),
    path("calendar/", views.calendar, name="calendar"),
    path("calendar.ics", views.calendar_feed, name="calendar-feed"),
    path("corrections/", views.corrections, name="corrections"),
    path("data/", data.data, name="data"),
    path("about/", views.about, name="about"),
    path("data-protection/", views.data_protection, name="data-protection"),
    path("requests/", requests.requests, name="requests"),
    path("requests/<slug:public_id>/", requests.one, name="request"),
    path("requests.csv", requests.file, {"form": "csv"}, name="requests-csv"),
    path("requests.json", requests.file, {"form": "json"}, name="requests-json"),
    # feeds, and dates ahead as calendars
    path("events/feed.<form:form>", feeds.events, name="events-feed"),
    path("cases/<slug:slug>/feed.<form:form>", feeds.case, name="case-feed"),
    path("cases/<slug:slug>/dates.ics", views.case_calendar, name="case-calendar"),
    path("people/<slug:public_id>/feed.<form:form>", feeds.person, name="person-feed"),
    path("outlets/<slug:public_id>/feed.<form:form>", feeds.outlet, name="outlet-feed"),
    path("corrections/feed.<form:form>", feeds.corrections, name="corrections-feed"),
    # following by mail, and a frame for other sites
    path("follow/", alerts.follow, name="follow"),
    path("alerts/confirm/<str:token>/", alerts.confirm, name="alerts-confirm"),
    path("alerts/leave/<str:token>/", alerts.leave, name="alerts-leave"),
    path("embed/events/", embed.events, name="embed-events"),
    *takedowns_urls.PUBLIC,
    *watch_urls.PUBLIC,
]
