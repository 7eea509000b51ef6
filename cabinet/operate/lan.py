"""The demonstration on the other devices of a local network: an address of this machine, a certificate made for it.

A browser keeps a `__Host-` cookie over HTTPS only, so the network is served over HTTPS, with a certificate that nobody
but this machine vouches for: a browser warns of it once, and the warning is right.
"""

from __future__ import annotations

import ipaddress
import os
import socket
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from cabinet.settings import Settings

VALID_DAYS: Final = 397
"""Browsers refuse a certificate that holds for longer."""
RENEWED_DAYS_BEFORE: Final = 7
_OFF: Final = frozenset({"", "0", "no", "off", "false"})
_ON: Final = frozenset({"1", "yes", "on", "true"})
_ELSEWHERE: Final = ("192.0.2.1", 9)
"""An address that belongs to nobody (RFC 5737): the system is asked by which of ours it would go there."""


class NoNetwork(Exception):
    """There is no local network to serve. The message says the way out."""


@dataclass(frozen=True, slots=True)
class Certificate:
    """A certificate and its key as PEM files; the fingerprint is what a browser shows beside its warning."""

    file: Path
    key: Path
    sha256: str


def wanted(phone: str) -> bool:
    """Tell whether PHONE asks for the network."""
    return phone.strip().lower() not in _OFF


def address(phone: str) -> str:
    """Return the address to serve: the named one, or the one by which this machine goes out.

    Raise `NoNetwork` where there is none, or where it is another machine's.
    """
    named = phone.strip()
    if named.lower() in _ON:
        return _own_address()
    try:
        found = ipaddress.IPv4Address(named)
        with socket.socket() as probe:
            probe.bind((named, 0))
    except (ValueError, OSError):
        raise NoNetwork(
            f"{named} is no address of this machine. Say `make run PHONE=1`, or name one, such as PHONE=192.168.1.5"
        ) from None
    return str(found)


def environment(settings: Settings, at: str, certificate: Certificate) -> dict[str, str]:
    """Return the settings under which the demonstration and its acquirer serve that address, and only that one."""
    return {
        "CABINET_HOST": at,
        "CABINET_PUBLIC_URL": f"https://{at}:{settings.port}",
        "CABINET_TLS_CERTIFICATE": str(certificate.file),
        "CABINET_TLS_KEY": str(certificate.key),
        # Plain HTTP: for browsers that is another site than ours, as an acquirer's is, and it takes no real card.
        "CABINET_SANDBOX_HOST": at,
    }


def certificate(settings: Settings, at: str, *, now: datetime) -> Certificate:
    """Return the certificate for the address, made anew when the address is another one or its days run out."""
    keys = settings.home / "keys"
    keys.mkdir(mode=0o700, parents=True, exist_ok=True)
    file, key = keys / "network.pem", keys / "network-key.pem"
    known = _read(file) if key.exists() else None
    if known is None or not _holds(known, at, now):
        known = _make(file, key, at, now)
    return Certificate(file, key, known.fingerprint(hashes.SHA256()).hex(":").upper())


def _own_address() -> str:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(_ELSEWHERE)
        except OSError:
            raise NoNetwork(
                "This machine is in no network. Connect it, or name its address: make run PHONE=192.168.1.5"
            ) from None
        return str(probe.getsockname()[0])


def _read(file: Path) -> x509.Certificate | None:
    try:
        return x509.load_pem_x509_certificate(file.read_bytes())
    except (FileNotFoundError, ValueError):
        return None


def _holds(known: x509.Certificate, at: str, now: datetime) -> bool:
    names = known.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    addresses = names.get_values_for_type(x509.IPAddress)
    return ipaddress.ip_address(at) in addresses and known.not_valid_after_utc > now + timedelta(
        days=RENEWED_DAYS_BEFORE
    )


def _make(file: Path, key_file: Path, at: str, now: datetime) -> x509.Certificate:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Cabinet: demonstration")])
    identifier = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=VALID_DAYS - 1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(at))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(identifier, critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(identifier), critical=False)
        .sign(key, hashes.SHA256())
    )
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    _write(key_file, secret)
    _write(file, made.public_bytes(serialization.Encoding.PEM))
    return made


def _write(file: Path, content: bytes) -> None:
    """Write beside the file and put it in its place: whoever stops us half-way leaves the former one."""
    aside = file.with_suffix(".unfinished")
    aside.unlink(missing_ok=True)
    with os.fdopen(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
        out.write(content)
    aside.replace(file)
