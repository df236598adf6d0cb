"""Filled as its first noun arrives."""
