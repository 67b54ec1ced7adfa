#!/usr/bin/env node
// Node's own http module, as people begin with it. Prints its URL.
const http = require('http');

const page = '<!DOCTYPE html><title>peer</title><p>' + 'a page of more than one KiB '.repeat(40);

const server = http.createServer((request, response) => {
	if (request.url !== '/') {
		response.writeHead(404, { 'Content-Type': 'text/plain' });
		response.end('nothing here\n');
	} else if (request.method !== 'GET' && request.method !== 'HEAD') {
		response.writeHead(405, { 'Content-Type': 'text/plain', Allow: 'GET, HEAD' });
		response.end('not that\n');
	} else {
		response.writeHead(200, { 'Content-Type': 'text/html' });
		response.end(page);
	}
});

server.listen(0, '127.0.0.1', () => {
	console.log(`http://127.0.0.1:${server.address().port}`);
});
