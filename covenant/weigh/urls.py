from django.urls import URLPattern

app_name = "weigh"
urlpatterns: list[URLPattern] = []
