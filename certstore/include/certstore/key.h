/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Private keys: RSA and EC (P-256, P-384, P-521), from PKCS#1, PKCS#8 or SEC1, DER or PEM, PKCS#8 also
 * encrypted. Wiped when freed.
 */
#ifndef CERIUM_CERTSTORE_KEY_H
#define CERIUM_CERTSTORE_KEY_H

#include "certstore/cert.h"
#include "registry/registry.h"

struct cert_key; /* opaque; cert_key_free */

/*
 * NTE_BAD_KEY: not a key of a kind named above; `message` (may be NULL) says what is wrong. Of an encrypted
 * one it says that a password is needed.
 */
PLAT_MUST_USE win_error cert_key_parse(struct plat_span file, struct cert_key **key,
                                       struct plat_buffer *message);
/*
 * The same; what is encrypted is opened with `password` (UTF-8, NULL = none given): EncryptedPrivateKeyInfo
 * (PBES2 and the PKCS #12 schemes that pfx.h names; PBES1 with DES or RC2) and PEM of the old kind with
 * "Proc-Type: 4,ENCRYPTED" (AES-128/192/256-CBC, DES-EDE3-CBC, DES-CBC). ERROR_INVALID_PASSWORD: it is not
 * the one (or what is encrypted is damaged: that looks the same), or one is needed. NTE_NOT_SUPPORTED: an
 * algorithm that is not here, or more rounds than LIMIT_PBE_ROUNDS; `message` names it. Takes the time that
 * the file's rounds ask for: up to some seconds.
 */
PLAT_MUST_USE win_error cert_key_parse_password(struct plat_span file, const char *password,
                                                struct cert_key **key, struct plat_buffer *message);
/*
 * Appends PEM: PKCS#8, encrypted (PBES2: PBKDF2 with HMAC-SHA-256 and LIMIT_PBE_ROUNDS_WRITTEN rounds,
 * AES-256-CBC) when there is a password. ERROR_INVALID_PASSWORD: it is empty or longer than
 * LIMIT_PBE_PASSWORD. Without a password, `out` is to be a buffer whose room was reserved beforehand and
 * which the caller wipes.
 */
PLAT_MUST_USE win_error cert_key_write(const struct cert_key *key, const char *password,
                                       struct plat_buffer *out);
/*
 * Why the key does not belong to the certificate, in a few words: "the certificate has an RSA key, this one
 * is P-256". NULL when it does belong (cert_key_fits).
 */
const char *cert_key_unfit_reason(const struct cert_key *key, const struct cert *cert);
void cert_key_free(struct cert_key *key); /* NULL is allowed */
enum cert_key_kind cert_key_kind_of(const struct cert_key *key);
/*
 * Does the key belong to the certificate: same kind, the public key computed from it is the certificate's,
 * and a signature made with it verifies (one private-key operation).
 */
bool cert_key_fits(const struct cert_key *key, const struct cert *cert);

/*
 * Kept as PEM PKCS#8 in "<registry file>.keys/<SHA-256 of the certificate's SubjectPublicKeyInfo>.pem": a
 * renewed certificate with the same key finds it again. The directory has mode 0700, the file 0600; a file
 * that others may read, or a directory they may write to (save), is refused with ERROR_ACCESS_DENIED.
 * NTE_NO_KEY: there is none. NTE_BAD_KEY: it is not this certificate's. cert_key_exists looks at the file's
 * mode, not into it.
 */
PLAT_MUST_USE win_error cert_key_save(const struct reg_db *db, const struct cert *cert,
                                      const struct cert_key *key);
PLAT_MUST_USE win_error cert_key_load(const struct reg_db *db, const struct cert *cert, struct cert_key **key);
/*
 * What cert_key_load would say: ERROR_SUCCESS, NTE_NO_KEY, NTE_BAD_KEY, ERROR_ACCESS_DENIED for a file or
 * directory that others may use or that is somebody else's.
 */
PLAT_MUST_USE win_error cert_key_look(const struct reg_db *db, const struct cert *cert);
bool cert_key_exists(const struct reg_db *db, const struct cert *cert);
PLAT_MUST_USE win_error cert_key_remove(const struct reg_db *db, const struct cert *cert);

#endif
