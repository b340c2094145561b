"""Who may watch: staff with a verified second factor, or the guest of a demo. One answer for pages, sockets, API."""

import ipaddress
from collections.abc import Callable
from functools import wraps
from importlib import import_module
from typing import Concatenate, ParamSpec
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import auth
from django.contrib.auth.models import AbstractBaseUser, AnonymousUser, User
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django_otp import DEVICE_ID_SESSION_KEY
from django_otp.models import Device
from django_otp_webauthn.models import WebAuthnCredential
from rest_framework.request import Request

from bots.models import Bot
from conversations import remits

GUEST = "misafir"
SEE, COST, SAY = "conversations.view_message", "conversations.view_llmcall", "conversations.change_chat"
READ_CAST, WRITE_CAST, ADD_BOT = "bots.view_persona", "bots.change_persona", "bots.add_bot"
CUT, DROP = "bots.add_fragment", "bots.delete_fragment"
HEALTH = "monitoring.see_health"
ACT = "monitoring.change_incident"
FAULTS, SOLVE = "monitoring.view_fault", "monitoring.change_fault"
STOP, START = "conversations.stop_engine", "conversations.start_engine"
_OF_THE_HOUSE = frozenset({COST, ADD_BOT, CUT, DROP, HEALTH, FAULTS, SOLVE})
_PASSED_ON = ("X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Host", "Forwarded", "X-Real-IP", "Via")
_GUEST_MAY = frozenset({SEE, COST, SAY, STOP, START, HEALTH, ACT})

P = ParamSpec("P")
Person = AbstractBaseUser | AnonymousUser
_sessions = import_module(settings.SESSION_ENGINE)


def demo_is_open() -> bool:
    """A demo ends where something real begins: a stored bot token, or an address that others can reach."""
    return settings.DEMO and settings.IS_LOOPBACK and not Bot.objects.exclude(token="").exists()


def is_guest(user: Person) -> bool:
    return isinstance(user, User) and user.username == GUEST and not user.is_staff and not user.has_usable_password()


def may_watch(user: Person, *, verified: bool) -> bool:
    """`verified`: this session has shown its second factor."""
    if not user.is_active:
        return False
    if is_guest(user):
        return demo_is_open()
    return verified and getattr(user, "is_staff", False) and may(user, SEE)


def may(user: Person, permission: str) -> bool:
    """Whether somebody who watches may also do this. The cost and the cast are the whole house's: who is limited to
    some chats neither sees the one nor adds to the other."""
    if is_guest(user):
        return permission in _GUEST_MAY
    held = isinstance(user, User) and user.has_perm(permission)
    return held and not (permission in _OF_THE_HOUSE and remits.ids(user) is not None)


def watcher(request: HttpRequest) -> bool:
    return may_watch(request.user, verified=is_verified(request.user))


def insider(request: HttpRequest) -> bool:
    """Watchers, and staff who have shown their second factor, whatever their role."""
    return watcher(request) or is_staff(request)


def is_staff(request: HttpRequest) -> bool:
    """Whether this is staff with both factors shown."""
    user = request.user
    return user.is_active and getattr(user, "is_staff", False) and is_verified(user)


def viewer(request: HttpRequest | Request) -> User:
    """The account behind a request that `watchers_only` let through."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user


def of_session(session_key: str) -> User | None:
    """Who watches with this session, read anew: an ended session, a locked account or a lost role is None at once."""
    request = HttpRequest()
    request.session = _sessions.SessionStore(session_key)
    user = auth.get_user(request)
    device = Device.from_persistent_id(request.session.get(DEVICE_ID_SESSION_KEY) or "")
    verified = device is not None and device.user_id == user.pk and device.confirmed
    return user if isinstance(user, User) and may_watch(user, verified=verified) else None


def print_of(session_key: str) -> str:
    """A print of all that decides about a session: it, its account, roles, rights, devices, chats, and the end of a
    demo. One statement.

    While it stays the same, `of_session` has the same answer; "" where there is no such session.
    """
    with connection.cursor() as cursor:
        cursor.execute(_PRINT, {"key": session_key, "idle": _sessions.IDLE})
        row = cursor.fetchone()
    return str(row[0]) if row else ""


_PRINT = f"""
SELECT md5(concat_ws('|', session.session_data, account.id, account.password, account.is_active, account.is_staff,
    account.is_superuser,
    (SELECT string_agg(concat_ws(':', held.group_id, given.permission_id), ','
         ORDER BY held.group_id, given.permission_id)
     FROM auth_user_groups held LEFT JOIN auth_group_permissions given USING (group_id)
     WHERE held.user_id = account.id),
    (SELECT string_agg(permission_id::text, ',' ORDER BY permission_id)
     FROM auth_user_user_permissions WHERE user_id = account.id),
    (SELECT string_agg(concat_ws(':', id, confirmed), ',' ORDER BY id)
     FROM otp_totp_totpdevice WHERE user_id = account.id),
    (SELECT string_agg(concat_ws(':', id, confirmed), ',' ORDER BY id)
     FROM otp_static_staticdevice WHERE user_id = account.id),
    (SELECT string_agg(concat_ws(':', id, confirmed), ',' ORDER BY id)
     FROM {WebAuthnCredential._meta.db_table} WHERE user_id = account.id),
    (SELECT string_agg(chat_id::text, ',' ORDER BY chat_id)
     FROM conversations_remit_chats WHERE remit_id = account.id),
    EXISTS (SELECT 1 FROM conversations_remit WHERE user_id = account.id),
    EXISTS (SELECT 1 FROM bots_bot WHERE token <> '')
))
FROM monitoring_session session JOIN auth_user account ON account.id = session.account_id
WHERE session.session_key = %(key)s AND session.expire_date > statement_timestamp()
  AND session.seen_at > statement_timestamp() - %(idle)s
"""  # noqa: S608 - our own words


def watchers_only(
    view: Callable[Concatenate[HttpRequest, P], HttpResponseBase],
) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
    """Lets watchers in; shows everybody else the way to become one. Nothing it serves is kept by a cache."""
    return _guarded(view, watcher)


def insiders_only(
    view: Callable[Concatenate[HttpRequest, P], HttpResponseBase],
) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
    """The same for pages that are for everybody of the house, also for roles that do not watch the cast."""
    return _guarded(view, insider)


def staff_only(
    view: Callable[Concatenate[HttpRequest, P], HttpResponseBase],
) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
    """For what staff do with their own account, whatever their role; the guest of a demo has none."""
    return _guarded(view, is_staff)


def _guarded(
    view: Callable[Concatenate[HttpRequest, P], HttpResponseBase], let_in: Callable[[HttpRequest], bool]
) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
    @never_cache
    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        return view(request, *args, **kwargs) if let_in(request) else _way_in(request)

    return guarded


def _way_in(request: HttpRequest) -> HttpResponseBase:
    if is_verified(request.user):
        raise PermissionDenied(_("Your role does not include watching the cast."))
    if "HX-Request" in request.headers:  # a script follows a redirect blindly; a refusal makes it load the page anew
        raise PermissionDenied
    if getattr(request.user, "is_staff", False):
        return redirect("second-factor")
    if settings.DEMO:
        return redirect("door")
    return redirect_to_login(request.get_full_path(), reverse("admin:login"))


def is_verified(user: Person) -> bool:
    """Set by the second-factor middleware; absent where that did not run."""
    check = getattr(user, "is_verified", None)
    return bool(check and check())


def is_loopback(request: HttpRequest) -> bool:
    """Whether the request was made on this machine, to this machine, with nothing in between that passed it on."""
    passed_on = any(name in request.headers for name in _PASSED_ON)
    host = urlsplit(f"//{request.get_host()}").hostname or ""
    return not passed_on and _is_loopback_name(host) and _is_loopback_name(request.META.get("REMOTE_ADDR", ""))


def _is_loopback_name(name: str) -> bool:
    try:
        return name == "localhost" or ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False
