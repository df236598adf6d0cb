"""What is true: the rules of the registry as pure functions.

May this party say this, now, about this batch? The answer is a `Statement` to be
signed, or an error of `registry.errors` that names the field. Nothing here does I/O,
reads a clock, draws a random number or knows a database; time, reference tables and
what the registry already holds come in as arguments, so that a phone gate, an API call
and a rebuild of the projections come to the same result.
"""
