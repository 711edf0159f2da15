"""How hard a page is to read: sentence length, syllables, and the clinic's own words.

Flesch-Kincaid grade (Kincaid 1975): 0.39 words per sentence + 11.8 syllables per word - 15.59. Grade 6 is eleven to
twelve years of age.
"""

import re
from html import unescape

BLOCKS = re.compile(r"</?(p|li|h\d|dt|dd|div|section|ul|dl|tr|td|th|nav|button|label|legend|small)\b[^>]*>")
LEFT_OUT = re.compile(r'<p class="sources">.*?</p>|<nav\b.*?</nav>|<form class="person".*?</form>', re.DOTALL)
JARGON = (
    "spasticity", "intrathecal", "titrat", "interrogat", "telemetry", "reservoir", "bolus", "residual", "hypoton",
    "somnol", "dysreflex", "contraindic", "prophyla", "ashworth", "penn", "subcutan", "lumbar", "concentration",
    "discrepan", "adverse", "prescriber", "onset", "regimen", "comorbid", "efficacy", "mcg", "µg",
)  # fmt: skip


def sentences_of(html: str) -> list[str]:
    """The sentences of a page's main part, without its sources."""
    found = re.search(r"<main\b[^>]*>(.*)</main>", html, re.DOTALL)
    assert found is not None, "a page has a main part"
    text = unescape(re.sub(r"<[^>]+>", "", BLOCKS.sub("\n", LEFT_OUT.sub("", found.group(1)))))
    parts = re.split(r"[.!?:;]\s|\n|[.!?]$", text.replace("\u00a0", " "))
    return [" ".join(part.split()) for part in parts if len(words_of(part)) > 2]


def words_of(text: str) -> list[str]:
    """The words; numbers and dates are none."""
    return re.findall(r"[A-Za-z][A-Za-z'’-]*", text)


def syllables_of(word: str) -> int:
    """About how many: groups of vowels, without a silent e at the end."""
    bare = re.sub(r"(?<=[^aeiouyl])e$|(?<=[aeiouy][^aeiouytd])ed$|(?<=[^aeiouys])es$", "", word.lower())
    return max(1, len(re.findall(r"[aeiouy]+", bare)))


def grade_of(sentences: list[str]) -> float:
    """The school grade that can read them."""
    words = [word for sentence in sentences for word in words_of(sentence)]
    syllables = sum(syllables_of(word) for word in words)
    return 0.39 * len(words) / len(sentences) + 11.8 * syllables / len(words) - 15.59


def hard_words(sentences: list[str]) -> list[str]:
    """The clinic's own words that a page at home should not have."""
    text = " ".join(sentences).lower()
    return [word for word in JARGON if word in text]
