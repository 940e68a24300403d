from django.urls import path

from covenant.innovate.views import acting, drafting, reading

app_name = "innovate"
urlpatterns = [
    path("", reading.index, name="index"),
    path("new/<slug:place>/", drafting.begin, name="begin"),
    path("<slug:slug>/", reading.area, name="area"),
    path("<slug:slug>/data.json", reading.data, name="data"),
    path("<slug:slug>/words/", drafting.word_area, name="word_area"),
    path("<slug:slug>/draft/", drafting.draft, name="draft"),
    path("<slug:slug>/<int:number>/", reading.freedom, name="freedom"),
    path("<slug:slug>/<int:number>/words/", drafting.word, name="word"),
    path("<slug:slug>/<int:number>/renew/", drafting.renew, name="renew"),
    path("<slug:slug>/<int:number>/propose/", drafting.propose, name="propose"),
    path("<slug:slug>/<int:number>/withdraw/", drafting.withdraw, name="withdraw"),
    path("<slug:slug>/<int:number>/consent/", acting.consent, name="consent"),
    path("<slug:slug>/<int:number>/refuse/", acting.refuse, name="refuse"),
    path("<slug:slug>/<int:number>/end/", acting.end_early, name="end"),
    path("<slug:slug>/<int:number>/measure/", acting.measure, name="measure"),
    path("<slug:slug>/<int:number>/evaluate/", acting.evaluate, name="evaluate"),
    path("<slug:slug>/<int:number>/reply/", acting.reply, name="reply"),
]
