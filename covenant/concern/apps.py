from django.apps import AppConfig


class ConcernConfig(AppConfig):
    name = "covenant.concern"
    label = "concern"
