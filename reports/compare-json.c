#include "reports/compare-write.h"

#include "base/cleanup.h"
#include "reports/json.h"
#include "reports/visible.h"

#include <errno.h>
#include <jansson.h>

/* jansson takes null for a value that could not be made, and says so. */
static int set(json_t *object, const char *key, json_t *value)
{
	return json_object_set_new(object, key, value);
}

static json_t *of_count(size_t n)
{
	return json_integer((json_int_t)n);
}

static json_t *of_visible(const char *text)
{
	CLEANUP(buffer_release) struct buffer b = BUFFER_INIT(1 << 24);

	return visible_add(&b, text, BREAKS_SPELT) < 0 ? NULL : json_string(buffer_str(&b));
}

static json_t *of_server(const struct compared *one)
{
	struct tally t = run_tally(one->run);
	json_t *o = json_object(), *counts = json_object();
	int r = set(o, "name", of_visible(one->name));

	r |= set(o, "target", of_visible(one->run->target));
	r |= set(o, "note", of_visible(one->run->target_note));
	r |= set(o, "program", of_visible(one->run->program));
	r |= set(o, "started", json_of_time(one->run->started, 0));
	for (int v = 0; v < VERDICTS; v++)
		r |= set(counts, verdict_name(v), of_count(t.of[v]));
	r |= set(o, "verdicts", counts);
	if (r == 0)
		return o;
	json_decref(o);
	return NULL;
}

static json_t *of_result(const struct result *r)
{
	json_t *o;

	if (!r)
		return json_null();
	o = json_object();
	if (set(o, "verdict", json_string(verdict_name(r->verdict))) == 0 &&
	    set(o, "reason", of_visible(r->reason)) == 0 &&
	    set(o, "seen", of_visible(r->seen)) == 0)
		return o;
	json_decref(o);
	return NULL;
}

static json_t *of_row(const struct compare_row *row, size_t nruns)
{
	json_t *o = json_object(), *results = json_array();
	int r = set(o, "id", of_visible(row->any->id));

	r |= set(o, "theme", of_visible(row->any->theme));
	r |= set(o, "title", of_visible(row->any->title));
	r |= set(o, "level", json_string(level_name(row->any->level)));
	r |= set(o, "differs", json_boolean(row->differs));
	for (size_t i = 0; i < nruns; i++)
		r |= json_array_append_new(results, of_result(row->of[i]));
	r |= set(o, "results", results);
	if (r == 0)
		return o;
	json_decref(o);
	return NULL;
}

static json_t *of_agreement(const struct agreement *a)
{
	json_t *o = json_object();

	if (set(o, "both", of_count(a->both)) == 0 && set(o, "same", of_count(a->same)) == 0)
		return o;
	json_decref(o);
	return NULL;
}

static json_t *of_split(const struct split *s, size_t nruns)
{
	json_t *o = json_object(), *groups = json_array();
	int r = set(o, "rows", of_count(s->rows));

	for (size_t i = 0; i < nruns; i++)
		r |= json_array_append_new(groups, s->group[i] == NOT_JUDGED
							   ? json_null()
							   : json_integer(s->group[i]));
	r |= set(o, "groups", groups);
	if (r == 0)
		return o;
	json_decref(o);
	return NULL;
}

/* The agreement of one server with each. */
static json_t *of_agreements(const struct comparison *c, size_t i)
{
	json_t *list = json_array();
	int r = 0;

	for (size_t j = 0; j < c->nruns; j++)
		r |= json_array_append_new(list, of_agreement(&c->agreement[i * c->nruns + j]));
	if (r == 0)
		return list;
	json_decref(list);
	return NULL;
}

static json_t *of_comparison(const struct comparison *c)
{
	json_t *o = json_object(), *servers = json_array(), *agreement = json_array();
	json_t *splits = json_array(), *rows = json_array();
	int r = set(o, "schema", json_integer(1));

	for (size_t i = 0; i < c->nruns; i++) {
		r |= json_array_append_new(servers, of_server(&c->runs[i]));
		r |= json_array_append_new(agreement, of_agreements(c, i));
	}
	for (size_t i = 0; i < c->nsplits; i++)
		r |= json_array_append_new(splits, of_split(&c->splits[i], c->nruns));
	for (size_t i = 0; i < c->nrows; i++)
		r |= json_array_append_new(rows, of_row(&c->rows[i], c->nruns));
	r |= set(o, "servers", servers);
	r |= set(o, "agreement", agreement);
	r |= set(o, "splits", splits);
	r |= set(o, "rows", rows);
	if (r == 0)
		return o;
	json_decref(o);
	return NULL;
}

int compare_json_write(const struct comparison *c, FILE *out)
{
	json_t *o = of_comparison(c);

	if (!o)
		return -ENOMEM;

	int r = json_dumpf(o, out, JSON_INDENT(1) | JSON_PRESERVE_ORDER);

	json_decref(o);
	(void)fputc('\n', out);
	return r < 0 && !ferror(out) ? -ENOMEM : 0;
}
