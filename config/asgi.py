"""The door for HTTP and WebSockets."""

import os

from channels.routing import ProtocolTypeRouter, URLRouter
from channels.security.websocket import AllowedHostsOriginValidator
from channels.sessions import CookieMiddleware
from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
http = get_asgi_application()

from monitoring.sockets import urlpatterns  # noqa: E402 - models load only after the application is set up

# Sockets get cookies and nothing else: who watches is asked anew while they are open (monitoring.consumers).
sockets = AllowedHostsOriginValidator(CookieMiddleware(URLRouter(urlpatterns)))
application = ProtocolTypeRouter({"http": http, "websocket": sockets})
