"""Valkey by itself: when it may be called ready."""

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis

from config.embedded import account as accounts
from config.embedded import binaries, paper, ports
from config.embedded.child import Child
from config.embedded.ledger import Ledger
from config.embedded.log import Log
from config.embedded.supervisor import Supervisor
from config.embedded.valkey import Valkey
from tests.config.embedded.children import eventually

pytestmark = pytest.mark.processes
SLOWLY = "key-load-delay 50\n"  # microseconds for each key
MANY = 40_000  # it looks up from its loading once in 1024 keys


@pytest.fixture
def broker(open_folder: Path) -> Valkey:
    account = accounts.choose()
    home = open_folder / "servers"
    paper.lay_folder(home)
    if account:
        account.owns(home)
    shelf = binaries.shelve() if account else binaries.installed()
    return Valkey(data=home / "valkey", shelf=shelf, port=ports.any_free(), password="broker", account=account)


@pytest.fixture
def keeper(open_folder: Path) -> Iterator[Supervisor]:
    keeper = Supervisor(Log(io.StringIO()), Ledger(open_folder))
    yield keeper
    keeper.stop()


def started(broker: Valkey, keeper: Supervisor, *, orders: str = "") -> Child:
    broker.lay()
    with (broker.data / "valkey.conf").open("a") as paper:
        paper.write(orders)
    return keeper.start(broker.program())


def loads(line: redis.Redis) -> bool:
    try:
        return bool(line.info("persistence")["loading"])
    except redis.ConnectionError:
        return False


def test_a_broker_that_still_loads_what_it_kept_is_not_ready(broker: Valkey, keeper: Supervisor) -> None:
    first = started(broker, keeper)
    keeper.wait(first, lambda: broker.is_ready(first), seconds=30)
    with redis.Redis.from_url(broker.url) as line:
        with line.pipeline(transaction=False) as words:
            for number in range(MANY):
                words.set(f"said:{number}", "merhaba")
            words.execute()
        keeper.stop()

        second = started(broker, keeper, orders=SLOWLY)
        eventually(lambda: loads(line))
        assert not broker.is_ready(second)
        eventually(lambda: broker.is_ready(second))
        assert line.dbsize() == MANY
