"""Messages, problems and the two families of errors."""

import pytest

from registry import errors
from registry.errors import (
    Conflict,
    InvalidInput,
    Message,
    NotAllowed,
    NotFound,
    Problem,
    Problems,
    ReadOnly,
    RegistryError,
    VerificationError,
    msg,
)


def test_a_message_keeps_sentence_and_values_apart() -> None:
    message = msg("{given} is not {expected}.", given=5, expected="six")
    assert message.template == "{given} is not {expected}."
    assert dict(message.values) == {"given": "5", "expected": "six"}
    assert str(message) == "5 is not six."


def test_a_value_that_looks_like_a_hole_is_not_filled() -> None:
    assert str(msg("{given} is wrong.", given="{secret}")) == "{secret} is wrong."


def test_a_message_inside_a_message_stays_a_message() -> None:
    message = msg("It is {standing}.", standing=msg("valid"))
    assert isinstance(message.values["standing"], Message)
    assert str(message) == "It is valid."


def test_equal_messages_are_one_in_a_set() -> None:
    assert (
        len({msg("{a}", a=1), msg("{a}", a=1), msg("{a}", a=2), msg("{b}", b=1)}) == 3
    )


def test_the_values_of_a_message_cannot_be_changed() -> None:
    with pytest.raises(TypeError):
        msg("{a}", a=1).values["a"] = "2"  # type: ignore[index]


def test_a_problem_names_its_field_if_it_has_one() -> None:
    assert str(Problem("lot", msg("Wrong."))) == "lot: Wrong."
    assert str(Problem("", msg("Wrong."))) == "Wrong."


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (InvalidInput, 400),
        (NotAllowed, 403),
        (NotFound, 404),
        (Conflict, 409),
        (ReadOnly, 503),
    ],
)
def test_each_refusal_has_its_status_and_its_problem(
    error: type[RegistryError], status: int
) -> None:
    raised = error.at("lot", "{given} is wrong.", given="A")
    assert type(raised) is error
    assert raised.status == status
    assert raised.problems == (Problem("lot", msg("{given} is wrong.", given="A")),)
    assert str(raised) == "lot: A is wrong."


def test_problems_are_raised_together_and_in_order() -> None:
    problems = Problems()
    problems.raise_if_any()
    assert not problems
    problems.add("a", "First.")
    problems.extend([Problem("value", msg("Second."))], prefix="results.2")
    problems.extend([Problem("", msg("Third."))], prefix="results")
    problems.extend([Problem("b", msg("Fourth."))])
    assert [problem.field for problem in problems] == [
        "a",
        "results.2.value",
        "results",
        "b",
    ]
    with pytest.raises(Conflict, match=r"^a: First\.; results\.2\.value: Second\."):
        problems.raise_if_any(Conflict)


def test_the_families_never_mix_and_each_proof_has_its_code() -> None:
    found = [item for item in vars(errors).values() if isinstance(item, type)]
    proofs = [item for item in found if issubclass(item, VerificationError)]
    assert not [item for item in proofs if issubclass(item, RegistryError)]
    assert len({proof.code for proof in proofs}) == len(proofs)
