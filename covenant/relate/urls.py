from django.urls import URLPattern

app_name = "relate"
urlpatterns: list[URLPattern] = []
