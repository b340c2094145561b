"""Sessions that know whose they are: how long one may be away, which are open, and how to end them.

Django's own are opaque rows. These name their account, so that it can see where it is signed in and sign out elsewhere.
"""

import secrets
from datetime import datetime, timedelta
from typing import Any

from axes.helpers import get_client_ip_address
from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.auth.models import User
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone
from django.utils.deprecation import MiddlewareMixin
from typing_extensions import override

from monitoring.models import Session

IDLE = timedelta(minutes=30)
"""Whoever did nothing for so long signs in again. An open live page, and typing in a form, are something."""
LONGEST = timedelta(seconds=settings.SESSION_COOKIE_AGE)
"""From the sign-in on, whatever is done."""
_NOTED = timedelta(minutes=1)
"""How exactly it is known when somebody was seen last."""
VISIT = "visit"


class SessionStore(DatabaseStore):
    """The engine that `SESSION_ENGINE` names."""

    @classmethod
    @override
    def get_model_class(cls) -> type[Session]:
        return Session

    @override
    def create_model_instance(self, data: dict[str, Any]) -> Session:
        row: Any = super().create_model_instance(data)
        visit, now = data.get(VISIT) or {}, timezone.now()
        row.account_id = data.get(SESSION_KEY)
        row.began_at = datetime.fromisoformat(visit["began"]) if visit else now
        row.seen_at = now
        row.visit, row.address, row.agent = visit.get("id", ""), visit.get("address"), visit.get("agent", "")
        return row  # type: ignore[no-any-return]

    def _get_session_from_db(self) -> Session | None:
        row: Session | None = super()._get_session_from_db()  # type: ignore[misc]  # private, and the place that all pass
        if row is None or row.account_id is None:
            return row
        now = timezone.now()
        if row.seen_at < now - IDLE or row.began_at < now - LONGEST:
            self._session_key = None
            return None
        if row.seen_at < now - _NOTED:
            Session.objects.filter(pk=row.pk).update(seen_at=now)
        return row


class Attendance(MiddlewareMixin):
    """Notes with a fresh session when, from where and with what it was opened."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        session, now = request.session, timezone.now()
        if session.accessed and SESSION_KEY in session and VISIT not in session:
            session[VISIT] = {
                "id": secrets.token_hex(8),
                "began": now.isoformat(),
                "address": get_client_ip_address(request),
                "agent": request.headers.get("User-Agent", "")[:200],
            }
            Session.objects.filter(expire_date__lt=now).delete()  # nobody comes back with these
        return response


def open_ones(user: User) -> QuerySet[Session]:
    """Where the account is signed in now, the latest seen first."""
    now = timezone.now()
    return Session.objects.filter(
        account=user, expire_date__gt=now, seen_at__gt=now - IDLE, began_at__gt=now - LONGEST
    ).order_by("-seen_at")


def end(user: User, *, visit: str | None = None, but: str | None = None) -> int:
    """End one visit, all but the session whose key is `but`, or all. How many ended; sockets follow within seconds."""
    rows = Session.objects.filter(account=user)
    rows = rows.filter(visit=visit) if visit else rows
    return rows.exclude(pk=but or "").delete()[0]
