"""A setup file as the predecessor wrote them."""

from typing import Any

from tests.bots.exchange import irregular

SETTINGS: dict[str, Any] = {
    "simulation_active": True,
    "scale_factor": "1,5",
    "max_msgs_per_min": 8,
    "typing_enabled": True,
    "prime_hours_boost": True,
    "prime_hours": ["09:00-12:00", "14:00-18:00"],
    "reply_probability": 0.7,
    "mention_probability": "40%",
    "short_reaction_probability": 0.15,
    "new_message_probability": 0.3,
    "message_length_profile": {
        "distribution": {"kısa": 5, "orta": 3.5, "uzun": 1.5},
        "lengths": {"kısa": {"min_words": 3, "max_words": 8}},
    },
    "typing_speed_wpm": {"min": 2.5, "max": 5.0},
    "bot_hourly_msg_limit": {"min": 4, "max": 10},
    "persona_refresh_interval": 6,
    "persona_refresh_minutes": 25,
    "dedup_enabled": True,
    "dedup_window_hours": 2,
    "dedup_max_attempts": 3,
    "cooldown_filter_enabled": False,
    "news_trigger_enabled": True,
    "news_trigger_probability": 0.25,
    "consistency_guard_enabled": True,
    "natural_imperfections_enabled": True,
    "natural_imperfections_probability": 0.3,
    "favourite_colour": "mavi",
}
CHAT: dict[str, Any] = {"chat_id": "-1009876543210", "title": "🪙 Piyasa Odası", "topics": ["BIST", "Altın", "BIST"]}
SETUP: dict[str, Any] = {"settings": SETTINGS, "chat": CHAT, "bots": [irregular.REGULAR, irregular.NAMELESS]}
