"""A web server for the tests of the web tools: each path misbehaves in its own way. Prints its port to a file."""
import http.server
import os
import sys
import threading
import time

DUCK = """<html><body>
<div class="result"><a href="//duckduckgo.com/l/?uddg=https%3A%2F%2Fexample.org%2Fa%3Fx%3D1%2526y&amp;rut=1"
 rel="nofollow" class="result__a big">First <b>hit</b> &amp; more</a>
 <a class="result__snippet" href="x">A <b>short</b>
 text</a></div>
<div class="result"><a class="result__a" href="https://duckduckgo.com/y.js?ad=1">Advertisement</a>
 <a class="result__snippet">buy</a></div>
<div class="result"><a class='result__a' href='https://two.example/'>Second</a></div>
<div class="result"><a class="result__a" href="/l/?uddg=javascript%3Aalert(1)">Bad</a></div>
</body></html>"""

BRAVE = """{"web":{"results":[
{"title":"<strong>One</strong> &amp; only","url":"https://one.example/","description":"About <b>it</b>"},
{"title":"Two","url":"https://two.example/"},{"title":"no address"},{"title":"Three","url":"https://three.example/"}]}}"""


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *arguments):
        pass

    def answer(self, body, content_type="text/html; charset=utf-8", status=200, headers=()):
        body = body.encode() if isinstance(body, str) else body
        self.send_response(status)
        if content_type:
            self.send_header("Content-Type", content_type)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        path, _, query = self.path.partition("?")
        port = self.server.server_address[1]
        if path == "/page":
            self.answer("<title>The title</title><script>x</script><p>Hello <a href='/next'>next</a></p>")
        elif path == "/plain":
            self.answer("just text: ä", "text/plain; charset=utf-8")
        elif path == "/latin":
            self.answer("caf\xe9".encode("latin-1"), "text/plain; charset=ISO-8859-1")
        elif path == "/json":
            self.answer('{"a": [1, 2]}', "application/json")
        elif path == "/image":
            self.answer(b"\x89PNG\r\n\x1a\n\x00\x00", "image/png")
        elif path == "/liar":
            self.answer(b"\x89PNG\x00\x00\x00", "text/plain")
        elif path == "/unnamed":
            self.answer("plain without a type", None)
        elif path == "/missing":
            self.answer("<h1>Nothing here</h1>", status=404)
        elif path == "/long":
            self.answer("漢" * 500_000, "text/plain; charset=utf-8")
        elif path == "/endless":
            self.send_response(200)
            self.send_header("Content-Type", "text/plain")
            self.send_header("Connection", "close")
            self.end_headers()
            try:
                while True:
                    self.wfile.write(b"x" * 65536)
            except OSError:
                self.close_connection = True
        elif path == "/silent":
            time.sleep(30)
        elif path == "/redirect":
            self.answer("", status=302, headers=[("Location", query)])
        elif path == "/agent":
            self.answer(self.headers.get("User-Agent", "none"), "text/plain")
        elif path == "/duck":
            self.answer(DUCK + f"<!-- {query} -->")
        elif path == "/brave":
            if self.headers.get("X-Subscription-Token") == "good-key" and "count=" in query:
                self.answer(BRAVE, "application/json")
            else:
                self.answer('{"error":"bad key"}', "application/json", status=401)
        elif path == "/notjson":
            self.answer("<html>maintenance</html>")
        else:
            self.answer("unknown", "text/plain", status=500)


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request, client_address):
        pass


server = Server(("127.0.0.1", 0), Handler)
with open(sys.argv[1] + ".new", "w") as file:
    file.write(str(server.server_address[1]))
os.rename(sys.argv[1] + ".new", sys.argv[1])
threading.Thread(target=server.serve_forever, daemon=True).start()
time.sleep(600)
