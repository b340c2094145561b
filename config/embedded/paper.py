"""Small private files: whole or not there at all, and readable by their owner alone."""

import os
from pathlib import Path


def write(path: Path, text: str) -> None:
    draft = path.with_name(f"{path.name}.new")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)


def lay_folder(path: Path) -> None:
    """Private when it is new; one that stands keeps its mode, since somebody may be at work in it."""
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
