#!/usr/bin/python3
"""A mail server for tests that takes mail only after STARTTLS and a login (dap, secret).

Takes a certificate and its key, PEM files, for localhost. Chooses a free port; the first line on
standard output names it. What it takes it forgets.
"""

import asyncio
import ssl
import sys

from aiosmtpd.smtp import SMTP, AuthResult


class Handler:
    """Takes everything."""

    async def handle_DATA(self, server, session, envelope):
        return "250 2.0.0 taken"


def log_in(server, session, envelope, mechanism, data):
    return AuthResult(success=data.login == b"dap" and data.password == b"secret", handled=False)


async def serve(cert, key):
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(cert, key)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: SMTP(Handler(), hostname="localhost", tls_context=tls, require_starttls=True,
                     authenticator=log_in, auth_required=True, loop=loop), "127.0.0.1", 0)
    print(f"listening on localhost:{server.sockets[0].getsockname()[1]}", flush=True)
    await server.serve_forever()


asyncio.run(serve(sys.argv[1], sys.argv[2]))
