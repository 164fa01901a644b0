/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every limit on one page: name, unit, default, what it costs, and the registry value (under HKLM\COMM\HTTPD unless said)
 * that changes it. A limit without a value is fixed when the program is built. Rooms keep their limits in their own section.
 */
#ifndef CERIUM_PLATFORM_LIMITS_H
#define CERIUM_PLATFORM_LIMITS_H

/* A table, a line each. */
/* clang-format off */

/* ---- platform ---- */
#define LIMIT_PATH_SIZE                    1024U                    /* bytes of a CE or host path with its NUL; stack */
#define LIMIT_PATH_DEPTH                   64U                      /* components of a CE path */
#define LIMIT_DIRECTORY_ENTRIES            100000U                  /* entries looked at in one directory */
#define LIMIT_LOG_LINE                     1024U                    /* bytes of one log line; stack; longer ones end in "..." */
#define LIMIT_HANDLES                      4096U                    /* open handles of the Win32 faces in a process; 24 bytes each, and the object */
#define LIMIT_WORKER_STACK                 (256U * 1024U)           /* bytes of address space per thread */
#define LIMIT_ADDRESSES                    8U                       /* addresses of one host that are tried; 28 bytes each, stack */
#define LIMIT_RESOLVERS                    8U                       /* look-ups of host names with a time-out under way at once; LIMIT_WORKER_STACK each */

/* ---- registry ---- */
#define LIMIT_REG_KEY_NAME                 255U                     /* UTF-16 units of a key name (CE and Windows) */
#define LIMIT_REG_VALUE_NAME               16383U                   /* UTF-16 units of a value name (Windows); above 255 (CE) a warning */
#define LIMIT_REG_DEPTH                    512U                     /* nested keys (Windows); above 16 (CE) a warning */
#define LIMIT_REG_DATA                     (1024U * 1024U)          /* bytes of one value (Windows' advice); above 4096 (CE) a warning */
#define LIMIT_REG_PATH                     (384U * 1024U)           /* bytes of a key path in text: room for that many of the longest names in UTF-8 */
#define LIMIT_REG_TEXT                     (64U * 1024U * 1024U)    /* bytes of a .reg file; heap while it is imported */
#define LIMIT_REG_HISTORY_ENTRIES          1000U                    /* transactions that the history keeps */
#define LIMIT_REG_HISTORY_ENTRY            (1024U * 1024U)          /* bytes of changes of one; beyond, it cannot be undone; heap until the commit */
#define LIMIT_REG_HISTORY_BYTES            (4U * 1024U * 1024U)     /* bytes of changes of all, unless `cerium reg history /room` says otherwise */
#define LIMIT_REG_HISTORY_BYTES_MOST       (64U * 1024U * 1024U)    /* what that may be set to */
#define LIMIT_REG_PAGES                    (64U * 1024U)            /* bytes of the file's pages kept per open registry; heap ... */
#define LIMIT_REG_PAGES_WRITING            (2U * 1024U * 1024U)     /* ... during a transaction of many changes */
#define LIMIT_REG_PAGES_READING            (1024U * 1024U)          /* ... and after thousands of reads here and there */
#define LIMIT_REG_CACHE                    (160U * 1024U)           /* bytes of paths and values remembered per open registry; heap, touched as it fills */
#define LIMIT_REG_CACHE_DATA               256U                     /* bytes of a value that is remembered */
#define LIMIT_REG_COMPARE_DATA             (256U * 1024U)           /* bytes of one key's values held while it is compared, each side; larger ones are read singly */
#define LIMIT_REG_BUSY_MS                  5000U                    /* milliseconds a writer waits for another */
#define LIMIT_REG_PROBLEMS                 1000U                    /* lines refused by an import that are shown; the others are counted */
#define LIMIT_REG_LOOK_MS                  100U                     /* between looks for a change whose writer did not ring the bell */
#define LIMIT_REG_GLANCE_AGE               4U                       /* seconds since a registry was written before it is read without locks: more than any file system rounds times to */
#define LIMIT_CE_DEPTH                     16U                      /* nested keys that Windows CE takes: beyond, a warning */
#define LIMIT_CE_VALUE_NAME                255U                     /* UTF-16 units of a value name that it takes: beyond, a warning */
#define LIMIT_CE_DATA                      4096U                    /* bytes of a value that it takes: beyond, a warning */
#define LIMIT_REG_WHAT                     256U                     /* bytes of a command line that the history keeps; longer ones end in "..." */
#define LIMIT_FACE_REGISTRIES              4U                       /* connections that the winreg.h face works with: more threads wait for one */
#define LIMIT_FACE_NOTIFY                  64U                      /* calls of RegNotifyChangeKeyValue waiting at one handle */
#define LIMIT_FACE_NOTICES                 (64U * 1024U)            /* bytes of changes kept for one CeRegGetNotificationInfo; beyond, they cannot be told */

/* ---- certstore ---- */
#define LIMIT_CERT_SIZE                    (64U * 1024U)            /* bytes of one certificate */
#define LIMIT_CERT_FILE                    (4U * 1024U * 1024U)     /* bytes of a certificate or key file */
#define LIMIT_CERT_EXTENSIONS              24U                      /* extensions of one certificate; more: CERT_TRUST_INVALID_EXTENSION */
#define LIMIT_CERT_POLICIES                128U                     /* policies in one extension; more count as malformed */
#define LIMIT_STORE_CERTIFICATES           20000U                   /* certificates of one store */
#define LIMIT_KEY_SIZE                     (16U * 1024U)            /* bytes of one private key */
#define LIMIT_RSA_BITS                     8192U                    /* bits of an RSA key whose signatures are checked, 11 KB of stack; larger ones are unsupported */
#define LIMIT_RSA_EXPONENT                 8U                       /* bytes of an RSA key's public exponent; larger ones are unsupported: they only burn time */
#define LIMIT_CHAIN_DEPTH                  16U                      /* elements of a chain */
#define LIMIT_CHAIN_CANDIDATES             4096U                    /* issuer candidates looked at in one chain building */
#define LIMIT_CHAIN_SIGNATURES             48U                      /* signatures checked in one chain building, CRLs' too; P-384 and P-521 count three, RSA above 2048 bits more than one */
#define LIMIT_CHAIN_PATHS                  32U                      /* whole paths judged in one chain building */
#define LIMIT_CHAIN_POLICIES               512U                     /* certificate policies valid at one level of a chain; 24 KB of stack */
#define LIMIT_CHAIN_POLICY_STEPS           50000U                   /* policies gone through in one chain building; some 30 ms */
#define LIMIT_CHAIN_NAME_CHECKS            250000U                  /* name x constraint comparisons in one chain building; long names count several */
#define LIMIT_CRL_SIZE                     (4U * 1024U * 1024U)     /* bytes of one CRL */
#define LIMIT_STORE_CRLS                   2000U                    /* CRLs of one store; while SSL\RevocationCheck is on, in memory with 4 bytes an entry and 350 more each */
#define LIMIT_COLLECTION_STORES            256U                     /* stores of one collection (wincrypt.h); 16 bytes each */
#define LIMIT_COLLECTION_DEPTH             8U                       /* collections in collections; stack */
#define LIMIT_NAME_TEXT                    (256U * 1024U)           /* bytes of a name as text (wincrypt.h) */
#define LIMIT_CHAIN_CRLS                   20000U                   /* CRLs looked at in one chain building, each as often as it is; some 10 ms */
#define LIMIT_CHAIN_CRL_SIGNERS            16U                      /* paths judged in one chain building for keys that sign CRLs only; 4 KB of heap each, while it lasts */
#define LIMIT_CRL_SIGNER_DEPTH             2U                       /* such a path within the judgement of another */
#define LIMIT_CRL_SIGNER_LINKS             3U                       /* certificates of its own on such a path */
#define LIMIT_CRL_TRIES                    16U                      /* CRLs of one issuer that are tried for one certificate, the newest first */
#define LIMIT_POINT_NAMES                  16U                      /* names of one CRL distribution point; more count as malformed */
#define LIMIT_DISTRIBUTION_POINTS          16U                      /* distribution points of one certificate; more count as malformed */
#define LIMIT_PBE_ROUNDS                   2000000U                 /* key derivation rounds that an encrypted key or .pfx may ask for at one place; some seconds of one CPU */
#define LIMIT_PBE_ROUNDS_FILE              8000000U                 /* and at all places of one .pfx; each block of key made counts */
#define LIMIT_PBE_ROUNDS_WRITTEN           50000U                   /* rounds of the encrypted keys and .pfx files written here ... */
#define LIMIT_PBE_ROUNDS_OLD               2000U                    /* ... and of those in the old form: Windows' number, for slow old readers */
#define LIMIT_PBE_PASSWORD                 512U                     /* bytes of UTF-8 of the password of an encrypted key or .pfx; stack, twice that again as UTF-16 */
#define LIMIT_PBE_SALT                     256U                     /* bytes of salt */
#define LIMIT_PFX_BAGS                     1000U                    /* keys and certificates of one .pfx */
#define LIMIT_PFX_DEPTH                    8U                       /* nested SafeContents of a .pfx, itself included */
#define LIMIT_PFX_NAME                     1024U                    /* bytes of a friendly name in a .pfx; longer ones are left out */
#define LIMIT_FACE_ENGINE_STORES           64U                      /* rghAdditionalStore of a chain engine; read at each chain building */
#define LIMIT_FACE_USAGES                  256U                     /* usages or policies that one CERT_USAGE_MATCH asks for */
#define LIMIT_HOST_NAME                    255U                     /* characters of a host name that a certificate is compared with; 1 KB of stack each */
/*
 * What a TLS handshake with a client certificate may hold at the most, beside the connection's own buffers: LIMIT_PEER_CHAIN for the certificates as they come, as
 * much again and 1 KB each for the set of them; while their chain is built 300 KB of heap (4096 candidates; 100 KB for 3600) and 40 KB of stack, and with
 * revocation 2 * 4 KB. Bounded by LIMIT_CHAIN_* and LIMIT_CRL_*, measured by build/bench chain; given back before the next request is answered.
 */
#define LIMIT_PEER_CERTIFICATES            12U                      /* certificates taken from a TLS peer */
#define LIMIT_PEER_CHAIN                   (48U * 1024U)            /* bytes of all of them; heap, only while a handshake runs */

/* ---- httpd ---- */
#define LIMIT_SETTINGS_WARNINGS            50U                      /* warnings logged in one load of the settings; the others are counted */
#define LIMIT_CONNECTIONS                  256U                     /* open connections; MaxConnections */
#define LIMIT_CONNECTIONS_MOST             65535U                   /* what MaxConnections may be set to */
#define LIMIT_HEAD_SIZE                    (48U * 1024U)            /* bytes of a request head; heap while it is read; MaxHeaderReadSize */
#define LIMIT_HEAD_SIZE_LEAST              1024U                    /* what MaxHeaderReadSize may be set to ... */
#define LIMIT_HEAD_SIZE_MOST               (1024U * 1024U)          /* ... at the most */
#define LIMIT_HEADER_FIELDS                128U                     /* header lines of a request */
#define LIMIT_REQUEST_TARGET               8192U                    /* bytes of a request target: 414 beyond */
#define LIMIT_CHUNK_LINE                   256U                     /* bytes of a chunk-size line */
#define LIMIT_POST_READ_SIZE               (48U * 1024U)            /* bytes of body read ahead; heap per request; PostReadSize */
#define LIMIT_POST_READ_SIZE_MOST          (16U * 1024U * 1024U)    /* what PostReadSize may be set to */
#define LIMIT_BODY_SIZE                    UINT64_C(0x7fffffffffff) /* bytes of a request body */
#define LIMIT_IDLE_MS                      60000U                   /* keep-alive without a request; ConnectionTimeout */
#define LIMIT_IDLE_MS_MOST                 86400000U                /* what ConnectionTimeout may be set to */
#define LIMIT_HEAD_MS                      20000U                   /* from a request's first byte to the end of its head */
#define LIMIT_HANDSHAKE_MS                 20000U                   /* a TLS handshake, the mid-request one included */
#define LIMIT_BODY_STALL_MS                60000U                   /* without a byte moving in either direction while a body is on its way */
#define LIMIT_LINGER_MS                    2000U                    /* reading away what a refused client still sends */
#define LIMIT_LINGER_BYTES                 (8U * 1024U * 1024U)
#define LIMIT_WORKERS                      32U                      /* threads for ISAPI extensions, started when needed; LIMIT_WORKER_STACK each */
#define LIMIT_WORK_QUEUE                   256U                     /* requests waiting for a worker: 503 beyond */
#define LIMIT_WORKER_STALL_MS              20000U                   /* patience of an extension that waits for its client: bytes that move earn it back ... */
#define LIMIT_BODY_RATE                    256U                     /* ... at this many bytes a second; at its end the request is given up */
#define LIMIT_PASSWORD_WORKERS             2U                       /* threads for password hashes, started when needed */
#define LIMIT_PASSWORD_QUEUE               32U                      /* password checks waiting for one: 503 beyond */
#define LIMIT_EVENTS                       64U                      /* events taken from the poller at once */
#define LIMIT_ACCEPTS                      32U                      /* connections accepted before others get their turn */
#define LIMIT_BACKLOG                      128U                     /* connections that wait in the kernel */
#define LIMIT_REFUSALS                     32U                      /* connections beyond MaxConnections that may linger with their 503 */
#define LIMIT_ACCEPT_PAUSE_MS              200U                     /* without a free file number, between attempts to accept */
#define LIMIT_STOP_MS                      5000U                    /* what running requests get when the server stops */
#define LIMIT_STOP_WORKERS_MS              500U                     /* and then extensions, to see that their client is gone */
#define LIMIT_PIPE_SIZE                    (16U * 1024U)            /* bytes between a worker and the loop, each direction; heap while one runs */
#define LIMIT_FILE_CHUNK                   (16U * 1024U)            /* bytes of a file read at once */
#define LIMIT_RESPONSE_HEAD                (16U * 1024U)            /* bytes of a response head made by an extension */
#define LIMIT_LISTING_ENTRIES              10000U                   /* entries of a directory listing */
#define LIMIT_VROOTS                       100000U
#define LIMIT_MAPPED_USERS                 100000U                  /* keys under SSL\Users */
#define LIMIT_LISTEN_ADDRESSES             16U
#define LIMIT_CA_NAMES                     (60U * 1024U)            /* bytes of the names in a CertificateRequest (RFC 5246 section 7.4.4: 65535) */
#define LIMIT_TLS_SESSIONS                 256U                     /* resumable sessions kept; about 100 bytes each and the client's chain */
#define LIMIT_TLS_SESSION_BYTES            (1024U * 1024U)          /* of client certificates kept in them */
#define LIMIT_TLS_SPARE_BUFFERS            8U                       /* record buffers kept for the next connection that wakes; 20 KB each */
#define LIMIT_TLS_SESSION_SECONDS          3600                     /* life of a resumable session */
#define LIMIT_VERDICT_SECONDS              60                       /* how long a chain's verdict is remembered */
#define LIMIT_VERDICTS                     256U                     /* remembered verdicts */
#define LIMIT_PASSWORD_ITERATIONS          100000U                  /* PBKDF2 rounds of a new password hash */
#define LIMIT_PASSWORD_ITERATIONS_MOST     10000000U                /* rounds of a stored hash: more would hold a worker for minutes */
#define LIMIT_REMEMBERED_LOGINS            64U                      /* logins found right before; 32 bytes each */
#define LIMIT_BASIC_REALM                  256U                     /* bytes of BasicRealm */
#define LIMIT_PASSWORD_SIZE                256U                     /* bytes of a password */

/* ---- tools ---- */
#define LIMIT_IMPORT_FILES                 20000U                   /* files and directories that one `cerium cert import` looks at */
#define LIMIT_IMPORT_DEPTH                 16U                      /* nested directories of an import */
#define LIMIT_CLIENT_HANDSHAKE_MS          60000U                   /* a TLS handshake of the HTTP client, a renegotiation too, whatever its time-outs are */
#define LIMIT_CLIENT_RENEGOTIATIONS        4U                       /* that a server may ask for on one connection */
#define LIMIT_CLIENT_CLOSE_MS              1000U                    /* for a TLS connection's close_notify to go out */
#define LIMIT_CLIENT_ISSUERS               4096U                    /* issuers taken from a CertificateRequest, of which TLS lets in 64 KB; 16 bytes each and the names, heap */
#define LIMIT_URL                          (64U * 1024U)            /* bytes of a URL; heap while it is taken apart */
#define LIMIT_RESPONSE_HEAD_READ           (64U * 1024U)            /* bytes of a response's status line and fields; heap */
#define LIMIT_RESPONSE_FIELDS              256U                     /* header lines of a response, and lines of its trailer; 16 bytes each */
#define LIMIT_RESPONSE_INTERIM             10U                      /* 1xx responses before the final one: WinHTTP's number */
#define LIMIT_RESPONSE_CHUNK_LINE          4096U                    /* bytes of a chunk-size or trailer line of a response; not kept */
#define LIMIT_RESPONSE_BODY                UINT64_C(0x7fffffffffff) /* bytes of a response's body; never held */
#define LIMIT_CLIENT_HEAD                  (64U * 1024U)            /* bytes of a request head that is sent; heap */

/* clang-format on */

#endif
