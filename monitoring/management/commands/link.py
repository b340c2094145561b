"""Print a one-time link: for the guest of a demo, or for the owner who sets Kulis up."""

from argparse import ArgumentParser
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from monitoring import entry
from monitoring.founding import owner as founders


class Command(BaseCommand):
    help = (
        "Print a link that opens once: for the guest of this demo (ten minutes, on this machine), or with --owner for "
        "whoever sets Kulis up and becomes its owner (an hour, from anywhere)."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "address", nargs="?", default=settings.PUBLIC_URL, help="Where Kulis answers. Default: PUBLIC_URL."
        )
        parser.add_argument("--owner", action="store_true", help="the set-up; only while there is no account")

    def handle(self, *args: Any, address: str, owner: bool, **options: Any) -> None:
        try:
            self.stdout.write(founders.mint(address) if owner else _guest(address))
        except entry.Refused as refused:
            raise CommandError(str(refused)) from refused


def _guest(address: str) -> str:
    if urlsplit(address).hostname not in {"localhost", "127.0.0.1", "::1"}:
        raise CommandError(f"{address} is not an address on this machine. Example: http://localhost:8000")
    return entry.mint(address)
