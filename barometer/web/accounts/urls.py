"""The pages of allauth's that there are: no sign-up, no mail, no reset. Below /desk/."""

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from csp.constants import SELF
from csp.decorators import csp_update
from django.contrib.auth.decorators import login_not_required
from django.urls import path, reverse_lazy
from django.views.decorators.cache import never_cache

from barometer.web.accounts import views

#: The login page asks for the passkey's question when it is needed, from where it came itself.
asking = csp_update({"connect-src": [SELF]})
#: An authenticator's picture is part of the page.
drawing = csp_update({"img-src": [SELF, "data:"]})

urlpatterns = [
    path("login/", asking(account.login), name="account_login"),
    path(
        "login/passkey/", never_cache(login_not_required(webauthn.login_webauthn)), name="mfa_login_webauthn"
    ),
    path("login/factor/", mfa.authenticate, name="mfa_authenticate"),
    path("logout/", account.logout, name="account_logout"),
    path("invitation/<str:secret>/", views.invitation, name="invitation"),
    path("account/closed/", account.account_inactive, name="account_inactive"),
    path("account/again/", never_cache(account.reauthenticate), name="account_reauthenticate"),
    path("account/again/factor/", never_cache(mfa.reauthenticate), name="mfa_reauthenticate"),
    path(
        "account/again/passkey/",
        never_cache(webauthn.reauthenticate_webauthn),
        name="mfa_reauthenticate_webauthn",
    ),
    path("account/password/", never_cache(account.password_change), name="account_change_password"),
    path("account/", never_cache(mfa.index), name="mfa_index"),
    path("account/authenticator/", never_cache(drawing(totp.activate_totp)), name="mfa_activate_totp"),
    path("account/authenticator/remove/", never_cache(totp.deactivate_totp), name="mfa_deactivate_totp"),
    path("account/codes/", never_cache(codes.view_recovery_codes), name="mfa_view_recovery_codes"),
    path(
        "account/codes/new/", never_cache(codes.generate_recovery_codes), name="mfa_generate_recovery_codes"
    ),
    path("account/passkeys/add/", never_cache(webauthn.add_webauthn), name="mfa_add_webauthn"),
    path(
        "account/passkeys/<int:pk>/remove/",
        never_cache(webauthn.RemoveWebAuthnView.as_view(success_url=reverse_lazy("mfa_index"))),
        name="mfa_remove_webauthn",
    ),
    path("account/sessions/", views.sessions, name="account_sessions"),
]
