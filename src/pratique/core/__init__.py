"""The rules: standard library only; no clock, no database, no network, no settings."""
