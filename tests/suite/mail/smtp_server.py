"""A real mail server (aiosmtpd) that can be told to misbehave.

usage: smtp_server.py FOLDER [plain|starttls|implicit]

Says its port on stdout, keeps each mail it accepts as FOLDER/<n>.eml, and obeys lines on stdin:

  fault NAME COUNT   the next COUNT sessions or mails meet the fault; then all is well again
  refuse / listen    closes the port, and opens it again

With starttls and implicit the server asks for the user `tuan` with the password `geheim`. FOLDER holds ca.pem (trusted),
server.pem and server.key (for localhost), wrong.pem and wrong.key (signed by nobody).
"""

import asyncio
import ssl
import sys
from pathlib import Path

from aiosmtpd.smtp import SMTP, AuthResult

folder, mode = Path(sys.argv[1]), (sys.argv[2:] or ["plain"])[0]
plan = {"name": "", "left": 0}
kept = 0


def meets(*names):
    """Whether this moment meets the planned fault, which is then used up by one."""
    if plan["left"] > 0 and plan["name"] in names:
        plan["left"] -= 1
        return True
    return False


class Handler:
    async def handle_RCPT(self, server, session, envelope, address, options):
        if meets("5xx"):
            return f"550 5.1.1 <{address}>: no such mailbox"
        if meets("disconnect"):
            server.transport.abort()
        if meets("slow"):
            await asyncio.sleep(0.7)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        global kept
        if meets("4xx"):
            return "451 4.3.0 try again later"
        if meets("lost_after_data"):
            server.transport.abort()
            return "250 never heard"
        head = "".join(f"X-Rcpt: {address}\r\n" for address in envelope.rcpt_tos)
        kept += 1
        (folder / f"{kept}.part").write_bytes(head.encode() + envelope.content)
        (folder / f"{kept}.part").rename(folder / f"{kept}.eml")
        if meets("dropped_after_data"):
            server.transport.abort()
        return "250 kept"


class Tarpit(asyncio.Protocol):
    """Answers a letter a second and never ends its line."""

    def connection_made(self, transport):
        self.task = asyncio.ensure_future(self.dribble(transport))

    async def dribble(self, transport):
        while not transport.is_closing():
            transport.write(b"2")
            await asyncio.sleep(1)


def context(name):
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(folder / f"{name}.pem", folder / f"{name}.key")
    return tls


def knows(server, session, envelope, mechanism, data):
    return AuthResult(success=(data.login, data.password) == (b"tuan", b"geheim"))


def session():
    if meets("tarpit"):
        return Tarpit()
    if mode == "plain":
        return SMTP(Handler(), hostname="localhost", enable_SMTPUTF8=False)
    name = "wrong" if meets("wrong_certificate") else "server"
    extra = dict(tls_context=context(name), require_starttls=True) if mode == "starttls" else dict(auth_require_tls=False)
    return SMTP(Handler(), hostname="localhost", auth_required=True, authenticator=knows, **extra)


async def main():
    loop = asyncio.get_running_loop()
    tls = context("server") if mode == "implicit" else None
    server = await loop.create_server(session, "127.0.0.1", 0, ssl=tls)
    port = server.sockets[0].getsockname()[1]
    print(port, flush=True)
    lines = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), sys.stdin)
    while line := (await lines.readline()).decode().split():
        if line[0] == "fault":
            plan.update(name=line[1], left=int(line[2]))
        elif line[0] == "refuse":
            server.close()
        elif line[0] == "listen":
            server = await loop.create_server(session, "127.0.0.1", port, ssl=tls)
        print("ok", flush=True)


asyncio.run(main())
