from monitoring.incidents.models.channel import Channel, Delivery
from monitoring.incidents.models.incident import Incident, Kind, Lookout, Severity, Threshold

__all__ = ["Channel", "Delivery", "Incident", "Kind", "Lookout", "Severity", "Threshold"]
