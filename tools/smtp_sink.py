#!/usr/bin/python3
"""A mail server for development and tests: takes every message and writes it into a folder.

Each accepted message becomes one file, NNNNNN.eml, that appears whole: the envelope as X-Envelope-*
headers, then the message as it came. Numbers go on where an earlier run ended. Nothing is ever sent
on. With port 0 the system chooses one; the first line on standard output names it.
"""

import argparse
import asyncio
import os
import pathlib
import signal
import sys

from aiosmtpd.smtp import SMTP


class Folder:
    """Writes messages; one thread."""

    def __init__(self, path):
        self._path = pathlib.Path(path)
        self._path.mkdir(mode=0o700, parents=True, exist_ok=True)
        taken = [int(p.stem) for p in self._path.glob("*.eml") if p.stem.isdigit()]
        self._last = max(taken, default=0)

    def write(self, envelope):
        self._last += 1
        headers = [f"X-Envelope-From: {envelope.mail_from}"]
        headers += [f"X-Envelope-To: {recipient}" for recipient in envelope.rcpt_tos]
        head = "".join(header + "\r\n" for header in headers)
        target = self._path / f"{self._last:06}.eml"
        fresh = target.with_suffix(".new")
        with open(fresh, "wb") as out:
            out.write(head.encode("utf-8") + envelope.original_content)
            out.flush()
            os.fsync(out.fileno())
        fresh.rename(target)


class Handler:
    """What aiosmtpd calls: a message is answered 250 only once it is on disk."""

    def __init__(self, folder):
        self._folder = folder

    async def handle_DATA(self, server, session, envelope):
        try:
            self._folder.write(envelope)
        except OSError as error:
            return f"452 4.3.1 cannot keep the message: {error.strerror}"
        return "250 2.0.0 kept"


async def serve(host, port, folder):
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    handler = Handler(Folder(folder))
    server = await loop.create_server(
        lambda: SMTP(handler, hostname="localhost", ident="DAP mail sink", enable_SMTPUTF8=True,
                     loop=loop), host, port)
    chosen = server.sockets[0].getsockname()
    print(f"listening on {chosen[0]}:{chosen[1]}", flush=True)
    await stop.wait()
    server.close()


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--listen", default="127.0.0.1:0", help="host:port, port 0 for any")
    parser.add_argument("--folder", required=True, help="where the messages go")
    options = parser.parse_args()
    host, _, port = options.listen.rpartition(":")
    try:
        asyncio.run(serve(host, int(port), options.folder))
    except (OSError, ValueError) as error:
        sys.exit(f"smtp_sink: cannot serve on {options.listen} into {options.folder}: {error}")


if __name__ == "__main__":
    main()
