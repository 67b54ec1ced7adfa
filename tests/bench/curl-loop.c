#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>

/* What libcurl alone takes: curl-loop URL COUNT [reuse] fetches the URL so often, one after
 * the other, each on a new connection or all on one, and checks the status. */

static size_t drop(char *bytes, size_t size, size_t n, void *arg)
{
	(void)bytes;
	(void)arg;
	return size * n;
}

int main(int argc, char **argv)
{
	CURL *easy = curl_easy_init();
	long count = argc >= 3 ? atol(argv[2]) : 0, status = 0;

	if (!easy || count < 1)
		return 2;
	(void)curl_easy_setopt(easy, CURLOPT_URL, argv[1]);
	(void)curl_easy_setopt(easy, CURLOPT_PROXY, "");
	(void)curl_easy_setopt(easy, CURLOPT_FORBID_REUSE, argc == 3 ? 1L : 0L);
	(void)curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, drop);
	for (long i = 0; i < count; i++) {
		if (curl_easy_perform(easy) != CURLE_OK ||
		    curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status) != CURLE_OK ||
		    status != 200) {
			(void)fprintf(stderr, "curl-loop: request %ld failed\n", i + 1);
			return 1;
		}
	}
	curl_easy_cleanup(easy);
	return 0;
}
