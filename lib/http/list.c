#include "http/grammar.h"

#include "http/bytes.h"

/* The first comma outside a quoted-string. A quote that is never closed holds
 * all that follows. */
static size_t member_end(struct slice s)
{
	bool quoted = false;
	size_t i = 0;

	for (; i < s.len && (quoted || s.at[i] != ','); i++) {
		if (s.at[i] == '"')
			quoted = !quoted;
		else if (quoted && s.at[i] == '\\' && i + 1 < s.len)
			i++;
	}
	return i;
}

bool http_list_next_raw(struct slice *list, struct slice *ret_member)
{
	struct slice s = slice_trim(*list);

	if (s.len == 0) {
		*list = s;
		return false;
	}

	size_t end = member_end(s);
	struct slice comma = slice_skip(s, end), behind = slice_trim(slice_skip(comma, 1));

	*ret_member = slice_trim(slice_sub(s, 0, end));
	/* a comma that ends the list stays: the next call makes its empty member of it */
	*list = ret_member->len && comma.len && !behind.len ? comma : behind;
	return true;
}

bool http_list_next(struct slice *list, struct slice *ret_member)
{
	struct slice member;

	while (http_list_next_raw(list, &member)) {
		if (member.len) {
			*ret_member = member;
			return true;
		}
	}
	return false;
}

bool http_list_has(struct slice list, const char *token)
{
	struct slice member;

	while (http_list_next(&list, &member))
		if (slice_is_nocase(slice_trim(slice_sub(member, 0, slice_find(member, ';'))),
				    token))
			return true;
	return false;
}
