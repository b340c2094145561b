"""An OpenAI-compatible provider in one process."""
