import re
from dataclasses import fields
from pathlib import Path

import pytest

from ivr.ami import errors as ami_errors
from ivr.ami.link import AmiCounts
from ivr.ari import errors as ari_errors
from ivr.ari.pending import AriCounts

PAGE = (Path(__file__).parents[2] / "docs" / "links.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(("counts", "heading"), [(AriCounts, "`AriLink.counts`"), (AmiCounts, "`AmiLink.counts`")])
def test_the_page_explains_each_count_in_order(counts: type[AriCounts | AmiCounts], heading: str) -> None:
    table = PAGE.partition(heading)[2].partition("| --- | --- | --- |\n")[2].partition("\n\n")[0]
    assert re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE) == [field.name for field in fields(counts)]


@pytest.mark.parametrize("module", [ari_errors, ami_errors])
def test_the_page_explains_each_error_of_a_request(module: object) -> None:
    kinds = {name for name in vars(module) if re.fullmatch(r"A[mr]i[A-Z]\w+", name)}
    assert {name for name in kinds - {"AmiProtocolError", "AmiError"} if f"`{name}`" not in PAGE} == set()
