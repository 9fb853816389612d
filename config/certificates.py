"""A certificate authority of one's own and the certificates it signs: for pages over https and phones over wss.

A browser gives a page the microphone only over https, except on the machine itself (W3C Secure Contexts). Keys are
ECDSA P-256, written for their owner alone.
"""

import ipaddress
import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from cti.problems import Problem, Refused

AUTHORITY_YEARS = 10
DAYS = 397
"""How long a certificate is valid: longer ones are refused by some browsers."""
HERE = ("localhost", "127.0.0.1", "::1")


class CertificateRefused(Refused):
    """The authority cannot be used, or a host cannot stand in a certificate."""


@dataclass(frozen=True, slots=True)
class Pair:
    """A certificate and its private key, both PEM."""

    certificate: Path
    key: Path


def authority_of(folder: Path) -> Pair:
    """Where the authority is."""
    return Pair(folder / "ca.pem", folder / "ca-key.pem")


def server_of(folder: Path) -> Pair:
    """Where the certificate for pages and phones is, with the authority's after it."""
    return Pair(folder / "hotline.pem", folder / "hotline-key.pem")


def make(folder: Path, hosts: Sequence[str], now: datetime) -> bool:
    """Write a certificate for these hosts and this machine, signed by the folder's authority.

    Returns whether the authority was made too: browsers must then be told to trust `ca.pem`. Raises CertificateRefused.
    """
    names = [_name(host) for host in dict.fromkeys((*hosts, *HERE))]
    folder.mkdir(parents=True, exist_ok=True)
    pair = authority_of(folder)
    is_new = not pair.certificate.exists()
    if is_new:
        _make_authority(pair, now)
    authority, signing_key = _read(pair)
    key = ec.generate_private_key(ec.SECP256R1())
    certificate = (
        _builder(_subject(hosts[0] if hosts else HERE[0]), authority.subject, key.public_key(), now, DAYS)
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signing_key.public_key()), critical=False)
        .sign(signing_key, hashes.SHA256())
    )
    _write(server_of(folder), (certificate, authority), key)
    return is_new


def _make_authority(pair: Pair, now: datetime) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = _subject("hotline local authority")
    certificate = (
        _builder(subject, subject, key.public_key(), now, AUTHORITY_YEARS * 365)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_signs_certificates(), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    _write(pair, (certificate,), key)


def _read(pair: Pair) -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey]:
    mend = "put both files of the authority back, or choose another folder"
    try:
        certificate = x509.load_pem_x509_certificate(pair.certificate.read_bytes())
        key = serialization.load_pem_private_key(pair.key.read_bytes(), password=None)
    except (OSError, ValueError, TypeError) as error:
        raise CertificateRefused(Problem(str(pair.key), f"cannot be read: {error}", mend)) from error
    if not isinstance(key, ec.EllipticCurvePrivateKey) or key.public_key() != certificate.public_key():
        raise CertificateRefused(Problem(str(pair.key), f"is not the key of {pair.certificate.name}", mend))
    return certificate, key


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey, now: datetime, days: int
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        # A clock that is a little late must not find it not valid yet.
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=days))
    )


def _subject(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name[:64])])


def _name(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        pass
    try:
        if not host or any(mark in host for mark in " /:"):
            raise ValueError
        return x509.DNSName(host.encode("idna").decode("ascii") if not host.startswith("*.") else host)
    except ValueError:
        mend = "name a host (desk.example.cn) or an address (192.0.2.10), without https:// and port"
        raise CertificateRefused(Problem(f"host {host!r}", "is neither a name nor an address", mend)) from None


def _signs_certificates() -> x509.KeyUsage:
    nothing_else = dict.fromkeys(
        (
            "digital_signature",
            "content_commitment",
            "key_encipherment",
            "data_encipherment",
            "key_agreement",
            "encipher_only",
            "decipher_only",
        ),
        False,
    )
    return x509.KeyUsage(key_cert_sign=True, crl_sign=True, **nothing_else)


def _write(pair: Pair, chain: Sequence[x509.Certificate], key: ec.EllipticCurvePrivateKey) -> None:
    pem = serialization.Encoding.PEM
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    with os.fdopen(os.open(pair.key, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(private)
    pair.certificate.write_bytes(b"".join(each.public_bytes(pem) for each in chain))
