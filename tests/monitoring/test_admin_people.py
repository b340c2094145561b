"""Accounts, roles, locks and schedules at the desk."""

import pytest
from axes.models import AccessAttempt
from django.contrib.auth.models import Group, User
from django.test import Client
from django.urls import reverse
from django_celery_beat.models import PeriodicTask

from bots.models import AuditEntry, Bot
from conversations import schedule
from monitoring import people, second_factor
from monitoring.grants import GRANTS, Role
from tests import desk, staff

pytestmark = pytest.mark.django_db
DOOR = reverse("admin:login")
COMMON = "1q2w3e4r5t6y7u8i"


@pytest.fixture
def browser() -> Client:
    return staff.at_the_desk()


def test_somebody_is_let_in_with_one_role(browser: Client) -> None:
    desk.send(
        browser,
        desk.address(User, "add"),
        username="omer",
        first_name="Ömer",
        email="omer@kulis.example",
        role="operator",
        new_password=staff.PASSWORD,
        same_password=staff.PASSWORD,
    )
    user = User.objects.get(username="omer")
    assert (people.role_of(user), user.is_staff, user.is_superuser) == (Role.OPERATOR, True, False)
    assert (user.first_name, user.email) == ("Ömer", "omer@kulis.example")
    assert AuditEntry.objects.filter(action="account.add", actor_name="zeynep").exists()


@pytest.mark.parametrize(
    ("first", "again"), [("kisa", "kisa"), (staff.PASSWORD, "baska-bir-uzun-parola"), ("", ""), (COMMON, COMMON)]
)
def test_a_weak_or_mistyped_password_lets_nobody_in(browser: Client, first: str, again: str) -> None:
    answer = desk.send(
        browser, desk.address(User, "add"), username="omer", role="operator", new_password=first, same_password=again
    )
    form = answer.context["adminform"].form
    assert form.errors["new_password"] if first == again else form.errors["same_password"]
    assert not User.objects.filter(username="omer").exists()


def test_a_role_is_changed_and_the_change_audited(browser: Client) -> None:
    user = staff.account("omer", Role.OPERATOR)
    desk.send(browser, desk.address(User, "change", user.pk), role="analyst")
    assert people.role_of(User.objects.get(pk=user.pk)) == Role.ANALYST
    entry = AuditEntry.objects.get(action="account.role")
    assert (entry.before, entry.after) == ({"role": "operator"}, {"role": "analyst"})


def test_the_last_admin_stays_one_whoever_tries(browser: Client) -> None:
    admin = User.objects.get(username="zeynep")
    page = desk.address(User, "change", admin.pk)
    assert desk.send(browser, page, role="auditor").context["adminform"].form.errors
    desk.act(browser, User, "shut_out", admin)
    browser.post(desk.address(User, "delete", admin.pk), {"post": "yes"})
    browser.post(
        desk.address(User, "changelist"), {"action": "delete_selected", "_selected_action": admin.pk, "post": "yes"}
    )
    desk.send(browser, page, first_name="Zeynep")
    admin.refresh_from_db()
    assert (admin.is_active, admin.is_superuser, people.role_of(admin)) == (True, True, Role.ADMIN)


def test_an_admin_may_leave_when_another_stays(browser: Client) -> None:
    second = staff.account("kadir", Role.ADMIN)
    desk.act(browser, User, "shut_out", second)
    second.refresh_from_db()
    assert not second.is_active


def test_whoever_is_shut_out_is_out_at_once(browser: Client) -> None:
    user = staff.equipped("omer", Role.OPERATOR)
    theirs = staff.browser(user)
    assert theirs.get(reverse("admin:index")).status_code == 200
    desk.act(browser, User, "shut_out", user)
    assert theirs.get(reverse("admin:index")).status_code == 302


def test_a_reset_second_factor_ends_its_sessions_and_is_set_up_anew(browser: Client, client: Client) -> None:
    user = staff.equipped("omer", Role.OPERATOR)
    theirs = staff.browser(user)
    desk.act(browser, User, "reset_second_factor", user)
    assert theirs.get(reverse("admin:index")).status_code == 302
    sent = client.post(DOOR, {"username": "omer", "password": staff.PASSWORD})
    assert sent.headers["Location"].startswith(reverse("second-factor"))


def test_ones_own_password_is_changed_audited_and_the_session_goes_on(browser: Client) -> None:
    new = "yeni-ve-uzun-bir-parola"
    typed = {"old_password": staff.PASSWORD, "new_password1": new, "new_password2": new}
    assert browser.post(reverse("admin:password_change"), typed).status_code == 302
    assert User.objects.get(username="zeynep").check_password(new)
    assert AuditEntry.objects.filter(action="account.password").count() == 1
    assert browser.get(reverse("admin:index")).status_code == 200


def test_a_lock_is_opened_by_an_admin(browser: Client, client: Client) -> None:
    staff.equipped("omer", Role.OPERATOR)
    for _try in range(6):
        client.post(DOOR, {"username": "omer", "password": "yanlis"})
    attempt = AccessAttempt.objects.get(username="omer")
    assert "yanlis" not in browser.get(desk.address(AccessAttempt, "change", attempt.pk)).content.decode()
    desk.act(browser, AccessAttempt, "unlock", attempt)
    assert client.post(DOOR, {"username": "omer", "password": staff.PASSWORD}).status_code == 302


def test_a_task_of_the_clock_is_paused_and_stays_so(browser: Client) -> None:
    schedule.restore()
    tick = PeriodicTask.objects.get(name="conversations.tick")
    desk.act(browser, PeriodicTask, "pause", tick)
    schedule.restore()
    assert schedule.paused() == ["conversations.tick"]
    desk.act(browser, PeriodicTask, "resume", tick)
    assert schedule.paused() == []
    assert AuditEntry.objects.filter(action="schedule.switch").count() == 2


# --- Roles -----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("role", list(Role))
def test_a_role_opens_exactly_its_lists(role: Role) -> None:
    browser = staff.at_the_desk(role)
    for model in desk.registered():
        app, name = model._meta.app_label, model._meta.model_name
        may = role is Role.ADMIN or f"{app}.view_{name}" in GRANTS[role]
        assert browser.get(desk.address(model, "changelist")).status_code == (200 if may else 403), model
        adds = role is Role.ADMIN or f"{app}.add_{name}" in GRANTS[role]
        if not adds:
            assert browser.get(desk.address(model, "add")).status_code == 403, model


def test_what_a_role_may_is_what_the_table_says() -> None:
    for role in Role:
        user = staff.account(role.value, role)
        held = User.objects.get(pk=user.pk).get_group_permissions()
        assert role is Role.ADMIN or held == GRANTS[role]


def test_no_role_but_the_admin_touches_people_tokens_or_keys() -> None:
    forbidden = {"bots.replace_token", "conversations.replace_key", "conversations.start_engine"}
    for role in GRANTS:
        assert not GRANTS[role] & forbidden
        assert not [name for name in GRANTS[role] if name.startswith(("auth.", "otp_"))]


def test_ensuring_the_roles_twice_changes_nothing() -> None:
    people.ensure_roles()
    before = {group.name: group.permissions.count() for group in Group.objects.all()}
    people.ensure_roles()
    assert before == {group.name: group.permissions.count() for group in Group.objects.all()}
    assert set(before) == {role.value for role in Role}


def test_an_operator_reads_own_deeds_and_an_auditor_all() -> None:
    operator = staff.at_the_desk(Role.OPERATOR, name="omer")
    auditor = staff.at_the_desk(Role.AUDITOR, name="aylin")
    trail = desk.address(AuditEntry, "changelist")
    assert operator.get(trail).context["cl"].result_count == 0
    assert auditor.get(trail).context["cl"].result_count == AuditEntry.objects.count()
    assert auditor.get(desk.address(Bot, "changelist")).status_code == 403


def test_the_front_page_shows_a_role_only_its_rooms() -> None:
    page = staff.at_the_desk(Role.AUDITOR).get(reverse("admin:index")).content.decode()
    assert desk.address(AuditEntry, "changelist") in page
    assert desk.address(Bot, "changelist") not in page


def test_reset_leaves_nobody_without_a_trace() -> None:
    user = staff.equipped("omer", Role.OPERATOR)
    second_factor.remove(user, by="zeynep")
    assert AuditEntry.objects.get(action="second_factor.remove").subject_name == "omer"
