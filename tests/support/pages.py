"""What a page says, found where a person would look for it."""

import re


def error_at(page: str, field: str) -> str:
    """Return what is wrong with an input, as it stands in its place."""
    found = re.search(rf'id="{field}-error">.*?<span>(.*?)</span>', page, re.DOTALL)
    assert found, f"nothing is wrong with {field}: {page}"
    return found[1]
