from django.urls import path

from monitoring import account
from monitoring.views import invitation, passkeys, sessions, step_up

urlpatterns = [
    path("second-factor/", account.second_factor_page, name="second-factor"),
    path("passkeys/begin/", passkeys.begin, name="passkey-begin"),
    path("passkeys/add/", passkeys.add, name="passkey-add"),
    path("passkeys/remove/", passkeys.remove, name="passkey-remove"),
    path("passkeys/ask/", passkeys.ask, name="passkey-ask"),
    path("passkeys/show/", passkeys.show, name="passkey-show"),
    path("step-up/", step_up.step_up_page, name="step-up"),
    path("sessions/", sessions.sessions_page, name="sessions"),
    path("sessions/end/", sessions.end, name="sessions-end"),
    path("invitation/<str:token>/", invitation.invitation, name="invitation"),
    path("here/", sessions.here, name="here"),
]
