"""The errors of the OpenAI API, in their shape."""

from typing import Any

from tests.fakes import wire


class Refusal(Exception):
    def __init__(self, status: int, message: str, *, code: str | None = None, param: str | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.param = param

    def answer(self, **headers: str) -> wire.Answer:
        kind = KINDS.get(self.status, "server_error" if self.status >= 500 else "invalid_request_error")
        error: dict[str, Any] = {"message": str(self), "type": kind, "param": self.param, "code": self.code}
        return wire.as_json({"error": error}, status=self.status, headers=headers)


KINDS = {401: "invalid_request_error", 403: "permission_error", 429: "rate_limit_error"}
USUAL = {
    400: ("Invalid request.", None),
    401: ("Incorrect API key provided.", "invalid_api_key"),
    402: ("Insufficient balance.", "insufficient_balance"),
    403: ("This key may not use that model.", "permission_denied"),
    404: ("The model does not exist or you do not have access to it.", "model_not_found"),
    429: ("Rate limit reached for requests.", "rate_limit_exceeded"),
    500: ("The server had an error while processing your request.", None),
    503: ("The engine is currently overloaded.", None),
}
