"""The admin of the house: people, sign-ins, schedules. Django finds these modules through this package."""

from monitoring.admin import accounts, api_keys, incidents, invitations, schedules, sign_ins

__all__ = ["accounts", "api_keys", "incidents", "invitations", "schedules", "sign_ins"]
