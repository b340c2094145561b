"""Backups: one encrypted file that holds the whole database, verified before it is trusted in either direction."""
