"""Accounts: only people who were given a role have one; taking part needs none."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.fields import EmailField
from allauth.account.forms import ConfirmLoginCodeForm, RequestLoginCodeForm
from allauth.account.utils import passthrough_next_redirect_url
from allauth.account.views import ConfirmLoginCodeView
from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from covenant.place import actions, reads
from covenant.web.addresses import client
from covenant.web.hardening import BEGAN, SEEN

SIGN_IN = "account_request_login_code"


class Adapter(DefaultAccountAdapter):
    """Nobody signs up: a convenor or an administrator names a person, who then signs in by email code."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "incorrect_code": gettext_lazy("This is not the code that we sent last. Look at the email again."),
        "too_many_login_attempts": gettext_lazy(
            "There were too many tries. Ask for a new code; if you cannot yet, wait 15 minutes."
        ),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def add_message(self, request: HttpRequest, level: int, *args: Any, **kwargs: Any) -> None:
        """Say what went wrong; that a code was sent, or who is signed in, the pages say themselves."""
        if level >= messages.ERROR:
            super().add_message(request, level, *args, **kwargs)

    def login(self, request: HttpRequest, user: Any) -> None:
        """Sign in: the session has a new key, and its days begin now."""
        super().login(request, user)
        request.session[BEGAN] = request.session[SEEN] = int(timezone.now().timestamp())

    def get_client_ip(self, request: HttpRequest) -> str:
        return client(request.META, proxies=settings.PROXIES)

    def respond_user_inactive(self, request: HttpRequest, user: Any) -> HttpResponse:
        """Somebody whose account was closed between asking for a code and entering it."""
        return redirect(SIGN_IN)


class EmailForm(RequestLoginCodeForm):
    email = EmailField(
        label=gettext_lazy("Email address"),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={
            "required": gettext_lazy("Enter your email address"),
            "invalid": gettext_lazy("Enter an email address in the correct format, like name@example.com"),
        },
    )


class CodeForm(ConfirmLoginCodeForm):
    code = forms.CharField(
        label=gettext_lazy("Code"),
        widget=forms.TextInput(
            attrs={
                "autocomplete": "one-time-code",
                "autocapitalize": "characters",
                "spellcheck": "false",
                "class": "govuk-input--width-10",
            }
        ),
        error_messages={"required": gettext_lazy("Enter the code")},
    )


class EnterCode(ConfirmLoginCodeView):
    """Enter the code; where it can no longer be used, ask for another and keep where the person was going."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = super().dispatch(request, *args, **kwargs)
        again = reverse(SIGN_IN)
        if not isinstance(response, HttpResponseRedirect) or response.url != again:
            return response
        if not messages.get_messages(request):
            messages.error(request, _("This code can no longer be used. Ask for a new one."))
        return redirect(passthrough_next_redirect_url(request, again, "next"))


@require_http_methods(["GET", "HEAD", "POST"])
def devices(request: HttpRequest) -> HttpResponse:
    """Where one is signed in: sign out everywhere at once, such as after a device was lost."""
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    if request.method == "POST":
        actions.sign_out_everywhere(by=reads.actor(request.user.pk))
        logout(request)
        messages.success(request, _("You are signed out on every device."))
        return redirect("home")
    context = {"days": settings.SESSION_COOKIE_AGE // 86_400, "hours": settings.SESSION_IDLE_AGE // 3600}
    return render(request, "account/devices.html", context)
