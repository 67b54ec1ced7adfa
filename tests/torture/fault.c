/* LD_PRELOAD: calls of the C library fail, or do less than they were asked to. The test
 * says in the environment which calls, of which program, and shares a file with it to
 * say when, and to see how many there were:
 *
 *     FAULT_PROGRAM=httpcheck-server FAULT_CALLS=recv,send FAULT_CONTROL=/tmp/control
 *
 * With FAULT_OWN=1 only calls made by the program's own code count, and not those of the
 * libraries it uses. Processes that it forks count on in the same file. With FAULT_SITES=1
 * a call has a site, too: the same in every life of the program, by who called whom.
 * FAULT_SHOW=1 says on standard error where it was that a call failed. */

#include <dlfcn.h>
#include <errno.h>
#include <execinfo.h>
#include <fcntl.h>
#include <link.h>
#include <poll.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/select.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <unwind.h>

enum { FRAMES = 24, SITES = 1 << 14 };

/* The file: numbers of 64 bits. */
struct control {
	_Atomic uint64_t seen;        /* calls so far */
	_Atomic uint64_t failed;      /* of these */
	_Atomic uint64_t first, last; /* which fail, counted from 1 */
	_Atomic uint64_t error;       /* with this errno; 0: they handle one byte instead */
	_Atomic uint64_t site;        /* the first call at it fails, whatever its number; 0: none */
	_Atomic uint64_t sites[SITES];        /* all that were met, by hash */
};

static struct control *control;
static const char *calls;
static bool own_only, by_site, shows;
static uintptr_t own_begin, own_end;

static int find_program(struct dl_phdr_info *info, size_t size, void *arg)
{
	(void)size;
	(void)arg;
	for (int i = 0; i < info->dlpi_phnum; i++) {
		const ElfW(Phdr) *p = &info->dlpi_phdr[i];

		if (p->p_type == PT_LOAD && p->p_flags & PF_X) {
			own_begin = info->dlpi_addr + p->p_vaddr;
			own_end = own_begin + p->p_memsz;
		}
	}
	return 1;                     /* the program itself is told first */
}

struct trace {
	void *frame[FRAMES];
	int n;
};

static _Unwind_Reason_Code add_frame(struct _Unwind_Context *context, void *arg)
{
	struct trace *t = arg;

	t->frame[t->n++] = (void *)_Unwind_GetIP(context);
	return t->n < FRAMES ? _URC_NO_REASON : _URC_NORMAL_STOP;
}

/* As backtrace(3), which loads a library on its own: LeakSanitizer sees that as a leak. */
static struct trace trace(void)
{
	struct trace t = { .n = 0 };

	(void)_Unwind_Backtrace(add_frame, &t);
	return t;
}

/* FNV-1a of the addresses that led here, each within its object. */
static uint64_t site_of_call(void)
{
	uint64_t hash = 0xcbf29ce484222325u;
	struct dl_find_object object;
	struct trace t = trace();

	for (int i = 0; i < t.n; i++)
		if (_dl_find_object(t.frame[i], &object) == 0)
			hash = (hash ^ ((uintptr_t)t.frame[i] - object.dlfo_link_map->l_addr)) *
			       0x100000001b3u;
	return hash ? hash : 1;
}

static void show_call(void)
{
	struct trace t = trace();

	backtrace_symbols_fd(t.frame, t.n, STDERR_FILENO);
}

static void note_site(uint64_t site)
{
	for (size_t i = 0, at = site % SITES; i < SITES; i++, at = (at + 1) % SITES) {
		uint64_t there = 0;

		if (atomic_compare_exchange_strong(&control->sites[at], &there, site) ||
		    there == site)
			return;
	}
}

__attribute__((constructor)) static void begin(void)
{
	const char *program = getenv("FAULT_PROGRAM"), *path = getenv("FAULT_CONTROL");

	calls = getenv("FAULT_CALLS");
	own_only = getenv("FAULT_OWN") != NULL;
	by_site = getenv("FAULT_SITES") != NULL;
	shows = getenv("FAULT_SHOW") != NULL;
	if (!program || !path || !calls || strcmp(program, program_invocation_short_name) != 0)
		return;
	(void)dl_iterate_phdr(find_program, NULL);

	int fd = open(path, O_RDWR | O_CLOEXEC);
	void *map = mmap(NULL, sizeof(*control), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);

	if (fd < 0 || map == MAP_FAILED)
		abort();
	(void)close(fd);
	control = map;
}

static bool is_chosen(const char *name)
{
	size_t len = strlen(name);

	for (const char *at = calls; (at = strstr(at, name)); at += len)
		if ((at == calls || at[-1] == ',') && (at[len] == ',' || at[len] == '\0'))
			return true;
	return false;
}

static bool is_chosen_site(void)
{
	uint64_t site = site_of_call();

	note_site(site);
	return site == atomic_load(&control->site) && atomic_load(&control->failed) == 0;
}

/* Whether this call is one that fails; it is counted. */
static bool is_hit(const char *name, const void *from)
{
	uintptr_t at = (uintptr_t)from;

	if (!control || !is_chosen(name) || (own_only && (at < own_begin || at >= own_end)))
		return false;

	uint64_t n = atomic_fetch_add(&control->seen, 1) + 1;

	if (by_site ? !is_chosen_site() :
		      n < atomic_load(&control->first) || n > atomic_load(&control->last))
		return false;
	atomic_fetch_add(&control->failed, 1);
	if (shows)
		show_call();
	errno = (int)atomic_load(&control->error);
	return true;
}

#define HIT(name) is_hit(name, __builtin_return_address(0))
#define NEXT(name) \
	static __typeof__(&name) next; \
	if (!next) \
		next = (__typeof__(&name))(uintptr_t)dlsym(RTLD_NEXT, #name)

/* A call that fails with |failed|. */
#define FAILS(type, failed, name, params, args) \
	type name params \
	{ \
		NEXT(name); \
		return HIT(#name) ? (failed) : next args; \
	}

/* A call that moves |len| bytes: it may also move one only, where there is a stream. A
 * signalfd(2) or an eventfd(2) has no such thing. */
#define MOVES(name, params, args) \
	ssize_t name params \
	{ \
		NEXT(name); \
		if (is_stream(fd) && HIT(#name)) { \
			if (errno) \
				return -1; \
			len = len ? 1 : 0; \
		} \
		return next args; \
	}

static bool is_stream(int fd)
{
	struct stat st;

	return fstat(fd, &st) == 0 &&
	       (S_ISSOCK(st.st_mode) || S_ISREG(st.st_mode) || S_ISFIFO(st.st_mode));
}

/* ---- memory ---- */

FAILS(void *, NULL, malloc, (size_t size), (size))
FAILS(void *, NULL, calloc, (size_t n, size_t size), (n, size))
FAILS(void *, NULL, realloc, (void *p, size_t size), (p, size))
FAILS(void *, NULL, reallocarray, (void *p, size_t n, size_t size), (p, n, size))
FAILS(char *, NULL, strdup, (const char *s), (s))
FAILS(char *, NULL, strndup, (const char *s, size_t n), (s, n))
FAILS(char *, NULL, realpath, (const char *path, char *out), (path, out))
FAILS(int, -1, vasprintf, (char **out, const char *format, va_list args), (out, format, args))
FAILS(FILE *, NULL, open_memstream, (char **at, size_t *len), (at, len))
FAILS(FILE *, NULL, fopen, (const char *path, const char *mode), (path, mode))
int __vasprintf_chk(char **out, int flag, const char *format, va_list args);
int __asprintf_chk(char **out, int flag, const char *format, ...);
FAILS(int, -1, __vasprintf_chk, (char **out, int flag, const char *format, va_list args),
      (out, flag, format, args))
FAILS(void *, MAP_FAILED, mmap, (void *at, size_t len, int prot, int flags, int fd, off_t offset),
      (at, len, prot, flags, fd, offset))

int asprintf(char **out, const char *format, ...)
{
	va_list args;

	if (HIT("asprintf"))
		return -1;
	NEXT(vasprintf);
	va_start(args, format);

	int len = next(out, format, args);

	va_end(args);
	return len;
}

/* What _FORTIFY_SOURCE makes of it. */
int __asprintf_chk(char **out, int flag, const char *format, ...)
{
	va_list args;

	if (HIT("__asprintf_chk"))
		return -1;
	NEXT(__vasprintf_chk);
	va_start(args, format);

	int len = next(out, flag, format, args);

	va_end(args);
	return len;
}

/* ---- descriptors and processes ---- */

FAILS(int, -1, accept4, (int fd, struct sockaddr *a, socklen_t *n, int flags), (fd, a, n, flags))
FAILS(int, -1, connect, (int fd, const struct sockaddr *a, socklen_t len), (fd, a, len))
FAILS(int, -1, socketpair, (int family, int type, int protocol, int fds[2]),
      (family, type, protocol, fds))
FAILS(int, -1, socket, (int family, int type, int protocol), (family, type, protocol))
FAILS(int, -1, bind, (int fd, const struct sockaddr *a, socklen_t len), (fd, a, len))
FAILS(int, -1, listen, (int fd, int backlog), (fd, backlog))
FAILS(int, -1, epoll_create1, (int flags), (flags))
FAILS(int, -1, epoll_wait, (int fd, struct epoll_event *e, int n, int timeout), (fd, e, n, timeout))
FAILS(int, -1, poll, (struct pollfd *p, nfds_t n, int timeout), (p, n, timeout))
FAILS(int, -1, select, (int n, fd_set *r, fd_set *w, fd_set *x, struct timeval *t), (n, r, w, x, t))
FAILS(int, -1, eventfd, (unsigned value, int flags), (value, flags))
FAILS(int, -1, signalfd, (int fd, const sigset_t *set, int flags), (fd, set, flags))
FAILS(int, -1, pipe2, (int fds[2], int flags), (fds, flags))
FAILS(int, -1, memfd_create, (const char *name, unsigned flags), (name, flags))
FAILS(pid_t, -1, fork, (void), ())
FAILS(int, (errno), pthread_create,
      (pthread_t *t, const pthread_attr_t *a, void *(*main)(void *), void *arg), (t, a, main, arg))

/* To forget a descriptor needs no memory. */
int epoll_ctl(int fd, int op, int of, struct epoll_event *e)
{
	NEXT(epoll_ctl);
	return op != EPOLL_CTL_DEL && HIT("epoll_ctl") ? -1 : next(fd, op, of, e);
}

int open(const char *path, int flags, ...)
{
	va_list args;

	NEXT(open);
	va_start(args, flags);

	mode_t mode = va_arg(args, mode_t);

	va_end(args);
	return HIT("open") ? -1 : next(path, flags, mode);
}

int openat(int at, const char *path, int flags, ...)
{
	va_list args;

	NEXT(openat);
	va_start(args, flags);

	mode_t mode = va_arg(args, mode_t);

	va_end(args);
	return HIT("openat") ? -1 : next(at, path, flags, mode);
}

/* Of the calls that go by number openat2(2) alone. */
long syscall(long number, ...)
{
	va_list args;
	long a[6];

	NEXT(syscall);
	va_start(args, number);
	for (int i = 0; i < 6; i++)
		a[i] = va_arg(args, long);
	va_end(args);
	if (number == SYS_openat2 && HIT("openat2"))
		return -1;
	return next(number, a[0], a[1], a[2], a[3], a[4], a[5]);
}

/* ---- bytes ---- */

MOVES(recv, (int fd, void *buf, size_t len, int flags), (fd, buf, len, flags))
MOVES(send, (int fd, const void *buf, size_t len, int flags), (fd, buf, len, flags))
MOVES(read, (int fd, void *buf, size_t len), (fd, buf, len))
MOVES(write, (int fd, const void *buf, size_t len), (fd, buf, len))
MOVES(pread, (int fd, void *buf, size_t len, off_t at), (fd, buf, len, at))
