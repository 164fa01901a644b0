/* SPDX-License-Identifier: Apache-2.0 */
/* Media types as IANA registers them (www.iana.org/assignments/media-types); text/javascript by RFC 9239. */
#include "files/content_type.h"

#include "platform/text.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

struct type {
    char extension[9]; /* first, lower case: what the search compares */
    const char *type;
};

/* In the order of the extensions. */
static const struct type types[] = {
    {"7z", "application/x-7z-compressed"},
    {"aac", "audio/aac"},
    {"asc", "text/plain"},
    {"avif", "image/avif"},
    {"bin", "application/octet-stream"},
    {"bmp", "image/bmp"},
    {"bz2", "application/x-bzip2"},
    {"cab", "application/vnd.ms-cab-compressed"},
    {"cer", "application/pkix-cert"},
    {"conf", "text/plain"},
    {"crl", "application/pkix-crl"},
    {"crt", "application/x-x509-ca-cert"},
    {"css", "text/css"},
    {"csv", "text/csv"},
    {"der", "application/x-x509-ca-cert"},
    {"gif", "image/gif"},
    {"gz", "application/gzip"},
    {"htm", "text/html"},
    {"html", "text/html"},
    {"ico", "image/vnd.microsoft.icon"},
    {"ics", "text/calendar"},
    {"jpeg", "image/jpeg"},
    {"jpg", "image/jpeg"},
    {"js", "text/javascript"},
    {"json", "application/json"},
    {"log", "text/plain"},
    {"m4a", "audio/mp4"},
    {"md", "text/markdown"},
    {"mjs", "text/javascript"},
    {"mp3", "audio/mpeg"},
    {"mp4", "video/mp4"},
    {"mpeg", "video/mpeg"},
    {"oga", "audio/ogg"},
    {"ogg", "audio/ogg"},
    {"ogv", "video/ogg"},
    {"otf", "font/otf"},
    {"p7b", "application/x-pkcs7-certificates"},
    {"pdf", "application/pdf"},
    {"pem", "application/x-pem-file"},
    {"png", "image/png"},
    {"rtf", "application/rtf"},
    {"svg", "image/svg+xml"},
    {"tar", "application/x-tar"},
    {"tif", "image/tiff"},
    {"tiff", "image/tiff"},
    {"ttf", "font/ttf"},
    {"txt", "text/plain"},
    {"wasm", "application/wasm"},
    {"wav", "audio/wav"},
    {"webm", "video/webm"},
    {"webp", "image/webp"},
    {"woff", "font/woff"},
    {"woff2", "font/woff2"},
    {"xhtml", "application/xhtml+xml"},
    {"xml", "application/xml"},
    {"xsl", "application/xml"},
    {"xz", "application/x-xz"},
    {"zip", "application/zip"},
};

static int compare_extension(const void *extension, const void *row)
{
    return strcmp(extension, ((const struct type *)row)->extension);
}

const char *files_content_type(const char *name)
{
    const char *dot = strrchr(name, '.');
    char extension[sizeof types[0].extension] = "";
    const struct type *row;

    if (!dot || strlen(dot + 1) >= sizeof extension)
        return "application/octet-stream";
    for (size_t i = 0; dot[i + 1]; i++)
        extension[i] = plat_ascii_lower(dot[i + 1]);
    row = bsearch(extension, types, sizeof types / sizeof types[0], sizeof types[0], compare_extension);
    return row ? row->type : "application/octet-stream";
}
