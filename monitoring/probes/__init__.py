"""Is everything as it should be? One look at the whole house, as values that a command and a page can show."""

from monitoring.probes.examination import examine
from monitoring.probes.finding import Finding, State

__all__ = ["Finding", "State", "examine"]
