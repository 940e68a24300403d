from django.urls import path

from covenant.scrutinise import appointment_pages, desk_pages, views

app_name = "scrutinise"
OF = "covenants/<slug:slug>"
DESK, PROPOSAL, FINDING = (
    f"{OF}/scrutiny/desk",
    f"{OF}/scrutiny/proposals/<uuid:id>",
    f"{OF}/scrutiny/findings/<uuid:id>",
)
urlpatterns = [
    path("scrutiny/", views.findings, name="findings"),
    path("scrutiny/thresholds/", views.thresholds, name="thresholds"),
    path(f"{OF}/versions/<int:number>/questions/", views.questions, name="questions"),
    path(f"{OF}/versions/<int:number>/questions.json", views.data, name="data"),
    path(f"{OF}/scrutiny/", views.scrutiny, name="scrutiny"),
    path(f"{OF}/scrutiny.json", views.scrutiny_data, name="scrutiny_data"),
    path(f"{OF}/scrutiny/appoint/", appointment_pages.appoint, name="appoint"),
    path(f"{OF}/scrutiny/remove/", appointment_pages.remove, name="remove"),
    path(f"{PROPOSAL}/", appointment_pages.proposal, name="proposal"),
    path(f"{PROPOSAL}/consent/", appointment_pages.consent, name="consent"),
    path(f"{PROPOSAL}/refuse/", appointment_pages.refuse, name="refuse"),
    path(f"{PROPOSAL}/withdraw/", appointment_pages.withdraw, name="withdraw"),
    path(f"{DESK}/", desk_pages.desk, name="desk"),
    path(f"{DESK}/ask/<int:number>/", desk_pages.ask, name="ask"),
    path(f"{DESK}/<int:number>/<path:key>/find/", desk_pages.find, name="find"),
    path(f"{DESK}/<int:number>/<path:key>/", desk_pages.question, name="question"),
    path(f"{FINDING}/", views.finding, name="finding"),
    path(f"{FINDING}/sign/", desk_pages.sign, name="sign"),
    path(f"{FINDING}/drop/", desk_pages.drop, name="drop"),
    path(f"{FINDING}/mend/", desk_pages.mend, name="mend"),
    path(f"{FINDING}/reply/", desk_pages.reply, name="reply"),
]
