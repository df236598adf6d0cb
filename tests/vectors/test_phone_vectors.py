import json
import shutil
from pathlib import Path

import pytest

from tests.vectors import generate_phone
from tests.vectors.phone_checks import outcome

CASES = sorted(
    path.relative_to(generate_phone.HERE).as_posix()
    for kind in generate_phone.KINDS
    for path in (generate_phone.HERE / kind).glob("*.json")
)


def test_the_vectors_are_what_the_code_makes() -> None:
    assert generate_phone.stale(generate_phone.HERE) == []
    assert generate_phone.main(["--check"]) == 0


def test_a_changed_missing_or_foreign_vector_is_noticed(tmp_path: Path) -> None:
    for kind in generate_phone.KINDS:
        shutil.copytree(generate_phone.HERE / kind, tmp_path / kind)
    changed = tmp_path / "bundles" / "genuine.json"
    changed.write_text(changed.read_text("utf-8").replace("2000", "9000"), "utf-8")
    (tmp_path / "trust_list" / "genuine.json").unlink()
    (tmp_path / "batch_index" / "stray.json").write_text("{}", "utf-8")
    assert generate_phone.stale(tmp_path) == [
        "batch_index/stray.json",
        "bundles/genuine.json",
        "trust_list/genuine.json",
    ]


@pytest.mark.parametrize("name", CASES)
def test_each_vector_comes_out_as_it_says(name: str) -> None:
    case = json.loads((generate_phone.HERE / name).read_text("utf-8"))
    expected = {key: case[key] for key in ("code", "result") if key in case}
    assert len(expected) == 1
    assert outcome(name.partition("/")[0], case) == expected
