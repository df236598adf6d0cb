"""What a refusal must be: said at its input, in words, with nothing written."""

import html
import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from registry.errors import RegistryError
from registry.store.rebuild import snapshot
from tests.support.cast import Cast


@contextmanager
def refused(
    cast: Cast, error: type[RegistryError], field: str, words: str
) -> Iterator[None]:
    """Expect a refusal at `field` that says `words`; neither log nor rows change."""
    size, rows = cast.registry.ledger.head().tree_size, snapshot()
    with pytest.raises(error) as caught:
        yield
    said = [str(p.message) for p in caught.value.problems if p.field == field]
    assert said, f"nothing at {field}: {caught.value}"
    assert any(words in text for text in said), said
    assert (cast.registry.ledger.head().tree_size, snapshot()) == (size, rows)


def error_at(page: str, field_id: str) -> str:
    """Return what a page says is wrong with one input, as it stands in its place."""
    found = re.search(rf'id="{field_id}-error">.*?<span>(.*?)</span>', page, re.DOTALL)
    assert found, f"nothing is wrong with {field_id}"
    return html.unescape(found[1])
