/* SPDX-License-Identifier: Apache-2.0 */
/* What went wrong, in words for the log. */
#include "tls/connection.h"

struct text {
    int error;
    const char *text;
};

static const struct text errors[] = {
    {BR_ERR_BAD_PARAM, "the client sent a malformed handshake message"},
    {BR_ERR_UNSUPPORTED_VERSION, "the client does not speak TLS"},
    {BR_ERR_BAD_VERSION, "the client sent a record of another version of TLS"},
    {BR_ERR_BAD_LENGTH, "the client sent a record of impossible length"},
    {BR_ERR_TOO_LARGE, "the client sent a record that is too large"},
    {BR_ERR_BAD_MAC,
     "a record from the client fails its integrity check (changed on its way, or the keys do not agree)"},
    {BR_ERR_NO_RANDOM, "there are no random numbers"},
    {BR_ERR_UNKNOWN_TYPE, "the client sent a record of unknown type"},
    {BR_ERR_UNEXPECTED, "the client sent a message out of order"},
    {BR_ERR_BAD_CCS, "the client sent a malformed ChangeCipherSpec"},
    {BR_ERR_BAD_ALERT, "the client sent a malformed alert"},
    {BR_ERR_BAD_HANDSHAKE, "the client sent a malformed handshake message"},
    {BR_ERR_OVERSIZED_ID, "the client sent a session ID of more than 32 bytes"},
    {BR_ERR_BAD_CIPHER_SUITE, "the cipher suites are not consistent"},
    {BR_ERR_BAD_FRAGLEN, "the client sent a malformed max_fragment_length extension"},
    {BR_ERR_BAD_SECRENEG, "the client's renegotiation_info is not of this connection (RFC 5746)"},
    {BR_ERR_LIMIT_EXCEEDED, "the client sent a signature or key that is too large"},
    {BR_ERR_BAD_FINISHED, "the client's Finished is wrong: the handshake was tampered with"},
    {BR_ERR_INVALID_ALGORITHM, "no signature could be made or checked with the algorithm at hand"},
    {BR_ERR_BAD_SIGNATURE, "the client could not prove that it has the key of its certificate"},
    {BR_ERR_WRONG_KEY_USAGE, "the key of the client's certificate cannot sign"},
    {BR_ERR_NO_CLIENT_AUTH, "the client has no certificate"},
};

/* RFC 5246 section 7.2 and the extensions' RFCs. */
#define ALERTS(A)                                                                                            \
    A(0, "close_notify")                                                                                     \
    A(10, "unexpected_message")                                                                              \
    A(20, "bad_record_mac")                                                                                  \
    A(21, "decryption_failed")                                                                               \
    A(22, "record_overflow")                                                                                 \
    A(30, "decompression_failure")                                                                           \
    A(40, "handshake_failure")                                                                               \
    A(41, "no_certificate")                                                                                  \
    A(42, "bad_certificate")                                                                                 \
    A(43, "unsupported_certificate")                                                                         \
    A(44, "certificate_revoked")                                                                             \
    A(45, "certificate_expired")                                                                             \
    A(46, "certificate_unknown")                                                                             \
    A(47, "illegal_parameter")                                                                               \
    A(48, "unknown_ca")                                                                                      \
    A(49, "access_denied")                                                                                   \
    A(50, "decode_error")                                                                                    \
    A(51, "decrypt_error")                                                                                   \
    A(60, "export_restriction")                                                                              \
    A(70, "protocol_version")                                                                                \
    A(71, "insufficient_security")                                                                           \
    A(80, "internal_error")                                                                                  \
    A(86, "inappropriate_fallback")                                                                          \
    A(90, "user_canceled")                                                                                   \
    A(100, "no_renegotiation")                                                                               \
    A(110, "unsupported_extension")                                                                          \
    A(112, "unrecognized_name")                                                                              \
    A(113, "bad_certificate_status_response")                                                                \
    A(115, "unknown_psk_identity")                                                                           \
    A(116, "certificate_required")                                                                           \
    A(120, "no_application_protocol")

#define RECEIVED(number, name) {BR_ERR_RECV_FATAL_ALERT + (number), "the client sent the alert " name},
static const struct text received[] = {ALERTS(RECEIVED)};

static const struct text sent[] = {
    {BR_ERR_SEND_FATAL_ALERT + 40,
     "client and server have no cipher suite, curve and signature algorithm in common"},
    {BR_ERR_SEND_FATAL_ALERT + 70, "the client does not speak TLS 1.2"},
    {BR_ERR_SEND_FATAL_ALERT + 86, "the client fell back to an older version of TLS than both sides speak"},
    {BR_ERR_SEND_FATAL_ALERT + 120, "the client does not speak HTTP/1.1"},
};

static const char *find(const struct text *table, size_t count, int error)
{
    for (size_t i = 0; i < count; i++)
        if (table[i].error == error)
            return table[i].text;
    return NULL;
}

const char *httpd_tls_error_text(int error)
{
    if (error == BR_ERR_OK)
        return NULL;
    const char *text = find(errors, sizeof errors / sizeof errors[0], error);
    if (text == NULL)
        text = find(received, sizeof received / sizeof received[0], error);
    if (text == NULL)
        text = find(sent, sizeof sent / sizeof sent[0], error);
    if (text == NULL)
        text = error >= BR_ERR_SEND_FATAL_ALERT   ? "the handshake was given up with a fatal alert"
               : error >= BR_ERR_RECV_FATAL_ALERT ? "the client sent an unknown alert"
                                                  : "the TLS engine failed";
    return text;
}
