from tests.commits import committed

__all__ = ["committed"]
