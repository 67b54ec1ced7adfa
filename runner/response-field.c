#include "runner/response.h"

bool response_field(const struct response *r, const char *name, struct slice *ret)
{
	struct slice wanted = slice_str(name);

	for (size_t i = 0; i < r->nfields; i++)
		if (slice_eq_nocase(r->fields[i].name, wanted)) {
			*ret = r->fields[i].value;
			return true;
		}
	return false;
}

size_t response_field_count(const struct response *r, const char *name)
{
	struct slice wanted = slice_str(name);
	size_t count = 0;

	for (size_t i = 0; i < r->nfields; i++)
		count += slice_eq_nocase(r->fields[i].name, wanted);
	return count;
}

bool response_field_combined(const struct response *r, const char *name, struct buffer *scratch,
			     struct slice *ret)
{
	size_t lines = response_field_count(r, name), seen = 0;

	if (lines < 2)
		return response_field(r, name, ret);
	buffer_clear(scratch);
	for (size_t i = 0; i < r->nfields; i++) {
		if (!slice_is_nocase(r->fields[i].name, name))
			continue;
		if (seen++)
			(void)buffer_add_str(scratch, ", ");
		(void)buffer_add_slice(scratch, r->fields[i].value);
	}
	*ret = buffer_slice(scratch);
	return true;
}
