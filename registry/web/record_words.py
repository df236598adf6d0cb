"""The kinds of record, and their members, in plain words."""

from collections.abc import Mapping
from types import MappingProxyType

from registry.domain.operations import OperationKind
from registry.domain.records import RecordType
from registry.errors import Message, msg

RECORD_TYPES: Mapping[str, Message] = MappingProxyType(
    {
        RecordType.GENESIS: msg("Founding of the registry"),
        RecordType.ORGANISATION: msg("Admission of an organisation"),
        RecordType.KEY: msg("Key of an organisation"),
        RecordType.PRODUCT: msg("Product"),
        RecordType.PLOT: msg("Plot"),
        RecordType.ORIGIN: msg("Origin of a batch"),
        RecordType.OPERATION: msg("Input used"),
        RecordType.INSPECTION: msg("Inspection report"),
        RecordType.CERTIFICATION: msg("Certificate"),
        RecordType.CERTIFICATION_STATUS: msg("Change to a certificate"),
        RecordType.LABEL: msg("Label run"),
    }
)

OPERATIONS: Mapping[str, Message] = MappingProxyType(
    {
        OperationKind.PLANT_PROTECTION: msg("Plant protection"),
        OperationKind.FERTILISING: msg("Fertilising"),
        OperationKind.VETERINARY_MEDICINE: msg("Veterinary medicine"),
        OperationKind.FEEDING: msg("Feeding"),
        OperationKind.OTHER: msg("Other input"),
    }
)

# Member of `credentialSubject` -> what a person calls it. What is not here is still in
# the exact text of the record below.
MEMBERS: Mapping[str, Message] = MappingProxyType(
    {
        "productName": msg("Product"),
        "name": msg("Name"),
        "nameEn": msg("English name"),
        "kind": msg("Kind"),
        "gtin": msg("GTIN"),
        "lot": msg("Lot"),
        "commodity": msg("Commodity"),
        "brand": msg("Brand"),
        "division": msg("Place"),
        "code": msg("Code"),
        "area": msg("Area"),
        "plantedOn": msg("Planted"),
        "harvestedOn": msg("Harvested"),
        "quantity": msg("Quantity"),
        "operation": msg("Kind"),
        "substance": msg("Substance"),
        "formulation": msg("Formulation"),
        "dose": msg("Dose"),
        "appliedOn": msg("Used on"),
        "purpose": msg("Purpose"),
        "reportNumber": msg("Report number"),
        "sampleNumber": msg("Sample number"),
        "sampledOn": msg("Sampled"),
        "testedOn": msg("Tested"),
        "verdict": msg("Verdict of the laboratory"),
        "certificateNumber": msg("Certificate number"),
        "scheme": msg("Scheme"),
        "standard": msg("Standard"),
        "scope": msg("Scope"),
        "validFrom": msg("Valid from"),
        "validUntil": msg("Valid until"),
        "yearlyQuantity": msg("Most in a year"),
        "change": msg("Change"),
        "reason": msg("Reason"),
        "run": msg("Label run"),
        "count": msg("Labels"),
        "netContent": msg("Net content"),
        "uscc": msg("Unified social credit code"),
        "accreditation": msg("Accreditation"),
        "action": msg("Action"),
        "compromisedFromIndex": msg("In wrong hands from entry"),
        "identityHost": msg("Identity host"),
        "logOrigin": msg("Origin of the log"),
        "logKey": msg("Key of the log"),
    }
)
