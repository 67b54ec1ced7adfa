# httpcheck: builds to build/, one archive a room. `make help` lists the targets.

BUILD   ?= build
PREFIX  ?= /usr/local
VERSION := 0.1.0

CC      ?= cc
OPT     ?= -O2 -g
WARN    := -Wall -Wextra -Wformat=2 -Wstrict-prototypes -Wmissing-prototypes -Wvla \
           -Wconversion -Wno-sign-conversion

# What each flag is good for: docs/robustness.md. _FORTIFY_SOURCE is of use with an optimizer only,
# and a sanitizer sees more than it does. The path of the tree must not show in what is built.
HARDEN-x86_64  := -fcf-protection=full
HARDEN-aarch64 := -mbranch-protection=standard
FORTIFY := $(if $(or $(findstring -fsanitize,$(EXTRA)),$(filter -O0,$(OPT))),,-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2)
HARDEN  := -fPIE -fstack-protector-strong -fstack-clash-protection $(FORTIFY) \
           $(HARDEN-$(shell uname -m)) -ffile-prefix-map=$(CURDIR)=.
CPPFLAGS += -D_GNU_SOURCE -DHTTPCHECK_VERSION='"$(VERSION)"' -I. -Ilib
CFLAGS  += -std=gnu17 $(OPT) $(WARN) $(HARDEN) $(EXTRA)
LDFLAGS += -pie -Wl,-z,relro,-z,now,-z,noexecstack $(EXTRA)

# ---- rooms: what each one is made of, and what it may see ----

ROOMS := base http net reports server runner

SRC_base    := $(wildcard lib/base/*.c)
SRC_http    := $(wildcard lib/http/*.c)
SRC_net     := $(wildcard lib/net/*.c lib/net/*.S)
SRC_reports := $(wildcard reports/*.c) reports/html/embedded.S
SRC_server  := $(filter-out reference-server/main.c, \
               $(wildcard reference-server/*.c reference-server/models/*.c reference-server/resources/*.c))
SRC_runner  := $(filter-out runner/main.c, $(wildcard runner/*.c runner/commands/*.c))

SEES_base    :=
SEES_http    := base
SEES_net     := base
SEES_reports := base
SEES_server  := http net base
SEES_runner  := reports http net base

LIBS_reports := -lxml2 -ljansson -lcrypto
LIBS_runner  := -lcurl -lyaml -lpcre2-8 -ljansson -lssl -lcrypto -lxml2 -lz
LIBS_server  := -lssl -lcrypto -ljansson -lz -lpthread
FLAGS_reports := $(shell xml2-config --cflags 2>/dev/null)
FLAGS_runner := $(FLAGS_reports)

archive = $(BUILD)/lib$(1).a
objects = $(patsubst %,$(BUILD)/obj/%.o,$(basename $(SRC_$(1))))
linked  = $(call archive,$(1)) $(foreach s,$(SEES_$(1)),$(call archive,$(s)))

PROGRAMS := $(BUILD)/httpcheck $(BUILD)/httpcheck-server

all: $(PROGRAMS)

define room_rules
$(call archive,$(1)): $(call objects,$(1))
	@rm -f $$@ && mkdir -p $$(@D) && $(AR) rcsD $$@ $$^
$(call objects,$(1)): CPPFLAGS += $(FLAGS_$(1))
endef
$(foreach r,$(ROOMS),$(eval $(call room_rules,$(r))))

$(BUILD)/obj/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<

$(BUILD)/obj/%.o: %.S
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<

$(BUILD)/obj/reports/html/embedded.o: reports/html/report.css reports/html/report.js

# The checker ends where memory runs out: see runner/memory.h.
WRAPPED := malloc calloc realloc reallocarray strdup strndup realpath asprintf __asprintf_chk \
           vasprintf __vasprintf_chk open_memstream fopen fopencookie getline __getdelim scandir \
           getifaddrs getcwd tsearch argp_parse epoll_ctl mmap
$(BUILD)/httpcheck: LDFLAGS += $(WRAPPED:%=-Wl,--wrap=%)
$(BUILD)/httpcheck: $(BUILD)/obj/runner/main.o $(call linked,runner)
	$(CC) $(LDFLAGS) -o $@ $^ $(LIBS_runner)

$(BUILD)/httpcheck-server: $(BUILD)/obj/reference-server/main.o $(call linked,server)
	$(CC) $(LDFLAGS) -o $@ $^ $(LIBS_server)

# ---- unit tests: tests/unit/ROOM/test-*.c, linked only with what ROOM may see ----

UNIT_base    := base
UNIT_http    := http
UNIT_net     := net
UNIT_reports := reports
UNIT_reference-server := server
UNIT_runner  := runner

UNIT_SRC := $(wildcard tests/unit/*/test-*.c)
UNITS    := $(patsubst %.c,$(BUILD)/%,$(UNIT_SRC))

$(UNIT_SRC:%.c=$(BUILD)/obj/%.o): CPPFLAGS += $(FLAGS_reports)

define unit_rule
$(BUILD)/$(basename $(1)): $(BUILD)/obj/$(basename $(1)).o $(call linked,$(UNIT_$(notdir $(patsubst %/,%,$(dir $(1))))))
	@mkdir -p $$(@D)
	$(CC) $(LDFLAGS) -o $$@ $$^ $(LIBS_$(UNIT_$(notdir $(patsubst %/,%,$(dir $(1)))))) -lcmocka
endef
$(foreach t,$(UNIT_SRC),$(eval $(call unit_rule,$(t))))

# Preloaded into the programs by test-torture; without EXTRA: a sanitizer is theirs, not its own.
FAULT := $(BUILD)/tests/torture/fault.so

$(FAULT): tests/torture/fault.c
	@mkdir -p $(@D)
	$(CC) -D_GNU_SOURCE -std=gnu17 $(OPT) $(WARN) -Werror -fPIC -shared -o $@ $< -lgcc_s

# ---- fuzzing: tests/fuzz/target-*.c. `replay-NAME` runs a target over inputs that are there;
# under `make fuzz` the same targets are linked with libFuzzer, or built by AFL++. ----

FUZZ_SRC    := $(wildcard tests/fuzz/target-*.c)
FUZZ_NAMES  := $(FUZZ_SRC:tests/fuzz/target-%.c=%)
FUZZ_OBJ    := $(FUZZ_SRC:%.c=$(BUILD)/obj/%.o) $(patsubst %,$(BUILD)/obj/tests/fuzz/%.o,input naive read-back replay)
FUZZ_PARTS  := $(patsubst %,$(BUILD)/obj/tests/fuzz/%.o,input naive read-back)
FUZZ_ROOMS  := $(foreach r,server runner reports http net base,$(call archive,$(r)))
FUZZ_LIBS   := $(LIBS_runner) -lpthread
REPLAYS     := $(FUZZ_NAMES:%=$(BUILD)/tests/fuzz/replay-%)

$(FUZZ_OBJ): CPPFLAGS += $(FLAGS_reports)

$(BUILD)/tests/fuzz/replay-%: $(BUILD)/obj/tests/fuzz/target-%.o $(BUILD)/obj/tests/fuzz/replay.o $(FUZZ_PARTS) $(FUZZ_ROOMS)
	@mkdir -p $(@D)
	$(CC) $(LDFLAGS) -o $@ $^ $(FUZZ_LIBS)

$(BUILD)/tests/fuzz/fuzz-%: $(BUILD)/obj/tests/fuzz/target-%.o $(FUZZ_PARTS) $(FUZZ_ROOMS)
	@mkdir -p $(@D)
	$(CC) $(LDFLAGS) -fsanitize=fuzzer -o $@ $^ $(FUZZ_LIBS)

units: $(UNITS) $(FAULT) $(REPLAYS)

# ---- what people call ----

DEPS := gcc libc6-dev make pkg-config libcurl4-openssl-dev libyaml-dev libpcre2-dev \
        libjansson-dev libxml2-dev libssl-dev zlib1g-dev
TEST_DEPS := clang libclang-rt-14-dev libcmocka-dev libxml2-utils python3 curl procps perl mandoc \
             cmark-gfm python3-jsonschema python3-yaml strace
BROWSER_DEPS := chromium
SERVER_DEPS := nginx apache2 lighttpd lighttpd-mod-deflate lighttpd-mod-webdav haproxy nodejs
DEB_DEPS := build-essential debhelper

build-deps: ## installs the Debian packages that building needs
	@tests/install-packages $(DEPS)

run: ## installs what is missing, builds, and runs the suite against the bundled server
	@tests/install-packages $(DEPS)
	@$(MAKE) --no-print-directory all
	$(BUILD)/httpcheck run cases/

test: ## installs what is missing and runs every check
	@tests/install-packages $(DEPS) $(TEST_DEPS)
	@tests/install-packages $(BROWSER_DEPS) || echo "the tests in a browser will be skipped"
	@tests/install-packages --without-services $(SERVER_DEPS) || echo "the tests of real servers will be skipped"
	@tests/install-packages $(DEB_DEPS) lintian || echo "the tests of the package will be skipped"
	@$(MAKE) --no-print-directory check

deps: ## installs the Debian packages that building and testing need
	@tests/install-packages $(DEPS) $(TEST_DEPS)
	@tests/install-packages $(BROWSER_DEPS) || echo "the tests in a browser will be skipped"
	@tests/install-packages --without-services $(SERVER_DEPS) || echo "the tests of real servers will be skipped"
	@tests/install-packages $(DEB_DEPS) lintian || echo "the tests of the package will be skipped"

check: ## everything CI runs; needs the packages of `make deps`
	@tests/check

asan: ## builds programs and unit tests under AddressSanitizer and UBSan to build/asan
	@$(MAKE) --no-print-directory BUILD=build/asan OPT="-O1 -g -fno-omit-frame-pointer" \
		EXTRA="-fsanitize=address,undefined -fno-sanitize-recover=undefined -Werror $(EXTRA)" all units

tsan: ## builds what has threads or tasks under ThreadSanitizer to build/tsan
	@$(MAKE) --no-print-directory BUILD=build/tsan CC=clang OPT="-O1 -g" \
		EXTRA="-fsanitize=thread -Werror $(EXTRA)" build/tsan/httpcheck-server \
		build/tsan/tests/unit/reference-server/test-server build/tsan/tests/unit/net/test-task

TIME ?= 30

# The objects are of one compiler and its instrumentation, so they have a folder of their own.
fuzzers: ## links the fuzz targets with libFuzzer, under ASan and UBSan, in build/fuzz
	@$(MAKE) --no-print-directory BUILD=build/fuzz CC=clang OPT="-O1 -g" \
		EXTRA="-fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=undefined -Werror" \
		$(FUZZ_NAMES:%=build/fuzz/tests/fuzz/fuzz-%)

fuzz: all fuzzers ## fuzzes every target of tests/fuzz for TIME=30 seconds, four at once on two cores (2 minutes in all)
	@HTTPCHECK_BUILD=$(BUILD) tests/fuzz/run $(TIME)

fuzz-afl: all ## the same with AFL++ (Debian: afl++), one after the other
	@$(MAKE) --no-print-directory BUILD=build/fuzz-afl CC=afl-clang-fast OPT="-O2 -g" EXTRA= \
		$(FUZZ_NAMES:%=build/fuzz-afl/tests/fuzz/replay-%)
	@HTTPCHECK_BUILD=$(BUILD) tests/fuzz/run-afl $(TIME)

MINUTES ?= 10

soak: $(BUILD)/httpcheck-server ## the server under good, bad, slow and aborted clients for MINUTES=10
	@HTTPCHECK_BUILD=$(BUILD) HTTPCHECK_SOAK_SECONDS=$$(($(MINUTES) * 60)) tests/end-to-end/test-soak epoll-edge

$(BUILD)/bench/%: tests/bench/%.c
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CFLAGS) $(LDFLAGS) -o $@ $< $(BENCH_LIBS_$*)

BENCH_LIBS_curl-loop := -lcurl

interop: ## the suite against real servers, which it installs: SERVERS="nginx apache" (all: 5 minutes)
	@tests/install-packages $(DEPS) python3 openssl
	@$(MAKE) --no-print-directory all
	@HTTPCHECK_BUILD=$(BUILD) tests/interop/run --install $(SERVERS)

torture: $(PROGRAMS) $(FAULT) ## every call of the C library that can fail, one after the other (20 minutes)
	@TORTURE=all HTTPCHECK_BUILD=$(BUILD) tests/end-to-end/test-torture

mutants: $(PROGRAMS) ## faulty servers that the suite must see; writes docs/mutants.md (4 minutes)
	@HTTPCHECK_BUILD=$(BUILD) tests/mutants/run --table docs/mutants.md

lint: ## what cppcheck, clang-tidy and gcc -fanalyzer say of the sources: nothing (5 minutes)
	@tests/lint cppcheck clang-tidy analyzer

analyze: ## gcc -fanalyzer only (2 minutes)
	@tests/lint analyzer

valgrind: all units ## memcheck and open descriptors on unit tests and a short run (10 minutes)
	@tests/valgrind $(BUILD)

bench: bench-server bench-runner ## measures the server models beside nginx, the runner beside other tools

bench-server: $(BUILD)/httpcheck-server $(BUILD)/bench/load $(BUILD)/bench/limit ## the server models only (2 minutes)
	@HTTPCHECK_BUILD=$(BUILD) tests/bench/bench-server

bench-runner: $(BUILD)/httpcheck $(BUILD)/bench/curl-loop ## the runner only (1 minute)
	@HTTPCHECK_BUILD=$(BUILD) tests/bench/bench-runner

check-headers: ## compiles every header alone
	@for h in $$(git ls-files -co --exclude-standard '*.h'); do \
		$(CC) $(CPPFLAGS) $(FLAGS_reports) -std=gnu17 -Wall -Wextra -Werror -fsyntax-only -x c $$h || exit 1; done

SHARE = $(DESTDIR)$(PREFIX)/share

install: all ## installs to DESTDIR/PREFIX: bin, share/httpcheck/cases, man pages, shell completion
	install -d $(DESTDIR)$(PREFIX)/bin $(SHARE)/httpcheck
	install $(PROGRAMS) $(DESTDIR)$(PREFIX)/bin
	cp -R cases $(SHARE)/httpcheck/
	install -D -m 644 -t $(SHARE)/man/man1 docs/man/*.1
	install -D -m 644 -t $(SHARE)/man/man5 docs/man/*.5
	install -D -m 644 docs/completions/httpcheck.bash $(SHARE)/bash-completion/completions/httpcheck
	install -D -m 644 -t $(SHARE)/zsh/site-functions docs/completions/_httpcheck
	install -D -m 644 -t $(SHARE)/fish/vendor_completions.d docs/completions/httpcheck.fish

DEB := $(BUILD)/deb

# From a copy, so that nothing is left in the tree; what was given to this make is not for that one.
deb: ## installs what is missing and builds a Debian package to build/deb
	@tests/install-packages $(DEPS) $(DEB_DEPS)
	@rm -rf $(DEB) && mkdir -p $(DEB)/source
	@tar -c --exclude-vcs --exclude=./build --exclude=./$(BUILD) . | tar -x -C $(DEB)/source
	cd $(DEB)/source && env -u MAKEFLAGS -u BUILD dpkg-buildpackage --build=binary --no-sign
	@rm -rf $(DEB)/source

manual: ## writes the manual page of the case language out of its guide
	docs/man/cases-page docs/case-language.md >docs/man/httpcheck-cases.5

format: ## formats every C file with clang-format
	clang-format -i $$(git ls-files -co --exclude-standard '*.c' '*.h')

top: ## the longest functions: a prompt to look, no gate
	@ctags --kinds-C=f --fields=+ne -x --_xformat='%F:%n %N %{end}' $$(git ls-files '*.c') | \
		awk '{split($$1,a,":"); print $$3-a[2]+1, $$1, $$2}' | sort -rn | head -20

clean: ## removes build/
	rm -rf build

help: ## this list
	@awk -F':.*## ' '/^[a-z-]+:.*## /{printf "make %-15s %s\n", $$1, $$2}' Makefile

-include $(shell find $(BUILD)/obj -name '*.d' 2>/dev/null)

.PHONY: all units run test deps build-deps check asan tsan fuzzers fuzz fuzz-afl lint analyze valgrind torture soak mutants interop bench bench-server bench-runner check-headers install deb manual format top clean help
.SECONDARY:
