#include "reference-server/sandbox.h"

#include "base/cleanup.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/landlock.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || \
	__has_feature(memory_sanitizer)
#define SANITIZED 1
#endif
#endif
#ifndef SANITIZED
#define SANITIZED 0
#endif

/* ---- Landlock: https://docs.kernel.org/userspace-api/landlock.html ---- */

#define READ ((uint64_t)(LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR))

/* Bits of ABI 1: EXECUTE to MAKE_SYM, and one more each of ABI 2 (REFER), 3 (TRUNCATE) and
 * 5 (IOCTL_DEV). Headers of the kernel may be older than the kernel. */
static uint64_t file_accesses(long abi)
{
	unsigned bits = 13 + (abi >= 2) + (abi >= 3) + (abi >= 5);

	return (1ull << bits) - 1;
}

struct ruleset {                      /* struct landlock_ruleset_attr of ABI 6 */
	uint64_t files, net, scoped;
};

static long landlock_abi(void)
{
	return syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
}

/* A kernel takes a larger struct than its own where what it does not know is 0. */
static int create_ruleset(long abi)
{
	struct ruleset r = { .files = file_accesses(abi), .net = abi >= 4 ? 3 : 0,
			     .scoped = abi >= 6 ? 3 : 0 };
	long fd = syscall(SYS_landlock_create_ruleset, &r, sizeof(r), 0);

	return fd < 0 ? -errno : (int)fd;
}

static int allow(int ruleset, int folder, uint64_t access)
{
	struct landlock_path_beneath_attr beneath = { .allowed_access = access,
						      .parent_fd = folder };
	long r = syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &beneath, 0);

	return r < 0 ? -errno : 0;
}

static int allow_path(int ruleset, const char *path, uint64_t access)
{
	CLEANUP(fd_closep) int fd = open(path, O_PATH | O_CLOEXEC);

	return fd < 0 ? -errno : allow(ruleset, fd, access);
}

/* A socket's file and its lock go when the server ends. */
static int allow_unix(int ruleset, const struct listener *l)
{
	char path[sizeof(((struct sockaddr_un *)0)->sun_path) + 1] = "";
	const struct sockaddr_un *address = (const void *)&l->address.storage;

	if (address->sun_family != AF_UNIX)
		return 0;
	memcpy(path, address->sun_path, sizeof(address->sun_path));
	return allow_path(ruleset, dirname(path), LANDLOCK_ACCESS_FS_REMOVE_FILE);
}

static int add_rules(int ruleset, int root, const struct listeners *ls)
{
	int r = root < 0 ? 0 : allow(ruleset, root, READ);

	if (r == 0 && SANITIZED)
		r = allow_path(ruleset, "/", READ);
	for (size_t i = 0; r == 0 && i < ls->n; i++)
		r = allow_unix(ruleset, &ls->at[i]);
	return r;
}

int sandbox_enter(int root, const struct listeners *ls)
{
	long abi = landlock_abi();

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		return -errno;
	if (abi < 1)
		return 0;             /* not built in, or not enabled */

	CLEANUP(fd_closep) int ruleset = create_ruleset(abi);

	if (ruleset < 0)
		return ruleset;

	int r = add_rules(ruleset, root, ls);

	if (r < 0)
		return r;
	return syscall(SYS_landlock_restrict_self, ruleset, 0) < 0 ? -errno : 0;
}

/* ---- seccomp: what the models call, and libc and libcrypto on their behalf ---- */

#if defined(__x86_64__)
#define MACHINE AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define MACHINE AUDIT_ARCH_AARCH64
#endif

#ifdef MACHINE

static const unsigned short allowed[] = {
	/* clients */
	SYS_accept4, SYS_recvfrom, SYS_recvmsg, SYS_sendto, SYS_sendmsg, SYS_read, SYS_readv,
	SYS_write, SYS_writev, SYS_sendfile, SYS_shutdown, SYS_close, SYS_getpeername,
	SYS_getsockname, SYS_getsockopt, SYS_setsockopt, SYS_fcntl, SYS_dup, SYS_ioctl,
	/* waiting */
	SYS_epoll_create1, SYS_epoll_ctl, SYS_epoll_pwait, SYS_ppoll, SYS_pselect6, SYS_eventfd2,
	SYS_signalfd4, SYS_clock_gettime, SYS_clock_nanosleep, SYS_nanosleep, SYS_gettimeofday,
	SYS_restart_syscall,
	/* files below the root, and those of unix sockets */
	SYS_openat, SYS_openat2, SYS_newfstatat, SYS_fstat, SYS_statx, SYS_lseek, SYS_pread64,
	SYS_unlinkat,
	/* processes and threads */
	SYS_clone, SYS_clone3, SYS_wait4, SYS_waitid, SYS_exit, SYS_exit_group, SYS_kill,
	SYS_tgkill, SYS_getpid, SYS_getppid, SYS_gettid, SYS_prctl, SYS_futex, SYS_set_robust_list,
	SYS_rseq, SYS_sched_yield, SYS_sched_getaffinity, SYS_rt_sigaction, SYS_rt_sigprocmask,
	SYS_rt_sigreturn, SYS_sigaltstack, SYS_prlimit64,
	/* memory */
	SYS_mmap, SYS_munmap, SYS_mprotect, SYS_mremap, SYS_madvise, SYS_brk, SYS_getrandom,
#ifdef __x86_64__
	SYS_epoll_wait, SYS_poll, SYS_select, SYS_open, SYS_stat, SYS_lstat, SYS_unlink, SYS_fork,
	SYS_vfork, SYS_time, SYS_arch_prctl,
#endif
};

enum { AHEAD = 3, ALLOWED = ARRAY_SIZE(allowed) };

#define LOAD(member) \
	BPF_STMT(BPF_LD | BPF_W | BPF_ABS, (uint32_t)offsetof(struct seccomp_data, member))
#define REFUSE BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM)
#define PASS   BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)

/* One comparison a call, each with its distance to the end:
 *
 *   load the machine; ours? else refuse; load the number; is it one of these? pass; refuse */
static unsigned short write_program(struct sock_filter out[])
{
	unsigned short n = 0;

	out[n++] = (struct sock_filter)LOAD(arch);
	out[n++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, MACHINE, 0, ALLOWED + 1);
	out[n++] = (struct sock_filter)LOAD(nr);
	for (size_t i = 0; i < ALLOWED; i++)
		out[n++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, allowed[i],
							(uint8_t)(ALLOWED - i), 0);
	out[n++] = (struct sock_filter)REFUSE;
	out[n++] = (struct sock_filter)PASS;
	return n;
}

int sandbox_filter(void)
{
	struct sock_filter program[AHEAD + ALLOWED + 2];
	struct sock_fprog f = { write_program(program), program };

	_Static_assert(ALLOWED < UINT8_MAX, "a jump of BPF reaches 255 instructions");
	if (SANITIZED)
		return -ENOTSUP;
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		return -errno;

	long r = syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC, &f);

	if (r > 0)                    /* the thread that could not be filtered */
		return -ESRCH;
	return r < 0 ? -errno : 0;
}

#else

int sandbox_filter(void)
{
	return -ENOTSUP;
}

#endif
