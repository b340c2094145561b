"""Print a link that signs the guest of a demo in, once, within ten minutes."""

from argparse import ArgumentParser
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from monitoring import entry


class Command(BaseCommand):
    help = "Print a one-time sign-in link for this demo. It works once, for ten minutes, on this machine."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "address", nargs="?", default=settings.PUBLIC_URL, help="Where Kulis answers. Default: PUBLIC_URL."
        )

    def handle(self, *args: Any, address: str, **options: Any) -> None:
        if urlsplit(address).hostname not in {"localhost", "127.0.0.1", "::1"}:
            raise CommandError(f"{address} is not an address on this machine. Example: http://localhost:8000")
        try:
            self.stdout.write(entry.mint(address))
        except entry.Refused as refused:
            raise CommandError(str(refused)) from refused
