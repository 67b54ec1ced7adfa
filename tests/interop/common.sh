# Sourced by `run` and `start`; then NAME/server says what is to be known of one server:
#
#     packages="nginx"        Debian packages it needs
#     program=nginx                 installed if this is in PATH, or this file is there; or several
#     behind=reference              a gateway: httpcheck-server is started behind it
#     skip="rules/a closing/b"      what is once so, once otherwise, by no fault of the case
#     jobs=1                        scenarios at once, where it can't be trusted with 64
#     version() { ... }             prints its version
#     build() { ... }               compiles what there is to be compiled, in $INTEROP_FOLDER
#     start() { ... }               becomes the server on $port (exec)

interop=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
PATH=$PATH:/usr/sbin:/sbin

load_server() {  # NAME
	name=$1 packages='' program='' behind='' skip='' jobs=64
	if [ ! -f "$interop/$name/server" ]; then
		echo "interop: no server '$name'; there are: $(server_names)" >&2
		return 2
	fi
	build() { :; }
	. "$interop/$name/server"
}

is_installed() {
	local one
	for one in $program; do
		command -v "$one" >/dev/null || [ -f "$one" ] || return
	done
}

server_names() {
	local file
	for file in "$interop"/*/server; do basename "$(dirname "$file")"; done | paste -sd' '
}

# A template of the server's folder with what is chosen for this run put in.
put() {  # FILE
	sed -e "s|@PORT@|${port:-}|g" -e "s|@FOLDER@|$INTEROP_FOLDER|g" -e "s|@SERVER@|$interop/$name|g" \
	    -e "s|@ORIGIN@|$INTEROP_ORIGIN|g" -e "s|@BEHIND@|$INTEROP_BEHIND|g" "$interop/$name/$1"
}

# The files that servers of static files serve, in $INTEROP_FOLDER/www; what is below
# upload/ belongs to the user they become when they are started by root.
lay_out_site() {  # [USER]
	local www=$INTEROP_FOLDER/www
	mkdir -p "$www/upload" "$INTEROP_FOLDER/tmp"
	cp -R "$interop/site/." "$www"
	cp -R "$interop/cgi" "$INTEROP_FOLDER"  # a checkout in root's home is not theirs to read
	seq -f 'line %g of a text that is worth compressing' 200 >"$www/text.txt"
	touch -d '2026-01-02 03:04:05 UTC' "$www"/*.html "$www"/*.txt
	printf 'alice:%s\n' "$(openssl passwd -apr1 secret)" >"$INTEROP_FOLDER/passwords"
	printf 'alice:private:%s\n' "$(printf alice:private:secret | md5sum | cut -d' ' -f1)" \
		>"$INTEROP_FOLDER/digests"
	if [ "$(id -u)" -eq 0 ] && [ $# -gt 0 ]; then
		chown -R "$1" "$www/upload" "$INTEROP_FOLDER/tmp"
	fi
}
