from django.urls import URLPattern, path

from monitoring.views import approvals, chats, dashboard, door, engine, founding, health, money, realism, turns

urlpatterns: list[URLPattern] = [
    path("", dashboard.dashboard, name="dashboard"),
    path("chats/", chats.chats, name="chats"),
    path("chats/<int:pk>/", chats.chat, name="chat"),
    path("chats/<int:pk>/before/<int:before>/", chats.older, name="older"),
    path("rehearsal/", chats.first_room, name="first-room"),
    path("rehearsal/<int:pk>/", chats.chat, name="rehearsal"),
    path("rehearsal/<int:pk>/say/", chats.say, name="say"),
    path("rehearsal/<int:pk>/react/", chats.react, name="react"),
    path("approvals/", approvals.approvals, name="approvals"),
    path("approvals/several/", approvals.several, name="approve-several"),
    path("approvals/<int:pk>/<str:verb>/", approvals.decide, name="approval"),
    path("turns/", turns.attention, name="attention"),
    path("turns/<int:pk>/", turns.turn, name="turn"),
    path("turns/<int:pk>/<str:verb>/", turns.decide, name="turn-decide"),
    path("spending/", money.spending, name="spending"),
    path("realism/", realism.realism, name="realism"),
    path("engine/start/", engine.start, name="engine-start"),
    path("engine/stop/", engine.stop, name="engine-stop"),
    path("door/", door.door, name="door"),
    path("enter/<str:token>/", door.enter, name="enter"),
    path("setup/", founding.start, name="founding"),
    path("setup/key/<str:token>/", founding.key, name="founding-key"),
    path("setup/<str:name>/", founding.step, name="founding-step"),
    path("leave/", door.leave, name="leave"),
    path("livez", health.livez, name="livez"),
    path("readyz", health.readyz, name="readyz"),
    path("metrics", health.exposition, name="metrics"),
]
