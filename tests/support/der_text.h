/* SPDX-License-Identifier: Apache-2.0 */
/*
 * DER written as text, for tables of test cases. Blanks are ignored; the rest is
 *   30 05 ff        bytes in hexadecimal
 *   30{ ... }       a tag, then the length and the content of what is between the braces
 *   'text'          the bytes of the text
 *   @2.5.29.19      the content of an OBJECT IDENTIFIER (arcs below 2^28)
 *   *300(61)        what is in the parentheses, 300 times
 * "30{ 06{@2.5.4.3} 0c{'Alice'} }" is an AttributeTypeAndValue.
 */
#ifndef CERIUM_TESTS_SUPPORT_DER_TEXT_H
#define CERIUM_TESTS_SUPPORT_DER_TEXT_H

#include "platform/bytes.h"

/* Appends the bytes; false when the text is not understood. */
bool der_text(const char *text, struct plat_buffer *out);

#endif
