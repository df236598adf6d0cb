import pytest

from registry.errors import InvalidInput
from registry.tlog.cosignature import CosignatureSigner, CosignatureVerifier
from registry.tlog.note import NoteSigner
from registry.tlog.policy import MAX_POLICY_BYTES, Policy, Witness, parse_policy
from tests.support.keys import seed

ORIGIN = "trace.example/log"
LOG = NoteSigner(ORIGIN, seed("log")).verifier


def key(name: str) -> CosignatureVerifier:
    return CosignatureSigner(f"witness.example/{name}", seed(name)).verifier


X1, X2, X3, Y1, Y2, Y3 = (key(name) for name in ("x1", "x2", "x3", "y1", "y2", "y3"))
WITNESSES = f"""
witness X1 {X1.vkey}
witness X2 {X2.vkey}
witness X3 {X3.vkey}
"""

# The example in the text of C2SP tlog-policy, with keys.
PUBLISHED = f"""
log {LOG.vkey}
{WITNESSES}
group X-witnesses 2 X1 X2 X3

witness Y1 {Y1.vkey}
witness Y2 {Y2.vkey}
witness Y3 {Y3.vkey}
group Y-witnesses any Y1 Y2 Y3

group X-and-Y all X-witnesses Y-witnesses
quorum X-and-Y
"""


def met(policy: Policy, *cosigners: CosignatureVerifier) -> bool:
    return policy.is_met(ORIGIN, set(cosigners))


def test_the_policy_of_the_standard_asks_for_two_of_x_and_one_of_y() -> None:
    policy = parse_policy(PUBLISHED)
    assert policy.logs == (LOG,)
    assert len(policy.witnesses) == 6
    assert met(policy, X1, X3, Y2)
    assert met(policy, X1, X2, X3, Y1, Y2, Y3)
    assert not met(policy, X1, X2, X3)
    assert not met(policy, X1, Y1, Y2, Y3)
    assert not met(policy)


def test_a_single_witness_can_be_the_quorum() -> None:
    policy = parse_policy(f"{WITNESSES}quorum X2\n")
    assert met(policy, X2)
    assert not met(policy, X1, X3)


def test_without_a_quorum_everything_is_met() -> None:
    assert met(parse_policy("quorum none\n"))
    assert met(Policy())


def test_a_witness_may_have_a_url_and_lines_may_be_indented_or_comments() -> None:
    policy = parse_policy(
        f"# who watches us\n\t witness\tunion  {X1.vkey} https://w.example/x/ \t\n"
        "  # 合作社联合社\n\nquorum union"
    )
    assert policy.witnesses == (Witness("union", X1, "https://w.example/x"),)


@pytest.mark.parametrize("name", ["trace.example/witness", "w.trace.example"])
def test_the_operators_own_witness_never_counts(name: str) -> None:
    own = CosignatureSigner(name, seed("own")).verifier
    policy = parse_policy(
        f"{WITNESSES}witness own {own.vkey}\ngroup all any own X1 X2 X3\nquorum all\n"
    )
    assert not met(policy, own)
    assert met(policy, own, X1)
    assert [each.name for each in policy.independent(ORIGIN)] == ["X1", "X2", "X3"]


def test_a_name_that_only_ends_alike_is_another_host() -> None:
    stranger = CosignatureSigner("nottrace.example/w", seed("n")).verifier
    assert not Witness("n", stranger).is_run_by(ORIGIN)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "quorum line is missing"),
        (WITNESSES, "quorum line is missing"),
        (f"{WITNESSES}quorum X1\nquorum X2", "second quorum"),
        (f"quorum X1\n{WITNESSES}", "not defined on a line before"),
        (f"{WITNESSES}group g any X4\nquorum g", "X4 is not defined"),
        (f"{WITNESSES}group g any g\nquorum g", "g is not defined"),
        (f"{WITNESSES}group g any none\nquorum g", "none is not defined"),
        (f"{WITNESSES}group g 0 X1\nquorum g", "not any, all, or 1 to 1"),
        (f"{WITNESSES}group g 02 X1 X2\nquorum g", "not any, all, or 1 to 2"),
        (f"{WITNESSES}group g 3 X1 X2\nquorum g", "not any, all, or 1 to 2"),
        (f"{WITNESSES}group g any\nquorum g", "no line of a policy"),
        (f"{WITNESSES}group g any X1 X1\nquorum g", "member twice"),
        (
            f"{WITNESSES}group g any X1\ngroup h any X1\nquorum h",
            "X1 is a member twice",
        ),
        (f"{WITNESSES}group X1 any X2\nquorum X1", "the name X1 is taken"),
        (f"witness none {X1.vkey}\nquorum none", "the name none is taken"),
        (f"{WITNESSES}witness X4 {X1.vkey}\nquorum X1", "stands there twice"),
        (f"log {LOG.vkey}\nlog {LOG.vkey}\nquorum none", "stands there twice"),
        (f"log {X1.vkey}\nquorum none", "signature type 0x01"),
        (f"witness X1 {LOG.vkey}\nquorum X1", "signature type 0x04"),
        ("witness X1\nquorum none", "no line of a policy"),
        ("Quorum none", "no line of a policy"),
        ("quorum none\r\n", "control character"),
        ("quorum none #" + "x" * MAX_POLICY_BYTES, "more than"),
    ],
)
def test_a_broken_policy_is_refused(text: str, reason: str) -> None:
    with pytest.raises(InvalidInput, match=reason):
        parse_policy(text)


def test_a_refusal_names_the_line() -> None:
    with pytest.raises(InvalidInput, match="Line 6 of"):
        parse_policy(f"{WITNESSES}\nquorum X9\n")
