import re
from pathlib import Path

from config.embedded import memory
from config.embedded.ledger import Ledger


def test_the_memory_of_each_process_and_of_all_is_told(tmp_path: Path) -> None:
    Ledger(tmp_path).write([])
    told = re.fullmatch(r"Memory: (\d+) MB resident \(up (\d+)\)\.", memory.line(tmp_path))
    assert told
    assert int(told[1]) == int(told[2]) > 5


def test_where_nothing_runs_the_way_to_start_it_is_told(tmp_path: Path) -> None:
    assert memory.line(tmp_path) == f"Nothing runs on {tmp_path}. Start Kulis with `make run`."
