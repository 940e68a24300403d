from django.apps import AppConfig


class KeepConfig(AppConfig):
    name = "covenant.keep"
    label = "keep"
