#include "runner/rules-inner.h"

/* What proxies say; an origin server has it from an application only. */

static enum rule_outcome code_407_proxy_authenticate(const struct exchange_seen *seen,
						     struct buffer *out)
{
	return rule_wants(seen, out, seen->response->status == 407, "Proxy-Authenticate");
}

const struct rule proxy_rules[] = {
	{ "code-407-proxy-authenticate", "RFC9110-15.5.8-1", LEVEL_MUST,
	  "407 carries Proxy-Authenticate", code_407_proxy_authenticate, HEADS },
	{ 0 },
};
