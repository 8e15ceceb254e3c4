"""The limits as a live system has them: an eager caller is told when to come back, and served then."""

from __future__ import annotations

import time

import pytest
from billing_system import running_system


def test_whoever_guesses_passwords_is_slowed_down_and_everybody_else_is_served() -> None:
    with running_system() as system:
        guess = {"email": "nobody@example.com", "password": "a wrong one, again"}
        for _ in range(200):
            answer = system.http.post("/api/v1/auth/login", json=guess)
            if answer.status_code == 429:
                break
            assert answer.status_code == 401, answer.text
        else:
            pytest.fail("200 guesses in a row were all answered")
        problem = answer.json()
        assert problem["code"] == "rate_limited"
        assert system.http.get("/api/v1/plans/").status_code == 200
        time.sleep(float(answer.headers["Retry-After"]))
        assert system.http.post("/api/v1/auth/login", json=guess).status_code == 401
