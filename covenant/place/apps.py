from django.apps import AppConfig


class PlaceConfig(AppConfig):
    name = "covenant.place"
    label = "place"
