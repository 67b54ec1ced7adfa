#include "feed.h"

#include "http/grammar.h"

static void host(void **state)
{
	static const struct claim row[] = {
		{ "a name", SLICE("www.example.org"), true },
		{ "a name and a port", SLICE("www.example.org:8080"), true },
		{ "empty: what a client without an authority sends", SLICE(""), true },
		{ "an empty port", SLICE("h:"), true },
		{ "a port above 65535 is grammatical", SLICE("h:99999"), true },
		{ "an empty name with a port", SLICE(":80"), true },
		{ "a comma is a sub-delim", SLICE("a,b"), true },
		{ "all that a reg-name may have", SLICE("aZ09-._~!$&'()*+,;="), true },
		{ "percent-encoded", SLICE("a%20b%fF"), true },
		{ "percent-encoded before a letter", SLICE("a%41z"), true },
		{ "IPv4", SLICE("127.0.0.1:80"), true },
		{ "an impossible IPv4 address is a reg-name", SLICE("999.1.1.1"), true },
		{ "IPv6", SLICE("[::1]"), true },
		{ "IPv6 and a port", SLICE("[2001:db8::1]:8080"), true },
		{ "IPv6 and an empty port", SLICE("[::1]:"), true },
		{ "IPv6 in full", SLICE("[1:2:3:4:5:6:7:8]"), true },
		{ "the longest IPv6", SLICE("[ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255]"),
		  true },
		{ "IPv6 with IPv4 at its end", SLICE("[::ffff:127.0.0.1]:1"), true },
		{ "a :: for one group", SLICE("[1:2:3:4:5:6:7::]"), true },
		{ "IPvFuture", SLICE("[v1F.a:b]"), true },
		{ "IPvFuture, upper case", SLICE("[V1.x]"), true },

		{ "a blank", SLICE("a b"), false },
		{ "a blank in front", SLICE(" a"), false },
		{ "a slash", SLICE("a/b"), false },
		{ "a user", SLICE("u@h"), false },
		{ "a query", SLICE("a?b"), false },
		{ "a fragment", SLICE("a#b"), false },
		{ "a port of letters", SLICE("h:x"), false },
		{ "a port with a sign", SLICE("h:+80"), false },
		{ "two ports", SLICE("h:80:80"), false },
		{ "IPv6 without brackets", SLICE("::1"), false },
		{ "half a percent-encoding", SLICE("a%2"), false },
		{ "a percent sign", SLICE("a%"), false },
		{ "percent and no hexadecimal", SLICE("a%zz"), false },
		{ "percent and one digit behind a letter", SLICE("a%z1"), false },
		{ "percent and one digit before a letter", SLICE("a%1z"), false },
		{ "a blank right behind two digits", SLICE("a%41 "), false },
		{ "obs-text", SLICE("\xc3\xa9"), false },
		{ "NUL", SLICE("a\0b"), false },
		{ "a quote", SLICE("\"a\""), false },
		{ "a backslash", SLICE("a\\b"), false },
		{ "a scheme", SLICE("http://h"), false },
		{ "a bracket in a name", SLICE("a]"), false },
		{ "an open bracket", SLICE("["), false },
		{ "empty brackets", SLICE("[]"), false },
		{ "a bracket never closed", SLICE("[::1"), false },
		{ "something behind the brackets", SLICE("[::1]a"), false },
		{ "digits behind the brackets", SLICE("[::1]80"), false },
		{ "a port of letters behind brackets", SLICE("[::1]:x"), false },
		{ "IPv4 in brackets", SLICE("[127.0.0.1]"), false },
		{ "a name in brackets", SLICE("[localhost]"), false },
		{ "two ::", SLICE("[1::2::3]"), false },
		{ "nine groups", SLICE("[1:2:3:4:5:6:7:8:9]"), false },
		{ "seven groups", SLICE("[1:2:3:4:5:6:7]"), false },
		{ "a :: for no group", SLICE("[1:2:3:4::5:6:7:8]"), false },
		{ "five digits", SLICE("[12345::]"), false },
		{ "a single colon", SLICE("[:]"), false },
		{ "three colons", SLICE("[:::]"), false },
		{ "one colon in front", SLICE("[:1:2:3:4:5:6:7]"), false },
		{ "an IPv4 part out of range", SLICE("[::256.0.0.1]"), false },
		{ "an IPv4 part with a zero in front", SLICE("[::127.0.0.01]"), false },
		{ "an IPv4 part in the middle", SLICE("[::127.0.0.1:1]"), false },
		{ "a zone", SLICE("[fe80::1%25eth0]"), false },
		{ "NUL in brackets", SLICE("[::1\0]"), false },
		{ "longer than any IPv6", SLICE("[0000:0000:0000:0000:0000:0000:255.255.255.2555]"),
		  false },
		{ "IPvFuture without a version", SLICE("[v.a]"), false },
		{ "IPvFuture without a dot", SLICE("[v1a]"), false },
		{ "IPvFuture without an address", SLICE("[v1.]"), false },
		{ "IPvFuture cut off", SLICE("[v1]"), false },
		{ "IPvFuture, a v alone", SLICE("[v]"), false },
		{ "IPvFuture is never percent-encoded", SLICE("[v1.%20]"), false },
		{ "IPvFuture with a slash", SLICE("[v1.a/b]"), false },
	};

	(void)state;
	check_claims(row, ARRAY_SIZE(row), http_is_host);
	assert_true(http_is_host((struct slice){ 0 }));
}

static void every_byte_of_a_name(void **state)
{
	(void)state;
	for (int c = 0; c < 256; c++) {
		char text[] = { 'a', (char)c, 'b' };
		bool want = c && strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
					"0123456789-._~!$&'()*+,;=",
					c);

		assert_int_equal(http_is_host(slice_of(text, 3)), want);
	}
}

static void uri_reference(void **state)
{
	static const struct claim row[] = {
		{ "absolute", SLICE("http://example.org/a?b#c"), true },
		{ "with user and port", SLICE("http://u:p@example.org:80/"), true },
		{ "no path", SLICE("http://example.org"), true },
		{ "a query without a path", SLICE("http://example.org?a"), true },
		{ "an IPv6 host", SLICE("http://[::1]:80/"), true },
		{ "another scheme", SLICE("urn:ietf:rfc:9110"), true },
		{ "a scheme with all it may have", SLICE("a1+-.:"), true },
		{ "an authority may be empty", SLICE("file:///etc"), true },
		{ "absolute path", SLICE("/a/b"), true },
		{ "relative path", SLICE("a/b"), true },
		{ "parent", SLICE("../b"), true },
		{ "network path", SLICE("//example.org/a"), true },
		{ "query alone", SLICE("?a=b&c/d?e"), true },
		{ "fragment alone", SLICE("#a/b?c"), true },
		{ "empty", SLICE(""), true },
		{ "a colon behind the first slash", SLICE("a/b:c"), true },
		{ "a colon in an absolute path", SLICE("/a:b"), true },
		{ "a colon in a query", SLICE("?a:b"), true },
		{ "a colon in the first segment behind a dot", SLICE("./a:b"), true },
		{ "at signs in a path", SLICE("/@a"), true },
		{ "percent-encoded everywhere", SLICE("//%20@%41/%42?%43#%44"), true },

		{ "a blank", SLICE("/a b"), false },
		{ "a blank in front", SLICE(" /a"), false },
		{ "a quote", SLICE("/\"a\""), false },
		{ "angle brackets", SLICE("</a>"), false },
		{ "a backslash", SLICE("/a\\b"), false },
		{ "curly brackets", SLICE("/{a}"), false },
		{ "a bar", SLICE("/a|b"), false },
		{ "a caret", SLICE("/a^b"), false },
		{ "brackets in a path", SLICE("/a[1]"), false },
		{ "brackets in a query", SLICE("/?a[]=1"), false },
		{ "obs-text", SLICE("/\xc3\xa9"), false },
		{ "NUL", SLICE("/a\0"), false },
		{ "half a percent-encoding", SLICE("/%2"), false },
		{ "half of one in a query", SLICE("?%"), false },
		{ "half of one in a fragment", SLICE("#%a"), false },
		{ "percent and no hexadecimal", SLICE("/%gg"), false },
		{ "one cut by the query", SLICE("/%4?1"), false },
		{ "two fragments", SLICE("#a#b"), false },
		{ "a scheme of digits", SLICE("1a:b"), false },
		{ "an empty scheme", SLICE(":a"), false },
		{ "an underscore in a scheme", SLICE("a_b:c"), false },
		{ "a port of letters", SLICE("http://h:x/"), false },
		{ "two at signs", SLICE("http://u@v@h/"), false },
		{ "two at signs side by side", SLICE("http://u@@h/"), false },
		{ "a bracket in the user", SLICE("http://[u@h/"), false },
		{ "a bracket never closed", SLICE("http://[::1/"), false },
		{ "brackets around a name", SLICE("http://[h]/"), false },
		{ "a bad host in a network path", SLICE("//a b/"), false },
	};

	(void)state;
	check_claims(row, ARRAY_SIZE(row), http_is_uri_reference);
	assert_true(http_is_uri_reference((struct slice){ 0 }));
}

static void read_all(struct slice s)
{
	(void)http_is_host(s);
	(void)http_is_uri_reference(s);
}

static void never_looks_behind_the_end(void **state)
{
	(void)state;
	feed_prefixes(SLICE("a%41.example:80"), read_all);
	feed_prefixes(SLICE("[::ffff:127.0.0.1]:80"), read_all);
	feed_prefixes(SLICE("[v1f.a:b]:80"), read_all);
	feed_prefixes(SLICE("http://u%41:p@[::1]:80/%42/c?d%43#e%44"), read_all);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(host),
		cmocka_unit_test(every_byte_of_a_name),
		cmocka_unit_test(uri_reference),
		cmocka_unit_test(never_looks_behind_the_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
