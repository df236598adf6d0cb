"""Demonstration data: two seasons of a county's produce, told through the commands.

Nothing here writes a row of its own: every organisation is admitted, every batch
registered and every sample tested by the same commands that people use, in the order of
simulated time, so whatever the rules refuse does not happen in the demonstration
either. The places, products, limits and failing samples are real; organisations, people
and figures of single batches are invented and say so in their names.

The same seed and day give the same log, byte for byte; passwords, the session secret
and the key-encryption key are random in every run.
"""

from registry.demo.home import (
    DemoHome,
    issue_demo_trust_list,
    make_demo_home,
)
from registry.demo.people import Login
from registry.demo.story import tell

__all__ = ["DemoHome", "Login", "issue_demo_trust_list", "make_demo_home", "tell"]
