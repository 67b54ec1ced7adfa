"""A WSGI application (PEP 3333) with the resources that the cases ask for."""
import base64
import http
import json
import posixpath
import time

PAGE = b"<!DOCTYPE html><title>wsgi</title><p>" + b"a page of more than one KiB " * 40
SECRET = "Basic " + base64.b64encode(b"alice:secret").decode()


def whole(content, kind="text/plain", status=200, fields=()):
    try:
        phrase = http.HTTPStatus(status).phrase
    except ValueError:
        phrase = "Other"
    return (f"{status} {phrase}", [("Content-Type", kind), ("Content-Length", str(len(content))), *fields],
            [content])


def in_pieces(pieces, every):
    def generate():
        for i in range(pieces):
            yield b"piece %d\n" % i
            time.sleep(every)
    return "200 OK", [("Content-Type", "text/plain")], generate()


def status(code):
    if code < 200 or code in (206, 426):
        return whole(b"not for this page to answer\n", status=404)
    if code in (204, 304):
        return f"{code} {http.HTTPStatus(code).phrase}", [], []
    if code == 205:
        return "205 Reset Content", [("Content-Length", "0")], []
    fields = {401: [("WWW-Authenticate", 'Basic realm="private"')], 405: [("Allow", "PUT")],
              416: [("Content-Range", "bytes */0")]}
    if 300 <= code < 400:
        fields[code] = [("Location", "/")]
    return whole(b"this is status %d\n" % code, status=code, fields=fields.get(code, ()))


def private(environ):
    if environ.get("HTTP_AUTHORIZATION") == SECRET:
        return whole(b"private\n")
    return status(401)


def echo(environ, content):
    fields = [[name[5:].replace("_", "-"), value] for name, value in environ.items()
              if name.startswith("HTTP_")]
    said = {"method": environ["REQUEST_METHOD"], "target": environ.get("RAW_URI", ""),
            "fields": fields, "content": content.decode("latin-1")}
    return whole(json.dumps(said).encode(), "application/json")


METHODS = {"CONNECT", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "TRACE"}
READ = {
    "/": lambda environ: whole(PAGE, "text/html"),
    "/redirect": lambda environ: whole(b"see /\n", status=307, fields=[("Location", "/")]),
    "/chunked": lambda environ: in_pieces(3, 0),
    "/stream": lambda environ: in_pieces(5, 0.05),
    "/cookies": lambda environ: whole(b"a cookie\n", fields=[("Set-Cookie", "seen=1; Path=/cookies")]),
    "/private": private,
}


def content_of(environ):
    """None where less came than was announced: PEP 3333 leaves that to the application."""
    content = environ["wsgi.input"].read()
    return None if len(content) < int(environ.get("CONTENT_LENGTH") or 0) else content


def body(environ):
    content = content_of(environ)
    if content is None:
        return whole(b"cut off\n", status=400, fields=[("Connection", "close")])
    return whole(content, "application/octet-stream")


def answer(environ):
    path, method = posixpath.normpath(environ["PATH_INFO"] or "/"), environ["REQUEST_METHOD"]
    first, _, argument = path[1:].partition("/")
    if first == "echo":
        return echo(environ, environ["wsgi.input"].read())
    if path == "/body" and method == "POST":
        return body(environ)
    if first == "delay" and argument.isdigit():
        time.sleep(int(argument) / 1000)
        return whole(b"late\n")
    if first == "status" and argument.isdigit():
        return status(int(argument))
    if path not in READ:
        return whole(b"nothing here\n", status=404)
    if method in ("GET", "HEAD"):
        return READ[path](environ)
    if method not in METHODS:
        return whole(b"not known\n", status=501)
    return whole(b"not that\n", status=405, fields=[("Allow", "GET, HEAD")])


def application(environ, start_response):
    status_line, fields, content = answer(environ)
    start_response(status_line, fields)
    return [] if environ["REQUEST_METHOD"] == "HEAD" else content
