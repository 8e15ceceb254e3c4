"""Proofs that somebody without the secret could make up: access tokens, signatures of panels and
of Stripe, links to invoices. Each is named, and none may be believed."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
import urllib.parse
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from stripe import WebhookSignature

Claims = dict[str, Any]

HEADER = {"alg": "HS256", "typ": "JWT"}


def token_key(secret_key: str) -> bytes:
    """What access tokens are signed with, derived from the setting SECRET_KEY."""
    return hmac.digest(secret_key.encode(), b"access tokens", "sha256")


def part(value: Any) -> str:
    """A part of a token: compact JSON, or bytes as they are, in base 64 without padding."""
    text = value if isinstance(value, bytes) else json.dumps(value, separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(text).rstrip(b"=").decode()


def signed(header: Any, claims: Any, key: bytes, hash_name: str = "sha256") -> str:
    text = f"{part(header)}.{part(claims)}"
    return f"{text}.{part(hmac.digest(key, text.encode(), hash_name))}"


def forged_tokens(good: str, key: bytes, secret_key: str, place: str) -> Iterator[tuple[str, str]]:
    """Tokens that are not ours, by what was done to a good one.

    `place` is an address whose keys a token may name; nobody may ask there.
    """
    head, payload, signature = good.split(".")
    claims = jwt.decode(good, options={"verify_signature": False})
    yield from without_signature(claims, payload, signature)
    yield from with_other_keys(claims, secret_key, place)
    yield from with_other_headers(claims, key, place)
    yield from altered(head, payload, signature, claims)
    yield from with_other_claims(claims, key)


def without_signature(claims: Claims, payload: str, signature: str) -> Iterator[tuple[str, str]]:
    yield "PyJWT's own alg none", jwt.encode(claims, None, algorithm="none")
    for name in ["none", "None", "NONE", "NonE", "nOnE", "none ", "", None, 0, [], ["HS256"]]:
        text = f"{part({'alg': name, 'typ': 'JWT'})}.{payload}"
        yield f"alg {name!r} without a signature", f"{text}."
        yield f"alg {name!r} with the signature of before", f"{text}.{signature}"
    yield "no algorithm", f"{part({'typ': 'JWT'})}.{payload}.{signature}"
    yield "HS256 without a signature", f"{part(HEADER)}.{payload}."
    yield "HS256 with two parts", f"{part(HEADER)}.{payload}"


def with_other_keys(claims: Claims, secret_key: str, place: str) -> Iterator[tuple[str, str]]:
    guesses = {
        "nothing": b"",
        "a nought": b"\0",
        "a word": b"secret",
        "the setting itself": secret_key.encode(),
        "the hash of the setting": hashlib.sha256(secret_key.encode()).digest(),
        "the name of the key": b"access tokens",
        "the two the other way": hmac.digest(b"access tokens", secret_key.encode(), "sha256"),
    }
    for name, key in guesses.items():
        yield f"signed with {name}", signed(HEADER, claims, key)
    for kid, key in [
        ("/dev/null", b""),
        ("../../../../../../dev/null", b""),
        ("x' UNION SELECT 'known", b"known"),
        ("|cat /etc/hostname", b""),
        (place, b"known"),
    ]:
        yield f"a kid {kid}", signed({**HEADER, "kid": kid}, claims, key)
    pair = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(pair.public_key()))
    pem = pair.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    for algorithm in ["RS256", "RS512", "PS256"]:
        yield f"{algorithm} with a key of its own", jwt.encode(
            claims, pair, algorithm=algorithm, headers={"jwk": public}
        )
    for name in ["jku", "x5u"]:
        yield f"RS256 with a {name}", jwt.encode(
            claims, pair, algorithm="RS256", headers={name: f"{place}/keys", "kid": "1"}
        )
    yield "HS256 with a public key as the secret", signed(HEADER, claims, pem)
    curve = ec.generate_private_key(ec.SECP256R1())
    yield "ES256", jwt.encode(claims, curve, algorithm="ES256")
    yield "EdDSA", jwt.encode(claims, ed25519.Ed25519PrivateKey.generate(), algorithm="EdDSA")
    empty_curve = f"{part({'alg': 'ES256', 'typ': 'JWT'})}.{part(claims)}"
    yield "ES256 whose numbers are nought", f"{empty_curve}.{part(bytes(64))}"


def with_other_headers(claims: Claims, key: bytes, place: str) -> Iterator[tuple[str, str]]:
    """Only one header is ever made, so that every other is refused whatever the signature."""
    for name in ["HS384", "HS512"]:
        hash_name = name.replace("HS", "sha")
        yield f"{name} with our key", signed({**HEADER, "alg": name}, claims, key, hash_name)
        yield f"{name} in name alone", signed({**HEADER, "alg": name}, claims, key)
    extras: dict[str, Any] = {
        "kid": "1",
        "jku": f"{place}/keys",
        "x5u": f"{place}/certificate",
        "jwk": {"kty": "oct", "k": part(b"known")},
        "x5c": ["MAo="],
        "crit": ["exp"],
        "b64": False,
        "zip": "DEF",
        "cty": "JWT",
        "enc": "A128GCM",
    }
    for name, value in extras.items():
        yield f"a header with {name}", signed({**HEADER, name: value}, claims, key)
    yield "a header in another order", signed({"typ": "JWT", "alg": "HS256"}, claims, key)
    yield "a header with space", signed(json.dumps(HEADER).encode(), claims, key)
    yield "a header in small letters", signed({"alg": "hs256", "typ": "jwt"}, claims, key)
    twice = b'{"alg":"none","alg":"HS256","typ":"JWT"}'
    yield "a header with two algorithms", signed(twice, claims, key)
    yield "a header that is no JSON", signed(b"HS256", claims, key)


def altered(
    head: str, payload: str, signature: str, claims: Claims
) -> Iterator[tuple[str, str]]:
    text = f"{head}.{payload}"
    for count in [0, 1, 2, 22, 42]:
        yield f"{count} characters of the signature", f"{text}.{signature[:count]}"
    yield "a signature that is too long", f"{text}.{signature}A"
    yield "a signature with padding", f"{text}.{signature}="
    last = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    # The last character has bits that are no part of the signature's bytes.
    twin = last[last.index(signature[-1]) ^ 1]
    yield "a signature written otherwise", f"{text}.{signature[:-1]}{twin}"
    for index in [0, 20, 41]:
        other = "A" if signature[index] != "A" else "B"
        yield f"another character {index}", f"{text}.{signature[:index]}{other}{signature[index+1:]}"
    yield "a signature in hexadecimal", f"{text}.{base64.urlsafe_b64decode(signature + '=').hex()}"
    for name, change in {
        "another subject": {"sub": claims["sub"][:-1] + ("0" if claims["sub"][-1] != "0" else "1")},
        "a later end": {"exp": claims["exp"] + 86_400},
        "another family": {"family": "fam_0"},
        "a role": {"role": "admin"},
    }.items():
        yield f"a payload with {name}", f"{head}.{part(claims | change)}.{signature}"
    yield "a payload with space", f"{head}.{part(json.dumps(claims).encode())}.{signature}"
    yield "a payload with padding", f"{text}=.{signature}"
    yield "no payload", f"{head}..{signature}"
    yield "no header", f".{payload}.{signature}"
    yield "a fourth part", f"{text}.{signature}."
    yield "five parts", f"{head}.{payload}.{signature}.{payload}.{signature}"
    yield "parts in another order", f"{payload}.{head}.{signature}"
    yield "a dot at the beginning", f".{text}.{signature}"
    yield "the claims alone", payload
    yield "a word", "token"
    yield "a very long word", "A" * 6_000


def with_other_claims(claims: Claims, key: bytes) -> Iterator[tuple[str, str]]:
    """Signed with our key, as one whose key was stolen from a test system might."""
    now = int(time.time())
    changes: dict[str, Claims] = {
        "that has expired": {"iat": now - 1_000, "exp": now - 1},
        "that ends now": {"exp": now},
        "that begins later": {"nbf": now + 600},
        "for another audience": {"aud": "portal"},
        "for several audiences": {"aud": ["api", "portal"]},
        "for no audience": {"aud": ""},
        "of another issuer": {"iss": "https://issuer.example"},
        "of nobody": {"sub": "usr_00000000000000000000000000"},
        "of something else": {"sub": claims["family"]},
        "of a number": {"sub": 1},
        "of nothing": {"sub": ""},
        "of another family": {"family": "fam_00000000000000000000000000"},
        "of a family that is none": {"family": "' OR '1'='1"},
        "that ends in a text": {"exp": str(now + 600)},
        "that ends in a list": {"exp": [now + 600]},
        "that ends in null": {"exp": None},
        "that ends never": {"exp": 10**40},
    }
    for name, change in changes.items():
        yield f"a token {name}", signed(HEADER, claims | change, key)
    for name in ["sub", "aud", "iss", "iat", "exp", "family"]:
        rest = {each: value for each, value in claims.items() if each != name}
        yield f"a token without {name}", signed(HEADER, rest, key)
    for name, payload in {"a list": [claims], "a text": "claims", "nothing": b""}.items():
        yield f"a payload that is {name}", signed(HEADER, payload, key)


# Panels.


@dataclass(frozen=True)
class PanelRequest:
    """A request as a panel makes it; what is not signed is proven by the secret."""

    path: str
    body: bytes
    headers: list[tuple[str, str]] = field(default_factory=list)


@dataclass(frozen=True)
class PanelKey:
    key: str
    secret: str

    def with_secret(self, path: str, body: bytes) -> PanelRequest:
        return PanelRequest(path, body, [("X-API-Key", self.key), ("X-API-Secret", self.secret)])

    def signed(
        self,
        path: str,
        body: bytes,
        at: int | None = None,
        sign: Callable[[str, bytes], tuple[str, bytes]] = lambda path, body: (path, body),
        method: str = "POST",
        secret: str | None = None,
    ) -> PanelRequest:
        """A signed request; `sign` may lead the signature to another path or body."""
        moment = str(int(time.time()) if at is None else at)
        signed_path, signed_body = sign(path, body)
        code = self.code(moment, method, signed_path, signed_body, secret)
        return self.carrying(path, body, f"t={moment},v1={code}")

    def carrying(self, path: str, body: bytes, signature: str) -> PanelRequest:
        return PanelRequest(path, body, [("X-API-Key", self.key), ("X-Signature", signature)])

    def code(
        self, moment: str, method: str, path: str, body: bytes, secret: str | None = None
    ) -> str:
        text = f"{moment}\n{method}\n{path}\n{hashlib.sha256(body).hexdigest()}"
        key = (self.secret if secret is None else secret).encode()
        return hmac.new(key, text.encode(), "sha256").hexdigest()


def forged_panel_requests(
    good: PanelKey, other: PanelKey, path: str, body: bytes
) -> Iterator[tuple[str, PanelRequest]]:
    """Requests that do not prove to come from the panel whose key they name."""
    yield "nothing", PanelRequest(path, body)
    yield "a key alone", PanelRequest(path, body, [("X-API-Key", good.key)])
    yield "a secret alone", PanelRequest(path, body, [("X-API-Secret", good.secret)])
    yield "both in the query", PanelRequest(
        f"{path}?X-API-Key={good.key}&X-API-Secret={good.secret}", body
    )
    yield "two keys", PanelRequest(
        path, body, [("X-API-Key", good.key), *other.with_secret(path, body).headers]
    )
    yield "two secrets", PanelRequest(
        path, body, [*good.with_secret(path, body).headers, ("X-API-Secret", good.secret)]
    )
    for name, secret in {
        "an empty secret": "",
        "another panel's secret": other.secret,
        "half a secret": good.secret[: len(good.secret) // 2],
        "a longer secret": good.secret + "0",
        "a secret in other letters": good.secret.swapcase(),
        "the key as the secret": good.key,
    }.items():
        yield name, PanelKey(good.key, secret).with_secret(path, body)
    yield "a wrong signature beside the right secret", PanelRequest(
        path,
        body,
        [*good.carrying(path, body, f"t={int(time.time())},v1={'0' * 64}").headers,
         ("X-API-Secret", good.secret)],
    )
    yield from forged_signatures(good, other, path, body)


def forged_signatures(
    good: PanelKey, other: PanelKey, path: str, body: bytes
) -> Iterator[tuple[str, PanelRequest]]:
    now = int(time.time())
    code = good.code(str(now), "POST", path, body)
    for text in [
        "",
        code,
        f"v1={code}",
        f"t={now}",
        f"t=,v1={code}",
        f"t={now},v1=",
        f"t={now},v0={code}",
        f"t={now},v1={code[:-1]}",
        f"t={now},v1={code[:-2]}",
        f"t={now},v1={code}00",
        f"t={now},v1={code},v1={code}",
        f"t={now},t={now},v1={code}",
        f"v1={code},t={now}",
        f"t=+{now},v1={code}",
        f"t={now}.0,v1={code}",
        f"t={now}000,v1={code}",
        f"t={now};v1={code}",
        f"t={now},v1={'0' * 64}",
        f"t={now},v1={'g' * 64}",
    ]:
        yield f"a signature like {text[:24]!r} of {len(text)}", good.carrying(path, body, text)
    yield "a time that is too old", good.signed(path, body, at=now - 302)
    yield "a time that is too far ahead", good.signed(path, body, at=now + 330)
    yield "the time of the beginning", good.signed(path, body, at=0)
    yield "another time than was signed", good.carrying(path, body, f"t={now + 1},v1={code}")
    yield "a signature of another body", good.signed(
        path, body, sign=lambda path, body: (path, body + b" ")
    )
    yield "a signature of no body", good.signed(path, body, sign=lambda path, body: (path, b""))
    yield "a signature of another path", good.signed(
        path, body, sign=lambda path, body: (path + "/", body)
    )
    yield "a query that was not signed", good.signed(
        path + "?a=b", body, sign=lambda path, body: (path.partition("?")[0], body)
    )
    yield "a signature of another method", good.signed(path, body, method="PUT")
    yield "another panel's signature", PanelKey(good.key, other.secret).signed(path, body)
    yield "a signature for another panel", PanelKey(other.key, good.secret).signed(path, body)
    yield "a signature with an empty secret", good.signed(path, body, secret="")
    yield "a signature with the hash of the secret", good.signed(
        path, body, secret=hashlib.sha256(good.secret.encode()).hexdigest()
    )


# Stripe.


def stripe_signature(body: bytes, secret: str, at: int | None = None, scheme: str = "v1") -> str:
    """A header as Stripe's own SDK writes it; another scheme has the same code."""
    header = WebhookSignature.generate_signature_header(body.decode(), secret, at)
    return header.replace(",v1=", f",{scheme}=")


def forged_webhooks(body: bytes, secret: str) -> Iterator[tuple[str, bytes, str | None]]:
    """Messages that are not provably Stripe's."""
    now = int(time.time())
    good = stripe_signature(body, secret)
    code = good.partition("v1=")[2]
    yield "no signature", body, None
    for text in [
        "",
        ",",
        "t=,v1=,,=;v1",
        code,
        f"v1={code}",
        f"t={now}",
        f"t={now},v1=",
        f"t={now},v1={code[:32]}",
        f"t={now},v1={code.upper()}",
        f"t={now},V1={code}",
        f"t={now}.0,v1={code}",
        f"t={now - 1},v1={code}",
        f"t={now}, v1={code}",
        f"t={now};v1={code}",
        f"t={now},v1={'0' * 64}",
    ]:
        yield f"a signature like {text[:24]!r} of {len(text)}", body, text
    yield "the scheme v0", body, stripe_signature(body, secret, scheme="v0")
    yield "a time long ago", body, stripe_signature(body, secret, at=now - 302)
    yield "a time before all", body, stripe_signature(body, secret, at=-1)
    for name, other in {
        "a wrong secret": secret[:-1],
        "an empty secret": "",
        "the secret without its prefix": secret.removeprefix("whsec_"),
    }.items():
        yield name, body, stripe_signature(body, other)
    yield "another body", body.replace(b"2900", b"1"), good
    yield "a byte more", body + b"\n", good
    yield "a byte less", body[:-1], good
    yield "no body", b"", good
    for text in [b"", b"[]", b"null", b"{}", b'{"object":"event"}', b'{"id":1,"object":"event"}']:
        yield f"a signed {text!r}", text, stripe_signature(text, secret)


# Links to an invoice.


def forged_links(good: str, others: dict[str, str]) -> Iterator[tuple[str, str]]:
    """What stands in a link's place, as a part of a path, by what was done to a good token.

    `others` are what was made for other purposes, by name.
    """
    for name, text in others.items():
        yield name, urllib.parse.quote(text, safe="")
    yield from altered_links(good)
    yield from written_otherwise(good)
    for text in ["-", "_", "0", "null", "undefined", "%", "*", "..;", "' OR '1'='1", "é" * 21]:
        yield f"a {text!r}", urllib.parse.quote(text, safe="")


def altered_links(good: str) -> Iterator[tuple[str, str]]:
    for index in [0, 1, 20, 41, 42]:
        other = "A" if good[index] != "A" else "B"
        yield f"another character {index}", f"{good[:index]}{other}{good[index + 1:]}"
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    for bit in [1, 2]:
        # The last character has two bits that are no part of the token's bytes.
        twin = alphabet[alphabet.index(good[-1]) ^ bit]
        yield f"the same bytes with bit {bit} set otherwise", good[:-1] + twin
    for count in [1, 19, 20, 22, 42]:
        yield f"{count} characters", good[:count]
        yield f"the last {count} characters", good[-count:]
    for count in [43, 57, 1_000]:
        yield f"{count} characters more", good + "A" * count
    yield "a character more", good + "A"
    yield "a character before", "A" + good
    yield "the token twice", good + good
    yield "the token backwards", good[::-1]
    yield "the token in capitals", good.upper()
    yield "the token in small letters", good.lower()
    yield "the token in the other case", good.swapcase()


def written_otherwise(good: str) -> Iterator[tuple[str, str]]:
    """The same bytes in other letters, and what is made of them."""
    secret = base64.urlsafe_b64decode(good + "=")
    digest = hashlib.sha256(good.encode()).digest()
    texts = {
        "the token with padding": good + "=",
        # A slash would lead to another place.
        "the token in the other alphabet": base64.b64encode(secret).decode().replace("/", "_"),
        "the token in hexadecimal": secret.hex(),
        "the token in base 32": base64.b32encode(secret).decode(),
        "the token in base 64 again": part(good.encode()),
        "the stored hash": part(digest),
        "the stored hash in hexadecimal": digest.hex(),
        "the hash of the bytes": part(hashlib.sha256(secret).digest()),
        "the token with a blank": good + " ",
        "the token and another": f"{good},{good}",
        "the token behind dots": f"..{good}",
        "the token in wide letters": "".join(chr(ord(each) + 0xFEE0) for each in good),
        "the token escaped twice": "".join(f"%{ord(each):02x}" for each in good),
    }
    for name, text in texts.items():
        yield name, urllib.parse.quote(text, safe="")
