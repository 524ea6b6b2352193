"""The local authority: kept when it is there, private, and able to vouch for the office's own network only."""

from __future__ import annotations

import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509

from server.adapters.certificates import CertificateError, make_certificates

NOW = datetime(2026, 11, 22, tzinfo=UTC)


def read(path: Path) -> x509.Certificate:
    """Read the first certificate of a file."""
    return x509.load_pem_x509_certificates(path.read_bytes())[0]


def test_devices_trust_once_and_the_server_certificate_is_renewed(tmp_path: Path) -> None:
    """A new address needs no new trust."""
    made = make_certificates(["192.168.1.10"], tmp_path, NOW)
    authority, first = made.authority.read_bytes(), read(made.certificate)
    again = make_certificates(["192.168.1.11", "congvan.lan"], tmp_path, NOW + timedelta(days=300))
    assert again.authority.read_bytes() == authority
    second = read(again.certificate)
    assert second.serial_number != first.serial_number
    names = second.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.DNSName) == ["congvan.lan", "localhost"]
    assert [str(one) for one in names.get_values_for_type(x509.IPAddress)] == ["192.168.1.11", "127.0.0.1"]


def test_an_authority_about_to_end_is_replaced(tmp_path: Path) -> None:
    """A server certificate never outlives it."""
    authority = make_certificates(["10.0.0.1"], tmp_path, NOW).authority.read_bytes()
    later = make_certificates(["10.0.0.1"], tmp_path, NOW + timedelta(days=3400))
    assert later.authority.read_bytes() != authority
    assert read(later.authority).not_valid_after_utc > read(later.certificate).not_valid_after_utc


def test_phones_accept_its_length_and_keys_are_private(tmp_path: Path) -> None:
    """Apple's devices refuse more than 398 days."""
    made = make_certificates(["10.0.0.1"], tmp_path, NOW)
    certificate = read(made.certificate)
    assert (certificate.not_valid_after_utc - certificate.not_valid_before_utc).days <= 398
    for name in ("ca.key", "server.key"):
        assert stat.S_IMODE((tmp_path / name).stat().st_mode) == 0o600
    certificate.verify_directly_issued_by(read(made.authority))


@pytest.mark.parametrize("host", ["8.8.8.8", "example.com", "so.gov.vn", "", "2001:db8::1", "a" * 70 + ".lan"])
def test_public_names_are_refused(tmp_path: Path, host: str) -> None:
    """The authority is for the office's network; what is not valid is refused as well."""
    with pytest.raises(CertificateError):
        make_certificates([host], tmp_path, NOW)


def test_the_authority_itself_is_bound_to_private_names(tmp_path: Path) -> None:
    """Whoever steals its key cannot pose as a bank to the phones that trust it."""
    authority = read(make_certificates(["10.0.0.1"], tmp_path, NOW).authority)
    bounds = authority.extensions.get_extension_for_class(x509.NameConstraints)
    assert bounds.critical
    permitted = [str(name.value) for name in bounds.value.permitted_subtrees or []]
    assert "192.168.0.0/16" in permitted
    assert "local" in permitted


def test_mixed_up_files_are_refused(tmp_path: Path) -> None:
    """A key of another authority would make certificates that nobody trusts."""
    make_certificates(["10.0.0.1"], tmp_path / "one", NOW)
    make_certificates(["10.0.0.1"], tmp_path / "two", NOW)
    (tmp_path / "one" / "ca.key").write_bytes((tmp_path / "two" / "ca.key").read_bytes())
    with pytest.raises(ValueError, match="does not belong"):
        make_certificates(["10.0.0.1"], tmp_path / "one", NOW)
