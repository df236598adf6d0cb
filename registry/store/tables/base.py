"""What every table shares."""

from peewee import Model

from registry.store.database import database


class Row(Model):
    """A row of whichever database is open."""

    class Meta:
        """Binds the table through the proxy, under its own snake-case name."""

        database = database
        legacy_table_names = False
