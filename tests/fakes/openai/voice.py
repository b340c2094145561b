"""Answers in Turkish, made from the words of the prompt: the same prompt gets the same answer, another one another."""

import hashlib
import re
from random import Random

_OPENINGS = (
    "Bence", "Açıkçası", "Şöyle bakıyorum:", "Kısa kısa:", "Bir de şu var,", "Dürüst olayım,", "Benim gördüğüm,",
    "Sabah da konuştuk,", "Tam da bunu düşünüyordum,", "Acele etmeden,", "Geçen haftadan beri", "Yanlış anlaşılmasın,",
)  # fmt: skip
_CLAIMS = (
    "{a} tarafında acele etmiyorum", "{a} konusunda herkes aynı yöne bakınca ben tersini de düşünürüm",
    "{a} için {b} kısmını izlemek bana daha mantıklı geliyor", "{a} ve {b} arasında sandığımızdan sıkı bir bağ var",
    "{a} hikâyesi hâlâ bitmedi", "{b} netleşmeden {a} üstüne büyük laf etmem", "{a} denince aklıma hep {b} geliyor",
    "{a} haberi gürültü olabilir, {b} ise kalıcı", "{b} olmadan {a} tek başına bir şey anlatmıyor",
)  # fmt: skip
_ENDINGS = (
    "sizce?", "siz nasıl bakıyorsunuz?", "yine de plan bende aynı.", "bakalım, birlikte göreceğiz.",
    "not aldım, akşam tekrar bakarım.", "tabii bu sadece benim okumam.", "riskini bilen bilir.", "sabır en zoru.",
    "aksini düşünen varsa dinlerim.", "sakin kalan kazanır demiyorum, ama sakin kalmak iyi.",
)  # fmt: skip
_WORD = re.compile(r"[^\W\d_]{5,}")


def answer(prompt: str) -> str:
    dice = Random(int.from_bytes(hashlib.sha256(prompt.encode()).digest()[:8]))
    words = sorted(set(_WORD.findall(prompt[-1500:]))) or ["piyasa", "sabır"]
    first, second = dice.choice(words), dice.choice(words)
    claim = dice.choice(_CLAIMS).format(a=first, b=second)
    return f"{dice.choice(_OPENINGS)} {claim}, {dice.choice(_ENDINGS)}"


def tokens(text: str) -> int:
    """Turkish runs at about 2.2 characters a token."""
    return max(1, round(len(text) / 2.2))
