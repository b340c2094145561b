"""A day of the cast in seconds: the engine's own stages over people, news and clocks that are made up.

Nothing sleeps, nothing is stored, no line leaves the process. The same seed gives the same day.
"""
