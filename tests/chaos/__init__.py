"""Nothing lost, nothing doubled, with processes that are really killed.

    python -m tests.chaos                     every part, one after the other
    python -m tests.chaos --only kills --kills 200
    python -m tests.chaos --list

A part starts servers of its own (PostgreSQL with fsync on, Valkey), a Telegram and a provider on the loopback as
processes that keep the ground truth, and real workers; it does harm, lets the dust settle, and compares what the
database says with what really arrived. Each part ends with one line of JSON.
"""
