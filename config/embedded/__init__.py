"""The embedded stack: PostgreSQL, Valkey and our own processes, started by one command and ended by one Ctrl-C."""
