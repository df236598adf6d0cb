"""Rows, by what may become of them.

* `log`: written once, never changed; triggers refuse UPDATE and DELETE.
* `projections`: a cache of the records; `registry rebuild` makes them again.
* `operations`: accounts, sessions, drafts, sealed keys; outside the promise.

Times are milliseconds UTC, legal dates `YYYY-MM-DD` text, amounts decimal text, signed
bytes blobs that nothing re-serialises.
"""

from peewee import Model

from registry.store.tables import log, operational, projected

LOG: tuple[type[Model], ...] = (
    log.Record,
    log.Tile,
    log.Checkpoint,
    log.Cosignature,
)
PROJECTED: tuple[type[Model], ...] = (
    projected.Organisation,
    projected.OrganisationKey,
    projected.Product,
    projected.Plot,
    projected.Batch,
    projected.RecordBatch,
    projected.Operation,
    projected.Inspection,
    projected.Certificate,
    projected.CertificateScope,
    projected.LabelRun,
)
OPERATIONAL: tuple[type[Model], ...] = (
    operational.SealedKey,
    operational.Request,
    operational.Prepared,
    operational.Annex,
    operational.Account,
    operational.Membership,
    operational.Session,
    operational.LoginFailure,
    operational.Draft,
    operational.BatchDraft,
    operational.KeyLook,
    operational.Setting,
)
ALL = LOG + PROJECTED + OPERATIONAL
