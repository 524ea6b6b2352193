"""Texts that are nearly the same share a band; others do not, and short ones have none."""

import random
import zlib

from server.domain.fingerprints import ALIKE, BANDS, bands_in, bands_of, likeness, triples

WORDS = [f"từ{number}" for number in range(900)]


def letter(seed, length=400):
    return " ".join(random.Random(seed).choices(WORDS, k=length))


def is_found(one, other):
    first, second = bands_of(one), bands_of(other)
    return any(first[band] == second[band] is not None for band in BANDS)


def test_case_spacing_punctuation_and_line_breaks_say_nothing():
    text = letter(1)
    other = text.upper().replace(" ", ",\n  ", 50)
    assert bands_of(text) == bands_of(other)
    assert likeness(triples(text), triples(other)) == 1


def test_a_text_with_a_few_other_words_is_nearly_always_found():
    found = 0
    for seed in range(100):
        words = letter(seed).split()
        for at in random.Random(seed + 1000).sample(range(400), 6):  # a number filled in by hand, a slip of OCR
            words[at] = "khác"
        other = " ".join(words)
        found += is_found(letter(seed), other) and likeness(triples(letter(seed)), triples(other)) > ALIKE
    assert found >= 97


def test_other_texts_are_not_taken_for_the_same():
    assert not any(is_found(letter(seed), letter(seed + 500)) for seed in range(100))
    assert likeness(triples(letter(1)), triples(letter(2))) < 0.01


def test_two_letters_from_one_pattern_are_less_alike_than_the_same_letter_twice():
    pattern = letter(3, 100)
    assert likeness(triples(f"{pattern} {letter(4, 60)}"), triples(f"{pattern} {letter(5, 60)}")) < ALIKE


def test_a_short_text_is_not_compared():
    assert bands_of("Kính gửi Sở Y tế") == dict.fromkeys(BANDS)
    assert bands_in(bands_of("")) == {}
    assert likeness(triples("một hai ba bốn"), triples("một hai ba bốn")) == 0


def test_a_band_is_computed_as_the_record_of_the_decision_says():
    # every file that was ever taken in is found by its bands: another way to compute them strands them all (ADR 0016)
    words = letter(9, 60).split()
    hashes = {
        zlib.crc32(f"{one} {two} {three}".encode())
        for one, two, three in zip(words, words[1:], words[2:], strict=False)
    }
    state, least = 20200305, []
    for _ in range(4):
        state = (state * 6364136223846793005 + 1442695040888963407) % 2**64
        factor = (state // 16) | 1
        state = (state * 6364136223846793005 + 1442695040888963407) % 2**64
        least.append(min((factor * one + state // 16) % (2**61 - 1) for one in hashes))
    assert bands_of(" ".join(words))["text_band_1"] == "-".join(f"{number:x}" for number in least)
