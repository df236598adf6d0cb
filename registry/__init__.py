"""Produce Registry."""
