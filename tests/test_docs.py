"""The README names everything a person can call, visit or set."""

import re
from pathlib import Path

import pytest
from flask import Flask

import registry
from registry.app import create_app
from registry.cli import main
from registry.config import Settings
from registry.service import Registry

ROOT = Path(registry.__file__).parents[1]
README = (ROOT / "README.md").read_text("utf-8")

# What the two commands of the first page hang on, and what make alone lists.
TARGETS = re.findall(r"^([a-z]+):.*##", (ROOT / "Makefile").read_text(), re.M)
UNLISTED = {"help", "clean"}


@pytest.fixture
def app(embedded: Registry) -> Flask:
    return create_app(embedded)


def test_every_route_is_named(app: Flask) -> None:
    """A route's converters are left out: `<path:name>` is `<name>` there."""
    routes = {
        re.sub(r"<(?:[^:<>]+:)?([^<>]+)>", r"<\1>", rule.rule)
        for rule in app.url_map.iter_rules()
        if rule.endpoint != "static"
    }
    assert sorted(route for route in routes if f"`{route}`" not in README) == []


@pytest.mark.parametrize("command", sorted(main.commands))
def test_every_command_is_named(command: str) -> None:
    assert f"`registry {command}" in README


@pytest.mark.parametrize("setting", sorted(set(Settings.model_fields) - {"home"}))
def test_every_setting_is_named(setting: str) -> None:
    assert f"`{setting}`" in README


@pytest.mark.parametrize("target", sorted(set(TARGETS) - UNLISTED))
def test_every_make_target_is_named(target: str) -> None:
    assert f"make {target}" in README


def test_every_file_that_is_named_exists() -> None:
    named = re.findall(r"\]\(((?!http|#)[^)]+)\)", README)
    named += re.findall(r"`((?:registry|labels|tests|templates)/[\w/.]+)`", README)
    # Written by `make campaign` when it first runs.
    missing = [name for name in named if not (ROOT / name).exists()]
    assert set(missing) <= {"tests/campaign.md"}
