"""A proxy that lets nothing through and remembers who was asked for. Whatever means to leave this machine is sent here."""

import socketserver
import threading

HEAD_SECONDS = 5


class Handler(socketserver.StreamRequestHandler):
    """Reads the first line, which names where the call was to go, and refuses."""

    timeout = HEAD_SECONDS

    def handle(self):
        line = self.rfile.readline(4096).decode("latin-1").strip()
        self.server.seen.append(line)
        self.wfile.write(b"HTTP/1.1 403 Nothing leaves this machine\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")


class Trap(socketserver.ThreadingTCPServer):
    """On a loopback port until `stop`."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.seen = []
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.1}, daemon=True).start()

    def environment(self):
        """What sends the AWS CLI and skopeo here for every address but this machine's own."""
        url = f"http://127.0.0.1:{self.server_address[1]}"
        names = ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy", "ALL_PROXY", "all_proxy")
        return {**dict.fromkeys(names, url), "NO_PROXY": "127.0.0.1,localhost", "no_proxy": "127.0.0.1,localhost"}

    def stop(self):
        self.shutdown()
        self.server_close()
