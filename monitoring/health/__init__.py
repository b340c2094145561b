"""How the house fares over time: what the probes of doctor find, looked at by beat and kept in rows."""
