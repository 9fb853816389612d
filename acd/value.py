"""Values that are made often: facts and commands."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar, dataclass_transform

T = TypeVar("T")

if TYPE_CHECKING:

    @dataclass_transform(frozen_default=True, kw_only_default=True)
    def value(cls: type[T]) -> type[T]:
        """A dataclass with slots and keyword-only fields that nobody may assign to."""
        ...
else:
    # Frozen for the type checker only: at run time the guard would make each of them four times as slow to make, a
    # quarter of all the router does.
    value = dataclass(slots=True, kw_only=True, unsafe_hash=True)
