from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "covenant.web"
    label = "web"
