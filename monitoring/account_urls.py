from django.urls import path

from monitoring import account

urlpatterns = [
    path("second-factor/", account.second_factor_page, name="second-factor"),
]
