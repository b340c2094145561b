from django.urls import path

from conversations import views

urlpatterns = [path("telegram/<uuid:webhook_id>/", views.webhook, name="webhook")]
