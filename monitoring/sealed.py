"""Every sealed value of the database: where it is, which key sealed it, and whether it opens.

The system check, `doctor`, `restore` and the rotation of keys all walk this one list.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from bots import vault
from bots.models import Bot
from conversations.models import Provider, QuoteSource
from monitoring.incidents.models import Channel

HOLDERS: tuple[tuple[type[Bot] | type[Provider] | type[QuoteSource] | type[Channel], str, str], ...] = (
    (Bot, "username", "token"),
    (Provider, "name", "api_key"),
    (QuoteSource, "name", "api_key"),
    (Channel, "name", "address"),
    (Channel, "name", "secret"),
)
"""Table, what its rows are called by, and the sealed column."""


@dataclass(frozen=True, slots=True)
class Sealed:
    owner: str
    """The row, as people know it."""
    field: str
    value: str
    place: str

    @property
    def key(self) -> str:
        return vault.key_name(self.value)

    def opens(self) -> bool:
        try:
            vault.open(self.value, place=self.place)
        except vault.VaultError:
            return False
        return True


def tables() -> set[str]:
    return {model._meta.db_table for model, _name, _field in HOLDERS}


def values(using: str = "default") -> Iterator[Sealed]:
    """All of them, table by table."""
    for model, name, field in HOLDERS:
        # Only what is needed: before `migrate` the table may lack what the model knows.
        rows = model._default_manager.using(using).exclude(**{field: ""}).only("uuid", name, field)
        for row in rows.order_by("pk").iterator():
            yield Sealed(str(row), field, getattr(row, field), row.place(field))


def keys(using: str = "default") -> Counter[str]:
    """How many values each key has sealed: a key that is not named here is needed for old backups only."""
    return Counter(value.key for value in values(using))


def shut(using: str = "default", *, per_key: int | None = None) -> list[Sealed]:
    """Those that do not open with the present FIELD_KEYS. `per_key`: how many are tried for each field and key."""
    tried: Counter[tuple[str, str]] = Counter()
    found = []
    for value in values(using):
        tried[value.field, value.key] += 1
        if (per_key is None or tried[value.field, value.key] <= per_key) and not value.opens():
            found.append(value)
    return found
