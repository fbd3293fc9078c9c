"""What can be wrong with a server elsewhere, each with a name and in a sentence for a person.

The sentences name the server and hold nothing of what it says itself: that may be anything, the
text that it was sent included. Values only.
"""

from dataclasses import dataclass

from inkling.protocol import Reason


class FaultError(Exception):
    """Why a request failed: its name, and a sentence that says it.

    Where it is `lasting`, another try is for nothing. For `pause_s` the server wants to be left
    alone.
    """

    def __init__(
        self, reason: Reason, sentence: str, *, lasting: bool = False, pause_s: float | None = None
    ) -> None:
        super().__init__(sentence)
        self.reason: Reason = reason
        self.sentence = sentence
        self.lasting = lasting
        self.pause_s = pause_s


@dataclass(frozen=True, slots=True)
class Refusal:
    """A reply other than 200: its status, what its body says, the path that was asked, and how long
    the server wants to be left alone, in seconds as it says it.
    """

    status: int
    complaint: str
    path: str
    retry_after: str = ""

    def fault(self, host: str, model: str, key_variable: str) -> FaultError:
        """Say what it means, of a server that was asked for a model with a key."""
        status, complaint = self.status, self.complaint.lower()
        if status in (401, 403):
            key = f"the key that {key_variable} holds" if key_variable else "requests without a key"
            sentence = f"{host} does not accept {key} ({status})."
            return FaultError("remote-denied", sentence, lasting=True)
        if 300 <= status < 400:
            sentence = f"{host} sends elsewhere ({status}), and nothing is sent there."
            return FaultError("remote-elsewhere", sentence, lasting=True)
        if status in (429, 503):
            sentence = f"{host} takes no more requests just now ({status})."
            told = self.retry_after
            pause_s = float(told) if told.isascii() and told.isdigit() else None
            return FaultError("remote-full", sentence, pause_s=pause_s)
        if status == 404 and "model" in complaint:
            return FaultError("remote-no-model", f"{host} has no model '{model}' ({status}).")
        if status == 404:
            sentence = f"{host} has nothing at {self.path} ({status}); see 'remoteApi'."
            return FaultError("remote-error", sentence)
        if status in (400, 413) and ("context" in complaint or "length" in complaint):
            return FaultError("remote-error", f"{host} takes shorter prompts only ({status}).")
        return FaultError("remote-error", f"{host} answered with an error ({status}).")
