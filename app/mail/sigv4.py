"""AWS Signature Version 4, as far as SES needs it.

Read on 2026-11-23, in a copy: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
"""

import hmac
from datetime import datetime
from hashlib import sha256

import httpx

from app.mail.http_url import Account


def signature(account: Account, url: httpx.URL, content: bytes, at: datetime) -> dict[str, str]:
    """The headers that sign a POST of JSON without a query (AWS Signature Version 4)."""
    stamp, names = f"{at:%Y%m%dT%H%M%SZ}", "content-type;host;x-amz-date"
    scope = f"{stamp[:8]}/{account.host}/ses/aws4_request"
    head = f"content-type:application/json\nhost:{url.netloc.decode()}\nx-amz-date:{stamp}\n"
    request = f"POST\n{url.path}\n\n{head}\n{names}\n{sha256(content).hexdigest()}"
    signed = f"AWS4-HMAC-SHA256\n{stamp}\n{scope}\n{sha256(request.encode()).hexdigest()}"
    key = f"AWS4{account.password}".encode()
    for one in (*scope.split("/"), signed):
        key = hmac.digest(key, one.encode(), "sha256")
    proof = f"Credential={account.key}/{scope}, SignedHeaders={names}, Signature={key.hex()}"
    return {"X-Amz-Date": stamp, "Authorization": f"AWS4-HMAC-SHA256 {proof}"}
