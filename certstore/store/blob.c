/* SPDX-License-Identifier: Apache-2.0 */
/* Runs of serialized properties: the value Blob (MS-GPEF 2.2.1.1.1). */
#include "store/run.h"

#include "certstore/crypto.h"
#include "platform/limits.h"
#include "platform/text.h"

#define ENCODING_X509 1U

static struct plat_span span_of(const struct plat_buffer *buffer)
{
    return plat_span_of(buffer->data, buffer->size);
}

static bool is_content(uint32_t id)
{
    return id >= CERT_BLOB_CERTIFICATE && id <= CERT_BLOB_CTL;
}

static bool read_element(struct plat_reader *reader, struct cert_property *element)
{
    element->id = plat_read_u32_le(reader);
    element->encoding = plat_read_u32_le(reader);
    element->value = plat_read_span(reader, plat_read_u32_le(reader));
    return !reader->failed && element->id != 0 && element->id <= 0xffffU;
}

static void append_element(struct plat_buffer *out, const struct cert_property *element)
{
    if (element->value.size > UINT32_MAX - 12U) {
        out->failed = ERROR_FILE_TOO_LARGE;
        return;
    }
    plat_buffer_append_u32_le(out, element->id);
    plat_buffer_append_u32_le(out, element->encoding);
    plat_buffer_append_u32_le(out, (uint32_t)element->value.size);
    plat_buffer_append(out, element->value.data, element->value.size);
}

bool cert_run_read(struct plat_reader *reader, struct cert_blob *blob)
{
    struct cert_property element;
    const uint8_t *start = reader->next, *end;
    *blob = (struct cert_blob){0};
    do {
        end = reader->next;
        if (!read_element(reader, &element)) {
            return false;
        }
    } while (!is_content(element.id));
    blob->kind = (enum cert_blob_kind)element.id;
    blob->content = element.value;
    if (end != start) {
        blob->properties = plat_span_of(start, (size_t)(end - start));
    }
    return true;
}

win_error cert_blob_read(struct plat_span bytes, struct cert_blob *blob)
{
    struct plat_reader reader = plat_reader_of(bytes);
    if (cert_run_read(&reader, blob) && plat_reader_left(&reader) == 0) {
        return ERROR_SUCCESS;
    }
    *blob = (struct cert_blob){0};
    return ERROR_INVALID_DATA;
}

win_error cert_blob_read_verified(struct plat_span bytes, struct cert_blob *blob)
{
    struct cert_property property;
    uint8_t sha1[CERT_SHA1_SIZE];
    win_error error = cert_blob_read(bytes, blob);
    if (error != ERROR_SUCCESS) {
        return error;
    }
    cert_sha1(blob->content, sha1);
    struct plat_span left = blob->properties;
    while (cert_property_next(&left, &property)) {
        if (property.id == CERT_PROPERTY_SHA1 &&
            !plat_span_equal(property.value, plat_span_of(sha1, sizeof sha1))) {
            *blob = (struct cert_blob){0};
            return ERROR_INVALID_DATA;
        }
    }
    return ERROR_SUCCESS;
}

void cert_blob_write(struct plat_buffer *out, const struct cert_blob *blob)
{
    struct cert_property property;
    uint8_t sha1[CERT_SHA1_SIZE];
    cert_sha1(blob->content, sha1);
    append_element(out, &(struct cert_property){.id = CERT_PROPERTY_SHA1,
                                                .encoding = ENCODING_X509,
                                                .value = plat_span_of(sha1, sizeof sha1)});
    struct plat_span left = blob->properties;
    while (cert_property_next(&left, &property)) {
        if (property.id != CERT_PROPERTY_SHA1) {
            append_element(out, &property);
        }
    }
    append_element(out, &(struct cert_property){
                            .id = (uint32_t)blob->kind, .encoding = ENCODING_X509, .value = blob->content});
}

/* ---- properties ---- */

bool cert_properties_valid(struct plat_span properties)
{
    struct cert_property property;
    while (cert_property_next(&properties, &property)) {
    }
    return properties.size == 0;
}

bool cert_property_next(struct plat_span *properties, struct cert_property *property)
{
    struct plat_reader reader = plat_reader_of(*properties);
    *property = (struct cert_property){0};
    if (properties->size == 0 || !read_element(&reader, property) || is_content(property->id)) {
        *property = (struct cert_property){0};
        return false;
    }
    *properties = plat_span_of(reader.next, plat_reader_left(&reader));
    return true;
}

bool cert_property_find(struct plat_span properties, uint32_t id, struct plat_span *value)
{
    struct cert_property property;
    *value = (struct plat_span){0};
    while (cert_property_next(&properties, &property)) {
        if (property.id == id) {
            *value = property.value;
            return true;
        }
    }
    return false;
}

void cert_property_set(struct plat_buffer *out, struct plat_span properties, uint32_t id,
                       struct plat_span value)
{
    struct cert_property property;
    const struct cert_property wanted = {.id = id, .encoding = ENCODING_X509, .value = value};
    bool placed = value.data == NULL;
    while (cert_property_next(&properties, &property)) {
        if (property.id != id) {
            append_element(out, &property);
        } else if (!placed) {
            append_element(out, &wanted);
            placed = true;
        }
    }
    if (!placed) {
        append_element(out, &wanted);
    }
}

bool cert_property_friendly_name(struct plat_span properties, struct plat_buffer *out)
{
    struct plat_span value;
    if (!cert_property_find(properties, CERT_PROPERTY_FRIENDLY_NAME, &value)) {
        return false;
    }
    size_t size = 0;
    while (size + 2 <= value.size && (value.data[size] != 0 || value.data[size + 1] != 0)) {
        size += 2;
    }
    plat_utf8_append_utf16le(out, plat_span_of(value.data, size));
    return true;
}

void cert_property_set_friendly_name(struct plat_buffer *out, struct plat_span properties, const char *name)
{
    struct plat_buffer text;
    plat_buffer_init(&text, LIMIT_REG_DATA);
    if (name != NULL) {
        size_t size = 0;
        while (name[size] != '\0') {
            size++;
        }
        plat_utf16le_append(&text, name, size);
        plat_buffer_append_u16_le(&text, 0);
    }
    if (text.failed != ERROR_SUCCESS) {
        out->failed = text.failed;
    } else {
        cert_property_set(out, properties, CERT_PROPERTY_FRIENDLY_NAME, span_of(&text));
    }
    plat_buffer_free(&text);
}
