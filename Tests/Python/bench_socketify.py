"""What the benchmarks compare with: the same question, answered by socketify (µWebSockets)."""

from __future__ import annotations

import json
import os
import sys

import bench_answers
from socketify import App, AppListenOptions

licences = bench_answers.load()


def validate(response, request) -> None:
    """The body comes after this returns, and the headers are gone by then."""
    is_panel = bench_answers.is_panel(
        request.get_header("x-api-key"), request.get_header("x-api-secret")
    )

    def answer(response, chunk: bytes, is_end: bool, *_: object) -> None:
        if not is_end:
            return
        if not is_panel:
            response.write_status(401).end("")
            return
        question = json.loads(chunk)
        limits = licences.get(bench_answers.hash_of(question["license_key"]))
        left = None if limits is None else limits.get(question["feature"], 0)
        code = "LICENSE_NOT_FOUND" if limits is None else "OK"
        body = {
            "valid": left is not None,
            "remaining_quota": left,
            "remaining": left,
            "code": code,
            "error": None,
        }
        response.write_header("Content-Type", "application/json")
        response.end(json.dumps(body))

    response.on_data(answer)


def serve(port: int) -> None:
    app = App()
    app.post("/api/v1/licenses/validate", validate)
    app.listen(AppListenOptions(port=port, host="127.0.0.1"), lambda _: None)
    app.run()


if __name__ == "__main__":
    # One process a core on the same port, as its own documentation does it.
    for _ in range(int(sys.argv[2]) - 1):
        if os.fork() == 0:
            break
    serve(int(sys.argv[1]))
