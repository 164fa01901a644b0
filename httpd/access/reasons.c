/* SPDX-License-Identifier: Apache-2.0 */
#include "access/rules.h"

static const struct {
    uint32_t status;
    const char *text;
} reasons[] = {
    [HTTPD_REASON_NONE] = {403, "no rule allowed it"},
    [HTTPD_REASON_NO_VROOT] = {404, "no virtual root matches the path"},
    [HTTPD_REASON_SSL_REQUIRED] = {403, "the virtual root needs SSL"},
    [HTTPD_REASON_SSL_TOO_WEAK] = {403, "the virtual root needs 128-bit SSL"},
    [HTTPD_REASON_CERTIFICATE_MISSING] = {403, "a client certificate is needed and there is none"},
    [HTTPD_REASON_CANNOT_ASK] = {403, "the client cannot be asked for a certificate on this connection"},
    [HTTPD_REASON_CERTIFICATE_UNPROVEN] = {403, "the client did not prove that it has the certificate's key"},
    [HTTPD_REASON_CERTIFICATE_INVALID] = {403, "the client certificate is not valid"},
    [HTTPD_REASON_NOT_MAPPED] = {403, "the client certificate is mapped to no user"},
    [HTTPD_REASON_NOT_LISTED] = {403, "the user is not allowed by UserList"},
    [HTTPD_REASON_NOT_ADMINISTRATOR] = {403, "the user is not on AdminUsers"},
    [HTTPD_REASON_NO_SCHEME] = {403, "a password is needed and Basic authentication is off"},
    [HTTPD_REASON_PASSWORD_MISSING] = {401, "a user name and password are needed"},
    [HTTPD_REASON_PASSWORD_WRONG] = {401, "the user name or the password is wrong"},
    [HTTPD_REASON_BAD_AUTH_LEVEL] = {403, "the virtual root's A lets nobody in"},
    [HTTPD_REASON_NO_READ] = {403, "the virtual root does not allow reading"},
    [HTTPD_REASON_NO_EXECUTE] = {403, "the virtual root does not allow extensions to run"},
    [HTTPD_REASON_NO_SCRIPT] = {403, "the virtual root does not allow scripts to run"},
};

static bool known(enum httpd_reason reason)
{
    return (size_t)reason < sizeof reasons / sizeof reasons[0];
}

const char *httpd_reason_text(enum httpd_reason reason)
{
    return reasons[known(reason) ? reason : HTTPD_REASON_NONE].text;
}

uint32_t httpd_reason_status(enum httpd_reason reason)
{
    return reasons[known(reason) ? reason : HTTPD_REASON_NONE].status;
}
