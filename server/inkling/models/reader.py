"""Work that ends with who reads what it says: no pull outlives the editor that began it."""

import select
import signal
import threading
from typing import TextIO


def end_with_reader(stream: TextIO) -> None:
    """Interrupt the main thread (KeyboardInterrupt) once nobody reads the stream any longer.

    SIGTERM interrupts it from now on too, so that what is half done is taken away. A stream that is
    a file or a terminal is always read. Where the system cannot tell, as on Windows, what is
    written next fails.
    """
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.default_int_handler)
    if hasattr(select, "poll"):
        threading.Thread(target=_watch, args=(stream.fileno(),), daemon=True).start()


def _watch(descriptor: int) -> None:
    poll = select.poll()
    poll.register(descriptor, select.POLLERR | select.POLLHUP)
    poll.poll()
    # To that thread itself: what it waits for, such as a download's process, is to be interrupted.
    main = threading.main_thread().ident
    if main is not None:
        signal.pthread_kill(main, signal.SIGINT)
