"""Shows who asks with each request of the fuzzer: the headers in the file that TUAN_FUZZ_HEADERS names."""
import os
from http.cookies import SimpleCookie

import schemathesis
from schemathesis import AuthContext, Case

with open(os.environ["TUAN_FUZZ_HEADERS"]) as lines:
    shown = dict(line.rstrip("\n").split(": ", 1) for line in lines)
cookies = {name: morsel.value for name, morsel in SimpleCookie(shown.pop("Cookie", "")).items()}

if shown:

    @schemathesis.auth()
    class Shown:
        def get(self, case: Case, context: AuthContext):
            return shown

        def set(self, case: Case, data, context: AuthContext):
            case.headers.update(data)
            case.cookies.update(cookies)
