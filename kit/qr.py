"""QR codes: the way into a room, and the way into its Wi-Fi."""

from __future__ import annotations

import segno
from segno import helpers


def room_code(url: str) -> segno.QRCode:
    """The code that opens a room's page. Level M bears a smudge or a projector's glare."""
    return segno.make(url, error="m")


def wifi_code(network: str, password: str) -> segno.QRCode:
    """The code with which a phone's camera joins a Wi-Fi; an empty password means an open one."""
    return helpers.make_wifi(ssid=network, password=password or None, security="WPA" if password else "nopass")
