"""Fifty rounds of `kill -9` under load; `make soak` does a thousand."""

from __future__ import annotations

from kill_rounds import VICTIMS, KillRounds


def test_what_was_acknowledged_survives_every_kill_and_nothing_happens_twice() -> None:
    rounds = KillRounds(50, seed=20_261, pause_seconds=0.8)
    rounds.run()
    assert set(rounds.kills) == set(VICTIMS)
    # Enough happened between the kills for them to have hit something.
    assert sum(sale.is_charged for sale in rounds.journal.sales) >= 10, rounds.journal.summary()
    assert rounds.differences == [], rounds.journal.summary()
