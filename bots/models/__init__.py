from bots.models.audit import AuditEntry
from bots.models.bot import ActiveHours, Bot
from bots.models.mind import Holding, Memory, Mood, Relationship, Stance
from bots.models.persona import Persona

__all__ = ["ActiveHours", "AuditEntry", "Bot", "Holding", "Memory", "Mood", "Persona", "Relationship", "Stance"]
