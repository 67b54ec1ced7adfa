#include "reference-server/resources/document.h"
#include "reference-server/resources/weight.h"

#include "base/cleanup.h"

#define PAGE_DATE 1704412800          /* Fri, 05 Jan 2024 00:00:00 GMT */

/* The same in several forms; the first is what whoever does not care gets. */
static const struct variant {
	const char *type, *language, *location, *etag;
	struct slice content;
} variants[] = {
	{ "text/plain", "en", "/negotiate/greeting.en.txt", "\"greeting-1\"", SLICE("Hello\n") },
	{ "text/plain", "de", "/negotiate/greeting.de.txt", "\"greeting-2\"", SLICE("Hallo\n") },
	{ "text/html", "en", "/negotiate/greeting.en.html", "\"greeting-3\"",
	  SLICE("<!doctype html>\n<title>Hello</title>\n<p>Hello\n") },
	{ "text/html", "de", "/negotiate/greeting.de.html", "\"greeting-4\"",
	  SLICE("<!doctype html>\n<title>Hallo</title>\n<p>Hallo\n") },
	{ "application/json", "en", "/negotiate/greeting.json", "\"greeting-5\"",
	  SLICE("{\"greeting\":\"Hello\"}\n") },
};

/* How exactly a media range names the type: 3 in full, 2 as "text", 1 as anything, 0
 * not at all. Parameters name something that none of the variants is, but for the
 * charset of text (RFC 9110 section 12.5.1). */
static int exactness(const struct choice *c, const char *type)
{
	struct slice whole = slice_str(type), range = c->name;
	size_t slash = slice_find(whole, '/');
	bool charset = slice_is_nocase(slice_trim(slice_skip(c->parameters, 1)), "charset=utf-8");

	if (c->parameters.len && !(charset && slice_starts(whole, SLICE("text/"))))
		return 0;
	if (slice_is_nocase(range, type))
		return 3;
	if (slice_ends(range, SLICE("/*")) && range.len == slash + 2 &&
	    slice_eq_nocase(slice_sub(range, 0, slash), slice_sub(whole, 0, slash)))
		return 2;
	return slice_is(range, "*/*");
}

static int weight_of_type(const struct request *r, const char *type)
{
	struct choices all = { 0 };
	struct choice c;
	int best = 0, weight = 0;

	if (request_field_count(r, "Accept") == 0)
		return 1000;
	while (choice_next(r, "Accept", &all, &c)) {
		int exact = exactness(&c, type);

		if (exact > best) {
			best = exact;
			weight = c.weight;
		}
	}
	return weight;
}

/* Basic filtering of RFC 4647, and the other way round: "en-GB" is content with "en". */
static int weight_of_language(const struct request *r, const char *language)
{
	struct choices all = { 0 };
	struct choice c;
	int best = -1, any = 0;
	size_t n = strlen(language);

	if (request_field_count(r, "Accept-Language") == 0)
		return 1000;
	while (choice_next(r, "Accept-Language", &all, &c)) {
		bool part = c.name.len > n && c.name.at[n] == '-';

		if (slice_is(c.name, "*"))
			any = c.weight;
		else if ((c.name.len == n || part) && c.weight > best &&
			 slice_is_nocase(slice_sub(c.name, 0, n), language))
			best = c.weight;
	}
	return best >= 0 ? best : any;
}

/* A type that is not wanted is out; a language that is not wanted is the last resort
 * (RFC 9110 section 12.5.4). */
static const struct variant *choose(const struct request *r)
{
	const struct variant *best = NULL;
	int most = 0;

	for (size_t i = 0; i < ARRAY_SIZE(variants); i++) {
		int type = weight_of_type(r, variants[i].type);
		int score = type ? 2 * type * 1001 + weight_of_language(r, variants[i].language) : 0;

		if (score > most) {
			best = &variants[i];
			most = score;
		}
	}
	return best;
}

static void answer_variant(const struct variant *v, const struct call *call, bool chosen,
			   struct answer *a)
{
	struct portrait p = { .etag = v->etag, .modified = PAGE_DATE, .type = v->type,
			      .vary = chosen ? "Accept, Accept-Language" : NULL,
			      .location = chosen ? v->location : NULL };
	struct made_document m;

	document_make(&m, &p, call->now);
	m.document.content = v->content;
	document_answer(&m.document, call, a);
	if (a->status < 300)
		answer_field(a, "Content-Language", slice_str(v->language));
}

/* What there is to choose from, for a client that wants to choose itself. */
static void add_list(struct answer *a)
{
	for (size_t i = 0; i < ARRAY_SIZE(variants); i++) {
		answer_fieldf(a, "Link", "<%s>; rel=\"alternate\"; type=\"%s\"; hreflang=\"%s\"",
			      variants[i].location, variants[i].type, variants[i].language);
		answer_addf(a, "%s (%s, %s)\n", variants[i].location, variants[i].type,
			    variants[i].language);
	}
}

static void answer_below(const struct call *call, struct answer *a)
{
	for (size_t i = 0; i < ARRAY_SIZE(variants); i++) {
		if (slice_is(call->below, variants[i].location + strlen("/negotiate"))) {
			answer_variant(&variants[i], call, false, a);
			return;
		}
	}
	answer_error(a, 404, "there is no such form of it");
}

/* /negotiate chooses by Accept and Accept-Language; /negotiate/ lists the choices. */
void negotiate_handle(const struct call *call, struct answer *a)
{
	const struct variant *v = choose(call->request);

	if (slice_is(call->below, "/")) {
		answer_begin(a, 300);
		answer_field(a, "Location", slice_str(variants[0].location));
		answer_field(a, "Content-Type", SLICE("text/plain; charset=utf-8"));
		add_list(a);
	} else if (call->below.len) {
		answer_below(call, a);
	} else if (v) {
		answer_variant(v, call, true, a);
	} else {
		answer_error(a, 406, "none of its forms has a type that is accepted");
		add_list(a);
		answer_field(a, "Vary", SLICE("Accept, Accept-Language"));
	}
}
