"""Telegram in one process: bots, people, groups, and the Bot API between them."""
