# fish completion for httpcheck. Commands and options are asked of the program itself,
# so that there is one list of them.

function __httpcheck_commands
    httpcheck --help 2>/dev/null | string match -rg '^  ([a-z]{3,}) +(?:.*)$'
end

function __httpcheck_ids
    httpcheck list 2>/dev/null | string replace -r ' +(MUST|SHOULD|MAY) +' \t
end

function __httpcheck_formats
    httpcheck run --help 2>/dev/null | string join ' ' | string replace -ra ' +' ' ' \
        | string match -rg 'standard output\): ((?:[a-z0-9-]+, )*[a-z0-9-]+)' | string split ', '
end

function __httpcheck_options
    set -l words (commandline -opc)
    test (count $words) -ge 2; or return
    httpcheck $words[2] --help 2>/dev/null | string match -rag '(?:^|[ ,])(--[a-z][a-z-]+)' | sort -u
end

complete -c httpcheck -n __fish_use_subcommand -f -a '(__httpcheck_commands)'
complete -c httpcheck -n 'not __fish_use_subcommand' -a '(__httpcheck_options)'
complete -c httpcheck -n '__fish_seen_subcommand_from show' -f -a '(__httpcheck_ids)'

complete -c httpcheck -n 'not __fish_use_subcommand' -s f -l filter -x -a '(__httpcheck_ids)'
complete -c httpcheck -n 'not __fish_use_subcommand' -l skip -x -a '(__httpcheck_ids)'
complete -c httpcheck -n 'not __fish_use_subcommand' -s l -l level -x -a 'must should may'
complete -c httpcheck -n 'not __fish_use_subcommand' -l min-level -x -a 'must should may'
complete -c httpcheck -n '__fish_seen_subcommand_from run' -l fail-on -x -a 'must should any'
complete -c httpcheck -n '__fish_seen_subcommand_from run' -l segment -x -a '1 random:'
complete -c httpcheck -n '__fish_seen_subcommand_from run' -l model -x \
    -a 'epoll-edge epoll poll select coroutine thread fork iterative'
complete -c httpcheck -n '__fish_seen_subcommand_from run' -l baseline -r
complete -c httpcheck -n '__fish_seen_subcommand_from run' -s p -l profile -r
complete -c httpcheck -n '__fish_seen_subcommand_from run probe' -l cacert -r
complete -c httpcheck -n '__fish_seen_subcommand_from run report merge' -l color -x -a 'auto always never'
complete -c httpcheck -n '__fish_seen_subcommand_from run report merge' -l report -x \
    -a '(__httpcheck_formats)='
complete -c httpcheck -n '__fish_seen_subcommand_from compare' -l format -x -a 'markdown html json'
complete -c httpcheck -n '__fish_seen_subcommand_from coverage' -l format -x -a 'text markdown json'
complete -c httpcheck -n '__fish_seen_subcommand_from coverage' -l role -x -a 'origin gateway proxy'
complete -c httpcheck -n '__fish_seen_subcommand_from report' -l format -x -a 'console (__httpcheck_formats)'
