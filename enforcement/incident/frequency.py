"""How common words are in the texts of incidents, by what the database's statistics say.

A word that many texts have is found soonest among the newest; a rare one by the index of pairs.
The planner takes pairs of one word for independent, which they are not, and so chooses wrongly.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from sqlalchemy.orm import Session

from enforcement.incident import grams
from enforcement.prepared import Statement

STATEMENT: Final = Statement(
    "incident_text_frequency",
    """
WITH known AS MATERIALIZED (
  SELECT CAST(CAST(most_common_elems AS text) AS text[]) AS pairs, most_common_elem_freqs AS shares
  FROM pg_stats
  WHERE schemaname = current_schema() AND tablename = 'incident_text' AND attname = 'grams'
)
SELECT coalesce(array_agg(coalesce(shares[array_position(pairs, one)], 0) ORDER BY n), '{}')
  AS shares
FROM known, unnest(CAST(:wanted AS text[])) WITH ORDINALITY AS w(one, n)
""",
    (("wanted", "text[]"),),
)


def is_common(session: Session, words: Sequence[str], least: float) -> bool:
    """Tell whether each word may be in at least this share (0 to 1) of the texts.

    A word is at most as common as its rarest pair; of its letters and its initials the commoner
    counts. Without statistics no word is common.
    """
    ways = [way for word in words for way in grams.wanted(word) if way]
    pairs = sorted({pair for way in ways for pair in way})
    row = STATEMENT.find_one(session, {"wanted": pairs})
    share = dict(zip(pairs, row["shares"] if row else (), strict=False))
    return all(
        any(min(share.get(pair, 0.0) for pair in way) >= least for way in grams.wanted(word) if way)
        for word in words
    )
