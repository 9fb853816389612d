"""What each start needs and finds the same: worked out by the keeper once, so that its child has it at the fork."""

import gc

from sqlalchemy.orm import configure_mappers

from ivr.prompts.catalogue import supplied


def warm() -> None:
    """Work it out, and let the collector leave alone what is loaded, which it would look over during each start."""
    configure_mappers()
    supplied()
    gc.collect()
    gc.freeze()
    gc.enable()
