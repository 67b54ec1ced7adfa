#include "reference-server/resources/nonces.h"

#include "reference-server/resources/shared.h"

#include "http/bytes.h"

#include <inttypes.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>
#include <stdio.h>

enum { KEY = 32, KEPT = 4096 };

/* The nonce with the number n has the slot n % KEPT. One whose slot was taken by a
 * later nonce counts as too old: so none can be used twice, however many there are. */
struct slot {
	uint64_t number;              /* 0: none yet */
	uint32_t count;               /* the highest so far */
};

struct nonces {
	pthread_mutex_t lock;
	unsigned char key[KEY];
	uint64_t last;                /* number given out */
	struct slot slot[KEPT];
};

struct nonces *nonces_new(void)
{
	struct nonces *ns = shared_new(sizeof(*ns));

	if (ns && (shared_lock_init(&ns->lock) < 0 || RAND_bytes(ns->key, KEY) != 1)) {
		nonces_free(ns);
		return NULL;
	}
	return ns;
}

void nonces_free(struct nonces *ns)
{
	shared_free(ns, sizeof(*ns));
}

/* Time and number, 16 digits each, and 32 of a signature of both. */
static void write_nonce(const struct nonces *ns, uint64_t made, uint64_t number,
			char out[NONCE_LEN + 1])
{
	unsigned char mac[EVP_MAX_MD_SIZE];
	unsigned len = 0;
	int at = snprintf(out, NONCE_LEN + 1, "%016" PRIx64 "%016" PRIx64, made, number);

	(void)HMAC(EVP_sha256(), ns->key, KEY, (const unsigned char *)out, (size_t)at, mac, &len);
	for (int i = 0; i < 16; i++)
		(void)snprintf(out + at + 2 * i, 3, "%02x", mac[i]);
}

/* A slot torn by a process that died is no danger: counts only go up. */
void nonce_make(struct nonces *ns, time_t now, char out[NONCE_LEN + 1])
{
	uint64_t number;

	(void)shared_lock(&ns->lock);
	number = ++ns->last;
	shared_unlock(&ns->lock);
	write_nonce(ns, (uint64_t)now, number, out);
}

static bool use_slot(struct slot *s, uint64_t number, uint32_t count)
{
	if (s->number > number || (s->number == number && count <= s->count))
		return false;
	*s = (struct slot){ number, count };
	return true;
}

bool nonce_use(struct nonces *ns, struct slice nonce, uint32_t count, time_t now)
{
	char ours[NONCE_LEN + 1];
	uint64_t made, number;
	bool good;

	if (nonce.len != NONCE_LEN || http_hex(slice_sub(nonce, 0, 16), &made) < 0 ||
	    http_hex(slice_sub(nonce, 16, 32), &number) < 0)
		return false;
	write_nonce(ns, made, number, ours);
	if (CRYPTO_memcmp(ours, nonce.at, NONCE_LEN) != 0 ||
	    (uint64_t)now - made > NONCE_LIFE)
		return false;
	(void)shared_lock(&ns->lock);
	good = use_slot(&ns->slot[number % KEPT], number, count);
	shared_unlock(&ns->lock);
	return good;
}
