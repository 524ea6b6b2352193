"""Make a certificate authority for the office's own network, so that phones can use HTTPS without the internet.

A service worker, and with it all work without a network, needs HTTPS everywhere except on localhost. The
authority may only vouch for private addresses and names, so that a stolen key cannot pose as a public site.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

AUTHORITY_DAYS = 3650
SERVER_DAYS = 397  # Apple's devices refuse longer ones
MARGIN = timedelta(days=1)  # for clocks that are slow
PRIVATE_NETWORKS = ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "127.0.0.0/8", "169.254.0.0/16")
PRIVATE_NETWORKS_6 = ("fc00::/7", "fe80::/10", "::1/128")
PRIVATE_DOMAINS = ("localhost", "local", "lan", "home.arpa", "internal")


@dataclass(frozen=True, slots=True)
class Certificates:
    """Where the files are."""

    authority: Path
    """To be trusted on every device."""
    certificate: Path
    """For `serve --cert`: the server's certificate and the authority's."""
    key: Path
    """For `serve --key`."""


class CertificateError(Exception):
    """A name cannot be vouched for; `host` is the one."""

    def __init__(self, host: str) -> None:
        """Remember the name."""
        super().__init__(f"not a private address or name: {host}")
        self.host = host


def make_certificates(hosts: Sequence[str], folder: Path, now: datetime | None = None) -> Certificates:
    """Make a server certificate for the hosts (addresses or names), and the authority when there is none yet.

    Raises CertificateError for a public name or address, ValueError when the files in `folder` are damaged.
    """
    moment = now or datetime.now(UTC)
    names = [_general_name(host) for host in dict.fromkeys([*hosts, "localhost", "127.0.0.1"])]
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    authority, authority_key = _authority(folder, moment)
    key = ec.generate_private_key(ec.SECP256R1())
    issuer_id = authority.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    certificate = (
        _builder(hosts[0], authority.subject, key.public_key(), moment, SERVER_DAYS)
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs_certificates=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(issuer_id), critical=False)
        .sign(authority_key, hashes.SHA256())
    )
    made = Certificates(folder / "ca.crt", folder / "server.crt", folder / "server.key")
    _write(made.key, _pem_of(key), mode=0o600)
    _write(made.certificate, _pem(certificate) + _pem(authority), mode=0o644)
    return made


def fingerprint_of(path: Path) -> str:
    """Return a certificate's SHA-256 fingerprint as devices show it: pairs of hex digits."""
    digest = x509.load_pem_x509_certificate(path.read_bytes()).fingerprint(hashes.SHA256())
    return digest.hex(":").upper()


def _authority(folder: Path, now: datetime) -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey]:
    """Read the authority, or make one when there is none or it ends before the certificate would."""
    certificate_path, key_path = folder / "ca.crt", folder / "ca.key"
    if certificate_path.exists() and key_path.exists():
        kept = x509.load_pem_x509_certificate(certificate_path.read_bytes())
        kept_key = serialization.load_pem_private_key(key_path.read_bytes(), password=None)
        if not isinstance(kept_key, ec.EllipticCurvePrivateKey) or kept_key.public_key() != kept.public_key():
            raise ValueError(f"{key_path} does not belong to {certificate_path}")
        if kept.not_valid_after_utc > now + timedelta(days=SERVER_DAYS):
            return kept, kept_key
    key = ec.generate_private_key(ec.SECP256R1())
    name = _name(f"Congvan {now:%Y-%m-%d}")
    permitted: list[x509.GeneralName] = [
        *(x509.IPAddress(ip_network(network)) for network in (*PRIVATE_NETWORKS, *PRIVATE_NETWORKS_6)),
        *(x509.DNSName(domain) for domain in PRIVATE_DOMAINS),
    ]
    certificate = (
        _builder(f"Congvan {now:%Y-%m-%d}", name, key.public_key(), now, AUTHORITY_DAYS)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs_certificates=True), critical=True)
        .add_extension(x509.NameConstraints(permitted, None), critical=True)
        .sign(key, hashes.SHA256())
    )
    _write(key_path, _pem_of(key), mode=0o600)
    _write(certificate_path, _pem(certificate), mode=0o644)
    return certificate, key


def _builder(
    common_name: str, issuer: x509.Name, key: ec.EllipticCurvePublicKey, now: datetime, days: int
) -> x509.CertificateBuilder:
    """Start a certificate."""
    return (
        x509.CertificateBuilder()
        .subject_name(_name(common_name))
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - MARGIN)
        .not_valid_after(now - MARGIN + timedelta(days=days))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
    )


def _name(common_name: str) -> x509.Name:
    """Return a distinguished name; a common name holds 64 characters at most."""
    return x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Congvan"),
            x509.NameAttribute(NameOID.COMMON_NAME, common_name[:64]),
        ]
    )


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    """Return what a key may be used for."""
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        encipher_only=False,
        decipher_only=False,
    )


def _general_name(host: str) -> x509.GeneralName:
    """Return a private address or name as a certificate has it. Raises CertificateError for others."""
    try:
        address: IPv4Address | IPv6Address = ip_address(host)
    except ValueError:
        try:
            name = host.lower().encode("idna").decode("ascii")
        except UnicodeError as error:
            raise CertificateError(host) from error
        if name.rpartition(".")[2] not in PRIVATE_DOMAINS and not name.endswith(".home.arpa"):
            raise CertificateError(host) from None
        return x509.DNSName(name)
    networks = PRIVATE_NETWORKS if address.version == 4 else PRIVATE_NETWORKS_6
    if not any(address in ip_network(network) for network in networks):
        raise CertificateError(host)
    return x509.IPAddress(address)


def _pem(certificate: x509.Certificate) -> bytes:
    """Return a certificate as text."""
    return certificate.public_bytes(serialization.Encoding.PEM)


def _pem_of(key: ec.EllipticCurvePrivateKey) -> bytes:
    """Return a private key as text."""
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def _write(path: Path, content: bytes, mode: int) -> None:
    """Write a file that is never readable to others, not even while it is being written."""
    fresh = path.with_name(path.name + ".new")
    fresh.unlink(missing_ok=True)
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
    fresh.replace(path)
