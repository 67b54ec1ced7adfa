#include "net/task.h"

#include "base/cleanup.h"

#include <errno.h>
#include <sys/mman.h>

#if defined(__x86_64__) || defined(__aarch64__)
#define OWN_SWITCH 1
#else
#define OWN_SWITCH 0
#include <ucontext.h>
#endif

#if defined(__SANITIZE_ADDRESS__)
#define WITH_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define WITH_ASAN 1
#endif
#endif
#ifdef WITH_ASAN
#include <sanitizer/asan_interface.h>
#else
#define ASAN_UNPOISON_MEMORY_REGION(at, size) ((void)(at), (void)(size))
#endif

#if defined(__SANITIZE_THREAD__)
#define WITH_TSAN 1
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define WITH_TSAN 1
#endif
#endif
#ifdef WITH_TSAN
#include <sanitizer/tsan_interface.h>
#endif

#if __has_include(<valgrind/valgrind.h>)
#include <valgrind/valgrind.h>
#else
#define VALGRIND_STACK_REGISTER(low, high) 0
#define VALGRIND_STACK_DEREGISTER(id)      ((void)(id))
#endif

/* One side of a switch: a task, or the loop's own stack that started it. */
struct context {
#if OWN_SWITCH
	void *sp;
#else
	ucontext_t uc;
#endif
	void *fake_stack;             /* AddressSanitizer's, kept while switched away */
	const void *stack_low;
	size_t stack_size;
	void *fiber;                  /* ThreadSanitizer's */
};

struct task {
	struct loop *loop;
	task_main *main;
	void *arg;
	struct context own, outside;
	struct task *outer;           /* the task that was running when this one was resumed */
	char *map;                    /* guard page, then the stack */
	size_t map_size;
	unsigned valgrind_id;
	bool waiting, cancelled, ended;
	bool awaits_fd;               /* else an event of a descriptor held is no news */

	int result;                   /* of the current wait */
	unsigned events;
	struct loop_timer timer;      /* the deadline, or a wake that is on its way */
	struct loop_watch watch;
	struct task_event *event;
};

static __thread struct task *running;

#define task_of(pointer, member) \
	((struct task *)((char *)(pointer) - offsetof(struct task, member)))

struct task *task_self(void)
{
	return running;
}

struct loop *task_loop(void)
{
	return running->loop;
}

usec task_now(void)
{
	return loop_clock(running->loop);
}

/* ---- switching ---- */

void task_run(struct task *t);        /* called by task_begin in task-switch.S */

#if OWN_SWITCH
void task_switch(void **save, void *load);
void task_begin(void);

/* Lays out what task_switch() takes off a new stack: its saved registers with the
 * task in one of them, and task_begin as the address to return to. */
static void context_prepare(struct task *t, char *top)
{
#if defined(__x86_64__)
	enum { CONTROL, R15, R14, R13, R12, RBX, RBP, RIP, WORDS };
	uint64_t *frame = (uint64_t *)(top - 16) - WORDS;
	uint32_t mxcsr = __builtin_ia32_stmxcsr();
	uint16_t x87;

	__asm__("fnstcw %0" : "=m"(x87));
	frame[CONTROL] = mxcsr | (uint64_t)x87 << 32;
	frame[R12] = (uintptr_t)t;
	frame[RBP] = 0;
	frame[RIP] = (uintptr_t)task_begin;
#else
	enum { X19 = 0, X29 = 10, X30 = 11, WORDS = 20 };
	uint64_t *frame = (uint64_t *)top - WORDS;

	frame[X19] = (uintptr_t)t;
	frame[X29] = 0;
	frame[X30] = (uintptr_t)task_begin;
#endif
	t->own.sp = frame;
}

static void context_switch(struct context *from, struct context *to)
{
	task_switch(&from->sp, to->sp);
}
#else
static void begin_ucontext(unsigned high, unsigned low)
{
	task_run((struct task *)(((uintptr_t)high << 16 << 16) | low));
}

static void context_prepare(struct task *t, char *top)
{
	(void)top;
	(void)getcontext(&t->own.uc);
	t->own.uc.uc_stack.ss_sp = (void *)(uintptr_t)t->own.stack_low;
	t->own.uc.uc_stack.ss_size = t->own.stack_size;
	t->own.uc.uc_link = NULL;
	makecontext(&t->own.uc, (void (*)(void))begin_ucontext, 2,
		    (unsigned)((uintptr_t)t >> 16 >> 16), (unsigned)(uintptr_t)t);
}

static void context_switch(struct context *from, struct context *to)
{
	(void)swapcontext(&from->uc, &to->uc);
}
#endif

/* Leaves |from| for |to|; comes back when somebody switches to |from| again.
 * |last|: |from| is never run again, so the sanitizers may forget its stack. */
static void switch_stacks(struct context *from, struct context *to, bool last)
{
#ifdef WITH_ASAN
	__sanitizer_start_switch_fiber(last ? NULL : &from->fake_stack, to->stack_low,
				       to->stack_size);
#endif
#ifdef WITH_TSAN
	__tsan_switch_to_fiber(to->fiber, 0);
#endif
	(void)last;
	context_switch(from, to);
#ifdef WITH_ASAN
	/* Back again, from |to|: it may run on another stack than last time. */
	__sanitizer_finish_switch_fiber(from->fake_stack, &to->stack_low, &to->stack_size);
#endif
}

/* Stacks of tasks that have ended: to map one anew and to fault its pages in costs more
 * than all that a short task does. */
enum { SPARES = 64 };

static __thread struct {
	char *map;
	size_t size;
} spare[SPARES];
static __thread size_t spares;

static bool take_spare(struct task *t)
{
	if (spares == 0 || spare[spares - 1].size != t->map_size)
		return false;
	t->map = spare[--spares].map;
	return true;
}

static void stack_unmap(struct task *t)
{
	if (spares < SPARES) {
		spare[spares].map = t->map;
		spare[spares++].size = t->map_size;
	} else {
		(void)munmap(t->map, t->map_size);
	}
}

static void task_free(struct task *t)
{
	VALGRIND_STACK_DEREGISTER(t->valgrind_id);
#ifdef WITH_TSAN
	__tsan_destroy_fiber(t->own.fiber);
#endif
	stack_unmap(t);
	free(t);
}

static void resume(struct task *t)
{
	t->outer = running;
	running = t;
#ifdef WITH_TSAN
	t->outside.fiber = __tsan_get_current_fiber();
#endif
	switch_stacks(&t->outside, &t->own, false);
	running = t->outer;
	if (t->ended)
		task_free(t);
}

void task_run(struct task *t)
{
#ifdef WITH_ASAN
	__sanitizer_finish_switch_fiber(NULL, &t->outside.stack_low, &t->outside.stack_size);
#endif
	t->main(t->arg);
	t->ended = true;
	switch_stacks(&t->own, &t->outside, true);
	__builtin_unreachable();
}

/* ---- starting ---- */

static int map_new(struct task *t, size_t page)
{
	t->map = mmap(NULL, t->map_size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
	if (t->map == MAP_FAILED)
		return -ENOMEM;
	if (mprotect(t->map + page, t->map_size - page, PROT_READ | PROT_WRITE) < 0) {
		(void)munmap(t->map, t->map_size);
		return -ENOMEM;
	}
	return 0;
}

static int stack_map(struct task *t, size_t size)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);

	if (size < 16384)
		size = 16384;
	size = (size + page - 1) / page * page;
	t->map_size = size + page;
	if (!take_spare(t) && map_new(t, page) < 0)
		return -ENOMEM;
	t->own.stack_low = t->map + page;
	t->own.stack_size = size;
	ASAN_UNPOISON_MEMORY_REGION(t->own.stack_low, size);   /* its last frames never returned */
	return 0;
}

static void timer_due(struct loop_timer *timer)
{
	struct task *t = task_of(timer, timer);

	if (t->result == -EINPROGRESS)
		t->result = -ETIMEDOUT;
	resume(t);
}

static void fd_ready(struct loop_watch *w, unsigned events)
{
	struct task *t = task_of(w, watch);

	if (!t->awaits_fd) {
		loop_unwatch(t->loop, w);
		return;
	}
	if (t->result == -EINPROGRESS)        /* else it was cancelled in this turn */
		t->result = 0;
	t->events = events;
	resume(t);
}

int task_start(struct loop *l, task_main *main, void *arg, size_t stack, struct task **ret)
{
	struct task *t = calloc(1, sizeof(*t));

	if (!t)
		return -ENOMEM;
	if (stack_map(t, stack) < 0) {
		free(t);
		return -ENOMEM;
	}
	t->loop = l;
	t->main = main;
	t->arg = arg;
	t->timer.due = timer_due;
	t->watch.ready = fd_ready;
	t->valgrind_id = VALGRIND_STACK_REGISTER(t->own.stack_low, t->map + t->map_size);
#ifdef WITH_TSAN
	t->own.fiber = __tsan_create_fiber(0);
#endif
	context_prepare(t, t->map + t->map_size);
	if (ret)
		*ret = t;
	resume(t);
	return 0;
}

/* ---- waiting ---- */

/* Lets a waiting task go on in the loop's next step with |result|. */
static void wake_soon(struct task *t, int result)
{
	if (t->result != -EINPROGRESS)
		return;
	t->result = result;
	(void)loop_timer_set(t->loop, &t->timer, loop_now(t->loop));
}

/* Parks the running task until something sets its result. A timer that can't be
 * set for want of memory is a wait that ends at once. */
static int park(struct task *t, usec deadline)
{
	if (t->cancelled)
		return -ECANCELED;
	t->result = -EINPROGRESS;
	if (deadline != USEC_FOREVER && loop_timer_set(t->loop, &t->timer, deadline) < 0)
		return -ENOMEM;
	t->waiting = true;
	switch_stacks(&t->own, &t->outside, false);
	t->waiting = false;
	loop_timer_stop(t->loop, &t->timer);
	return t->result;
}

void task_cancel(struct task *t)
{
	t->cancelled = true;
	if (t->waiting)
		wake_soon(t, -ECANCELED);
}

void task_hurry(struct task *t)
{
	if (t->waiting)
		wake_soon(t, -ETIMEDOUT);
}

int task_sleep(usec deadline)
{
	int r = park(running, deadline);

	return r == -ETIMEDOUT ? 0 : r;
}

int task_wait_held_fd(int fd, unsigned events, usec deadline)
{
	struct task *t = running;
	int r = 0;

	if (t->watch.fd != fd)
		task_drop_fd();
	if (!t->watch.added || t->watch.wanted != events) {
		t->watch.fd = fd;
		t->watch.wanted = events;
		r = loop_watch(t->loop, &t->watch);
	}
	if (r < 0)
		return r;
	t->awaits_fd = true;
	r = park(t, deadline);
	t->awaits_fd = false;
	return r;
}

void task_drop_fd(void)
{
	loop_unwatch(running->loop, &running->watch);
}

int task_wait_fd(int fd, unsigned events, unsigned *ret_events, usec deadline)
{
	int r = task_wait_held_fd(fd, events, deadline);

	task_drop_fd();
	if (r == 0 && ret_events)
		*ret_events = running->events;
	return r;
}

int task_wait(struct task_event *e, usec deadline)
{
	if (e->raised && !running->cancelled) {
		e->raised = false;
		return 0;
	}
	e->waiting = running;

	int r = park(running, deadline);

	e->waiting = NULL;
	if (r == 0)
		e->raised = false;
	return r;
}

void task_wake(struct task_event *e)
{
	e->raised = true;
	if (e->waiting)
		wake_soon(e->waiting, 0);
}

void task_await(struct task_event *e)
{
	bool cancelled = running->cancelled;

	running->cancelled = false;
	(void)task_wait(e, USEC_FOREVER);
	running->cancelled |= cancelled;
}
