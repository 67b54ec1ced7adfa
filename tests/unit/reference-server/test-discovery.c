#include "feed.h"

#include "reference-server/discovery.h"

#include <arpa/inet.h>
#include <poll.h>

#define SEARCH "M-SEARCH * HTTP/1.1\r\n"
#define FULL   SEARCH "Host: 239.255.255.250:1900\r\nMan: \"ssdp:discover\"\r\nMX: 1\r\n"

static void a_query_is_told_from_other_datagrams(void **state)
{
	static const struct {
		const char *why;
		struct slice datagram;
		bool query;
	} row[] = {
		{ "the shortest", SLICE(SEARCH "\r\n"), true },
		{ "for everything", SLICE(FULL "ST: ssdp:all\r\n\r\n"), true },
		{ "for us", SLICE(FULL "ST:httpcheck:server\r\n\r\n"), true },
		{ "for a printer", SLICE(FULL "ST: urn:printer\r\n\r\n"), false },
		{ "no end", SLICE(FULL), false },
		{ "half an end", SLICE(FULL "\r"), false },
		{ "more behind the end", SLICE(FULL "\r\nx"), false },
		{ "another method", SLICE("NOTIFY * HTTP/1.1\r\n\r\n"), false },
		{ "another target", SLICE("M-SEARCH / HTTP/1.1\r\n\r\n"), false },
		{ "another version", SLICE("M-SEARCH * HTTP/1.0\r\n\r\n"), false },
		{ "no colon", SLICE(SEARCH "x\r\n\r\n"), false },
		{ "no name", SLICE(SEARCH ": x\r\n\r\n"), false },
		{ "a control octet", SLICE(SEARCH "a: \0\r\n\r\n"), false },
		{ "nothing", SLICE(""), false },
		{ "our own answer", SLICE("HTTP/1.1 200 OK\r\nLocation: http://a/\r\n\r\n"), false },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(row); i++) {
		struct edge e = edge_copy(row[i].datagram.at, row[i].datagram.len);

		if (discovery_is_query(e.bytes) != row[i].query)
			fail_msg("%s", row[i].why);
		edge_free(e);
	}
}

static void an_answer_is_not_longer_than_its_query(void **state)
{
	static const char want[] = "HTTP/1.1 200 OK\r\nLocation: http://127.0.0.1:80/\r\n\r\n";
	char out[200];

	(void)state;
	for (size_t most = 0; most < sizeof(out); most++) {
		size_t len = discovery_answer("http://127.0.0.1:80/", most, out, sizeof(out));

		assert_int_equal(len, most < strlen(want) ? 0 : strlen(want));
		if (len)
			assert_string_equal(out, want);
	}
	assert_int_equal(discovery_answer("http://127.0.0.1:80/", 1000, out, 20), 0);
}

static struct sockaddr_in source(const char *address, uint16_t port)
{
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(port) };

	assert_int_equal(inet_pton(AF_INET, address, &a.sin_addr), 1);
	return a;
}

static void only_a_host_that_can_have_asked_is_answered(void **state)
{
	static const struct {
		const char *address;
		uint16_t port;
		bool admitted;
	} row[] = {
		{ "127.0.0.1", 40000, true },  { "192.0.2.1", 1024, true },
		{ "127.0.0.1", 1023, false },  { "127.0.0.1", 53, false },
		{ "127.0.0.1", 0, false },     { "127.0.0.1", 1900, false },
		{ "224.0.0.1", 40000, false }, { "239.255.255.250", 40000, false },
		{ "240.0.0.1", 40000, false }, { "255.255.255.255", 40000, false },
		{ "0.0.0.0", 40000, false },   { "127.255.255.255", 40000, false },
		{ "223.255.255.254", 40000, true },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(row); i++) {
		struct discovery_limits l = { 0 };
		struct sockaddr_in from = source(row[i].address, row[i].port);

		if (discovery_admits(&l, &from, 1900, USEC_PER_SEC) != row[i].admitted)
			fail_msg("%s:%u", row[i].address, row[i].port);
	}
}

/* In any second, wherever it begins. */
static void answers_are_seldom(void **state)
{
	struct discovery_limits l = { 0 };
	struct sockaddr_in from = source("192.0.2.1", 40000), other = source("192.0.2.77", 40000);
	usec now = USEC_PER_SEC;

	(void)state;
	for (int i = 0; i < 1000; i++, now += USEC_PER_MS / 2)
		assert_int_equal(discovery_admits(&l, &from, 1900, now), i < 10);
	assert_true(discovery_admits(&l, &other, 1900, now));
	now = 2 * USEC_PER_SEC - 1;           /* of the first answer: not yet */
	assert_false(discovery_admits(&l, &from, 1900, now));
	assert_true(discovery_admits(&l, &from, 1900, now + 1));
	assert_false(discovery_admits(&l, &from, 1900, now + 2));
}

static void all_sources_together_have_a_limit(void **state)
{
	struct discovery_limits l = { 0 };
	int admitted = 0;

	(void)state;
	for (int i = 0; i < 10000; i++) {
		struct sockaddr_in from = source("192.0.2.1", 40000);

		from.sin_addr.s_addr = htonl(0x0a000000u + (uint32_t)i * 977);
		admitted += discovery_admits(&l, &from, 1900, USEC_PER_SEC + i);
	}
	assert_int_equal(admitted, DISCOVERY_ALL);
}

/* ---- over loopback ---- */

struct service {
	struct listeners ls;
	struct discovery *d;
};

static void start(struct service *s, const char *listen)
{
	struct endpoint e = { .tls = false };

	*s = (struct service){ .ls = { .n = 0 } };
	assert_int_equal(sock_address_tcp(listen, &e.address, NULL), 0);
	assert_int_equal(listeners_open(&s->ls, &e, 0600, false, NULL), 0);
	assert_int_equal(discovery_start(0, &s->ls, &s->d, NULL), 0);
}

static void stop(struct service *s)
{
	discovery_stop(s->d);
	listeners_close(&s->ls);
}

static int client(void)
{
	int one = 1, fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	struct sockaddr_in any = source("127.0.0.1", 0);

	assert_true(fd >= 0);
	assert_int_equal(setsockopt(fd, SOL_SOCKET, SO_BROADCAST, &one, sizeof(one)), 0);
	assert_int_equal(bind(fd, (struct sockaddr *)&any, sizeof(any)), 0);
	return fd;
}

static void query(int fd, const char *to, uint16_t port, struct slice text)
{
	struct sockaddr_in a = source(to, port);

	assert_int_equal(sendto(fd, text.at, text.len, 0, (struct sockaddr *)&a, sizeof(a)),
			 text.len);
}

/* The next answer, "" after |ms| without one. */
static const char *answer(int fd, int ms)
{
	static char text[2048];
	struct pollfd p = { .fd = fd, .events = POLLIN };
	ssize_t n = poll(&p, 1, ms) > 0 ? recv(fd, text, sizeof(text) - 1, 0) : 0;

	text[n > 0 ? n : 0] = '\0';
	return text;
}

static void a_query_by_unicast_or_broadcast_is_answered(void **state)
{
	static const struct { const char *listen, *to; } row[] = {
		{ "127.0.0.1:0", "127.0.0.1" },
		{ "127.0.0.1:0", "127.255.255.255" },
		{ "0.0.0.0:0", "127.0.0.1" },
		{ "0.0.0.0:0", "127.255.255.255" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(row); i++) {
		struct service s;
		char name[SOCK_NAME_ROOM], want[200];
		int fd = client();

		start(&s, row[i].listen);
		sock_address_name(&s.ls.at[0].address, name, sizeof(name));
		(void)snprintf(want, sizeof(want), "HTTP/1.1 200 OK\r\nLocation: http://127.0.0.1%s/"
						   "\r\n\r\n", strchr(name, ':'));
		query(fd, row[i].to, discovery_port(s.d), SLICE(FULL "ST: ssdp:all\r\n\r\n"));
		assert_string_equal(answer(fd, 5000), want);
		close(fd);
		stop(&s);
	}
}

/* The last query is answered, so those before it were not. */
static void what_is_no_query_gets_no_answer(void **state)
{
	struct service s;
	int fd = client();

	(void)state;
	start(&s, "127.0.0.1:0");
	query(fd, "127.0.0.1", discovery_port(s.d), SLICE("hello"));
	query(fd, "127.0.0.1", discovery_port(s.d), SLICE(SEARCH "\r\n"));   /* too short */
	query(fd, "127.0.0.1", discovery_port(s.d), SLICE(FULL "ST: ssdp:all\r\n\r\n"));
	assert_true(strncmp(answer(fd, 5000), "HTTP/1.1 200 OK\r\n", 17) == 0);
	assert_string_equal(answer(fd, 0), "");
	for (int i = 0; i < 200; i++)
		query(fd, "127.0.0.1", discovery_port(s.d), SLICE(FULL "ST: ssdp:all\r\n\r\n"));
	discovery_stop(s.d);                  /* by then it has dealt with all it will */

	int more = 0;

	while (*answer(fd, 0))
		more++;
	assert_true(more < DISCOVERY_A_SOURCE);
	close(fd);
	listeners_close(&s.ls);
}

static void a_port_in_use_is_told(void **state)
{
	struct service s;
	struct discovery *second;
	struct problem problem;

	(void)state;
	start(&s, "127.0.0.1:0");
	assert_int_equal(discovery_start(discovery_port(s.d), &s.ls, &second, &problem),
			 -EADDRINUSE);
	assert_non_null(strstr(problem.text, "discovery"));
	stop(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_query_is_told_from_other_datagrams),
		cmocka_unit_test(an_answer_is_not_longer_than_its_query),
		cmocka_unit_test(only_a_host_that_can_have_asked_is_answered),
		cmocka_unit_test(answers_are_seldom),
		cmocka_unit_test(all_sources_together_have_a_limit),
		cmocka_unit_test(a_query_by_unicast_or_broadcast_is_answered),
		cmocka_unit_test(what_is_no_query_gets_no_answer),
		cmocka_unit_test(a_port_in_use_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
