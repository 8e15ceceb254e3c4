"""Two months of renewals, refunds, failed cards, suspension and payment with `kill -9` in each
step; `scripts/soak money` lives years."""

from __future__ import annotations

from kill_rounds import VICTIMS
from money_rounds import MoneyRounds


def test_money_is_taken_and_given_back_once_whatever_dies() -> None:
    rounds = MoneyRounds(14, seed=20_261, pause_seconds=1.5)
    rounds.run()
    assert set(rounds.kills) == set(VICTIMS)
    events = rounds.journal.events
    assert events["renewals"] == 8
    assert min(events[each] for each in ("refunds", "retries", "suspensions", "restorations")) >= 2
    assert rounds.differences == [], rounds.journal.summary()
