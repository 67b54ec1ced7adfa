# After the users' guide, "Using Websockets"; all else is the built-in VCL.
vcl 4.1;

backend reference { .host = "@BEHIND_HOST@"; .port = "@BEHIND_PORT@"; }
backend origin { .host = "@ORIGIN_HOST@"; .port = "@ORIGIN_PORT@"; }

sub vcl_recv {
	if (req.url ~ "^/origin/") {
		set req.backend_hint = origin;
	}
	if (req.http.upgrade ~ "(?i)websocket") {
		return (pipe);
	}
}

sub vcl_pipe {
	if (req.http.upgrade) {
		set bereq.http.upgrade = req.http.upgrade;
		set bereq.http.connection = req.http.connection;
	}
}
