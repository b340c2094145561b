"""What the running stack holds in memory. `python -m config.embedded.memory` tells it from a second shell."""

from pathlib import Path

import psutil

from config.embedded import state
from config.embedded.ledger import Ledger


def resident(folder: Path) -> dict[str, float]:
    """Megabytes per process of the stack, its own children included; pages shared with others are counted in parts."""
    return {
        entry.name: sum(_bytes(member) for member in (process, *_children(entry.name, process))) / 1e6
        for entry, process in Ledger(folder).running()
    }


def line(folder: Path) -> str:
    sizes = resident(folder)
    if not sizes:
        return f"Nothing runs on {folder}. Start Kulis with `make run`."
    parts = ", ".join(f"{name} {size:.0f}" for name, size in sorted(sizes.items(), key=lambda item: -item[1]))
    return f"Memory: {sum(sizes.values()):.0f} MB resident ({parts})."


def _children(name: str, process: psutil.Process) -> list[psutil.Process]:
    """Those of `up` stand in the ledger themselves."""
    return [] if name == "up" else process.children(recursive=True)


def _bytes(process: psutil.Process) -> int:
    try:
        full = process.memory_full_info()
        return int(getattr(full, "pss", full.rss))
    except psutil.AccessDenied:
        return int(process.memory_info().rss)
    except psutil.NoSuchProcess:
        return 0


if __name__ == "__main__":
    print(line(state.place()))  # noqa: T201
