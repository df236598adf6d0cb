"""What the terminal says: sentences of the catalogue, in the locale's language."""

import gettext
import os
import sys
from collections.abc import Mapping
from typing import IO

import click

from registry.errors import Message, Problem, RegistryError
from registry.translations import DIRECTORY


def wants_chinese(environment: Mapping[str, str] = os.environ) -> bool:
    """Tell whether the locale's messages are Chinese (POSIX, 8.2: the first set)."""
    names = ("LC_ALL", "LC_MESSAGES", "LANG")
    locale = next((value for name in names if (value := environment.get(name))), "")
    return locale.startswith("zh")


def say(message: Message) -> str:
    """Return `message` in the terminal's language, its holes filled."""
    languages = ["zh"] if wants_chinese() else []
    catalogue = gettext.translation(
        "messages", str(DIRECTORY), languages or ["en"], fallback=True
    )
    values = {
        name: say(value) if isinstance(value, Message) else value
        for name, value in message.values.items()
    }
    return catalogue.gettext(message.template).format_map(values)


def tell(message: Message) -> None:
    """Print a sentence."""
    click.echo(say(message))


def sentence(problem: Problem) -> str:
    """Return a problem as a line: the field, then what is wrong with it."""
    text = say(problem.message)
    return f"{problem.field}: {text}" if problem.field else text


class Refused(click.ClickException):
    """A `RegistryError`, shown as its problems."""

    def __init__(self, error: RegistryError) -> None:
        self.problems = error.problems
        super().__init__(str(error))

    def show(self, file: IO[str] | None = None) -> None:
        """Print each problem on a line of its own."""
        for problem in self.problems:
            click.secho(sentence(problem), file=file or sys.stderr, fg="red")


class SpeakingGroup(click.Group):
    """A group whose commands may raise `RegistryError`."""

    def invoke(self, ctx: click.Context) -> object:
        """Run the command; a refusal becomes sentences and exit code 1."""
        try:
            return super().invoke(ctx)
        except RegistryError as error:
            raise Refused(error) from error
