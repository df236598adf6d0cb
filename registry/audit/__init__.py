"""An audit from outside: the whole log, checked by someone who trusts nobody.

`audit` downloads what the registry publishes (from its address, or from a folder of
files that anybody mirrored), and checks

* the checkpoint's signature, and that it extends the one seen last time;
* every witness's cosignature on it, by the trust list that an offline root signs;
* every leaf against the root, and every tile against the leaves;
* every record against its leaf: exact bytes, issuer, type, batches;
* every signature, by the keys that the log itself enrols, at its place in the log;
* every batch index that it meets against the leaves, and every verdict that a batch
  page claims against the records alone.

It reads nothing of the registry's database and shares with the registry only the
published formats (`tlog`, `signing`, `verify`, `domain`). What it finds wrong is kept
as evidence: the signed bytes that contradict each other.
"""
