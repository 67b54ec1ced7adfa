/* void task_switch(void **save, void *load)
 *
 * Saves what the calling convention says a function must keep, stores the stack
 * pointer in *save, takes the one in load and returns on that stack. Everything
 * else is the compiler's to save around the call. On other machines than these
 * two, task.c uses ucontext. */

#if defined(__x86_64__)

/* System V ABI: rbx, rbp, r12 to r15, and the control words of SSE and x87. */
	.text
	.globl	task_switch
	.type	task_switch, @function
task_switch:
	.cfi_startproc
	endbr64
	pushq	%rbp
	pushq	%rbx
	pushq	%r12
	pushq	%r13
	pushq	%r14
	pushq	%r15
	subq	$8, %rsp
	stmxcsr	(%rsp)
	fnstcw	4(%rsp)
	movq	%rsp, (%rdi)
	movq	%rsi, %rsp
	ldmxcsr	(%rsp)
	fldcw	4(%rsp)
	addq	$8, %rsp
	popq	%r15
	popq	%r14
	popq	%r13
	popq	%r12
	popq	%rbx
	popq	%rbp
	ret
	.cfi_endproc
	.size	task_switch, .-task_switch

/* Where a new task begins: task.c has put its task in the place of r12. */
	.globl	task_begin
	.type	task_begin, @function
task_begin:
	.cfi_startproc
	.cfi_undefined rip
	endbr64
	movq	%r12, %rdi
	call	task_run
	ud2
	.cfi_endproc
	.size	task_begin, .-task_begin

#elif defined(__aarch64__)

/* AAPCS64: x19 to x30 and the low halves of v8 to v15. */
	.text
	.globl	task_switch
	.type	task_switch, %function
task_switch:
	.cfi_startproc
	hint	#34			/* bti c */
	sub	sp, sp, #160
	stp	x19, x20, [sp, #0]
	stp	x21, x22, [sp, #16]
	stp	x23, x24, [sp, #32]
	stp	x25, x26, [sp, #48]
	stp	x27, x28, [sp, #64]
	stp	x29, x30, [sp, #80]
	stp	d8, d9, [sp, #96]
	stp	d10, d11, [sp, #112]
	stp	d12, d13, [sp, #128]
	stp	d14, d15, [sp, #144]
	mov	x9, sp
	str	x9, [x0]
	mov	sp, x1
	ldp	x19, x20, [sp, #0]
	ldp	x21, x22, [sp, #16]
	ldp	x23, x24, [sp, #32]
	ldp	x25, x26, [sp, #48]
	ldp	x27, x28, [sp, #64]
	ldp	x29, x30, [sp, #80]
	ldp	d8, d9, [sp, #96]
	ldp	d10, d11, [sp, #112]
	ldp	d12, d13, [sp, #128]
	ldp	d14, d15, [sp, #144]
	add	sp, sp, #160
	ret
	.cfi_endproc
	.size	task_switch, .-task_switch

	.globl	task_begin
	.type	task_begin, %function
task_begin:
	.cfi_startproc
	.cfi_undefined x30
	hint	#36			/* bti j */
	mov	x0, x19
	bl	task_run
	brk	#1
	.cfi_endproc
	.size	task_begin, .-task_begin

#endif

	.section .note.GNU-stack, "", %progbits
