from django.apps import AppConfig


class ScrutiniseConfig(AppConfig):
    name = "covenant.scrutinise"
    label = "scrutinise"
