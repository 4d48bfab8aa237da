"""The lobby's drawer for the network: which address phones use, and the Wi-Fi's QR code."""

from __future__ import annotations

import ipywidgets as w

from kit import network
from kit.errors import KitError
from kit.panels.parts import Panel, labelled, put, row, safe, say, show
from kit.session import Session


class Door:
    """The facilitator chooses among several network cards, and may show the Wi-Fi beside the room."""

    def __init__(self, panel: Panel) -> None:
        self.panel = panel
        self.address = w.Dropdown(**labelled(say("lobby.address")))
        self.address.observe(lambda _: self._chosen(), names="value")
        self.told = w.HTML()
        # What was entered last on this machine.
        known = panel.live.folder.wifi() or ("", "")
        self.network = w.Text(value=known[0], **labelled(say("lobby.network")))
        self.password = w.Password(value=known[1], **labelled(say("lobby.password")))
        self.wifi = panel.button(say("lobby.show_wifi"), self._toggle_wifi, often=True)
        note = w.HTML(f'<p class="kit-quiet">{safe(say("lobby.wifi_note"))}</p>')
        self.box = w.VBox([self.told, row(self.address), row(self.network, self.password, self.wifi), note])
        self._shown = False
        self._current = ""
        self._painting = False

    def _chosen(self) -> None:
        # Painting sets the value too; only a hand's choice is a command.
        if not self._painting and self.address.value and self.address.value != self._current:
            self.panel.carry_out(lambda: self.panel.live.change(address=self.address.value))

    def _toggle_wifi(self) -> None:
        if self._shown:
            self.panel.live.change(wifi=False)
            return
        name = self.network.value.strip()
        if not name:
            raise KitError(say("lobby.wifi_nameless"))
        self.panel.live.folder.keep_wifi(name, self.password.value)
        self.panel.live.change(wifi=True)

    def paint(self, session: Session) -> None:
        """Keep the addresses in step with the machine's cards."""
        adapters = network.adapters()
        room_url = self.panel.live.settings.room_url
        self._shown = bool(session.settings.get("wifi"))
        self.wifi.description = say("lobby.hide_wifi" if self._shown else "lobby.show_wifi")
        told = say("lobby.address_remote", url=room_url) if room_url else "" if adapters else say("lobby.address_none")
        put(self.told, f"<p>{safe(told)}</p>" if told else "")
        show(self.address, bool(adapters) and not room_url)
        options = [(f"{adapter.address} ({adapter.name})", adapter.address) for adapter in adapters]
        addresses = [adapter.address for adapter in adapters]
        chosen = str(session.settings.get("address", ""))
        self._painting = True
        try:
            if tuple(self.address.options) != tuple(options):
                self.address.options = options
            self._current = chosen if chosen in addresses else (addresses or [""])[0]
            if self._current and self.address.value != self._current:
                self.address.value = self._current
        finally:
            self._painting = False
