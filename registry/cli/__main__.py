"""`python -m registry.cli`, where the script is not on the path."""

from registry.cli import main

main(prog_name="registry")
