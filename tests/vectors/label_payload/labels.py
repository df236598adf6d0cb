"""Labels of the offline grade, stage by stage, and those a phone must refuse."""

import base64
from datetime import date

from registry.signing.keys import Ed25519Signer, PublicKey
from registry.signing.label_payload import (
    FIRST_DAY,
    LabelKey,
    build_payload,
    message_of,
    parse_label,
)
from tests.support.keys import seed
from tests.vectors.phone_cast import (
    HOST,
    LABEL_KEY,
    LABEL_PATH,
    PATH,
    RETIRED_KEY,
    REVOKED_KEY,
    label_header,
    story,
    trust_list,
    write_log,
)

PRINTED = date(2026, 11, 20)
SEEDS = {
    LABEL_KEY.key_id: "label 2026",
    RETIRED_KEY.key_id: "label 2025",
    REVOKED_KEY.key_id: "label stolen",
}
UNKNOWN = LabelKey(
    PublicKey.parse("z6Mkf5rGMoatrSj1f4CyvuHBeXJELe9RPdzo2PKGNCKVtZxP"),
    PRINTED,
    PRINTED,
)
_SECURED = write_log(story()).secured
RUN, OTHER_RUN = _SECURED[12], _SECURED[17]


def label(
    key: LabelKey = LABEL_KEY,
    day: date = PRINTED,
    path: str = LABEL_PATH,
    secured: bytes = RUN,
) -> str:
    """Return a label's text, signed by `key`."""
    signer = Ed25519Signer("", seed(SEEDS.get(key.key_id, "nobody")))
    payload = build_payload(label_header(secured, key, day), path, signer.sign)
    return f"https://{HOST}{path}#{payload}"


def vectors() -> dict[str, object]:
    """Return each case by its name."""
    runs = frozenset({label_header(RUN, LABEL_KEY, PRINTED).run})
    document = trust_list(runs).document(["-"])
    trust = {name: document[name] for name in ("labelKeys", "labelRuns")}
    accepted = {
        "retired_key": (label(RETIRED_KEY, date(2026, 8, 31)), "run_confirmed"),
        "lot_without_serial": (label(path=PATH), "run_confirmed"),
        "other_host": (label().replace(HOST, "other.example"), "run_confirmed"),
        "run_not_on_the_list": (label(secured=OTHER_RUN), "run_not_confirmed"),
    }
    refused = {
        name: {"label": text, "code": code, **trust}
        for name, (text, code) in _refused().items()
    }
    return {
        "genuine": _stages() | {"result": "run_confirmed"} | trust,
        **{
            name: {"label": text, "result": result, **trust}
            for name, (text, result) in accepted.items()
        },
        **{f"refused_{name}": case for name, case in refused.items()},
    }


def _stages() -> dict[str, object]:
    text = label()
    parsed = parse_label(text)
    return {
        "seed": seed("label 2026").hex(),
        "public_key": LABEL_KEY.public_key.raw.hex(),
        "key_id": LABEL_KEY.key_id.hex(),
        "day": PRINTED.isoformat(),
        "days": (PRINTED - FIRST_DAY).days,
        "label_record": RUN.decode(),
        "run": parsed.header.run.hex(),
        "header": parsed.header.encode().hex(),
        "message": message_of(parsed.header, LABEL_PATH).hex(),
        "signature": parsed.signature.hex(),
        "payload": text.partition("#")[2],
        "label": text,
    }


def _refused() -> dict[str, tuple[str, str]]:
    text = label()
    link, _, payload = text.partition("#")
    raw = base64.b32decode(payload + "======")
    return {
        "no_payload": (link, "malformed"),
        "lower_case_payload": (f"{link}#{payload.lower()}", "malformed"),
        "padded_payload": (f"{text}======", "malformed"),
        "payload_too_short": (f"{link}#{_base32(raw[:-1])}", "malformed"),
        "payload_too_long": (f"{link}#{_base32(raw + bytes(1))}", "malformed"),
        "payload_cut": (text[:-1], "malformed"),
        "spare_bits_set": (text[:-1] + _next_base32(text[-1]), "malformed"),
        "lower_case_path": (text.replace("/0G", "/0g"), "malformed"),
        "path_without_lot": (text.replace(f"{PATH}/21", "/01"), "malformed"),
        "space_behind": (f"{text} ", "malformed"),
        "version_2": (f"{link}#{_base32(bytes([2]) + raw[1:])}", "unsupported_version"),
        "unknown_key": (label(UNKNOWN), "unknown_key"),
        "revoked_key": (label(REVOKED_KEY), "revoked_key"),
        "day_before_window": (label(day=date(2026, 8, 31)), "day_outside_window"),
        "day_after_window": (label(day=date(2027, 3, 1)), "day_outside_window"),
        "other_serial": (text.replace("2TZ#", "2TY#"), "bad_signature"),
        "serial_dropped": (f"https://{HOST}{PATH}#{payload}", "bad_signature"),
        "run_changed": (_with_byte(link, raw, 11), "bad_signature"),
        "signature_changed": (_with_byte(link, raw, 90), "bad_signature"),
    }


def _with_byte(link: str, raw: bytes, position: int) -> str:
    changed = bytearray(raw)
    changed[position] ^= 1
    return f"{link}#{_base32(bytes(changed))}"


def _base32(data: bytes) -> str:
    return base64.b32encode(data).decode().rstrip("=")


def _next_base32(character: str) -> str:
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
    return alphabet[alphabet.index(character) + 1]
