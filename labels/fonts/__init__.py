"""The label font, its licence, and the script that makes it."""
