// Node's own http module, as its documentation begins with it; the framework's part
// (methods, paths) is a few lines. A path is also understood where it stands in a whole URL.
const http = require('http');

const page = '<!DOCTYPE html><title>node</title><p>' + 'a page of more than one KiB '.repeat(40);

function answer(response, status, content, fields) {
	response.writeHead(status, { 'Content-Type': 'text/plain', 'Content-Length': Buffer.byteLength(content),
		...fields });
	response.end(content);
}

function withContent(request, then) {
	const parts = [];
	request.on('data', part => parts.push(part));
	request.on('end', () => then(Buffer.concat(parts)));
}

function fieldLines(raw) {
	const lines = [];
	for (let i = 0; i < raw.length; i += 2)
		lines.push([raw[i], raw[i + 1]]);
	return lines;
}

function echo(request, response) {
	withContent(request, content => answer(response, 200, JSON.stringify({ method: request.method,
		target: request.url, fields: fieldLines(request.rawHeaders), content: content.toString('latin1'),
		trailers: fieldLines(request.rawTrailers) }), { 'Content-Type': 'application/json' }));
}

function status(response, code) {
	const fields = { 401: { 'WWW-Authenticate': 'Basic realm="private"' }, 405: { Allow: 'PUT' },
		416: { 'Content-Range': 'bytes */0' } };
	if (code < 200 || code === 206 || code === 426) {
		answer(response, 404, 'not for this page to answer\n');
	} else if (code === 204 || code === 205 || code === 304) {
		response.writeHead(code);
		response.end();
	} else {
		answer(response, code, `this is status ${code}\n`,
			code >= 300 && code < 400 ? { Location: '/' } : fields[code]);
	}
}

function inPieces(response, pieces, every) {
	response.write(`piece ${pieces}\n`);
	if (pieces > 1)
		setTimeout(inPieces, every, response, pieces - 1, every);
	else
		response.end();
}

const routes = {
	'/': (request, response) => answer(response, 200, page, { 'Content-Type': 'text/html' }),
	'/redirect': (request, response) => answer(response, 307, 'see /\n', { Location: '/' }),
	'/chunked': (request, response) => inPieces(response, 3, 0),
	'/stream': (request, response) => inPieces(response, 5, 50),
	'/cookies': (request, response) => answer(response, 200, 'a cookie\n', { 'Set-Cookie': 'seen=1; Path=/cookies' }),
	'/trailers': (request, response) => {
		if (request.httpVersion === '1.0') {   // which has no chunks, so none behind them
			answer(response, 200, 'one line\n');
			return;
		}
		response.writeHead(200, { 'Content-Type': 'text/plain', Trailer: 'X-Lines' });
		response.write('one line\n');
		response.addTrailers({ 'X-Lines': '1' });
		response.end();
	},
	'/private': (request, response) => {
		const expected = 'Basic ' + Buffer.from('alice:secret').toString('base64');
		if (request.headers.authorization === expected)
			answer(response, 200, 'private\n');
		else
			answer(response, 401, 'who are you?\n', { 'WWW-Authenticate': 'Basic realm="private"' });
	},
};

function handle(request, response) {
	const { protocol, pathname: path } = new URL(request.url, 'http://localhost');
	const [, first, argument] = path.split('/');

	if (protocol !== 'http:')
		answer(response, 421, 'not for this connection\n');
	else if (first === 'echo')
		echo(request, response);
	else if (path === '/body' && request.method === 'POST')
		withContent(request, content => answer(response, 200, content,
			{ 'Content-Type': 'application/octet-stream' }));
	else if (first === 'delay')
		setTimeout(() => answer(response, 200, 'late\n'), Number(argument));
	else if (first === 'status')
		status(response, Number(argument));
	else if (!(path in routes))
		answer(response, 404, 'nothing here\n');
	else if (request.method === 'GET' || request.method === 'HEAD')
		routes[path](request, response);
	else
		answer(response, 405, 'not that\n', { Allow: 'GET, HEAD' });
}

// Node adds a second to keepAliveTimeout.
const server = http.createServer({ headersTimeout: 2000, requestTimeout: 4000, keepAliveTimeout: 3000,
	connectionsCheckingInterval: 200 }, (request, response) => {
	try {
		handle(request, response);
	} catch (error) {
		answer(response, 400, `${error.message}\n`);
	}
});
server.listen(Number(process.argv[2]), '127.0.0.1');
