from django.apps import AppConfig


class InnovateConfig(AppConfig):
    name = "covenant.innovate"
    label = "innovate"
