"""Texts of the libraries below us that our catalogue translates: some ship no Turkish, some a Turkish that reads badly.

Nothing imports this module. `makemessages` collects the texts here, and Django looks into our catalogue first.
"""

from django.utils.translation import gettext_noop as _

ADMIN = (
    _("Add %s"),
    _("Change %s"),
    _("View %s"),
    _("Add %(name)s"),
    _("Add another %(verbose_name)s"),
    _(" By %(filter_title)s "),
    _("Action:"),
    _("Go"),
    _("last login"),
    _("user"),
    _("users"),
)
"""Turkish would put its ending after a name that begins small: "bot ekle" where a heading should stand."""

SCHEDULES = (
    _("periodic task"),
    _("periodic tasks"),
    _("Periodic Tasks"),
    _("interval"),
    _("intervals"),
    _("crontab"),
    _("crontabs"),
    _("clocked"),
    _("solar event"),
    _("solar events"),
    _("every {}"),
    _("every {} {}"),
    _("Second"),
    _("Seconds"),
    _("Name"),
    _("Short Description For This Task"),
    _("Task Name"),
    _('The Name of the Celery Task that Should be Run.  (Example: "proj.tasks.import_contacts")'),
    _("Queue Override"),
    _("Queue defined in CELERY_TASK_QUEUES. Leave None for default queuing."),
    _("Expires timedelta with seconds"),
    _("Timedelta with seconds which the schedule will no longer trigger the task to run"),
    _("Enabled"),
    _("Last Run Datetime"),
    _("Datetime that the schedule last triggered the task to run. Reset to None if enabled is set to False."),
    _("Total Run Count"),
    _("Running count of how many times the schedule has triggered the task"),
)

SIGN_INS = (
    _("Attempt Time"),
    _("Username"),
    _("IP Address"),
    _("User Agent"),
    _("Path"),
    _("Failed Logins"),
    _("Logout Time"),
    _("access attempt"),
    _("access attempts"),
    _("access log"),
    _("access logs"),
)
