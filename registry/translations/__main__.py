"""`python -m registry.translations update|compile|check`."""

import sys

import click

from registry import translations


@click.group(help=translations.__doc__)
def main() -> None:
    """Keep the catalogue."""


@main.command()
def update() -> None:
    """Read the sentences out of the code; keep what is translated; compile."""
    translations.update()
    translations.compile()


@main.command(name="compile")
def compile_() -> None:
    """Write messages.mo from messages.po."""
    translations.compile()


@main.command()
def check() -> None:
    """Say what is missing, empty, fuzzy or not compiled."""
    wrong = translations.check()
    wrong += [f"missing: {sentence!r}" for sentence in translations.missing()]
    for complaint in wrong:
        click.echo(complaint, err=True)
    sys.exit(bool(wrong))


main()
