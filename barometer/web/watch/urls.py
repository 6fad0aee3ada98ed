"""Addresses of watched sites and accounts: below /desk/, and below the language."""

from django.urls import path

from barometer.web.watch import desk, public

DESK = [
    path("watch/", desk.sites, name="watch"),
    path("watch/sites/<slug:public_id>/", desk.site, name="watch-site"),
    path("watch/sites/<slug:public_id>/rest/", desk.site_rest, name="watch-site-rest"),
    path("watch/sites/<slug:public_id>/show/", desk.site_show, name="watch-site-show"),
    path("watch/places/", desk.places, name="watch-places"),
    path("watch/places/<slug:public_id>/", desk.place, name="watch-place"),
    path("watch/keys/", desk.keys, name="watch-keys"),
    path("watch/files/", desk.files, name="watch-files"),
    path("watch/accounts/", desk.accounts, name="watch-accounts"),
    path("watch/accounts/<slug:public_id>/", desk.account, name="watch-account"),
    path("watch/accounts/<slug:public_id>/rest/", desk.account_rest, name="watch-account-rest"),
    path("watch/accounts/<slug:public_id>/show/", desk.account_show, name="watch-account-show"),
]
PUBLIC = [
    path("watch/", public.sites, name="watch"),
    path("watch/days.<slug:form>", public.days_file, name="watch-days"),
    path("watch/outages.<slug:form>", public.outages_file, name="watch-outages"),
    path("watch/<slug:public_id>/", public.site, name="watch-site"),
]
