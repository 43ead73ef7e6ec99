"""Engines that misbehave, each in its own way: ``bad_engines:Raises`` and so on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any


class Bad:
    """An engine as it should be, but for one thing."""

    name = "bad"

    def __init__(self, source: str, target: str) -> None:
        self.languages = (source, target)


class Raises(Bad):
    """Fails in two lines."""

    def translate(self, segments: Sequence[str]) -> Any:
        """Never answer."""
        message = f"the service is down\nfor {len(segments)} sentences"
        raise RuntimeError(message)


class Exits(Bad):
    """Tries to end the whole program."""

    def translate(self, segments: Sequence[str]) -> Any:
        """Never answer."""
        raise SystemExit(len(segments))


class TooFew(Bad):
    """Loses the last answer."""

    def translate(self, segments: Sequence[str]) -> Any:
        """All answers but one."""
        return [f"ANSWER {number}" for number in range(len(segments) - 1)]


class TooMany(Bad):
    """Answers what nobody asked."""

    def translate(self, segments: Sequence[str]) -> Any:
        """All answers and one more."""
        return [f"ANSWER {number}" for number in range(len(segments) + 1)]


class Nothing(Bad):
    """Returns None in place of a list."""

    def translate(self, segments: Sequence[str]) -> Any:
        """No list at all."""
        del segments


class Numbers(Bad):
    """Answers with numbers."""

    def translate(self, segments: Sequence[str]) -> Any:
        """A number for each segment."""
        return [len(segment) for segment in segments]


class OneText(Bad):
    """Returns one text in place of a list; it has a length, too."""

    def translate(self, segments: Sequence[str]) -> Any:
        """A text with one character for each segment."""
        return "W" * len(segments)


class Empty(Bad):
    """Answers with blanks."""

    def translate(self, segments: Sequence[str]) -> Any:
        """A blank for each segment."""
        return [" " for _ in segments]


class Damaged(Bad):
    """Answers with codes that the sentence has not, and half codes."""

    def translate(self, segments: Sequence[str]) -> Any:
        """Every answer holds a code that leads nowhere."""
        return [f'</g>WRONG<x id="77"/><g id="{len(s)}">' for s in segments]


class Html(Bad):
    """Answers with live HTML."""

    def translate(self, segments: Sequence[str]) -> Any:
        """A script for each segment."""
        return [f"<script>alert({len(s)})</script>" for s in segments]


class Characters(Bad):
    """Answers with characters that no file can hold."""

    def translate(self, segments: Sequence[str]) -> Any:
        """A lone surrogate and control characters for each segment."""
        return ["\ud800 \x00\x0b\x1b \u202e" for _ in segments]


class Noisy(Bad):
    """Answers with the same characters around and among words."""

    def translate(self, segments: Sequence[str]) -> Any:
        """Each segment once more, with noise."""
        return [f"\x1b\u202eAN\ud800SW\x00ER {s}\x0b" for s in segments]


class Silent(Bad):
    """Has no answer, which is its right."""

    def translate(self, segments: Sequence[str]) -> list[str | None]:
        """None for each segment."""
        return [None] * len(segments)


class Nameless:
    """Lacks the name that every engine has."""

    def __init__(self, source: str, target: str) -> None:
        self.languages = (source, target)

    def translate(self, segments: Sequence[str]) -> list[str | None]:
        """A right answer where there are no codes."""
        return [None if "<" in s else f"ANSWER {len(s)}" for s in segments]


class Mute(Bad):
    """Has no method to translate with."""
