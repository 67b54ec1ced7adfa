# Sourced by the end-to-end tests: TAP for shell scripts, a scratch folder, and
# servers that are ended whatever happens.

build=${HTTPCHECK_BUILD:-build}
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
cd "$root" || exit 4
httpcheck=$root/$build/httpcheck
server=$root/$build/httpcheck-server
scratch=$(mktemp -d)
export XDG_STATE_HOME=$scratch/state  # what failed last is nobody else's
points=0 bad=0 servers=()

cleanup() {
	local pid
	for pid in "${servers[@]}"; do
		kill "$pid" 2>/dev/null && wait "$pid" 2>/dev/null
	done
	rm -rf "$scratch"
}
trap cleanup EXIT

point() {  # ok|'not ok' NAME
	points=$((points + 1))
	[ "$1" = ok ] || bad=1
	echo "$1 $points - $2"
}

done_testing() {
	echo "1..$points"
	exit "$bad"
}

# Runs a command; its output is in $scratch/out and $scratch/err, its code in $code.
run() {
	"$@" >"$scratch/out" 2>"$scratch/err" </dev/null
	code=$?
}

show_output() {
	sed 's/^/# out: /' "$scratch/out" | tail -n "${1:-15}"
	sed 's/^/# err: /' "$scratch/err" | tail -n "${1:-15}"
}

# The last run ended with CODE, and its standard error matches the regular expression.
expect_code() {  # NAME CODE [ERE]
	if [ "$code" -eq "$2" ] && { [ $# -lt 3 ] || grep -qE -- "$3" "$scratch/err"; }; then
		point ok "$1"
	else
		point 'not ok' "$1"
		echo "# exit code $code, wanted $2${3:+ and a message like: $3}"
		show_output
	fi
}

expect_output() {  # NAME ERE: standard output of the last run matches
	if grep -qE -- "$2" "$scratch/out"; then
		point ok "$1"
	else
		point 'not ok' "$1"
		echo "# no line like: $2"
		show_output
	fi
}

expect() {  # NAME COMMAND...: the command succeeds
	local name=$1
	shift
	if "$@"; then point ok "$name"; else point 'not ok' "$name"; fi
}

# Starts the reference server and waits until it listens; $url is where.
start_server() {  # OPTION...
	local line
	mkfifo "$scratch/listening"
	"$server" --listen 127.0.0.1:0 "$@" >"$scratch/listening" 2>"$scratch/server.err" &
	servers+=($!)
	read -r line <"$scratch/listening"
	rm "$scratch/listening"
	url=${line#listening on }
}
