"""Keys and ciphertexts: bound to their place, unreadable to others, never spelt."""

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hmrc_pipeline.crypto import Cipher, KeyProblem, Undecryptable, load_cipher

CIPHER = Cipher((b"a" * 32,), b"i" * 32)
ROTATED = Cipher((b"b" * 32, b"a" * 32), b"i" * 32)


@given(st.text(), st.text(min_size=1))
def test_what_is_encrypted_comes_back_in_its_place_only(text: str, place: str) -> None:
    ciphertext = CIPHER.encrypt(text, place)
    assert CIPHER.decrypt_text(ciphertext, place) == text
    with pytest.raises(Undecryptable):
        CIPHER.decrypt(ciphertext, f"{place}x")


@given(st.binary(min_size=1, max_size=60), st.integers(0))
def test_an_altered_ciphertext_is_refused(data: bytes, where: int) -> None:
    ciphertext = bytearray(CIPHER.encrypt(data, "p"))
    ciphertext[where % len(ciphertext)] ^= 1
    with pytest.raises(Undecryptable):
        CIPHER.decrypt(bytes(ciphertext), "p")


@pytest.mark.parametrize("cut", [0, 3, 4, 15, 16, 31])
def test_a_cut_ciphertext_is_refused(cut: int) -> None:
    with pytest.raises(Undecryptable):
        CIPHER.decrypt(CIPHER.encrypt("x", "p")[:cut], "p")


def test_equal_texts_have_different_ciphertexts() -> None:
    assert CIPHER.encrypt("x", "p") != CIPHER.encrypt("x", "p")


def test_the_first_key_encrypts_and_all_decrypt() -> None:
    old = CIPHER.encrypt("x", "p")
    assert ROTATED.decrypt_text(old, "p") == "x"
    with pytest.raises(Undecryptable, match="key file"):
        CIPHER.decrypt(ROTATED.encrypt("x", "p"), "p")


def test_a_refusal_names_the_column_and_not_the_row() -> None:
    with pytest.raises(Undecryptable) as caught:
        ROTATED.decrypt(b"nonsense", "person.nino/p_123")
    assert "person.nino" in str(caught.value)
    assert "p_123" not in str(caught.value)


@given(st.text(), st.text())
def test_blind_indexes(first: str, second: str) -> None:
    assert (CIPHER.blind_index(first, "p") == CIPHER.blind_index(second, "p")) is (first == second)
    assert CIPHER.blind_index(first, "p") != CIPHER.blind_index(first, "q")
    assert CIPHER.blind_index(first, "p") == ROTATED.blind_index(first, "p"), "a new key keeps the indexes"
    assert CIPHER.blind_index(first, "p") != Cipher(CIPHER.keys, b"j" * 32).blind_index(first, "p")


def test_a_cipher_does_not_spell_its_keys() -> None:
    assert repr(CIPHER) == "Cipher(hidden)"


def test_the_key_file_is_made_closed_and_once(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "secret.key"
    first = load_cipher(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert load_cipher(path) == first
    assert [each.name for each in path.parent.iterdir()] == ["secret.key"]


def test_processes_that_make_it_at_once_agree(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        ciphers = list(pool.map(lambda _: load_cipher(tmp_path / "secret.key"), range(8)))
    assert all(cipher == ciphers[0] for cipher in ciphers)


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644, 0o666])
def test_a_key_others_can_read_is_refused(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "secret.key"
    load_cipher(path)
    path.chmod(mode)
    with pytest.raises(KeyProblem, match="chmod 600"):
        load_cipher(path)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda text: "", "lacks a key"),
        (lambda text: text.replace("index ", "other "), "line 2 is not a key"),
        (lambda text: text.replace("encrypt ", "encrypt A"), "line 3 is not a key"),
        (lambda text: "".join(text.splitlines(keepends=True)[:2]), "lacks a key"),
        (lambda text: text + "encrypt c2hvcnQ=\n", "line 4 is not a key"),
    ],
)
def test_a_damaged_key_file_is_refused(tmp_path: Path, change, message: str) -> None:  # type: ignore[no-untyped-def]
    path = tmp_path / "secret.key"
    load_cipher(path)
    text = path.read_text()
    path.write_text(change(text))
    with pytest.raises(KeyProblem, match=message) as caught:
        load_cipher(path)
    assert text.split()[-1] not in str(caught.value)


def test_a_second_key_may_stand_first(tmp_path: Path) -> None:
    path = tmp_path / "secret.key"
    old = load_cipher(path)
    lines = path.read_text().splitlines()
    other = load_cipher(tmp_path / "other.key")
    new_key = (tmp_path / "other.key").read_text().splitlines()[2]
    path.write_text("\n".join([*lines[:2], new_key, lines[2], ""]))
    rotated = load_cipher(path)
    assert rotated.keys == (*other.keys, *old.keys)
    assert rotated.decrypt_text(old.encrypt("x", "p"), "p") == "x"
