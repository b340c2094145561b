"""The admin site: a second factor for everybody."""

from django.utils.translation import gettext_lazy as _
from django_otp.admin import OTPAdminSite


class KulisAdminSite(OTPAdminSite):
    site_header = site_title = "Kulis"
    index_title = _("Backstage")
    site_url = "/"
    enable_nav_sidebar = True
