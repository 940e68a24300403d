from django.apps import AppConfig


class RelateConfig(AppConfig):
    name = "covenant.relate"
    label = "relate"
