"""Questions to the registry, answered with frozen values of `domain`.

Facts about a batch are read from its signed records, not from projected columns; rows
find the records and fill lists.
"""
