"""The root of all addresses: public pages under their language, the desk behind login."""

from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import include, path

from barometer.web.config import views
from barometer.web.public import data
from barometer.web.public.api.routes import urls as api

urlpatterns = [
    path("", views.choose_language, name="choose-language"),
    path("robots.txt", views.robots, name="robots"),
    path("", include("barometer.web.health.urls")),
    path("api/v1/", api()),
    path("data/releases/<str:period>/<int:version>/<path:path>", data.file, name="release-file"),
    path("desk/", include("barometer.web.desk.urls")),
    path("desk/", include("barometer.web.accounts.urls")),
    path("desk/admin/", admin.site.urls),
    path("sign/", include("barometer.web.public.sign_urls")),
    *i18n_patterns(path("tip/", include("barometer.web.intake.urls")), prefix_default_language=True),
    *i18n_patterns(path("", include("barometer.web.public.urls")), prefix_default_language=True),
]

handler400 = "barometer.web.config.views.bad_request"
handler500 = "barometer.web.config.trouble.fault"
