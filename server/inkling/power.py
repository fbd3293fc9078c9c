"""Whether this machine runs on its battery: the only file that imports psutil.

What is done ahead of the keys costs energy, and a battery is worth more than a faster answer.
"""

import time
from typing import Final

import psutil

_SECONDS: Final = 30.0


class Battery:
    """Knows whether the machine is unplugged; looks at most twice a minute."""

    def __init__(self) -> None:
        self._unplugged = False
        self._looked = float("-inf")

    def unplugged(self) -> bool:
        """Whether the machine runs on its battery, as far as the system tells."""
        now = time.monotonic()
        if now - self._looked > _SECONDS:
            self._looked = now
            sensor = getattr(psutil, "sensors_battery", lambda: None)()
            self._unplugged = sensor is not None and sensor.power_plugged is False
        return self._unplugged
