"""源证 · Produce Registry: who said what about a batch of food, for anyone to check.

The map of the house, in the direction of its imports:

* `web`, `cli`, `jobs`: people and programs come in; `labels` draws what is printed.
* `interop`: dossiers and bundles, what leaves the house.
* `commands`: one use case a function; rules decide, keys sign, the log grows.
* `service`: one open registry, made of `config`, `store` and `data`.
* `store`: one database transaction from signed record to rows. `verify`: a bundle in,
  named steps out, without any database.
* `domain`: what is true, as pure functions.
* `signing`, `tlog`: credentials and the transparency log, as published standards.
* `errors`, `clock`: at the bottom.

`app.create_app` is the only place that wires them to Flask. Importing this package
imports none of them: a verifier or an auditor needs neither Flask nor a database.
"""
