"""What each start needs and finds the same, worked out by the keeper once: its child has it at the fork. And what the
collector of garbage need not look at again.
"""

import gc

from sqlalchemy.orm import configure_mappers

from ivr.prompts.catalogue import supplied

YOUNG = 10_000
"""New objects between two looks of the collector, which holds up the loop for about a millisecond then."""
OLD = 2
"""It looks over all that lives after so many looks at what is not quite young, once a quarter of it is new."""


def warm() -> None:
    """Work it out, and let the collector leave alone what is loaded, which it would look over during each start."""
    configure_mappers()
    supplied()
    gc.collect()
    gc.freeze()
    gc.enable()


def settle() -> None:
    """Let the collector leave alone what the start has made: all that lives is looked over now and then, and what is
    not live calls would hold up the loop for a tenth of a second each time.
    """
    gc.collect()
    gc.freeze()
    # Else the quarter is one of all that was there before: old garbage of 20,000 calls waited for it.
    gc.collect()
    gc.set_threshold(YOUNG, gc.get_threshold()[1], OLD)
