from django.urls import path

from covenant.listen.views import checking, convening, keeping, own, reading, taking_part

app_name = "listen"
urlpatterns = [
    path("", reading.index, name="index"),
    path("new/<slug:place>/", convening.new, name="new"),
    path("retally.py", checking.program, name="retally"),
    path("<slug:slug>/", reading.conversation, name="conversation"),
    path("<slug:slug>/map/", reading.opinion, name="map"),
    path("<slug:slug>/statements/", reading.statements, name="statements"),
    path("<slug:slug>/results.json", reading.results_json, name="results"),
    path("<slug:slug>/statements.csv", reading.statements_csv, name="statements_csv"),
    path("<slug:slug>/counted/", checking.counted, name="counted"),
    path("<slug:slug>/counted/<uuid:snapshot>.jsonl", checking.counted_set, name="counted_set"),
    path("<slug:slug>/counted/<uuid:snapshot>.json", checking.figures, name="figures"),
    path("<slug:slug>/replays/", checking.replays, name="replays"),
    path("<slug:slug>/replays/allow/", checking.grant, name="allow_replays"),
    path("<slug:slug>/take-part/", taking_part.take_part, name="take_part"),
    path("<slug:slug>/take-part/start/", taking_part.start, name="start"),
    path("<slug:slug>/take-part/answer/", taking_part.answer, name="answer"),
    path("<slug:slug>/take-part/next/", taking_part.resume, name="resume"),
    path("<slug:slug>/take-part/votes/", taking_part.votes, name="votes"),
    path("<slug:slug>/take-part/votes/<uuid:statement>/", taking_part.change, name="change"),
    path("<slug:slug>/take-part/receipt/", keeping.last, name="last_receipt"),
    path("<slug:slug>/take-part/votes/receipts.json", keeping.receipts_json, name="own_receipts"),
    path("<slug:slug>/take-part/votes/<uuid:statement>/receipt/", keeping.receipt, name="own_receipt"),
    path(
        "<slug:slug>/take-part/votes/<uuid:statement>/receipt.json",
        keeping.receipt_json,
        name="own_receipt_json",
    ),
    path("<slug:slug>/take-part/code/", taking_part.code, name="code"),
    path("<slug:slug>/take-part/suggest/", taking_part.suggest, name="suggest"),
    path("<slug:slug>/codes/", checking.codes, name="codes"),
    path("<slug:slug>/take-part/mine.json", own.mine, name="mine"),
    path("<slug:slug>/take-part/erase/", own.erase, name="erase"),
    path("<slug:slug>/moderate/", convening.moderate, name="moderate"),
    path("<slug:slug>/moderate/open/", convening.turn, {"act": "open"}, name="open"),
    path("<slug:slug>/moderate/close/", convening.turn, {"act": "close"}, name="close"),
    path("<slug:slug>/moderate/<uuid:statement>/", convening.moderate_one, name="moderate_one"),
]
