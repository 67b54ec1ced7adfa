#include "runner/lanes.h"

struct lane {
	const char *name;
	const struct selection *cases;
	size_t *indices, count, next;
	bool busy;
};

static struct lane *find(struct lanes *l, const char *name)
{
	for (size_t i = 0; i < l->count; i++)
		if (strcmp(l->list[i].name, name) == 0)
			return &l->list[i];
	return NULL;
}

void lanes_init(struct lanes *l, struct arena *a, const struct selection *cases,
		const size_t *order)
{
	*l = (struct lanes){ 0 };
	for (size_t i = 0; i < cases->ncases; i++) {
		const char *name = cases->cases[order[i]]->lane;
		struct lane *lane = name ? find(l, name) : NULL;

		if (!name)
			continue;
		if (!lane) {
			lane = arena_push(a, &l->list, &l->count, sizeof(*lane));
			*lane = (struct lane){ .name = name, .cases = cases };
		}
		*(size_t *)arena_push(a, &lane->indices, &lane->count, sizeof(size_t)) = order[i];
	}
}

static bool can_start(const struct lane *lane, bool room)
{
	return !lane->busy && lane->next < lane->count &&
	       (room || lane->cases->cases[lane->indices[lane->next]]->apart);
}

bool lanes_next(struct lanes *l, bool room, size_t *ret)
{
	for (size_t i = 0; i < l->count; i++) {
		struct lane *lane = &l->list[i];

		if (!can_start(lane, room))
			continue;
		lane->busy = true;
		*ret = lane->indices[lane->next++];
		return true;
	}
	return false;
}

void lanes_leave(struct lanes *l, const struct test_case *c)
{
	struct lane *lane = c->lane ? find(l, c->lane) : NULL;

	if (lane)
		lane->busy = false;
}

bool lanes_have_more(const struct lanes *l)
{
	for (size_t i = 0; i < l->count; i++)
		if (l->list[i].next < l->list[i].count)
			return true;
	return false;
}
