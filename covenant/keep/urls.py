from django.urls import path

from covenant.keep import views

app_name = "keep"
urlpatterns = [path("<uuid:id>/report/", views.report, name="report")]
