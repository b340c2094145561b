"""Loopback servers that speak foreign protocols as strictly as the real ones, and remember what they received.

They run as separate processes and need the standard library alone, so that people can use them by hand too:

    python -m tests.fakes.telegram_server --port 8081 --stay --bots 6 --group "Borsa sohbeti"
    python -m tests.fakes.openai_server --port 8082 --stay
"""
