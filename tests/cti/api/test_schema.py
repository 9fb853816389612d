"""The API describes itself, and its page in docs tells of every route and the right it needs."""

import re

from cti.api.rights import Needs, Public, need_of
from cti.api.schema import FRAMES
from tests.cti.api.hotline import ROOT, Hotline
from tests.cti.api.test_rights import routes


def test_the_page_lists_every_route_with_its_right() -> None:
    page = (ROOT / "docs/api.md").read_text(encoding="utf-8")
    listed = dict(re.findall(r"^\| `((?:GET|POST|PUT|DELETE|WS) [^`]+)` \| ([^|]+) \|", page, flags=re.MULTILINE))
    told: dict[str, str] = {}
    for name, route in routes().items():
        need = need_of(route)
        if isinstance(need, Needs):
            assert need.right is not None
            told[name] = need.right.value
        else:
            told[name] = "anybody" if isinstance(need, Public) else "signed in"
    assert listed == told


def test_the_page_names_every_frame_of_the_desk() -> None:
    page = (ROOT / "docs/api.md").read_text(encoding="utf-8")
    schema = FRAMES["DeskFrame"].__origin__
    for frame in schema.__args__:
        assert f"`{frame.model_fields['type'].default}`" in page


async def test_the_frames_of_the_websockets_are_in_the_schema(hotline: Hotline) -> None:
    schemas = (await hotline.client().get("/api/openapi.json")).json()["components"]["schemas"]
    assert FRAMES.keys() <= schemas.keys()
    assert schemas["DeskFrame"]["discriminator"]["mapping"]["pop"] == "#/components/schemas/PopFrame"
    known = {f"#/components/schemas/{name}" for name in schemas}
    assert set(re.findall(r"#/components/schemas/\w+", str(schemas))) <= known
