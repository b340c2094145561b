from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView

urlpatterns = [
    path("admin/", admin.site.urls),
    path("account/", include("monitoring.account_urls")),
    path("i18n/", include("django.conf.urls.i18n")),
    path("api/v1/", include("monitoring.api.addresses")),
    path("favicon.ico", RedirectView.as_view(url="/static/kulis/favicon.svg")),
    path("", include("conversations.urls")),
    path("", include("monitoring.urls")),
]

handler400 = "monitoring.views.errors.bad_request"
handler403 = "monitoring.views.errors.forbidden"
handler404 = "monitoring.views.errors.not_found"
handler500 = "monitoring.views.errors.server_error"
