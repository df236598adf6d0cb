"""`registry log state` and `registry log accept`: the stopped log, and its decision."""

from pathlib import Path

import click

from registry.cli.language import tell
from registry.cli.opening import home_argument, opened
from registry.clock import utc_now
from registry.errors import InvalidInput, Message, msg
from registry.store.decision import NOT_TO_DO, Decision, Doubt


@click.group()
def log() -> None:
    """Look at the log, and decide when it has stopped."""


@log.command()
@home_argument
@click.pass_context
def state(ctx: click.Context, home: Path) -> None:
    """Say what the log in HOME is and why it has stopped; exit 1 if it has."""
    with opened(home) as registry:
        doubt = registry.ledger.doubt()
        decisions = registry.ledger.decisions.decisions()
        if doubt is None:
            head = registry.ledger.head().checkpoint
            tell(msg("The log accepts records."))
            _tell_tree(msg("The log"), head.tree_size, head.root_hash)
        else:
            _tell_doubt(doubt, home)
    for decision in decisions:
        _tell_decision(decision)
    ctx.exit(int(doubt is not None))


@log.command()
@home_argument
@click.option("--size", required=True, type=click.IntRange(0), help="Of the log now.")
@click.option("--root", required=True, help="Of the log now, in hex.")
@click.option("--reason", required=True, help="For whoever asks later.")
def accept(home: Path, size: int, root: str, reason: str) -> None:
    """Go on from the log in HOME as it is, and write down who decided so and why.

    Entries that were acknowledged and are not in it are given up: their owners and the
    witnesses will know.
    """
    try:
        root_hash = bytes.fromhex(root)
    except ValueError as error:
        raise InvalidInput.at(
            "root", "{given} is not a root hash in hex.", given=root
        ) from error
    with opened(home) as registry:
        decision = registry.ledger.accept(size, root_hash, reason, utc_now())
    _tell_decision(decision)
    tell(msg("The log accepts records."))


def _tell_doubt(doubt: Doubt, home: Path) -> None:
    tell(msg("The log accepts nothing until a person decides."))
    tell(doubt.meaning)
    if doubt.detail:
        click.echo(f"  {doubt.detail}")
    if doubt.head:
        _tell_tree(msg("The log"), doubt.head.tree_size, doubt.head.root_hash)
    if doubt.mark:
        _tell_tree(msg("Acknowledged"), doubt.mark.tree_size, doubt.mark.root_hash)
    if doubt.mark and doubt.root_then:
        name = msg("The log at that size")
        _tell_tree(name, doubt.mark.tree_size, doubt.root_then)
    for sentence in NOT_TO_DO:
        tell(sentence)
    if doubt.head:
        tell(
            msg(
                "If this log is the true one: registry log accept {home} --size {size} "
                "--root {root} --reason …",
                home=home,
                size=doubt.head.tree_size,
                root=doubt.head.root_hash.hex(),
            )
        )


def _tell_tree(name: Message, tree_size: int, root_hash: bytes) -> None:
    tell(
        msg(
            "{name}: {size} entries, root {root}",
            name=name,
            size=tree_size,
            root=root_hash.hex(),
        )
    )


def _tell_decision(decision: Decision) -> None:
    tell(
        msg(
            "Decided at {time}: {size} entries with the root {root} are the log; "
            "before, {old_size} were acknowledged. Reason: {reason}",
            time=decision.decided_at,
            size=decision.tree_size,
            root=decision.root_hash,
            old_size=decision.old_tree_size,
            reason=decision.reason,
        )
    )
