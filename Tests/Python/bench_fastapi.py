"""What the benchmarks compare with: the same question, answered by FastAPI."""

from __future__ import annotations

import bench_answers
from fastapi import FastAPI, Header, HTTPException
from pydantic import BaseModel

app = FastAPI()
licences = bench_answers.load()


class Question(BaseModel):
    license_key: str
    feature: str
    quantity: int = 1


class Answer(BaseModel):
    valid: bool
    remaining_quota: int | None
    remaining: int | None
    code: str
    error: str | None = None


@app.post("/api/v1/licenses/validate")
async def validate(
    question: Question, x_api_key: str = Header(), x_api_secret: str = Header()
) -> Answer:
    if not bench_answers.is_panel(x_api_key, x_api_secret):
        raise HTTPException(401)
    limits = licences.get(bench_answers.hash_of(question.license_key))
    if limits is None:
        return Answer(valid=False, remaining_quota=None, remaining=None, code="LICENSE_NOT_FOUND")
    left = limits.get(question.feature, 0)
    return Answer(valid=True, remaining_quota=left, remaining=left, code="OK")
