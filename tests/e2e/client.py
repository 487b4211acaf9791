"""A plain HTTP client with cookies, as a user's script would be: forms with their token, redirects followed by hand."""

import re
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass
from http.cookiejar import CookieJar

TOKEN = re.compile(r'<meta name="csrf-token" content="([^"]+)"')


@dataclass
class Answer:
    status: int
    text: str
    location: str


class NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_args):
        return None


class Client:
    def __init__(self, url: str):
        self.url = url
        self.opener = urllib.request.build_opener(NoRedirect, urllib.request.HTTPCookieProcessor(CookieJar()))
        self.token = ""

    def get(self, path: str) -> Answer:
        answer = self._send(urllib.request.Request(self.url + path))
        found = TOKEN.search(answer.text)
        self.token = found.group(1) if found else self.token
        return answer

    def post(self, path: str, **fields: object) -> Answer:
        if not self.token:
            self.get("/login")
        body = urllib.parse.urlencode({"csrf_token": self.token, **fields}, doseq=True).encode()
        return self._send(urllib.request.Request(self.url + path, data=body))

    def sign_in(self, name: str, password: str) -> "Client":
        self.get("/login")
        answer = self.post("/login", login=name, password=password)
        assert answer.status == 303, answer.text[:2000]
        self.get("/")
        return self

    def _send(self, request: urllib.request.Request) -> Answer:
        try:
            with self.opener.open(request, timeout=20) as answer:
                return Answer(answer.status, answer.read().decode(), "")
        except urllib.error.HTTPError as answer:
            return Answer(answer.code, answer.read().decode(errors="replace"), answer.headers.get("Location", ""))
