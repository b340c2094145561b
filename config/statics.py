"""The files of the pages, built for production with a manifest."""

from pathlib import Path


def expect_built(folder: Path) -> None:
    """Raises SystemExit with one line. Without its manifest every page would be an error."""
    if not (folder / "staticfiles.json").exists():
        raise SystemExit(
            "STATIC_MANIFEST: the static files are not built, so no page could be shown."
            " Run `manage.py collectstatic --noinput` first, or set STATIC_MANIFEST to 0."
        )
