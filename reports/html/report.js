'use strict';

/* Filters, opens, copies, shows hex. All it shows is in the page already: it makes no
 * markup from text, and the policy of the page forbids it to ask anybody for more. */

(() => {
const form = document.getElementById('filter');
const sections = [...document.querySelectorAll('.theme')];
const cases = [...document.querySelectorAll('.theme > details')].map(element => ({
	element,
	verdict: element.className,
	level: element.dataset.level,
	theme: element.parentElement.dataset.theme,
	text: null,                   /* all of it, in lower case, once somebody looks for text */
}));

/* ---- the state: the form shows it, the fragment keeps it ---- */

const boxes = [...form?.querySelectorAll('input[type=checkbox]') ?? []];
const findings = ['error', 'fail', 'warn', 'inconclusive'];
const nothing = new URLSearchParams();

function checked(name) {
	return boxes.filter(box => box.name === name && box.checked).map(box => box.value);
}

function readForm() {
	return {
		verdict: checked('verdict'), level: checked('level'),
		theme: form.elements.theme.value, q: form.elements.q.value.trim(),
	};
}

function fillForm(params) {
	for (const box of boxes)
		box.checked = (params.get(box.name) ?? '').split(',').includes(box.value);
	form.elements.theme.value = params.get('theme') ?? '';
	form.elements.q.value = params.get('q') ?? '';
}

function fragmentOf(state) {
	const parts = [];

	for (const name of ['verdict', 'level'])
		if (state[name].length)
			parts.push(name + '=' + state[name].join(','));
	for (const name of ['theme', 'q'])
		if (state[name])
			parts.push(name + '=' + encodeURIComponent(state[name]));
	return '#' + (parts.join('&') || 'show=all');
}

/* What nobody asked about: the findings, where there are any. */
function defaults() {
	const any = findings.filter(verdict => cases.some(one => one.verdict === verdict));

	return new URLSearchParams({ verdict: any.join(',') });
}

/* ---- filtering ---- */

function matches(one, state, q) {
	if (state.verdict.length && !state.verdict.includes(one.verdict))
		return false;
	if (state.level.length && !state.level.includes(one.level))
		return false;
	if (state.theme && state.theme !== one.theme)
		return false;
	if (!q)
		return true;
	one.text ??= one.element.textContent.toLowerCase();
	return one.text.includes(q);
}

function apply() {
	const state = readForm(), q = state.q.toLowerCase();
	let shown = 0;

	for (const one of cases) {
		one.element.hidden = !matches(one, state, q);
		shown += !one.element.hidden;
	}
	for (const section of sections)
		section.hidden = !section.querySelector(':scope > details:not([hidden])');
	form.querySelector('output').value = `${shown} of ${cases.length} shown`;
}

function changed() {
	apply();
	history.replaceState(null, '', fragmentOf(readForm()));
}

/* ---- links: a filter has a '=', the name of a case has none and needs no decoding ---- */

function reveal(id) {
	const details = document.getElementById(id)?.closest('.theme > details');

	if (!details)
		return;
	if (details.hidden) {
		fillForm(nothing);
		apply();
	}
	details.open = true;
	details.scrollIntoView();
	details.querySelector('summary').focus({ preventScroll: true });
}

function follow() {
	const fragment = location.hash.slice(1);

	if (fragment.includes('=')) {
		fillForm(new URLSearchParams(fragment));
		apply();
	} else {
		reveal(fragment);
	}
}

for (const link of document.querySelectorAll('a:not([href])')) {
	const { verdict = [], level = [], theme = '' } = link.dataset;

	link.href = fragmentOf({ verdict: [verdict].flat(), level: [level].flat(), theme, q: '' });
	link.addEventListener('click', () => document.getElementById('results').scrollIntoView());
}

/* ---- an open case ---- */

function button(label, press) {
	const b = document.createElement('button');

	b.type = 'button';
	b.textContent = label;
	b.addEventListener('click', () => press(b));
	return b;
}

/* Without a clipboard (a page over plain HTTP has none), the text is at least selected. */
async function copy(b, source) {
	getSelection().selectAllChildren(source);
	try {
		await navigator.clipboard.writeText(source.textContent);
		b.textContent = 'copied';
	} catch {
		b.textContent = 'selected';
	}
}

/* The bytes that text_escape() made this text of; line breaks are the page's own. */
function bytesOf(text) {
	const named = { r: 13, n: 10, t: 9, '\\': 92 };
	const units = text.replaceAll('\n', '').match(/\\x[0-9a-f]{2}|\\.|./g) ?? [];

	return units.map(unit => unit.startsWith('\\x') ? parseInt(unit.slice(2), 16)
			 : unit[0] === '\\' ? named[unit[1]] : unit.charCodeAt(0));
}

function hexOf(bytes) {
	const rows = [];

	for (let at = 0; at < bytes.length; at += 16) {
		const row = bytes.slice(at, at + 16);
		const hex = row.map(byte => byte.toString(16).padStart(2, '0'));
		const text = row.map(byte => byte >= 32 && byte < 127 ? String.fromCharCode(byte) : '.');

		rows.push(at.toString(16).padStart(4, '0') + '  ' +
			  (hex.slice(0, 8).join(' ') + '  ' + hex.slice(8).join(' ')).padEnd(50) +
			  text.join(''));
	}
	return rows.join('\n');
}

function showHex(b, wire) {
	const on = wire.classList.toggle('as-hex');

	b.setAttribute('aria-pressed', on);
	if (wire.querySelector('.hex'))
		return;
	for (const code of wire.querySelectorAll('code')) {
		const hex = document.createElement('code');

		hex.className = 'hex';
		hex.tabIndex = 0;
		hex.textContent = hexOf(bytesOf(code.textContent));
		code.after(hex);
	}
}

/* What is not itself recedes: \r\n, \x1b. */
function dimEscapes(code) {
	const parts = code.textContent.split(/((?:\\(?:x[0-9a-f]{2}|[rnt\\]))+)/);

	code.replaceChildren(...parts.map((part, i) => {
		if (i % 2 === 0)
			return part;

		const span = document.createElement('em');

		span.className = 'escape';
		span.textContent = part;
		return span;
	}));
}

function equip(details) {
	const wire = details.querySelector('.wire'), replay = details.querySelector('.replay');

	if (details.dataset.equipped)
		return;
	details.dataset.equipped = 'yes';
	if (wire) {
		const tools = document.createElement('div');
		const hex = button('hex', b => showHex(b, wire));

		hex.setAttribute('aria-pressed', false);
		tools.className = 'tools';
		tools.append('transcript', hex);
		wire.before(tools);
		wire.querySelectorAll('code').forEach(dimEscapes);
	}
	if (replay) {
		const b = button('copy', self => copy(self, replay.querySelector('code')));

		b.setAttribute('aria-live', 'polite');
		replay.append(b);
	}
}

document.addEventListener('toggle', event => {
	if (event.target.open && event.target.matches('.theme > details'))
		equip(event.target);
}, true);

/* From one shown case to the next with the arrows, as in a list. */
document.addEventListener('keydown', event => {
	const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];

	if (!step || !event.target.matches('.theme > details > summary'))
		return;

	const shown = cases.filter(one => !one.element.hidden);
	const at = shown.findIndex(one => one.element === event.target.parentElement);

	event.preventDefault();
	shown[at + step]?.element.querySelector('summary').focus();
});

if (form) {
	form.hidden = false;
	form.addEventListener('input', changed);
	form.addEventListener('submit', event => event.preventDefault());
	form.querySelector('button').addEventListener('click', () => {
		fillForm(nothing);
		changed();
	});
	fillForm(defaults());
	apply();
	window.addEventListener('hashchange', follow);
	follow();
}
})();
