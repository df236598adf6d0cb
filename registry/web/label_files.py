"""What stands on a label of a batch, and the files that printers take.

Captions are in both languages where the label is wide enough; below that the product
and the hint to scan are. A demonstration prints DEMO on every label.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice

from labels import LabelContent, LabelError, Stock, render_pdf, render_png, stock_named
from registry.commands.labels import serials
from registry.domain.batch import Batch
from registry.domain.gs1 import DigitalLink
from registry.domain.labelling import LabelRun
from registry.domain.parties import Organisation
from registry.domain.quantity import Quantity
from registry.errors import InvalidInput, NotFound, msg
from registry.service import Registry

MOST_A_FILE = 2400  # a hundred A4 sheets; about two seconds of work

# No genuine serial: a base32 serial has no hyphen.
SAMPLE_SERIAL = "0000-SAMPLE-0000"

_BOTH_LANGUAGES_MM = 60
_FIELDS = {"quantity": "net_content", "contents": "last"}


@dataclass(frozen=True, slots=True)
class Labels:
    """The labels of one batch of one owner.

    Attributes:
        owner: of the batch.
    """

    registry: Registry
    batch: Batch
    owner: Organisation

    def batch_png(self, stock_name: str) -> bytes:
        """Return the label of the batch as a whole, without a serial."""
        stock = _stock(stock_name)
        return _png(self._content(self.batch.link, stock), stock)

    def batch_pdf(self, stock_name: str) -> bytes:
        """Return the same as a page of its own size, or the first place of a sheet."""
        stock = _stock(stock_name)
        return _pdf(iter([self._content(self.batch.link, stock)]), stock, 1)

    def sample_png(self, stock_name: str, net_content: Quantity) -> bytes:
        """Return an item label to look at; its serial is none."""
        stock = _stock(stock_name)
        link = replace(self.batch.link, serial=SAMPLE_SERIAL)
        return _png(self._content(link, stock, net_content), stock)

    def item_png(self, run: LabelRun, stock_name: str, number: int) -> bytes:
        """Return one label of a run.

        Args:
            run: of this batch.
            stock_name: key of `labels.STOCKS`.
            number: counts from 1.
        """
        stock = _stock(stock_name)
        return _png(next(self._items(run, stock, number, number)), stock)

    def items_pdf(
        self, run: LabelRun, stock_name: str, first: int, last: int, start_at: int
    ) -> bytes:
        """Return labels `first` to `last` of a run, both inclusive, counted from 1.

        Raises:
            InvalidInput: beyond the run, more than a file holds, or unprintable.
        """
        if not 1 <= first <= last <= run.count:
            raise InvalidInput.at(
                "last",
                "This run has the labels 1 to {count}; {first} to {last} were asked "
                "for. Choose numbers of the run.",
                count=run.count,
                first=first,
                last=last,
            )
        if last - first >= MOST_A_FILE:
            raise InvalidInput.at(
                "last",
                "One file holds at most {most} labels. Ask for a part of the run.",
                most=MOST_A_FILE,
            )
        stock = _stock(stock_name)
        return _pdf(self._items(run, stock, first, last), stock, start_at)

    def _items(
        self, run: LabelRun, stock: Stock, first: int, last: int
    ) -> Iterator[LabelContent]:
        if not 1 <= first <= run.count:
            raise NotFound.at("", "This run has no such label.")
        links = serials(self.registry, self.batch.link, run)
        for link in islice(links, first - 1, min(last, run.count)):
            yield self._content(link, stock, run.net_content)

    def _content(
        self, link: DigitalLink, stock: Stock, net_content: Quantity | None = None
    ) -> LabelContent:
        settings, batch, owner = self.registry.settings, self.batch, self.owner
        content = LabelContent(
            uri=link.uri(settings.base_url),
            product=batch.product_name,
            product_latin=batch.product_name_en,
            lot=link.lot or "",
            cooperative=owner.name,
            cooperative_latin=owner.name_en,
            place=self.registry.reference.divisions.full_name(batch.division),
            date_label="采收",
            date=batch.harvested_on.isoformat(),
            serial=link.serial,
            quantity=content_text(net_content) if net_content else None,
            demo=settings.mode == "demo",
        )
        if stock.width_mm < _BOTH_LANGUAGES_MM:
            return content
        return replace(
            content,
            date_label="采收 Harvested",
            lot_label="批次 Lot",
            serial_label="序号 No.",
            quantity_label="净含量 Net",
            place_label="产地 Origin",
        )


def content_text(net_content: Quantity) -> str:
    """Return a net content as packs say it (GB 7718, 4.1.5): `2.5 kg`, `500 g`."""
    if net_content.unit == "H87":
        return f"{net_content.text} 个"
    if net_content.value < 1:
        grams = Quantity(net_content.value * 1000, "GRM")
        return f"{grams.text} g"
    return f"{net_content.text} kg"


def _stock(name: str) -> Stock:
    try:
        return stock_named(name)
    except LabelError as error:
        raise _refused(error) from error


def _png(content: LabelContent, stock: Stock) -> bytes:
    try:
        return render_png(content, stock)
    except LabelError as error:
        raise _refused(error) from error


def _pdf(contents: Iterator[LabelContent], stock: Stock, start_at: int) -> bytes:
    try:
        return render_pdf(contents, stock, start_at)
    except LabelError as error:
        raise _refused(error) from error


def _refused(error: LabelError) -> InvalidInput:
    """Return a refusal of the label engine as one of ours, at its input."""
    return InvalidInput.at(
        _FIELDS.get(error.field, error.field),
        "{reason}. {hint}.",
        reason=msg(error.reason, **error.values),
        hint=msg(error.hint, **error.values),
    )
