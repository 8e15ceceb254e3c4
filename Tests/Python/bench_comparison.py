"""What the benchmarks compare with: the same answers from FastAPI, out of memory, with no database.

That is the most favourable case for it: no log, no limits, no quota to look up anywhere.
"""

from __future__ import annotations

from fastapi import FastAPI, Header, HTTPException
from pydantic import BaseModel

app = FastAPI()
licences = {"NP-BENCH": {"create_database": 5}}
panels = {"npk_bench": "nps_bench"}


class Question(BaseModel):
    license_key: str
    feature: str
    quantity: int = 1


class Answer(BaseModel):
    valid: bool
    remaining_quota: int
    remaining: int
    code: str
    error: str | None = None


@app.get("/health")
async def health() -> dict[str, str]:
    return {"status": "ok"}


@app.post("/api/v1/licenses/validate")
async def validate(
    question: Question, x_api_key: str = Header(), x_api_secret: str = Header()
) -> Answer:
    if panels.get(x_api_key) != x_api_secret:
        raise HTTPException(401)
    left = licences["NP-BENCH"].get(question.feature, 0)
    return Answer(valid=True, remaining_quota=left, remaining=left, code="OK")
