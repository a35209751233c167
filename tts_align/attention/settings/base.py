"""What all tables of settings share: no unknown keys, and a reason where a key cannot be."""

from typing import Annotated, Any, ClassVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from tts_align.attention.contract import Attention
from tts_align.attention.normalizers import Inference


def _must_be_odd(number: int) -> int:
    if number % 2 == 0:
        raise ValueError("an odd number, so that the window has a middle")
    return number


def _must_be_even(number: int) -> int:
    if number % 2:
        raise ValueError("an even number, so that it can be halved")
    return number


Odd = Annotated[int, AfterValidator(_must_be_odd)]
Even = Annotated[int, AfterValidator(_must_be_even)]
SoftOrHard = Annotated[
    Inference, Field(description="while speaking: rows as in training, or one-hot at their highest symbol")
]


class Settings(BaseModel):
    """A table of a recipe.

    Attributes:
        refused: keys that cannot be here, each with the reason, for those that somebody may expect.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    refused: ClassVar[dict[str, str]] = {}

    @model_validator(mode="before")
    @classmethod
    def _refuse(cls, table: Any) -> Any:
        if isinstance(table, dict):
            for key in table.keys() & cls.refused.keys():
                raise does_not_fit(f"no key `{key}` here", f"{key} = {table[key]!r}", cls.refused[key])
        return table


class HiddenSizes(Settings):
    """Keys of all that has a hidden layer."""

    hidden_size: int = Field(128, ge=1, description="A, size of the energies' hidden layer")


class FilterSizes(HiddenSizes):
    """Keys of all that looks at the previous rows through filters."""

    n_filters: int = Field(32, ge=1, description="filters over the previous weights")
    kernel_size: Odd = Field(31, ge=1, description="width of the filters in symbols, odd")


class DynamicSizes(FilterSizes):
    """Keys of dynamic convolution; the defaults are those of Battenberg et al. 2020."""

    n_filters: int = Field(8, ge=1, description="filters over the previous weights")
    kernel_size: Odd = Field(21, ge=1, description="width of the filters in symbols, odd")
    prior_size: int = Field(11, ge=2, description="taps of the prior filter: the longest way in one step, plus one")
    prior_alpha: float = Field(0.1, gt=0, description="alpha of the prior's beta-binomial")
    prior_beta: float = Field(0.9, gt=0, description="beta of the prior's beta-binomial")


class Mechanism(Settings):
    """A table `[attention]`.

    Attributes:
        needs_durations: whether its rows follow true durations, so that every batch must have them.
    """

    kind: str
    needs_durations: ClassVar[bool] = False

    def check_sizes(self, value_size: int, query_size: int) -> None:
        """Raises a complaint if the mechanism cannot be built for symbols and queries of these sizes."""

    def build(self, value_size: int, query_size: int) -> Attention:
        """The mechanism with fresh weights."""
        raise NotImplementedError


def does_not_fit(expected: str, found: str, fix: str) -> PydanticCustomError:
    """The complaint about parts that do not go together, in the three parts that a recipe's errors have.

    Example:
        >>> print(does_not_fit("a", "b", "c"))
        expected a, found b. c
    """
    parts = {"expected": expected, "found": found, "fix": fix}
    return PydanticCustomError("does_not_fit", "expected {expected}, found {found}. {fix}", parts)


def as_table(value: Any) -> Any:
    """`score = "hybrid"` is short for `score = {kind = "hybrid"}`.

    Example:
        >>> as_table("hybrid")
        {'kind': 'hybrid'}
    """
    return {"kind": value} if isinstance(value, str) else value
