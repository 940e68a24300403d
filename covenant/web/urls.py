from allauth.account import views as account
from django.contrib.auth.views import LogoutView
from django.urls import include, path

from covenant.web import views

urlpatterns = [
    path("", views.home, name="home"),
    path("places/<slug:slug>/", views.place, name="place"),
    path("record/", include("covenant.record.urls")),
    path("listen/", include("covenant.listen.urls")),
    # Only what signing in by code needs: there are no passwords and nobody signs up.
    path("account/sign-in/", account.request_login_code, name="account_request_login_code"),
    path("account/code/", account.confirm_login_code, name="account_confirm_login_code"),
    path("account/sign-out/", LogoutView.as_view(next_page="home"), name="account_logout"),
]
