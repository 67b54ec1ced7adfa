#include "runner/fit.h"

static const char *unmet_need(const struct test_case *c, const struct profile *p,
			      struct arena *arena)
{
	for (size_t i = 0; i < c->nneeds; i++)
		if (!profile_offers(p, c->needs[i]))
			return arena_printf(arena, "the target offers no '%s'", c->needs[i]);
	return NULL;
}

static const char *roles_named(unsigned roles, struct arena *arena)
{
	const char *named = "";

	for (const struct choice *c = role_choices; c->word; c++)
		if (roles & (unsigned)c->value)
			named = arena_printf(arena, "%s%s%s", named, *named ? " or " : "", c->word);
	return named;
}

static const char *other_role(const struct test_case *c, const struct profile *p,
			      struct arena *arena)
{
	unsigned roles = c->roles ? c->roles : ROLES_UNSAID;

	if (roles & p->role)
		return NULL;
	return arena_printf(arena, "the case is for the role %s, the target is of the role %s",
			    roles_named(roles, arena), role_name(p->role));
}

/* ---- durations: "${timeouts.idle} - 300ms" may be no time at all ---- */

static bool holds(const struct duration *d, const struct variables *v, struct problem *reterr)
{
	usec t;

	return !d->text.raw.at || duration_expand(d, v, &t, reterr) == 0;
}

static bool outcome_holds(const struct outcome *o, const struct variables *v,
			  struct problem *reterr)
{
	return holds(&o->within, v, reterr) && holds(&o->after, v, reterr) &&
	       holds(&o->silence, v, reterr);
}

static bool steps_hold(const struct step *steps, size_t n, const struct variables *v,
		       struct problem *reterr);

static bool client_holds(const struct client_spec *c, const struct variables *v,
			 struct problem *reterr)
{
	for (size_t i = 0; c && i < c->noutcomes; i++)
		if (!outcome_holds(&c->outcomes[i].response, v, reterr))
			return false;
	return true;
}

static bool inner_hold(const struct step *s, const struct variables *v, struct problem *reterr)
{
	for (size_t i = 0; i < s->nlists; i++)
		if (!steps_hold(s->lists[i].list, s->lists[i].count, v, reterr))
			return false;
	return steps_hold(s->steps, s->nsteps, v, reterr);
}

static bool steps_hold(const struct step *steps, size_t n, const struct variables *v,
		       struct problem *reterr)
{
	for (size_t i = 0; i < n; i++) {
		const struct step *s = &steps[i];

		if (!holds(&s->every, v, reterr) || !holds(&s->within, v, reterr) ||
		    !holds(&s->after, v, reterr) || !holds(&s->time, v, reterr) ||
		    (s->udp && !holds(&s->udp->within, v, reterr)) ||
		    !client_holds(s->client, v, reterr) || !inner_hold(s, v, reterr))
			return false;
		for (size_t k = 0; k < s->noutcomes; k++)
			if (!outcome_holds(&s->outcomes[k], v, reterr))
				return false;
	}
	return true;
}

static const char *impossible_time(const struct test_case *c, const struct variables *v,
				   struct arena *arena)
{
	struct problem p = { 0 };

	if (steps_hold(c->steps, c->nsteps, v, &p) && steps_hold(c->control, c->ncontrol, v, &p))
		return NULL;
	return arena_printf(arena, "the target's time-outs are too short for it: %s", p.text);
}

const char *case_unfit(const struct test_case *c, const struct profile *p,
		       const struct stage *stage, struct arena *arena)
{
	const char *why = unmet_need(c, p, arena);

	if (!why)
		why = other_role(c, p, arena);
	if (!why)
		why = impossible_time(c, stage->variables, arena);
	if (!why && stage->serial && c->connections > 1)
		why = "it needs two connections at once, and the target serves one at a time";
	return why;
}
