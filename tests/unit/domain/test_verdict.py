"""One colour, every reason, and no way to a better one."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.domain.certification import Certificate, Change, Scheme
from registry.domain.inspection_report import Report
from registry.domain.verdict import (
    CertificateFact,
    Colour,
    Evidence,
    InspectionFact,
    judge,
    unknown,
)
from registry.errors import msg
from registry.signing.trust_list import Freshness

TODAY = date(2026, 11, 20)
SAMPLED, TESTED = date(2026, 11, 2), date(2026, 11, 4)
REPORT = Report("/01/1/10/2", "did:lab", "LP-1", "S-1", SAMPLED, TESTED, "pass", ())
PASSED = InspectionFact("passed", REPORT, "pass")
FAILED = InspectionFact("failed", replace(REPORT, verdict="fail"), "pass")
DIFFERS = InspectionFact("differs", REPORT, "fail")
BANNED = InspectionFact("banned", REPORT, "fail", ("克百威", "甲拌磷"))
CERTIFICATE = Certificate(
    "GF-1",
    "did:green",
    "did:ginger",
    Scheme.GREEN_FOOD,
    "NY/T 1193",
    ("/01/1/10/2",),
    date(2026, 11, 5),
    date(2027, 11, 4),
)
VALID = CertificateFact("valid", CERTIFICATE, None)
SUSPENDED = CertificateFact("suspended", CERTIFICATE, Change.SUSPEND)
REVOKED = CertificateFact("revoked", CERTIFICATE, Change.REVOKE)
EXPIRED = CertificateFact(
    "expired", replace(CERTIFICATE, valid_until=date(2026, 11, 19)), None
)
COMING = CertificateFact(
    "coming", replace(CERTIFICATE, valid_from=date(2026, 11, 21)), None
)
NOTHING = Evidence((), (), (), TODAY, Freshness.FRESH)
BROKEN = msg("1 of 3 checks failed.")


def rules(evidence: Evidence) -> list[tuple[str, str, str]]:
    return [
        (str(reason.colour), reason.rule, reason.record_id)
        for reason in judge(evidence).reasons
    ]


def test_a_code_never_issued_is_grey() -> None:
    verdict = unknown()
    assert verdict.colour is Colour.GREY
    assert [reason.rule for reason in verdict.reasons] == ["not_issued"]


def test_records_without_a_fault_are_green() -> None:
    assert judge(NOTHING).colour is Colour.GREEN
    assert rules(NOTHING) == [("green", "consistent", "")]


@pytest.mark.parametrize(
    ("fact", "colour", "rule"),
    [
        (PASSED, Colour.GREEN, "inspection_passed"),
        (FAILED, Colour.RED, "inspection_failed"),
        (DIFFERS, Colour.YELLOW, "reading_differs"),
        (replace(PASSED, reading="cannot_judge"), Colour.GREEN, "inspection_unjudged"),
    ],
    ids=["passed", "failed", "reading differs", "cannot judge"],
)
def test_an_inspection_decides(fact: InspectionFact, colour: Colour, rule: str) -> None:
    evidence = replace(NOTHING, inspections=(fact,))
    assert judge(evidence).colour is colour
    assert (str(colour), rule, fact.record_id) in rules(evidence)


def test_each_banned_substance_is_a_reason_of_its_own() -> None:
    evidence = replace(NOTHING, inspections=(BANNED,))
    verdict = judge(evidence)
    assert verdict.colour is Colour.RED
    assert [str(reason.message) for reason in verdict.reasons[:2]] == [
        "A banned substance was found: 克百威.",
        "A banned substance was found: 甲拌磷.",
    ]


@pytest.mark.parametrize(
    ("fact", "colour", "words"),
    [
        (VALID, Colour.GREEN, "Certificate GF-1 is valid."),
        (SUSPENDED, Colour.YELLOW, "Certificate GF-1 is suspended."),
        (REVOKED, Colour.YELLOW, "Certificate GF-1 has been revoked."),
        (EXPIRED, Colour.YELLOW, "Certificate GF-1 has expired."),
        (COMING, Colour.YELLOW, "Certificate GF-1 is not valid yet."),
    ],
    ids=lambda given: getattr(given, "record_id", None),
)
def test_a_certificate_decides(
    fact: CertificateFact, colour: Colour, words: str
) -> None:
    verdict = judge(replace(NOTHING, certificates=(fact,)))
    assert verdict.colour is colour
    assert words in {str(reason.message) for reason in verdict.reasons}


@pytest.mark.parametrize("other", [EXPIRED, COMING], ids=["before", "after"])
def test_a_valid_certificate_speaks_for_the_one_before_and_after(
    other: CertificateFact,
) -> None:
    evidence = replace(NOTHING, certificates=(other, VALID))
    assert judge(evidence).colour is Colour.GREEN
    assert other.record_id not in {record for _, _, record in rules(evidence)}


@pytest.mark.parametrize("other", [SUSPENDED, REVOKED], ids=["suspended", "revoked"])
def test_a_valid_certificate_does_not_cover_up_a_withdrawn_one(
    other: CertificateFact,
) -> None:
    assert judge(replace(NOTHING, certificates=(other, VALID))).colour is Colour.YELLOW


def test_a_valid_certificate_of_another_scheme_renews_nothing() -> None:
    organic = replace(VALID, certificate=replace(CERTIFICATE, scheme=Scheme.ORGANIC))
    evidence = replace(NOTHING, certificates=(EXPIRED, organic))
    assert judge(evidence).colour is Colour.YELLOW


def test_a_proof_that_fails_is_red_whatever_the_records_say() -> None:
    evidence = Evidence((BROKEN,), (PASSED,), (VALID,), TODAY, Freshness.FRESH)
    assert judge(evidence).colour is Colour.RED
    assert rules(evidence)[0] == ("red", "proof_failed", "")


def test_every_reason_is_told_the_gravest_first() -> None:
    evidence = replace(
        NOTHING,
        inspections=(PASSED, DIFFERS, FAILED),
        certificates=(SUSPENDED, VALID),
        freshness=Freshness.STALE,
    )
    assert rules(evidence) == [
        ("red", "inspection_failed", "failed"),
        ("yellow", "reading_differs", "differs"),
        ("yellow", "certificate_suspended", "suspended"),
        ("yellow", "stale", ""),
        ("green", "inspection_passed", "passed"),
        ("green", "certificate_valid", "valid"),
    ]


@pytest.mark.parametrize(
    ("freshness", "colour"),
    [
        (Freshness.FRESH, Colour.GREEN),
        (Freshness.UNWITNESSED, Colour.GREEN),
        (Freshness.STALE, Colour.YELLOW),
        (Freshness.FEW_WITNESSES, Colour.YELLOW),
    ],
)
def test_the_witnesses_word_decides(freshness: Freshness, colour: Colour) -> None:
    verdict = judge(replace(NOTHING, inspections=(PASSED,), freshness=freshness))
    assert verdict.colour is colour
    is_reason = str(freshness) in {reason.rule for reason in verdict.reasons}
    assert is_reason is (colour is Colour.YELLOW)


def test_stale_witnesses_never_soften_a_failed_test() -> None:
    evidence = replace(NOTHING, inspections=(FAILED,), freshness=Freshness.STALE)
    assert judge(evidence).colour is Colour.RED


RANK = [Colour.RED, Colour.YELLOW, Colour.GREEN]
INSPECTIONS = st.lists(st.sampled_from([PASSED, FAILED, DIFFERS, BANNED]), max_size=4)
CERTIFICATES = st.lists(
    st.sampled_from([VALID, SUSPENDED, REVOKED, EXPIRED, COMING]), max_size=4
)
EVIDENCE = st.builds(
    Evidence,
    st.sampled_from([(), (BROKEN,)]),
    INSPECTIONS,
    CERTIFICATES,
    st.just(TODAY),
    st.sampled_from(Freshness),
)
quick = settings(max_examples=150, deadline=None)


@quick
@given(EVIDENCE)
def test_the_colour_is_that_of_the_first_reason_and_no_reason_is_graver(
    evidence: Evidence,
) -> None:
    verdict = judge(evidence)
    ranks = [RANK.index(reason.colour) for reason in verdict.reasons]
    assert ranks == sorted(ranks)
    assert verdict.colour is verdict.reasons[0].colour


@quick
@given(EVIDENCE, st.sampled_from([FAILED, DIFFERS, BANNED, PASSED]))
def test_another_inspection_never_improves_the_colour(
    evidence: Evidence, fact: InspectionFact
) -> None:
    more = replace(evidence, inspections=(*evidence.inspections, fact))
    before, after = judge(evidence), judge(more)
    assert RANK.index(after.colour) <= RANK.index(before.colour)
    if fact in {FAILED, BANNED}:
        assert after.colour is Colour.RED


@quick
@given(EVIDENCE, st.sampled_from([SUSPENDED, REVOKED, EXPIRED, COMING]))
def test_a_certificate_that_is_not_valid_never_improves_the_colour(
    evidence: Evidence, fact: CertificateFact
) -> None:
    more = replace(evidence, certificates=(*evidence.certificates, fact))
    assert RANK.index(judge(more).colour) <= RANK.index(judge(evidence).colour)


@quick
@given(EVIDENCE, st.sampled_from(Freshness))
def test_no_word_of_witnesses_is_better_than_a_fresh_one(
    evidence: Evidence, freshness: Freshness
) -> None:
    best = judge(replace(evidence, freshness=Freshness.FRESH))
    other = judge(replace(evidence, freshness=freshness))
    assert RANK.index(other.colour) <= RANK.index(best.colour)


@quick
@given(EVIDENCE)
def test_a_proof_that_fails_makes_any_evidence_red(evidence: Evidence) -> None:
    broken = replace(evidence, proofs_failed=(*evidence.proofs_failed, BROKEN))
    assert judge(broken).colour is Colour.RED


@quick
@given(EVIDENCE, st.randoms(use_true_random=False))
def test_the_order_of_the_evidence_does_not_matter(
    evidence: Evidence, dice: object
) -> None:
    inspections, certificates = list(evidence.inspections), list(evidence.certificates)
    dice.shuffle(inspections)  # type: ignore[attr-defined]
    dice.shuffle(certificates)  # type: ignore[attr-defined]
    shuffled = replace(evidence, inspections=inspections, certificates=certificates)
    assert sorted(rules(shuffled)) == sorted(rules(evidence))
