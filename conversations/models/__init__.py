from conversations.models.breaker import Breaker
from conversations.models.chat import Chat, Participant
from conversations.models.engine import Engine
from conversations.models.event import Event
from conversations.models.hour import ChatHour, Outage, PlannedHour, ProviderHour
from conversations.models.inbound import InboundUpdate
from conversations.models.ledger import LLMCall
from conversations.models.membership import Membership
from conversations.models.message import Message, Reaction
from conversations.models.process import Process
from conversations.models.provider import Provider
from conversations.models.remit import Remit
from conversations.models.response import Response
from conversations.models.retry import Retry
from conversations.models.revision import Revision
from conversations.models.rules import Rules
from conversations.models.spending import Budget, Price
from conversations.models.steward import Steward
from conversations.models.turn import SendAttempt, Turn
from conversations.models.world import Feed, Headline, Quote, QuoteSource, Symbol

__all__ = [
    "Breaker", "Budget", "Chat", "ChatHour", "Engine", "Event", "Feed", "Headline", "InboundUpdate", "LLMCall",
    "Membership", "Message", "Outage", "Participant", "PlannedHour", "Price", "Process", "Provider", "ProviderHour",
    "Quote", "QuoteSource", "Reaction", "Remit", "Response", "Retry", "Revision", "Rules", "SendAttempt", "Steward",
    "Symbol", "Turn",
]  # fmt: skip
