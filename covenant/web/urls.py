from allauth.account import views as account
from django.contrib.auth.views import LogoutView
from django.urls import include, path

from covenant.agree import urls as agree
from covenant.web import accounts, hardening, health, metrics, own, views

urlpatterns = [
    path("", views.home, name="home"),
    path("places/<slug:slug>/", views.place, name="place"),
    path("places/", include("covenant.place.urls")),
    path("places/", include("covenant.profile.urls")),
    path("places/", include(agree.of_places)),
    path("record/", include("covenant.record.urls")),
    path("listen/", include("covenant.listen.urls")),
    path("statements/<uuid:id>/", views.statement, name="statement"),
    path("covenants/<slug:slug>/", views.covenant, name="covenant"),
    path("covenants/", include("covenant.agree.urls")),
    path("", include("covenant.weigh.urls")),
    path("", include("covenant.relate.urls")),
    path("", include("covenant.concern.urls")),
    path("", include("covenant.scrutinise.urls")),
    path("innovation/", include("covenant.innovate.urls")),
    path("commitments/<uuid:id>/", views.commitment, name="commitment"),
    path("commitments/", include("covenant.keep.urls")),
    # Only what signing in by code needs: there are no passwords and nobody signs up.
    path("account/sign-in/", account.request_login_code, name="account_request_login_code"),
    path("account/sign-in/", account.request_login_code, name="account_login"),  # allauth asks for these
    path("account/sign-in/", account.request_login_code, name="account_signup"),  # two names as well
    path("account/code/", accounts.EnterCode.as_view(), name="account_confirm_login_code"),
    path("account/devices/", accounts.devices, name="account_devices"),
    path("account/mine.json", own.data, name="account_mine"),
    path("account/sign-out/", LogoutView.as_view(next_page="home"), name="account_logout"),
    path("health/", health.page, name="health"),
    path("metrics", metrics.page, name="metrics"),
    path(".well-known/security.txt", hardening.security_txt, name="security_txt"),
]
