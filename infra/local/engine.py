"""Runs ministack for the local platform: saves its state as it goes, and never outlives its parent.

Called as `engine.py <port> <state directory>`; port 0 means any free one. The first line of standard output is the
port it listens on, everything after goes to standard error. Standard input is the lifeline: it is a pipe that only
the parent holds, so it closes when the parent ends in any way, and then ministack saves its state and ends too.

Exit codes the parent knows: 97 another engine uses the state directory, 98 the port is taken.
"""

import asyncio
import errno
import fcntl
import logging
import os
import signal
import socket
import sys
import threading
import time

# How many seconds of changes may be lost when this process is killed outright; more when saving takes long, so that
# saving takes at most a twentieth of the time.
SNAPSHOT_EVERY = 0.5
SNAPSHOT_SHARE = 20
# A shutdown that hangs longer is given up.
SHUTDOWN_LIMIT = 12


def claim(state_dir):
    """Holds the state directory for as long as this process lives, so that two engines never write the same files.

    A bare descriptor, which Python closes at no time: who waits for the lock waits for the end of the process.
    """
    lock = os.open(os.path.join(state_dir, "lock"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        print(f"another engine uses {state_dir}", file=sys.stderr)
        sys.exit(97)


def listen(port):
    """The listening socket, made here and not by the server so that the parent learns a free port without a race."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(("127.0.0.1", port))
    except OSError as error:
        print(f"port {port}: {error}", file=sys.stderr)
        sys.exit(98 if error.errno == errno.EADDRINUSE else 1)
    listener.listen(128)
    return listener


async def serve(listener):
    from hypercorn.asyncio import serve as hypercorn_serve
    from hypercorn.config import Config
    from ministack import app as ministack
    from ministack.core.persistence import save_all

    logging.getLogger("persistence").setLevel(logging.WARNING)
    stop = asyncio.Event()
    changed = False

    async def app(scope, receive, send):
        nonlocal changed
        try:
            await ministack.app(scope, receive, send)
        finally:
            if scope["type"] == "http" and scope["method"] not in ("GET", "HEAD"):
                changed = True

    async def snapshots():
        # ministack itself saves only when it is shut down. On its own loop, so that no request changes what is
        # being written.
        nonlocal changed
        pause = SNAPSHOT_EVERY
        while True:
            await asyncio.sleep(pause)
            if changed:
                changed = False
                began = time.process_time()
                save_all(ministack._build_persistence_save_dict())
                pause = max(SNAPSHOT_EVERY, SNAPSHOT_SHARE * (time.process_time() - began))

    loop = asyncio.get_running_loop()

    def end():
        stop.set()
        timer = threading.Timer(SHUTDOWN_LIMIT, os._exit, (1,))
        timer.daemon = True
        timer.start()

    def watch_lifeline():
        while os.read(0, 4096):
            pass
        loop.call_soon_threadsafe(end)

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, end)
    threading.Thread(target=watch_lifeline, name="lifeline", daemon=True).start()

    config = Config()
    config.bind = [f"fd://{listener.detach()}"]
    config.loglevel = "WARNING"
    config.keep_alive_timeout = 75
    config.graceful_timeout = 1
    saving = asyncio.create_task(snapshots())
    await hypercorn_serve(app, config, shutdown_trigger=stop.wait)
    saving.cancel()


def main():
    port, state_dir = int(sys.argv[1]), sys.argv[2]
    claim(state_dir)
    listener = listen(port)
    print(listener.getsockname()[1], flush=True)
    os.dup2(2, 1)
    asyncio.run(serve(listener))


if __name__ == "__main__":
    main()
