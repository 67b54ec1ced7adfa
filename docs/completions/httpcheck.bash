# bash completion for httpcheck. Commands and options are asked of the program itself,
# so that there is one list of them.

_httpcheck_commands() {
	"$1" --help 2>/dev/null | sed -n 's/^  \([a-z]\{3,\}\)  .*/\1/p'
}

_httpcheck_options() {  # PROGRAM COMMAND
	"$1" "$2" --help 2>/dev/null | grep -oE -- '(^|[ ,])--[a-z][a-z-]+' | tr -d ' ,' | sort -u
}

_httpcheck_ids() {
	"$1" list 2>/dev/null | sed -E 's/ +(MUST|SHOULD|MAY) .*//'
}

_httpcheck_formats() {
	"$1" run --help 2>/dev/null | tr -s ' \n' ' ' |
		sed -E 's/.*standard output\): (([a-z0-9-]+, )*[a-z0-9-]+).*/\1/' | tr -d , | tr ' ' '\n'
}

# What begins with the current word, quoted for the shell.
_httpcheck_offer() {
	local line
	while IFS= read -r line || [ -n "$line" ]; do
		if [[ $line == "$cur"* ]]; then
			COMPREPLY+=("$(printf '%q' "$line")")
		fi
	done
}

_httpcheck_files() {
	compopt -o filenames 2>/dev/null
	mapfile -t COMPREPLY < <(compgen -f -- "$cur")
}

_httpcheck_value() {  # of option $prev; fails where it takes none that is known
	case $prev in
	--filter | -f | --skip) _httpcheck_offer < <(_httpcheck_ids "$program") ;;
	--level | -l | --min-level) _httpcheck_offer < <(printf '%s\n' must should may) ;;
	--fail-on) _httpcheck_offer < <(printf '%s\n' must should any) ;;
	--color) _httpcheck_offer < <(printf '%s\n' auto always never) ;;
	--segment) _httpcheck_offer < <(printf '%s\n' 1 random:) ;;
	--model) _httpcheck_offer < <(printf '%s\n' epoll-edge epoll poll select coroutine thread \
		fork iterative) ;;
	--report)
		compopt -o nospace 2>/dev/null
		_httpcheck_offer < <(_httpcheck_formats "$program" | sed 's/$/=/')
		;;
	--format)
		case $command in
		report) _httpcheck_offer < <({ echo console; _httpcheck_formats "$program"; }) ;;
		compare) _httpcheck_offer < <(printf '%s\n' markdown html json) ;;
		*) _httpcheck_offer < <(printf '%s\n' text markdown json) ;;
		esac
		;;
	--profile | -p | --baseline | --cacert | --output | -o) _httpcheck_files ;;
	--target | -T | --exec | -e | --proxy | --jobs | -j | --timeout | --timeout-scale | \
		--shuffle | --repeat | --retries | --shard | --tag | -t | --requirement | --interface) ;;
	*) return 1 ;;
	esac
}

_httpcheck() {
	local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]}
	local program=${COMP_WORDS[0]} command=${COMP_WORDS[1]}
	COMPREPLY=()
	if [ "$COMP_CWORD" -eq 1 ]; then
		_httpcheck_offer < <(_httpcheck_commands "$program"; printf '%s\n' --help --version)
		return
	fi
	# "=" ends a word for bash: --level=mu is three of them.
	if [ "$cur" = = ]; then
		cur=
	elif [ "$prev" = = ]; then
		prev=${COMP_WORDS[COMP_CWORD - 2]}
		if [[ $prev != -* ]]; then  # the file of --report FORMAT=FILE
			_httpcheck_files
			return
		fi
	fi
	_httpcheck_value && return
	if [[ $cur == -* ]]; then
		_httpcheck_offer < <(_httpcheck_options "$program" "$command")
	elif [ "$command" = show ] && [ "$COMP_CWORD" -eq 2 ]; then
		_httpcheck_offer < <(_httpcheck_ids "$program")
	else
		_httpcheck_files
	fi
}

complete -F _httpcheck httpcheck
