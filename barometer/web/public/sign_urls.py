"""Private pages on which others read, sign or decline a letter. The secret in the address is all that opens them."""

from django.urls import path

from barometer.web.public import signing

app_name = "sign"

urlpatterns = [
    path("<str:secret>/", signing.page, name="page"),
    path("<str:secret>/<slug:language>/", signing.page, name="page-in"),
]
