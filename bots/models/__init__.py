from bots.models.audit import AuditEntry, AuditLink
from bots.models.bot import ActiveHours, Bot
from bots.models.mind import BondChange, Holding, Memory, Mood, MoodChange, Relationship, Stance
from bots.models.origin import Origin
from bots.models.persona import Persona
from bots.models.studio import Fragment, Version
from bots.models.tally import Tally

__all__ = [
    "ActiveHours", "AuditEntry", "AuditLink", "BondChange", "Bot", "Fragment", "Holding", "Memory", "Mood",
    "MoodChange", "Origin", "Persona", "Relationship", "Stance", "Tally", "Version",
]  # fmt: skip
