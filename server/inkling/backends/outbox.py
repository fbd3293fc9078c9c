"""What waits to be sent to an engine that may stand still: never more than is still wanted."""

import asyncio

from inkling.engine.waiting import Texts
from inkling.engine.wire import Cancel, Generate, Keep, Refer, ToEngine


class Outbox:
    """That the model is wanted; the newest request, or that nobody waits for it any more; then
    texts to copy from.
    """

    def __init__(self) -> None:
        self._keep: Keep | None = None
        self._request: Generate | Cancel | None = None
        self._texts = Texts()
        self._sent = 0
        """The request that was sent last."""
        self._filled = asyncio.Event()

    def put(self, message: ToEngine) -> Generate | None:
        """Take a message; return the request that will not be sent for it."""
        self._filled.set()
        if isinstance(message, Keep):
            self._keep = message
            return None
        if isinstance(message, Refer):
            self._texts.put(message)
            return None
        waiting = self._request if isinstance(self._request, Generate) else None
        if isinstance(message, Generate):
            self._request = message
            return waiting
        if waiting is not None and waiting.id == message.id:
            self._request = Cancel(self._sent)  # that one would have given way to it
            return waiting
        if message.id == self._sent:
            self._request = self._request or message
        return None

    def take(self) -> ToEngine | None:
        """Give up what is to be sent next, if there is anything."""
        if self._keep is not None:
            keep, self._keep = self._keep, None
            return keep
        request, self._request = self._request, None
        if isinstance(request, Generate):
            self._sent = request.id
        return request or self._texts.take()

    async def next(self) -> ToEngine:
        """Wait until there is something to send, and give it up."""
        while (message := self.take()) is None:
            self._filled.clear()
            await self._filled.wait()
        return message
