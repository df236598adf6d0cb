"""`registry publish`, `registry audit`, `registry cosign`: the log before others."""

import json
from functools import partial
from pathlib import Path

import click

from registry.audit.findings import AuditReport, Outcome
from registry.audit.memory import Memory
from registry.audit.run import Audit, run_audit
from registry.cli.language import tell
from registry.cli.opening import home_argument, opened
from registry.clock import utc_now
from registry.errors import InvalidInput, msg
from registry.interop.bundles import Judging
from registry.interop.cosigner import Cosigner
from registry.interop.outbound import post
from registry.interop.publish import publish as publish_log
from registry.interop.trust import issued_list, parse_root
from registry.interop.witnesses import quorum_state
from registry.service import POLICY_FILE, load_policy
from registry.tlog.note import NoteVerifier


@click.command()
@home_argument
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
def publish(home: Path, folder: Path) -> None:
    """Bring the files in FOLDER up to the newest checkpoint.

    Any web server, object store or CDN can serve them, and anybody can audit them.
    """
    with opened(home) as registry:
        size = registry.ledger.head().tree_size
        with click.progressbar(length=size, label=str(folder)) as bar:
            done = publish_log(
                registry.ledger,
                folder,
                lambda at, _of: bar.update(at - bar.pos),
                registry.policy,
                issued_list(home),
                Judging(registry.reference, utc_now()),
            )
            bar.update(done - bar.pos)
    tell(msg("{count} entries are published in {folder}.", count=done, folder=folder))


_WORDS = {
    Outcome.GOOD: msg("Nothing is wrong."),
    Outcome.WRONG: msg("This log has been tampered with, or its operator has lied."),
    Outcome.INCOMPLETE: msg("Something is missing; the rest holds."),
    Outcome.UNREACHABLE: msg("The log could not be read; this says nothing about it."),
}


@click.command()
@click.argument("place")
@click.option(
    "--memory",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("audit"),
    show_default=True,
    help="Remembers the last checkpoint; keep it where the operator cannot reach.",
)
@click.option("--vkey", default="", help="The log's key, had from elsewhere.")
@click.option("--root", default="", help="The trust list's root, did:key:z6Mk...")
@click.option("--jobs", default=1, show_default=True, type=click.IntRange(1, 64))
@click.option("--json", "as_json", is_flag=True, help="Report for a machine.")
def audit(
    place: str, memory: Path, vkey: str, root: str, jobs: int, as_json: bool
) -> None:
    """Check a whole registry from outside, at an address or in a folder.

    Exits with 0 if all holds, 1 if something is wrong, 2 if something is missing, 3 if
    it cannot be reached. Interrupted, it goes on where it was.
    """
    if vkey:
        NoteVerifier.parse(vkey)
    pinned = parse_root(root) if root else None
    held = Memory(memory)
    if not vkey and held.seen() is None:
        tell(msg("The log's key is taken from the log itself: trust on first use."))
    with click.progressbar(length=1, label=place, hidden=as_json) as bar:

        def show(step: str, done: int, of: int) -> None:
            bar.label, bar.length = step, of
            bar.update(done - bar.pos)

        report = run_audit(Audit(place, held, vkey, jobs, pinned), show)
    if as_json:
        click.echo(json.dumps(report.as_json(), ensure_ascii=False, indent=2))
    else:
        _tell_report(report, held)
    raise SystemExit(int(report.outcome))


def _tell_report(report: AuditReport, held: Memory) -> None:
    tell(
        msg(
            "{origin}: {count} entries, root {root}",
            origin=report.origin or "?",
            count=report.tree_size,
            root=report.root_hash.hex()[:16],
        )
    )
    for what, number in report.checked.items():
        click.echo(f"  ✓ {what}: {number}")
    for finding in report.wrong:
        click.secho(f"  ✗ {finding.where}: {finding.words}", fg="red")
    for finding in report.missing:
        click.secho(f"  ? {finding.where}: {finding.words}", fg="yellow")
    if report.unreachable:
        click.secho(f"  ? {report.unreachable}", fg="yellow")
    tell(_WORDS[report.outcome])
    if report.wrong:
        tell(msg("The evidence is kept in {folder}.", folder=held.folder / "evidence"))


@click.command()
@home_argument
def cosign(home: Path) -> None:
    """Ask every witness of the policy for a cosignature, once.

    `registry serve` does this by itself, hourly at least.
    """
    policy = load_policy(home)
    if not policy.witnesses:
        raise InvalidInput.at(
            POLICY_FILE,
            "No witness is configured. Write {path} as C2SP tlog-policy has it.",
            path=home / POLICY_FILE,
        )
    with opened(home) as registry:
        ask = partial(post, allow_loopback=registry.settings.mode == "demo")
        Cosigner(registry.ledger, policy, ask, utc_now).ask_all()
        state = quorum_state(registry.ledger, policy)
    tell(
        msg(
            "{cosigned} of {witnesses} witnesses have cosigned {size} entries.",
            cosigned=state.cosigned,
            witnesses=state.witnesses,
            size=state.tree_size,
        )
    )
