import com.sun.net.httpserver.BasicAuthenticator;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;

/** The JDK's own HTTP server, as the documentation of com.sun.net.httpserver begins with it: Server PORT. */
public class Server {
	private static final String PAGE = "<!DOCTYPE html><title>java</title><p>"
		+ "a page of more than one KiB ".repeat(40);

	private static final List<String> METHODS = List.of("CONNECT", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH",
		"POST", "PUT", "TRACE");

	private static void answer(HttpExchange x, int status, byte[] content, String type) throws IOException {
		x.getResponseHeaders().set("Content-Type", type);
		if (x.getRequestMethod().equals("HEAD")) {
			x.getResponseHeaders().set("Content-Length", Integer.toString(content.length));
			x.sendResponseHeaders(status, -1);
		} else {
			x.sendResponseHeaders(status, content.length == 0 ? -1 : content.length);
			if (content.length > 0)
				x.getResponseBody().write(content);
		}
		x.close();
	}

	private static void answer(HttpExchange x, int status, String text) throws IOException {
		answer(x, status, text.getBytes(StandardCharsets.ISO_8859_1), "text/plain");
	}

	/** Only GET and HEAD, only this path: a context of this server takes all that is below it, too. */
	private static HttpHandler page(String path, HttpHandler then) {
		return x -> {
			if (!x.getRequestURI().getPath().equals(path)) {
				answer(x, 404, "nothing here\n");
			} else if (!METHODS.contains(x.getRequestMethod())) {
				answer(x, 501, "not known\n");
			} else if (!x.getRequestMethod().equals("GET") && !x.getRequestMethod().equals("HEAD")) {
				x.getResponseHeaders().set("Allow", "GET, HEAD");
				answer(x, 405, "not that\n");
			} else {
				then.handle(x);
			}
		};
	}

	private static String quoted(String s) {
		return '"' + s.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
	}

	private static void echo(HttpExchange x) throws IOException {
		x.getRequestBody().readAllBytes();
		String fields = x.getRequestHeaders().entrySet().stream()
			.flatMap((Map.Entry<String, List<String>> e) -> e.getValue().stream()
				.map(value -> "[" + quoted(e.getKey()) + "," + quoted(value) + "]"))
			.collect(Collectors.joining(","));
		String said = "{\"method\":" + quoted(x.getRequestMethod()) + ",\"target\":"
			+ quoted(x.getRequestURI().toString()) + ",\"fields\":[" + fields + "]}";
		answer(x, 200, said.getBytes(StandardCharsets.ISO_8859_1), "application/json");
	}

	private static void body(HttpExchange x) throws IOException {
		byte[] content = x.getRequestBody().readAllBytes();
		if (x.getRequestMethod().equals("POST")) {
			answer(x, 200, content, "application/octet-stream");
		} else {
			x.getResponseHeaders().set("Allow", "POST");
			answer(x, 405, "not that\n");
		}
	}

	private static int argument(HttpExchange x) {
		return Integer.parseInt(x.getRequestURI().getPath().replaceAll(".*/", ""));
	}

	private static void status(HttpExchange x) throws IOException {
		int code = argument(x);
		if (code < 200 || code == 206 || code == 426) {
			answer(x, 404, "not for this page to answer\n");
			return;
		}
		if (code == 401)
			x.getResponseHeaders().set("WWW-Authenticate", "Basic realm=\"private\"");
		if (code == 405)
			x.getResponseHeaders().set("Allow", "PUT");
		if (code == 416)
			x.getResponseHeaders().set("Content-Range", "bytes */0");
		if (code / 100 == 3 && code != 304)
			x.getResponseHeaders().set("Location", "/");
		answer(x, code, code == 204 || code == 205 || code == 304 ? "" : "this is status " + code + "\n");
	}

	private static void delay(HttpExchange x) throws IOException {
		try {
			Thread.sleep(argument(x));
		} catch (InterruptedException e) {
			Thread.currentThread().interrupt();
		}
		answer(x, 200, "late\n");
	}

	private static void inPieces(HttpExchange x) throws IOException {
		x.getResponseHeaders().set("Content-Type", "text/plain");
		x.sendResponseHeaders(200, x.getRequestMethod().equals("HEAD") ? -1 : 0);
		for (int i = 0; i < 3 && !x.getRequestMethod().equals("HEAD"); i++)
			x.getResponseBody().write(("piece " + i + "\n").getBytes());
		x.close();
	}

	public static void main(String[] args) throws IOException {
		InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(args[0]));
		HttpServer server = HttpServer.create(address, 0);
		server.createContext("/", page("/", x -> answer(x, 200, PAGE.getBytes(), "text/html")));
		server.createContext("/body", Server::body);
		server.createContext("/echo", Server::echo);
		server.createContext("/status/", Server::status);
		server.createContext("/delay/", Server::delay);
		server.createContext("/chunked", page("/chunked", Server::inPieces));
		server.createContext("/redirect", page("/redirect", x -> {
			x.getResponseHeaders().set("Location", "/");
			answer(x, 307, "see /\n");
		}));
		server.createContext("/cookies", page("/cookies", x -> {
			x.getResponseHeaders().set("Set-Cookie", "seen=1; Path=/cookies");
			answer(x, 200, "a cookie\n");
		}));
		server.createContext("/private", page("/private", x -> answer(x, 200, "private\n")))
			.setAuthenticator(new BasicAuthenticator("private") {
				@Override
				public boolean checkCredentials(String user, String password) {
					return user.equals("alice") && password.equals("secret");
				}
			});
		server.setExecutor(Executors.newCachedThreadPool());
		server.start();
	}
}
