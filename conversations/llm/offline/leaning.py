"""Whether a text speaks well or ill of its subject, by the words it uses: enough to agree or to differ."""

import re
from typing import Literal

from conversations.llm.offline import turkish

Side = Literal["for", "against", "open"]

_FOND = (
    "güveniyor", "güvenir", "güven veri", "severim", "seviyor", "sevdi", "huzur", "sağlam", "mantıklı", "kıymet",
    "değerli", "umut", "inanıyor", "inanır", "liman", r"şart\b", "olmalı", "vazgeçmem", "vazgeçilmez", "gerekli",
    "fırsat", "tutuyorum", "biriktir", "mükemmel", "gelecek", "işe yar", "yalan söyleme", "önemli kriter", "rahat",
    "kalkan", "omurga", "heyecan", "güzel", "denge", "doğru yer", "öğretti", "besler", "büyüt", "en iyi", "disiplin",
    "dürüst", "net göster", "ayak izi", "iyimser", "düzenli gelir",
)  # fmt: skip
_COOL = (
    "riskli", "uzak", "kork", "balon", "kumar", "pahalı", "şüphe", "güvenmi", "sevmi", r"sevmem\b", "inanmı", "inanmam",
    "abart", "yanılt", "yorucu", "tuzak", "sorun", "anlamıyor", "tarzım değil", "gereksiz", "hayal", "bıktı",
    "soğu[kğ]", "mesafe", "temkin", "yetmez", "yetmiyor", r"\bfal\b", "bana göre değil", "boşuna", "karamsar", "sıkıcı",
    "işim olmaz", "girmem", "masal", "uyutuyor", "uyuyan", "gürültü", "aldatıcı", "yapışkan", "yorgun", "oyalan",
    "aldan", "piyango", "körlük", "volatil", r"zor\b", "eksik", "ağır",
)  # fmt: skip
_FOND_PATTERN, _COOL_PATTERN = re.compile("|".join(_FOND)), re.compile("|".join(_COOL))


def of(text: str) -> Side:
    folded = turkish.lower(text)
    fond, cool = len(_FOND_PATTERN.findall(folded)), len(_COOL_PATTERN.findall(folded))
    if fond == cool:
        return "open"
    return "for" if fond > cool else "against"
