#include "reference-server/resources/store.h"

#include "reference-server/resources/shared.h"

#include <errno.h>

struct slot {
	struct item item;             /* .state 0: free */
	size_t len;
	char content[STORE_CONTENT];
};

struct store {
	pthread_mutex_t lock;
	uint64_t last;                /* state given out */
	struct slot slot[STORE_ITEMS];
};

/* States go on behind those of an earlier run of the server: an entity tag that a
 * client still holds must not come back for other content. */
static uint64_t first_state(void)
{
	return (uint64_t)time(NULL) << 20;
}

struct store *store_new(void)
{
	struct store *s = shared_new(sizeof(*s));

	if (s && shared_lock_init(&s->lock) < 0) {
		store_free(s);
		return NULL;
	}
	if (s)
		s->last = first_state();
	return s;
}

void store_free(struct store *s)
{
	shared_free(s, sizeof(*s));
}

/* Of a process that died in the midst of a change nobody knows what it left: the
 * store begins anew. */
static void lock(struct store *s)
{
	if (!shared_lock(&s->lock))
		return;
	for (size_t i = 0; i < STORE_ITEMS; i++)
		s->slot[i].item.state = 0;
}

static struct slot *find(struct store *s, struct slice name)
{
	for (size_t i = 0; i < STORE_ITEMS; i++)
		if (s->slot[i].item.state && slice_is(name, s->slot[i].item.name))
			return &s->slot[i];
	return NULL;
}

static struct slot *find_free(struct store *s)
{
	for (size_t i = 0; i < STORE_ITEMS; i++)
		if (!s->slot[i].item.state)
			return &s->slot[i];
	return NULL;
}

int store_get(struct store *s, struct slice name, struct item *ret, struct buffer *content)
{
	struct slot *slot;
	int r = 0;

	lock(s);
	slot = find(s, name);
	*ret = slot ? slot->item : (struct item){ .state = 0 };
	if (slot && content)
		r = buffer_add(content, slot->content, slot->len);
	shared_unlock(&s->lock);
	return slot ? r : -ENOENT;
}

static int put(struct store *s, struct item *it, struct slice content)
{
	struct slot *slot = find(s, slice_str(it->name));

	if ((slot ? slot->item.state : 0) != it->state)
		return -EAGAIN;
	if (!slot)
		slot = find_free(s);
	if (!slot)
		return -ENOSPC;
	it->state = ++s->last;
	slot->item = *it;
	slot->len = content.len;
	if (content.len)
		memcpy(slot->content, content.at, content.len);
	return 0;
}

int store_put(struct store *s, struct item *it, struct slice content)
{
	int r;

	if (content.len > STORE_CONTENT)
		return -EFBIG;
	lock(s);
	r = put(s, it, content);
	shared_unlock(&s->lock);
	return r;
}

int store_remove(struct store *s, const struct item *it)
{
	struct slot *slot;
	int r = -EAGAIN;

	lock(s);
	slot = find(s, slice_str(it->name));
	if (slot && slot->item.state == it->state) {
		slot->item.state = 0;
		r = 0;
	}
	shared_unlock(&s->lock);
	return r;
}

bool store_next(struct store *s, size_t *at, struct item *ret)
{
	bool found = false;

	lock(s);
	while (!found && *at < STORE_ITEMS) {
		*ret = s->slot[(*at)++].item;
		found = ret->state != 0;
	}
	shared_unlock(&s->lock);
	return found;
}
