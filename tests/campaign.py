"""`make campaign`: the tests at full counts, and a report of them in campaign.md.

A campaign test is marked `campaign`; without the mark's selection (`make test`) it does
not run. The report says when, where and for how long, so that a claim in it can be
looked at again.
"""

import platform
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

from registry.clock import utc_now

ROOT = Path(__file__).parents[1]
REPORT = ROOT / "tests" / "campaign.md"

NO_TESTS_COLLECTED = 5


def run(results: Path) -> int:
    """Run the campaign, its results as JUnit XML; return pytest's exit code."""
    command = [sys.executable, "-m", "pytest", "-m", "campaign", "-q"]
    return subprocess.run(
        [*command, f"--junit-xml={results}"], cwd=ROOT, check=False
    ).returncode


def rows(results: Path) -> Iterator[str]:
    """Yield a line of the report for each test."""
    for case in ElementTree.parse(results).iter("testcase"):
        outcome = "passed"
        for child in case:
            if child.tag in {"failure", "error", "skipped"}:
                outcome = child.tag
        name = f"{case.get('classname')}: {case.get('name')}"
        yield f"| {name} | {outcome} | {case.get('time')} s |"


def report(results: Path) -> str:
    """Return the report."""
    revision = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    ).stdout.strip()
    heading = (
        f"Run on {utc_now():%Y-%m-%d %H:%M} UTC, revision {revision or 'unknown'}, "
        f"Python {platform.python_version()}, {platform.machine()}."
    )
    table = ["| test | outcome | time |", "|---|---|---|", *rows(results)]
    return "\n".join(["# Campaign", "", heading, "", *table, ""])


def main() -> int:
    """Run, report, and return what the shell should see."""
    with tempfile.TemporaryDirectory() as folder:
        results = Path(folder) / "results.xml"
        code = run(results)
        REPORT.write_text(report(results), encoding="utf-8")
    return 0 if code == NO_TESTS_COLLECTED else code


if __name__ == "__main__":
    sys.exit(main())
