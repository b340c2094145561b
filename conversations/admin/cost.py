"""Who sees what the cast costs. It is the cost of the whole house: who is limited to some chats sees none."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from bots.admin.desk import person

MAY = "conversations.view_llmcall"


def is_shown(request: HttpRequest) -> bool:
    house: Any = admin.site
    return person(request).has_perm(MAY) and not house.is_limited(request)
