"""The studio: one bot with all that people write about it, on one page, with its versions and its ways for others."""
