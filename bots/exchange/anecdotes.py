"""Half sentences to whole ones: the predecessor kept anecdotes as "2001 krizinde ne yaptığımı".

The ending of the last word says what kind of sentence it was cut from.
"""

import re

from bots import casing

_WHOLE = re.compile(r"[.!?…]$|(?:[dt][ıiuü](?:m|k|n|lar|ler)?|yor(?:um|uz)|[ae]r[ıi]m|[ıiuü]r[ıiuü]m|m[ıi]şt[ıi]m?)$")
_NOUN = re.compile(r"\b(?:hata|nokta|harita|kota|nota|rota|usta|posta|hasta|vade|madde|irade|moda|oda|neden)$")
"""Words that only look as if they had an ending."""
_ENDINGS: tuple[tuple[str, str], ...] = (
    (r"\bönce$", "çok düşünmüştüm."),
    (r"\bsonra$", "çok şey değişti."),
    (r"[dt][ae]n$", "sık sık söz ederim."),
    (r"[dt][ae]$", "çok şey öğrendim."),
    (r"(?:[ıiuü][mn]|l[ae]r)[ae]$", "bunları anlatmayı severim."),
    (r"[ıiuü]$", "anlatmayı severim."),
)
_OTHERWISE = "hakkında anlatacak çok şeyim var."


def whole(text: str) -> str:
    """`text` itself when it is a sentence, or a sentence that begins with it."""
    folded = casing.fold(text)
    if not folded or _WHOLE.search(folded):
        return text
    endings = () if _NOUN.search(folded) else _ENDINGS
    ends = (said for ending, said in endings if re.search(ending, folded))
    return f"{casing.capital(text)} {next(ends, _OTHERWISE)}"
