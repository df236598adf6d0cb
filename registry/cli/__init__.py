"""`registry`: install, serve, look after and check a registry from a terminal.

Every command is one module here. Refusals come out as the sentences that the pages use,
in Chinese where the terminal's locale is Chinese, with exit code 1 and no traceback;
wrong usage exits with 2, as click has it.
"""

import click

from registry.cli.accounts import create_admin
from registry.cli.bench import bench
from registry.cli.demo import demo
from registry.cli.doctor import doctor
from registry.cli.init import init
from registry.cli.language import SpeakingGroup
from registry.cli.logstate import log
from registry.cli.outside import audit, cosign, publish
from registry.cli.rotate import rotate
from registry.cli.serve import serve
from registry.cli.sign import sign
from registry.cli.trust import trust
from registry.cli.upkeep import migrate, rebuild
from registry.cli.verify import verify
from registry.witness.cli import witness


@click.group(cls=SpeakingGroup)
@click.version_option(package_name="produce-registry", prog_name="registry")
def main() -> None:
    """源证 · Produce Registry: signed records of farm produce, in a public log."""


for command in (
    init,
    serve,
    demo,
    migrate,
    rebuild,
    create_admin,
    doctor,
    rotate,
    log,
    verify,
    sign,
    publish,
    audit,
    cosign,
    trust,
    witness,
    bench,
):
    main.add_command(command)
