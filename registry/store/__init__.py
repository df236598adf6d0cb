"""One database transaction from the signed record to the rows that pages read.

* `database` opens SQLite (through apsw) or PostgreSQL (psycopg 3) and refuses settings
  under which an acknowledged record could be lost.
* `tables` declares rows; `migrations` builds them, from the first table on.
* `ledger` appends: lock, leaf, tiles, signed checkpoint, projections, commit, and the
  high-water mark outside the database before anybody is told.
* `projections` turns records into rows; a row is a cache and `rebuild` makes it again.
* `queries` answers with frozen values of `domain`, never with rows.

Only this package knows peewee.
"""
