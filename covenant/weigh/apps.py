from django.apps import AppConfig


class WeighConfig(AppConfig):
    name = "covenant.weigh"
    label = "weigh"
