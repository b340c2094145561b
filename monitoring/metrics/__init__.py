"""What Prometheus reads beside the metrics of django-prometheus. `docs/metrics.md` lists all of them; a test compares.

Numbers of the talk come from rows, so any page may be asked and all say the same; rules take their `max`. Labels hold
codes of ours and numbers of rows: no name, no text, nothing that people typed.
"""

from monitoring.metrics.exposing import exposition, families

__all__ = ["exposition", "families"]
