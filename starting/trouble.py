"""What can go wrong while setting up, as sentences that say what to do."""

import os
import re
import sys
from typing import NoReturn

from starting.place import ROOT

# What an installer or the system says, and what a facilitator can do about it. The first match counts: a full
# disk and a missing right come before the network, about which installers also complain in passing.
TROUBLE = (
    (
        r"no space left|not enough space|disk quota|(os error|errno|winerror) (28|112)\b",
        "The disk is full. Free about 1 GB, then start again.",
    ),
    (
        r"used by another process|(winerror|os error) 32\b",
        "A part of the kit still runs. Close its other windows or restart the computer, then start again.",
    ),
    (
        r"permission denied|read-only file system|operation not permitted|(os error|winerror) 5\b",
        f"The kit may not write into its folder, {ROOT}. Copy the whole folder to a place of your own, "
        "such as Documents, then start it there.",
    ),
    (
        r"ensurepip is not available|no module named '?(venv|ensurepip|pip)\b",
        "This Python lacks its part named venv. On Debian and Ubuntu: sudo apt install python3-venv. "
        "Elsewhere install Python from python.org. Then start again.",
    ),
    (
        r"hash(es)? mismatch|do not match the hashes",
        "A package from the network is not the one that the kit was tested with. Try another network, or get "
        "a fresh copy of the kit, then start again.",
    ),
    (
        r"certificate",
        "This network answers in place of the real site. Sign in on its page first (hotel, guest Wi-Fi) or "
        "try another network, then start again.",
    ),
    (
        r"name or service not known|name resolution|getaddrinfo|dns error|nodename nor servname|unreachable"
        r"|failed to (establish a new connection|resolve|fetch)|error sending request|are you offline"
        r"|connection (refused|reset)|timed out|timeouterror|proxyerror|connectionerror",
        "There is no internet here, and setting up needs it once. Connect (in a hotel: sign in on its page "
        "first), then start again.",
    ),
    (
        r"no matching distribution|no wheels? with a matching|has no (usable )?wheels",
        "One of the packages does not exist for Python {}.{} on this computer. Install Python 3.12 from "
        "python.org, then start again with it.".format(*sys.version_info[:2]),
    ),
)


def fail(sentence: str) -> NoReturn:
    """The one way in which setting up ends badly: a sentence, and exit code 1."""
    if os.name == "nt" and "PROMPT" not in os.environ and sys.stdin.isatty():
        # Started by a double click: the window would vanish, and the sentence with it.
        print("\n" + sentence, file=sys.stderr)
        input("Press Enter to close this window. ")
        sys.exit(1)
    sys.exit(sentence)


def explain(output: str) -> str:
    for pattern, sentence in TROUBLE:
        if re.search(pattern, output, re.IGNORECASE):
            return sentence
    last = (output.strip() or "nothing at all").splitlines()[-1].strip()
    return (
        f'Setting up did not finish. The last thing said was: "{last}". Start again; if it stays so, '
        "show this line to someone who knows Python."
    )
