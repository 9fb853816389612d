"""What all tables share: the metadata, the names of constraints, the column types that both databases know."""

from typing import Annotated, Any, ClassVar

from sqlalchemy import JSON, BigInteger, Integer, MetaData, String, Text
from sqlalchemy.orm import DeclarativeBase, mapped_column

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

Ms = Annotated[int, mapped_column(BigInteger)]
"""A moment: milliseconds since 1970-01-01 UTC."""
ContactId = Annotated[str, mapped_column(String(255))]
AgentId = Annotated[str, mapped_column(String(16))]
"""工号."""
Name = Annotated[str, mapped_column(String(64))]
"""A name of the plan, a word of a fixed set."""
Number = Annotated[str, mapped_column(String(32))]
"""A telephone number in normal form, an extension."""
Words = Annotated[str, mapped_column(Text)]
"""Text of any length: whatever comes from outside and cannot be refused for being long."""
Json = Annotated[dict[str, Any], mapped_column(JSON)]
"""JSON as it was written: the order of keys is kept (PostgreSQL's JSONB would not)."""
RowId = Annotated[
    int, mapped_column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True)
]


class Base(DeclarativeBase):
    """The root of all tables."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map: ClassVar[dict[Any, Any]] = {str: String(255)}
