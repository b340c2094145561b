"""Files as the predecessor really wrote them: every entry breaks the habits of the one before."""

from typing import Any

REGULAR: dict[str, Any] = {
    "name": "Hatice Sabırlı",
    "token": "TOKEN_BURAYA",
    "username": "hatice_sabirli",
    "persona_hint": "Emekli eczacı, acelesi yok",
    "persona_profile": {
        "tone": "yumuşak",
        "risk_profile": "çok düşük risk, uzun vade",
        "watchlist": ["AKBNK", "Altın"],
        "never_do": ["krediyle işlem yapmam"],
        "style": "Tam cümle kurar",
    },
    "emotion_profile": {
        "tone": "sakin",
        "empathy": "yüksek - herkesi dinler",
        "signature_emoji": ["☕", "🌿"],
        "signature_phrases": ["acele işe şeytan karışır"],
        "anecdotes": ["ilk maaşımda"],
        "energy": "düşük tempo",
    },
    "speed_profile": {
        "delay": {"base_delay_seconds": 60, "delay_multiplier": 1.4},
        "typing": {"wpm_min": 2.0, "wpm_max": 3.0},
    },
    "active_hours": ["10:00-12:00", "19:00-21:00"],
    "stances": [{"topic": "Altın", "stance_text": "Rahat uyumak için tutarım.", "confidence": "yüksek"}],
    "holdings": [{"symbol": "AKBNK", "avg_price": 22.0, "size": 5000, "note": "Temettü için"}],
}

ODD: dict[str, Any] = {
    "name": "Ömer Fırtına",
    "token": None,
    "username": "@omer_firtina",
    "persona_profile": {
        "risk_profile": "gözünü karartır",
        "watchlist": "SASA, XU030.E",
        "style": {"uzunluk": "kısa", "emoji": True},
        "goals": "zengin olmak",
    },
    "emotion_profile": {
        "energy": 0.9,
        "empathy": "kendi hâlinde",
        "signature_emoji": "🚀🔥",
        "signature_phrases": ["kaçırmayın", "dalga güzel"],
    },
    "speed_profile": {"typing": {"wpm_max": 45}, "delay": {"delay_multiplier": "0,5"}},
    "active_hours": "9-18",
    "stances": [
        {
            "topic": "SASA",
            "stance_text": "Oynaklığı severim. 90 TL hedefim var.",
            "confidence": "0,8",
            "cooldown_until": None,
        },
        {"topic": "THYAO", "stance_text": "35 TL direnç önemli.", "confidence": 0.4},
        {"topic": "SASA", "stance_text": "Bir daha.", "confidence": "orta"},
    ],
    "holdings": [{"symbol": "sasa", "avg_price": "41,25", "size": "1.500,00"}],
}

TWIN: dict[str, Any] = {"name": "Başka Ömer", "username": "Omer_Firtina", "persona_hint": "Adı benzer, kendi değil"}
NAMELESS: dict[str, Any] = {"username": "isimsiz_kahraman", "persona_hint": "Adını söylemez"}
HANDLELESS: dict[str, Any] = {"name": "Çağla Işık", "persona_hint": "Kullanıcı adı unutulmuş", "stances": None}

CAST: dict[str, Any] = {"bots": [REGULAR, ODD, TWIN, dict(REGULAR), NAMELESS, HANDLELESS]}
