#include "base/cleanup.h"
#include "tests/unit/runner/read-response.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

/* The strict response reader, RFC 9112; the texts are those of read-response.h. */

#define CRLF "\r\n"
#define OK "HTTP/1.1 200 OK\r\n"

struct row {
	const char *why, *bytes, *want;
	struct feeding how;
};

static const struct row well_formed[] = {
	{ "reason may be empty", "HTTP/1.1 204 \r\n\r\n", "FINAL 1.1 204 () none @0-17\n", { 0 } },
	{ "a reason is any text", "HTTP/1.1 200 \tO \x80 K\r\nContent-Length: 0\r\n\r\n",
	  "FINAL 1.1 200 (\tO \x80 K) f(Content-Length=0) length=0 @0-42\n", { 0 } },
	{ "Content-Length counts bytes", OK "Content-Length: 3\r\n\r\nab\n",
	  "FINAL 1.1 200 (OK) f(Content-Length=3) length=3 [ab\n] @0-41\n", { 0 } },
	{ "leading zeros are digits", OK "Content-Length: 0003\r\n\r\nabc",
	  "FINAL 1.1 200 (OK) f(Content-Length=0003) length=3 [abc] @0-44\n", { 0 } },
	{ "OWS around a value goes", OK "A: \t b c \t\r\nContent-Length:0\r\n\r\n",
	  "FINAL 1.1 200 (OK) f(A=b c) f(Content-Length=0) length=0 @0-49\n", { 0 } },
	{ "an empty value, obs-text", OK "A:\r\nB: \xff\r\nContent-Length: 0\r\n\r\n",
	  "FINAL 1.1 200 (OK) f(A=) f(B=\xff) f(Content-Length=0) length=0 @0-48\n", { 0 } },
	{ "until close", OK "\r\nabc", "FINAL 1.1 200 (OK) close [abc] @0-22\n",
	  { .ending = FIN } },
	{ "until close, still open", OK "\r\nabc", "", { 0 } },
	{ "HEAD has no content", OK "Content-Length: 3\r\n\r\n",
	  "FINAL 1.1 200 (OK) f(Content-Length=3) none=3 @0-38\n", { .method = "HEAD" } },
	{ "304 has no content", "HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n",
	  "FINAL 1.1 304 (Not Modified) f(Content-Length=9) none=9 @0-48\n", { 0 } },
	{ "methods are case-sensitive: head is not HEAD", OK "Content-Length: 1\r\n\r\nx",
	  "FINAL 1.1 200 (OK) f(Content-Length=1) length=1 [x] @0-39\n",
	  { .method = "head" } },
	{ "interim responses, then the final one",
	  "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 E\r\nA: b\r\n\r\n" OK "Content-Length: 0\r\n\r\n",
	  "INTERIM 1.1 100 (Continue) none @0-25\n"
	  "INTERIM 1.1 103 (E) f(A=b) none @25-49\n"
	  "FINAL 1.1 200 (OK) f(Content-Length=0) length=0 @49-87\n", { 0 } },
	{ "HEAD stays asked for behind an interim response",
	  "HTTP/1.1 100 Continue\r\n\r\n" OK "Content-Length: 5\r\n\r\n",
	  "INTERIM 1.1 100 (Continue) none @0-25\n"
	  "FINAL 1.1 200 (OK) f(Content-Length=5) none=5 @25-63\n", { .method = "HEAD" } },
	{ "101 ends HTTP", "HTTP/1.1 101 S\r\nUpgrade: x\r\n\r\nHTTP/1.1 200 OK\r\n\r\n",
	  "FINAL 1.1 101 (S) f(Upgrade=x) tunnel @0-30\nrest 19\n", { 0 } },
	{ "2xx to CONNECT ends HTTP", OK "Content-Length: 3\r\n\r\nabc",
	  "FINAL 1.1 200 (OK) f(Content-Length=3) tunnel=3 @0-38\nrest 3\n",
	  { .method = "CONNECT" } },
	{ "an error to CONNECT has content", "HTTP/1.1 400 B\r\nContent-Length: 3\r\n\r\nabc",
	  "FINAL 1.1 400 (B) f(Content-Length=3) length=3 [abc] @0-40\n",
	  { .method = "CONNECT" } },
	{ "a second response is another response",
	  OK "Content-Length: 1\r\n\r\na" OK "Content-Length: 1\r\n\r\nb",
	  "FINAL 1.1 200 (OK) f(Content-Length=1) length=1 [a] @0-39\n"
	  "FINAL 1.1 200 (OK) f(Content-Length=1) length=1 [b] @39-78\n", { 0 } },
	{ "a 1.0 response without a length", "HTTP/1.0 200 OK\r\n\r\nx",
	  "FINAL 1.0 200 (OK) close [x] @0-20\n", { .ending = FIN } },
	{ "nothing came", "", "", { .ending = FIN } },
	{ "nothing came, by reset", "", "", { .ending = RST } },
};

#define CHUNKED OK "Transfer-Encoding: chunked\r\n\r\n"      /* 47 bytes */
#define F "FINAL 1.1 200 (OK) f(Transfer-Encoding=chunked) chunked"
#define B "BROKEN 1.1 200 (OK) f(Transfer-Encoding=chunked) chunked"

static const struct row chunked[] = {
	{ "chunks, upper and lower case", CHUNKED "1\r\na\r\nA\r\n0123456789\r\nb\r\n0123456789x\r\n0\r\n\r\n",
	  F " [a01234567890123456789x] @0-89\n", { 0 } },
	{ "no chunk at all", CHUNKED "0\r\n\r\n", F " @0-52\n", { 0 } },
	{ "a size with zeros in front", CHUNKED "0003\r\nabc\r\n000\r\n\r\n", F " [abc] @0-65\n",
	  { 0 } },
	{ "extensions", CHUNKED "3;a;b=c;d=\"e;\\\"f\"\r\nabc\r\n0;z\r\n\r\n", F " [abc] @0-78\n",
	  { 0 } },
	{ "trailers", CHUNKED "0\r\nA: b\r\nC: d\r\n\r\n", F " t(A=b) t(C=d) @0-64\n", { 0 } },
	{ "the name of the coding has no case",
	  OK "transfer-encoding: Chunked\r\n\r\n0\r\n\r\n",
	  "FINAL 1.1 200 (OK) f(transfer-encoding=Chunked) chunked @0-52\n", { 0 } },
	{ "chunked behind another coding, on two lines",
	  OK "Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
	  "FINAL 1.1 200 (OK) f(Transfer-Encoding=gzip) f(Transfer-Encoding=chunked) chunked @0-77\n",
	  { 0 } },
	{ "chunked not last: until close", OK "Transfer-Encoding: chunked, gzip\r\n\r\n0\r\n\r\n",
	  "FINAL 1.1 200 (OK) f(Transfer-Encoding=chunked, gzip) close [0\r\n\r\n] @0-58\n",
	  { .ending = FIN } },
	{ "HEAD: no content though chunked is announced", CHUNKED,
	  "FINAL 1.1 200 (OK) f(Transfer-Encoding=chunked) none @0-47\n",
	  { .method = "HEAD" } },

	{ "no size", CHUNKED "\r\n", B " @0-47 cut !chunked-well-formed:47\nrest 2\n", { 0 } },
	{ "a size in C", CHUNKED "0x5\r\nhello\r\n",
	  B " @0-47 cut !chunked-well-formed:47\nrest 12\n", { 0 } },
	{ "a size with a sign", CHUNKED "+5\r\nhello\r\n",
	  B " @0-47 cut !chunked-well-formed:47\nrest 11\n", { 0 } },
	{ "a size above 64 bits", CHUNKED "10000000000000005\r\nhello\r\n",
	  B " @0-47 cut !chunked-well-formed:47\nrest 26\n", { 0 } },
	{ "blank behind the size", CHUNKED "1 \r\na\r\n0\r\n\r\n",
	  F " [a] @0-59 !chunked-well-formed:48\n", { 0 } },
	{ "blanks around ; and =", CHUNKED "1 ; a = b\r\na\r\n0\r\n\r\n",
	  F " [a] @0-66 !no-bad-whitespace:48\n", { 0 } },
	{ "an extension without a name", CHUNKED "1;=b\r\na\r\n0\r\n\r\n",
	  F " [a] @0-61 !chunked-well-formed:49\n", { 0 } },
	{ "an extension without a value", CHUNKED "1;a=\r\na\r\n0\r\n\r\n",
	  F " [a] @0-61 !chunked-well-formed:51\n", { 0 } },
	{ "an extension whose quotes don't close", CHUNKED "1;a=\"b\r\na\r\n0\r\n\r\n",
	  F " [a] @0-63 !chunked-well-formed:51\n", { 0 } },
	{ "LF alone behind the size", CHUNKED "1\na\r\n0\r\n\r\n",
	  F " [a] @0-57 !chunked-well-formed:48\n", { 0 } },
	{ "LF alone behind the data", CHUNKED "1\r\na\n0\r\n\r\n",
	  F " [a] @0-57 !chunked-well-formed:51\n", { 0 } },
	{ "data longer than the size says", CHUNKED "1\r\nab\r\n0\r\n\r\n",
	  B " [a] @0-51 cut !chunked-well-formed:51\nrest 8\n", { 0 } },
	{ "CR alone behind the data", CHUNKED "1\r\na\rb\r\n0\r\n\r\n",
	  B " [a] @0-51 cut !chunked-well-formed:51\nrest 9\n", { 0 } },
	{ "a folded trailer", CHUNKED "0\r\nA: b\r\n c\r\n\r\n",
	  F " t(A=b c) @0-62 !no-obs-fold:56\n", { 0 } },
	{ "cut before the last chunk", CHUNKED "3\r\nab",
	  F " [ab] @0-52 cut !chunked-well-formed:52\n", { .ending = FIN } },
	{ "cut before the last empty line", CHUNKED "0\r\n",
	  F " @0-50 cut !chunked-well-formed:50\n", { .ending = FIN } },
	{ "cut inside a trailer", CHUNKED "0\r\nA: b\r\n\r",
	  F " @0-57 cut !chunked-well-formed:57\n", { .ending = FIN } },
	{ "cut by a reset", CHUNKED "0\r\nA: b\r\n\r", F " @0-57 cut !reset:57\n", { .ending = RST } },
	{ "chunked twice", OK "Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n",
	  "FINAL 1.1 200 (OK) f(Transfer-Encoding=chunked, chunked) chunked @0-61 "
	  "!chunked-once:17\n", { 0 } },
	{ "chunked with a parameter", OK "Transfer-Encoding: chunked;a=b\r\n\r\n0\r\n\r\n",
	  "FINAL 1.1 200 (OK) f(Transfer-Encoding=chunked;a=b) chunked @0-56 "
	  "!chunked-well-formed:17\n", { 0 } },
	{ "to an HTTP/1.0 request", CHUNKED "0\r\n\r\n", F " @0-52 !transfer-encoding-http11:17\n",
	  { .http10 = true } },
	{ "beside Content-Length, which is not used",
	  OK "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
	  "FINAL 1.1 200 (OK) f(Content-Length=1) f(Transfer-Encoding=chunked) chunked=1 @0-71 "
	  "!no-te-and-cl:36\n", { 0 } },
};

#undef F
#undef B
#define END "Content-Length: 0\r\n\r\n"
#define G "f(Content-Length=0) length=0"

static const struct row faulty[] = {
	{ "SP after the code, always", "HTTP/1.1 200\r\n" END,
	  "FINAL 1.1 200 () " G " @0-35 !status-line-space:12\n", { 0 } },
	{ "something else after the code", "HTTP/1.1 200OK\r\n" END,
	  "FINAL 1.1 200 (OK) " G " @0-37 !status-line-space:12\n", { 0 } },
	{ "two spaces before the code", "HTTP/1.1  200 OK\r\n" END,
	  "FINAL 1.1 200 (OK) " G " @0-39 !status-line-grammar:8\n", { 0 } },
	{ "a tab before the code", "HTTP/1.1\t200 OK\r\n" END,
	  "FINAL 1.1 200 (OK) " G " @0-38 !status-line-grammar:8\n", { 0 } },
	{ "the version in small letters", "http/1.1 200 OK\r\n" END,
	  "FINAL 1.1 200 (OK) " G " @0-38 !status-line-grammar:0\n", { 0 } },
	{ "a version of one digit", "HTTP/1 200 OK\r\n" END,
	  "FINAL 0.0 200 (OK) " G " @0-36 !status-line-grammar:0\n", { 0 } },
	{ "a version of three digits", "HTTP/1.10 200 OK\r\n" END,
	  "FINAL 0.0 200 (OK) " G " @0-39 !status-line-grammar:0\n", { 0 } },
	{ "another major version reads on", "HTTP/2.0 200 OK\r\n" END,
	  "FINAL 2.0 200 (OK) " G " @0-38\n", { 0 } },
	{ "a code of two digits", "HTTP/1.1 20 OK\r\n" END,
	  "BROKEN 1.1 0 () " G " @0-37 cut !status-line-grammar:9\n", { 0 } },
	{ "a code of four digits", "HTTP/1.1 2000 OK\r\n" END,
	  "BROKEN 1.1 0 () " G " @0-39 cut !status-line-grammar:9\n", { 0 } },
	{ "no code", "HTTP/1.1\r\n" END,
	  "BROKEN 1.1 0 () " G " @0-31 cut !status-line-grammar:8 !status-line-grammar:8\n",
	  { 0 } },
	{ "code 999", "HTTP/1.1 999 X\r\n" END,
	  "FINAL 1.1 999 (X) " G " @0-37 !status-code-range:9\n", { 0 } },
	{ "code 099", "HTTP/1.1 099 X\r\n" END,
	  "FINAL 1.1 99 (X) " G " @0-37 !status-code-range:9\n", { 0 } },
	{ "a NUL in the reason", "HTTP/1.1 200 a\0b\r\n" END,
	  "FINAL 1.1 200 (a?b) " G " @0-39 !status-line-grammar:14\n", { .len = 39 } },
	{ "a NUL in a value", OK "A: \0\r\n" END,
	  "FINAL 1.1 200 (OK) f(A=?) " G " @0-44 !field-value-bytes:20\n", { .len = 44 } },
	{ "an escape in the reason", "HTTP/1.1 200 \x1b[2J\r\n" END,
	  "FINAL 1.1 200 (\x1b[2J) " G " @0-40 !status-line-grammar:13\n", { 0 } },
	{ "a bare CR in the reason", "HTTP/1.1 200 a\rb\r\n" END,
	  "FINAL 1.1 200 (a\rb) " G " @0-39 !no-bare-cr:14\n", { 0 } },
	{ "not HTTP", "SSH-2.0-OpenSSH\r\n", "BROKEN 0.0 0 () none @0-1 cut !status-line-grammar:0\n"
	  "rest 16\n", { 0 } },
	{ "nearly HTTP", "HTTQ", "BROKEN 0.0 0 () none @0-4 cut !status-line-grammar:3\n", { 0 } },
	{ "an empty line before the status line", CRLF "HTTP/1.1 200 OK\r\n" END,
	  "FINAL 1.1 200 (OK) " G " @2-40 !status-line-grammar:0\n", { 0 } },
	{ "empty lines alone are no response", CRLF CRLF, "rest 4\n", { .ending = FIN } },

	{ "LF alone ends the status line", "HTTP/1.1 200 OK\n" END,
	  "FINAL 1.1 200 (OK) " G " @0-37 !no-bare-lf:15\n", { 0 } },
	{ "LF alone ends a field and the head", OK "Content-Length: 0\n\n",
	  "FINAL 1.1 200 (OK) " G " @0-36 !no-bare-lf:34\n", { 0 } },
	{ "a bare CR in a value", OK "A: b\rc\r\n" END,
	  "FINAL 1.1 200 (OK) f(A=b\rc) " G " @0-46 !no-bare-cr:21\n", { 0 } },
	{ "two CR before LF", OK "A: b\r\r\n" END,
	  "FINAL 1.1 200 (OK) f(A=b\r) " G " @0-45 !no-bare-cr:21\n", { 0 } },
	{ "a control byte in a value", OK "A: b\x01\r\n" END,
	  "FINAL 1.1 200 (OK) f(A=b\x01) " G " @0-45 !field-value-bytes:21\n", { 0 } },
	{ "DEL in a value", OK "A: \x7f\r\n" END,
	  "FINAL 1.1 200 (OK) f(A=\x7f) " G " @0-44 !field-value-bytes:20\n", { 0 } },
	{ "a space before the first field", OK " A: b\r\n" END,
	  "FINAL 1.1 200 (OK) " G " @0-45 !no-space-before-fields:17\n", { 0 } },
	{ "a fold", OK "A: b\r\n\t c\r\n  d \r\n" END,
	  "FINAL 1.1 200 (OK) f(A=b c d) " G " @0-55 !no-obs-fold:23\n", { 0 } },
	{ "a fold of nothing", OK "A:\r\n \r\n" END,
	  "FINAL 1.1 200 (OK) f(A=) " G " @0-45 !no-obs-fold:21\n", { 0 } },
	{ "no colon", OK "Abc\r\n" END,
	  "FINAL 1.1 200 (OK) " G " @0-43 !field-name-token:17\n", { 0 } },
	{ "a fold behind a line without a colon", OK "Abc\r\n d\r\n" END,
	  "FINAL 1.1 200 (OK) " G " @0-47 !field-name-token:17 !no-obs-fold:22\n", { 0 } },
	{ "a space before the colon", OK "A : b\r\n" END,
	  "FINAL 1.1 200 (OK) f(A=b) " G " @0-45 !field-name-token:18\n", { 0 } },
	{ "a name that is no token", OK "A(: b\r\n" END,
	  "FINAL 1.1 200 (OK) f(A(=b) " G " @0-45 !field-name-token:18\n", { 0 } },
	{ "no name", OK ": b\r\n" END,
	  "FINAL 1.1 200 (OK) f(=b) " G " @0-43 !field-name-token:17\n", { 0 } },
	{ "cut inside the version", "HTTP/1.", "FINAL 0.0 0 () close @0-7 cut !head-complete:7\n",
	  { .ending = FIN } },
	{ "cut inside the head", OK "A: b\r\nC: d",
	  "FINAL 1.1 200 (OK) f(A=b) close @0-27 cut !head-complete:27\n", { .ending = FIN } },
	{ "cut inside the head by a reset", OK "A: b\r\nC: d",
	  "FINAL 1.1 200 (OK) f(A=b) close @0-27 cut !reset:27\n", { .ending = RST } },

	{ "Content-Length with a sign", OK "Content-Length: +1\r\n\r\na",
	  "BROKEN 1.1 200 (OK) f(Content-Length=+1) length @0-39 cut !content-length-grammar:17\n"
	  "rest 1\n", { 0 } },
	{ "no number", OK "Content-Length:\r\n\r\n",
	  "BROKEN 1.1 200 (OK) f(Content-Length=) length @0-36 cut !content-length-grammar:17\n",
	  { 0 } },
	{ "equal numbers in a list", OK "Content-Length: 1, 1\r\n\r\na",
	  "FINAL 1.1 200 (OK) f(Content-Length=1, 1) length=1 [a] @0-42 !content-length-grammar:17\n",
	  { 0 } },
	{ "different numbers in a list", OK "Content-Length: 1, 2\r\n\r\nab",
	  "BROKEN 1.1 200 (OK) f(Content-Length=1, 2) length @0-41 cut "
	  "!content-length-grammar:17 !content-length-grammar:17\nrest 2\n", { 0 } },
	{ "equal numbers on two lines", OK "Content-Length: 1\r\nContent-Length: 1\r\n\r\na",
	  "FINAL 1.1 200 (OK) f(Content-Length=1) f(Content-Length=1) length=1 [a] @0-58 "
	  "!duplicate-fields:36\n", { 0 } },
	{ "different numbers on two lines", OK "Content-Length: 1\r\nContent-Length: 2\r\n\r\nab",
	  "BROKEN 1.1 200 (OK) f(Content-Length=1) f(Content-Length=2) length @0-57 cut "
	  "!duplicate-fields:36 !content-length-grammar:36\nrest 2\n", { 0 } },
	{ "a number above 64 bits", OK "Content-Length: 18446744073709551621\r\n\r\nhello",
	  "BROKEN 1.1 200 (OK) f(Content-Length=18446744073709551621) length @0-57 cut "
	  "!content-length-exact:17\nrest 5\n", { 0 } },
	{ "a bad number where no content can be does no harm",
	  "HTTP/1.1 204 N\r\nContent-Length: x\r\n\r\n",
	  "FINAL 1.1 204 (N) f(Content-Length=x) none @0-37 !content-length-grammar:16\n", { 0 } },
	{ "content shorter than announced", OK "Content-Length: 5\r\n\r\nabc",
	  "FINAL 1.1 200 (OK) f(Content-Length=5) length=5 [abc] @0-41 cut !content-length-exact:41\n",
	  { .ending = FIN } },
	{ "content that a reset cut", OK "Content-Length: 5\r\n\r\nabc",
	  "FINAL 1.1 200 (OK) f(Content-Length=5) length=5 [abc] @0-41 cut !reset:41\n",
	  { .ending = RST } },
	{ "content behind a 204 is not its content", "HTTP/1.1 204 N\r\n\r\nabc",
	  "FINAL 1.1 204 (N) none @0-18\nBROKEN 0.0 0 () none @18-19 cut !status-line-grammar:18\n"
	  "rest 2\n", { 0 } },
	{ "until close, ended by a reset", OK "\r\nabc",
	  "FINAL 1.1 200 (OK) close [abc] @0-22 cut !close-delimited-complete:22\n",
	  { .ending = RST } },
};

static void same_in_pieces(struct slice bytes, const struct feeding *how, const char *want,
			   size_t (*next)(size_t left))
{
	CLEANUP(freep) char *got = read_cut(bytes, how, next);

	assert_string_equal(got, want);
}

static void check_rows(const struct row *row, size_t n)
{
	for (; n--; row++) {
		struct slice bytes =
			slice_of(row->bytes, row->how.len ? row->how.len : strlen(row->bytes));

		print_message("  %s\n", row->why);
		same_in_pieces(bytes, &row->how, row->want, whole);
		same_in_pieces(bytes, &row->how, row->want, one_byte);
		for (int i = 0; i < 20; i++)
			same_in_pieces(bytes, &row->how, row->want, some);
	}
}

static void reads_what_is_well_formed(void **state)
{
	(void)state;
	check_rows(well_formed, ARRAY_SIZE(well_formed));
}

static void reads_the_chunked_coding(void **state)
{
	(void)state;
	check_rows(chunked, ARRAY_SIZE(chunked));
}

static void notes_faults_and_goes_on(void **state)
{
	(void)state;
	check_rows(faulty, ARRAY_SIZE(faulty));
}

/* Messages put together at random: mostly broken, and read alike in any pieces. */
static const char *const part[] = {
	"HTTP/1.1 200 OK", "HTTP/1.0 404 ", "HTTP/1.1 100 C", "HTTP/1.1 304", "HTTP/1.1 101 S",
	"Content-Length: ", "Transfer-Encoding: ", "chunked", "gzip, ", "0", "5", "a;b=c", "hello",
	"\r\n", "\r\n", "\r\n", "\r\n\r\n", "\n", "\r", " ", "\t", ":", ",", "A: b", "\x01", "\"",
};

static size_t put_together(char *out, size_t room)
{
	size_t len = 0;

	for (size_t n = 1 + (size_t)random() % 24; n--;) {
		const char *p = part[(size_t)random() % ARRAY_SIZE(part)];

		if (strlen(p) > room - len)
			break;
		memcpy(out + len, p, strlen(p));
		len += strlen(p);
	}
	return len;
}

static void pieces_never_matter(void **state)
{
	(void)state;
	srandom(9112);
	for (int i = 0; i < 4000; i++) {
		char bytes[512] = "HTTP/1.1 200 OK\r\n";
		size_t from = i % 2 ? 17 : 0, len = from + put_together(bytes + from, 480);
		struct feeding how = { .method = i % 7 ? "GET" : "HEAD", .ending = i % 3 };
		CLEANUP(freep) char *want = read_cut(slice_of(bytes, len), &how, whole);

		same_in_pieces(slice_of(bytes, len), &how, want, one_byte);
		same_in_pieces(slice_of(bytes, len), &how, want, some);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_what_is_well_formed),
		cmocka_unit_test(reads_the_chunked_coding),
		cmocka_unit_test(notes_faults_and_goes_on),
		cmocka_unit_test(pieces_never_matter),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
