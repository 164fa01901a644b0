/* SPDX-License-Identifier: Apache-2.0 */
/* The X.500 keys of Windows (CertStrToName): not those of RFC 4514 in all. */
#include "win32/name.h"

#include "platform/text.h"

#include <string.h>

/* The first of several keys of one attribute is the one that is written. */
static const struct {
    const char *key, *oid;
} keys[] = {
    {"CN", szOID_COMMON_NAME},
    {"L", szOID_LOCALITY_NAME},
    {"O", szOID_ORGANIZATION_NAME},
    {"OU", szOID_ORGANIZATIONAL_UNIT_NAME},
    {"E", szOID_RSA_emailAddr},
    {"Email", szOID_RSA_emailAddr},
    {"C", szOID_COUNTRY_NAME},
    {"S", szOID_STATE_OR_PROVINCE_NAME},
    {"ST", szOID_STATE_OR_PROVINCE_NAME},
    {"STREET", szOID_STREET_ADDRESS},
    {"T", szOID_TITLE},
    {"Title", szOID_TITLE},
    {"G", szOID_GIVEN_NAME},
    {"GivenName", szOID_GIVEN_NAME},
    {"I", szOID_INITIALS},
    {"Initials", szOID_INITIALS},
    {"SN", szOID_SUR_NAME},
    {"DC", szOID_DOMAIN_COMPONENT},
    {"SERIALNUMBER", szOID_DEVICE_SERIAL_NUMBER},
    {"Description", szOID_DESCRIPTION},
    {"PostalCode", szOID_POSTAL_CODE},
    {"Phone", szOID_TELEPHONE_NUMBER},
    {"dnQualifier", szOID_DN_QUALIFIER},
};

const char *wc_name_key(struct plat_span oid)
{
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++)
        if (wc_is_oid(oid, keys[i].oid))
            return keys[i].key;
    return NULL;
}

const char *wc_name_key_oid(const char *key, size_t size)
{
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++)
        if (plat_ascii_equal_nocase_n(key, size, keys[i].key, strlen(keys[i].key)))
            return keys[i].oid;
    return NULL;
}
