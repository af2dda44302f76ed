"""A telephone's key made of software: it signs what a real one signs, and can be told to misbehave."""

import hashlib
import json
import os
from dataclasses import dataclass, field

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from webauthn.helpers import bytes_to_base64url

PRESENT, VERIFIED, HOLDS_KEY = 0x01, 0x04, 0x40


@dataclass
class SoftKey:
    """A key for one site; `count` is what it says it has signed."""

    origin: str = "http://localhost:8000"
    host: str = "localhost"
    count: int = 0
    flags: int = PRESENT | VERIFIED
    secret: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )
    credential: bytes = field(default_factory=lambda: os.urandom(32))

    def make(self, options: str) -> str:
        """What a browser sends when this key is made."""
        point = self.secret.public_key().public_numbers()
        cose = {1: 2, 3: -7, -1: 1, -2: point.x.to_bytes(32, "big"), -3: point.y.to_bytes(32, "big")}
        held = bytes(16) + len(self.credential).to_bytes(2, "big") + self.credential + cbor2.dumps(cose)
        attestation = {"fmt": "none", "attStmt": {}, "authData": self._data(HOLDS_KEY) + held}
        said = self._said("webauthn.create", options)
        return self._sent(clientDataJSON=said, attestationObject=cbor2.dumps(attestation))

    def answer(self, options: str) -> str:
        """What a browser sends when a finger was put on this key."""
        self.count += 1
        said, data = self._said("webauthn.get", options), self._data(0)
        signature = self.secret.sign(data + hashlib.sha256(said).digest(), ec.ECDSA(SHA256()))
        return self._sent(clientDataJSON=said, authenticatorData=data, signature=signature)

    def _data(self, flags: int) -> bytes:
        head = hashlib.sha256(self.host.encode()).digest()
        return head + bytes([self.flags | flags]) + self.count.to_bytes(4, "big")

    def _said(self, kind: str, options: str) -> bytes:
        challenge = json.loads(options)["challenge"]
        return json.dumps({"type": kind, "challenge": challenge, "origin": self.origin}).encode()

    def _sent(self, **response: bytes) -> str:
        own = bytes_to_base64url(self.credential)
        parts = {name: bytes_to_base64url(part) for name, part in response.items()}
        return json.dumps({"id": own, "rawId": own, "type": "public-key", "response": parts})
