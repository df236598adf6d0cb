"""Measurements: run by `make bench`, asserted by nobody."""
