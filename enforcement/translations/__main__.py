"""Update and compile the catalogues; name what lacks a translation."""

from __future__ import annotations

import sys

from enforcement.translations.catalogue import LANGUAGES, update


def main() -> int:
    """Update all catalogues; 1 where a translation is missing."""
    missing = {language: update(language) for language in LANGUAGES}
    for language, texts in missing.items():
        for text in texts:
            sys.stdout.write(f"{language}: {text}\n")
    return 1 if any(missing.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
