"""Scrutin: a learning platform for the people who run elections."""
