"""The offline voice: a small Turkish generator that speaks from the brief, with no network and no model.

It is there for demonstrations, for rehearsals and for the day when every provider is down; it never claims to be more.
"""

from random import Random

from conversations.llm.offline import speech
from conversations.llm.port import Completion, Garbage, Request, Usage

MODEL = "kulis-offline-1"
# Turkish letters per token, measured on common tokenizers: close enough for figures that nobody is billed for.
_LETTERS_PER_TOKEN = 2.2


class OfflineVoice:
    def complete(self, request: Request) -> Completion:
        """The same request gives the same text in every process."""
        text = speech.compose(request.brief, Random(request.seed))
        if not text:
            raise Garbage("The offline voice found nothing to say that keeps its own rules.")
        prompt = sum(len(message.content) for message in request.messages)
        return Completion(
            text=text,
            model=MODEL,
            usage=Usage(_tokens(prompt), _tokens(len(text))),
            meta={"voice": "offline"},
        )

    def models(self) -> list[str]:
        return ["offline"]


def _tokens(letters: int) -> int:
    return round(letters / _LETTERS_PER_TOKEN)
