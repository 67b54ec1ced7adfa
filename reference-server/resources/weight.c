#include "reference-server/resources/weight.h"

#include "http/bytes.h"

/* qvalue: "0" or "1" with up to three decimals, none above 1. -1: no qvalue. */
static int weight_of(struct slice s)
{
	int weight, place = 100;

	if (s.len == 0 || s.len > 5 || (s.at[0] != '0' && s.at[0] != '1') ||
	    (s.len > 1 && s.at[1] != '.'))
		return -1;
	weight = (s.at[0] - '0') * 1000;
	for (size_t i = 2; i < s.len; i++, place /= 10) {
		if (!http_is(s.at[i], HTTP_DIGIT))
			return -1;
		weight += (s.at[i] - '0') * place;
	}
	return weight <= 1000 ? weight : -1;
}

/* False where the weight or a parameter before it is broken. What follows a weight was
 * an extension once and has no meaning now. */
static bool parse(struct slice member, struct choice *ret)
{
	struct slice rest, before, name, value;
	int r;

	ret->name = slice_trim(slice_sub(member, 0, slice_find(member, ';')));
	ret->weight = 1000;
	rest = slice_skip(member, slice_find(member, ';'));
	ret->parameters = rest;
	for (before = rest; (r = http_parameter_next(&rest, &name, &value)) == 1; before = rest) {
		if (!slice_is_nocase(name, "q"))
			continue;
		ret->parameters = slice_trim(slice_sub(ret->parameters, 0,
						       (size_t)(before.at - ret->parameters.at)));
		ret->weight = weight_of(value);
		return ret->weight >= 0;
	}
	return r == 0;
}

bool choice_next(const struct request *r, const char *field, struct choices *c,
		 struct choice *ret)
{
	struct slice member;

	for (;;) {
		while (http_list_next(&c->list, &member))
			if (parse(member, ret))
				return true;
		if (!request_field_next(r, field, &c->at, &c->list))
			return false;
	}
}

int choice_weight(const struct request *r, const char *field, const char *name,
		  const char *alias, int otherwise)
{
	struct choices all = { 0 };
	struct choice c;
	int any = otherwise;

	while (choice_next(r, field, &all, &c)) {
		if (slice_is_nocase(c.name, name) || (alias && slice_is_nocase(c.name, alias)))
			return c.weight;
		if (slice_is(c.name, "*"))
			any = c.weight;
	}
	return any;
}
