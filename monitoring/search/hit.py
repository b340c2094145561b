from dataclasses import dataclass

from django.utils.functional import Promise

Words = str | Promise


@dataclass(frozen=True, slots=True)
class Hit:
    title: str
    address: str
    about: str = ""
    """What tells it apart from others of its title."""


@dataclass(frozen=True, slots=True)
class Group:
    name: Words
    hits: tuple[Hit, ...]
