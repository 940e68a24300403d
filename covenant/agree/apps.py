from django.apps import AppConfig


class AgreeConfig(AppConfig):
    name = "covenant.agree"
    label = "agree"
