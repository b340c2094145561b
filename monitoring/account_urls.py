from django.urls import path

from monitoring import account
from monitoring.views import invitation, sessions, step_up

urlpatterns = [
    path("second-factor/", account.second_factor_page, name="second-factor"),
    path("step-up/", step_up.step_up_page, name="step-up"),
    path("sessions/", sessions.sessions_page, name="sessions"),
    path("sessions/end/", sessions.end, name="sessions-end"),
    path("invitation/<str:token>/", invitation.invitation, name="invitation"),
    path("here/", sessions.here, name="here"),
]
